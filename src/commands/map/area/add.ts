import { Args, Flags } from "@oclif/core";

import { storeAreas } from "../../../care/areas.ts";
import { BaseCommand } from "../../../cli/base-command.ts";
import { databaseFlag } from "../../../cli/database-flag.ts";
import { withDatabase } from "../../../db/open.ts";
import { checkArea, parseFloor, parseOutline } from "../../../maps/check-area.ts";
import { loadMap, requireMapName } from "../../../maps/map-file.ts";

export default class MapAreaAdd extends BaseCommand {
  static override summary = "name an area of a map";
  static override description =
    "an area is an outline seen from above, and with --z only the heights of one floor; where areas overlap, the smallest one " +
    "counts; an area of the same name is replaced; reports, pages and replays use it from then on, also for rounds imported before";
  static override examples = [
    '<%= config.bin %> <%= command.id %> supply Bridge --outline "0,0 512,0 512,256 0,256"',
    '<%= config.bin %> <%= command.id %> supply "Depot, upper floor" "--outline=-300,-300 200,-300 200,400" --z=128..300',
  ];
  static override args = {
    map: Args.string({ description: "name of the map, as the game writes it", required: true }),
    name: Args.string({ description: "what people call the area", required: true }),
  };
  static override flags = {
    ...databaseFlag,
    outline: Flags.string({
      summary: "its corners in units, in the order of a walk around it; write it with = before a minus sign",
      helpValue: '"X,Y X,Y X,Y …"',
      required: true,
    }),
    z: Flags.string({
      summary: "only these heights in units, where a player's middle is, 24 above their feet; by default all",
      helpValue: "FROM..TO",
    }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(MapAreaAdd);
    const map = requireMapName(args.map);
    const area = checkArea(
      {
        name: args.name,
        outline: parseOutline(flags.outline),
        floor: flags.z === undefined ? undefined : parseFloor(flags.z),
      },
      (await loadMap(map))?.bounds,
    );
    const { replaced } = await withDatabase(
      { databaseUrl: flags["database-url"], isWriter: true, signal: this.interrupted },
      ({ sql }) => storeAreas(sql, map, [area], false),
    );
    this.tell(`${replaced > 0 ? "replaced" : "added"} ${area.name} on ${map}`);
    return { map, area, replaced: replaced > 0 };
  }
}
