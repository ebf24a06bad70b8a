import { Args, Flags } from "@oclif/core";

import { BaseCommand } from "../../cli/base-command.ts";
import { addMap, parseBounds } from "../../maps/map-file.ts";

export default class MapAdd extends BaseCommand {
  static override summary = "set a map's bounds and background image";
  static override description =
    "the bounds are the two corners that the map's worldspawn has as mapcoordsmins and mapcoordsmaxs; the image shows " +
    "exactly that rectangle, as the game's command map does, and stays on this machine; existing settings of the " +
    "map are replaced; heatmaps, other pictures of the map and replays use it from then on";
  static override examples = [
    "<%= config.bin %> <%= command.id %> supply --bounds=-1864,3744,2744,-864",
    "<%= config.bin %> <%= command.id %> supply --bounds=-1864,3744,2744,-864 --image supply_cc.png",
  ];
  static override args = {
    name: Args.string({ description: "name of the map, as the game writes it", required: true }),
  };
  static override flags = {
    bounds: Flags.string({
      summary: "two opposite corners in units; write it with = because of the minus signs",
      helpValue: "X,Y,X,Y",
      required: true,
    }),
    image: Flags.string({ summary: "PNG or JPEG of that rectangle, north up", helpValue: "FILE" }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(MapAdd);
    const bounds = parseBounds(flags.bounds);
    const { doubts, folder } = await addMap(args.name, bounds, flags.image);
    for (const text of doubts) this.warn(text);
    this.tell(`${args.name}: ${folder}`);
    return { name: args.name, bounds, folder };
  }
}
