import { Args } from "@oclif/core";

import { BaseCommand } from "../../cli/base-command.ts";
import { ProxError } from "../../errors.ts";
import { removeMap } from "../../maps/map-file.ts";

export default class MapRemove extends BaseCommand {
  static override summary = "remove a map's bounds and image";
  static override examples = ["<%= config.bin %> <%= command.id %> supply"];
  static override args = { name: Args.string({ description: "name of the map", required: true }) };

  async run(): Promise<object> {
    const { args } = await this.parse(MapRemove);
    if (!(await removeMap(args.name))) {
      throw new ProxError("E_NOT_FOUND", `unknown map: ${args.name}`, {
        suggestions: ["`prox map list` shows the known maps"],
      });
    }
    this.tell(`removed map ${args.name}`);
    return { name: args.name };
  }
}
