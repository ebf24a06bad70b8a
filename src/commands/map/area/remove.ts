import { Args, Flags } from "@oclif/core";

import { removeAreas } from "../../../care/areas.ts";
import { BaseCommand } from "../../../cli/base-command.ts";
import { databaseFlag } from "../../../cli/database-flag.ts";
import { counted } from "../../../counts.ts";
import { withDatabase } from "../../../db/open.ts";
import { ProxError } from "../../../errors.ts";
import { safeText } from "../../../names.ts";

export default class MapAreaRemove extends BaseCommand {
  static override summary = "remove named areas of a map";
  static override examples = [
    "<%= config.bin %> <%= command.id %> supply Bridge",
    "<%= config.bin %> <%= command.id %> supply --all",
  ];
  static override strict = false;
  static override args = {
    map: Args.string({ description: "name of the map", required: true }),
    name: Args.string({ description: "names of areas; case does not matter" }),
  };
  static override flags = {
    ...databaseFlag,
    all: Flags.boolean({ summary: "remove all areas of the map" }),
  };

  async run(): Promise<object> {
    const { args, argv, flags } = await this.parse(MapAreaRemove);
    const names = (argv as string[]).slice(1);
    if (names.length === 0 ? !flags.all : flags.all) {
      throw new ProxError("E_USAGE", "name the areas to remove, or give --all and no names", {
        suggestions: [`\`prox map area list ${safeText(args.map)}\` shows the areas`],
      });
    }
    const removed = await withDatabase(
      { databaseUrl: flags["database-url"], isWriter: true, signal: this.interrupted },
      ({ sql }) => removeAreas(sql, args.map, flags.all ? undefined : names),
    );
    this.tell(
      removed.length === 1
        ? `removed ${removed.join("")} on ${safeText(args.map)}`
        : `removed ${counted(removed.length, "area")} on ${safeText(args.map)}`,
    );
    return { map: args.map.toLowerCase(), removed };
  }
}
