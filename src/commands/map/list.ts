import { BaseCommand } from "../../cli/base-command.ts";
import { renderTable } from "../../cli/render/table.ts";
import type { TableColumn } from "../../cli/render/table.ts";
import { terminalOf } from "../../cli/render/terminal.ts";
import { messageOf, ProxError } from "../../errors.ts";
import { listMaps, loadMap } from "../../maps/map-file.ts";
import type { MapFile } from "../../maps/map-file.ts";

const COLUMNS: readonly TableColumn<MapFile>[] = [
  { key: "map", title: "map", value: (row) => row.name },
  {
    key: "bounds",
    title: "bounds (units)",
    value: ({ bounds }) => `${bounds.minX},${bounds.minY} to ${bounds.maxX},${bounds.maxY}`,
  },
  {
    key: "image",
    title: "image",
    value: ({ image }) => (image === undefined ? null : image.mediaType),
  },
];

export default class MapList extends BaseCommand {
  static override summary = "list the maps with known bounds and images";
  static override examples = ["<%= config.bin %> <%= command.id %>"];

  async run(): Promise<object> {
    await this.parse(MapList);
    const names = await listMaps();
    const maps = (await Promise.all(names.map((name) => this.#load(name)))).filter(
      (map) => map !== undefined,
    );
    if (maps.length === 0)
      this.log("no maps: pictures use the bounds of the data; see `prox map add --help`");
    else this.say(renderTable(COLUMNS, maps, terminalOf(process.stdout)));
    return {
      maps: maps.map(({ bounds, image, name }) => ({ name, bounds, image: image?.mediaType ?? null })),
    };
  }

  /** A broken map file is a warning: the others are listed. */
  async #load(name: string): Promise<MapFile | undefined> {
    try {
      return await loadMap(name);
    } catch (error) {
      if (!(error instanceof ProxError) || error.code !== "E_MAP_FILE") throw error;
      this.warn(`${messageOf(error)}; \`prox map remove ${name}\` removes it`);
      return undefined;
    }
  }
}
