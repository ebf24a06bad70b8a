import { Args } from "@oclif/core";

import { BaseCommand } from "../../../cli/base-command.ts";
import { databaseFlag } from "../../../cli/database-flag.ts";
import { renderTable } from "../../../cli/render/table.ts";
import type { TableColumn } from "../../../cli/render/table.ts";
import { terminalOf } from "../../../cli/render/terminal.ts";
import { counted } from "../../../counts.ts";
import { withDatabase } from "../../../db/open.ts";
import { isOutlined } from "../../../maps/areas.ts";
import type { AreaOfMap } from "../../../reports/queries/map-areas.ts";
import { listAreas } from "../../../reports/queries/map-areas.ts";

const COLUMNS: readonly TableColumn<AreaOfMap>[] = [
  { key: "map", title: "map", value: ({ map }) => map },
  { key: "area", title: "area", value: ({ area }) => area.name },
  {
    key: "shape",
    title: "shape",
    value: ({ area }) =>
      isOutlined(area) ? `${area.outline.length} corners` : counted(area.spots.length, "spot"),
  },
  {
    key: "floor",
    title: "heights (units)",
    value: ({ area }) =>
      isOutlined(area) && area.floor !== undefined ? `${area.floor.from}..${area.floor.to}` : null,
  },
];

export default class MapAreaList extends BaseCommand {
  static override summary = "list the named areas of a map, or of all maps";
  static override examples = [
    "<%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> supply",
  ];
  static override args = { map: Args.string({ description: "name of the map; by default all maps" }) };
  static override flags = databaseFlag;

  async run(): Promise<object> {
    const { args, flags } = await this.parse(MapAreaList);
    const areas = await withDatabase(
      { databaseUrl: flags["database-url"], signal: this.interrupted },
      ({ sql }) => listAreas(sql, args.map),
    );
    if (areas.length === 0)
      this.log(
        "no named areas; `prox map area import` takes a map's location file, `prox map area add` an outline",
      );
    else this.say(renderTable(COLUMNS, areas, terminalOf(process.stdout)));
    return { areas: areas.map(({ area, map }) => ({ map, ...area })) };
  }
}
