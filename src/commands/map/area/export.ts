import { Args } from "@oclif/core";
import { writeFile } from "node:fs/promises";

import { BaseCommand } from "../../../cli/base-command.ts";
import { databaseFlag } from "../../../cli/database-flag.ts";
import { counted } from "../../../counts.ts";
import { withDatabase } from "../../../db/open.ts";
import { writingAdvice } from "../../../disk-advice.ts";
import { messageOf, ProxError } from "../../../errors.ts";
import { writeAreaFile } from "../../../maps/area-file.ts";
import { safeText } from "../../../names.ts";
import { readAreas } from "../../../reports/queries/map-areas.ts";

export default class MapAreaExport extends BaseCommand {
  static override summary = "write the named areas of a map as JSON";
  static override description = "the file can be edited and shared; `prox map area import` reads it again";
  static override examples = [
    "<%= config.bin %> <%= command.id %> supply",
    "<%= config.bin %> <%= command.id %> supply supply-areas.json",
  ];
  static override args = {
    map: Args.string({ description: "name of the map", required: true }),
    file: Args.string({ description: "the file to write; by default standard output" }),
  };
  static override flags = databaseFlag;

  async run(): Promise<object> {
    const { args, flags } = await this.parse(MapAreaExport);
    const areas = await withDatabase(
      { databaseUrl: flags["database-url"], signal: this.interrupted },
      ({ sql }) => readAreas(sql, args.map),
    );
    const map = args.map.toLowerCase();
    if (areas.length === 0) {
      throw new ProxError("E_NOT_FOUND", `the map ${safeText(args.map)} has no named areas`, {
        suggestions: ["`prox map area list` shows those of all maps"],
      });
    }
    const text = writeAreaFile(map, areas);
    if (args.file === undefined) {
      if (!this.jsonEnabled()) process.stdout.write(text);
    } else {
      await this.#write(args.file, text);
      this.tell(`${map}: wrote ${counted(areas.length, "area")} to ${safeText(args.file)}`);
    }
    return { map, areas };
  }

  async #write(file: string, text: string): Promise<void> {
    try {
      await writeFile(file, text);
    } catch (cause) {
      throw new ProxError("E_WRITE", `cannot write ${safeText(file)}: ${messageOf(cause)}`, {
        suggestions: writingAdvice(cause, ["name a file in an existing folder that you may write to"]),
        cause,
      });
    }
  }
}
