import { Flags } from "@oclif/core";

import { BaseCommand } from "../../cli/base-command.ts";
import { databaseFlag } from "../../cli/database-flag.ts";
import { withDatabase } from "../../db/open.ts";
import { countPrunable, prunePositions } from "../../db/prune.ts";
import { ProxError } from "../../errors.ts";

/** A date or time in UTC. */
function parseTime(text: string): Date {
  const time = new Date(text);
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(time.getTime())) {
    throw new ProxError("E_USAGE", `${JSON.stringify(text)} is not a date`, {
      suggestions: ["write it like 2026-01-31, or 2026-01-31T20:00:00Z"],
    });
  }
  return time;
}

export default class DbPrune extends BaseCommand {
  static override summary = "delete the positions of old rounds, and keep everything else";
  static override description =
    "positions of players and vehicles are nine tenths of the data; kills, objectives, engagements, heatmaps and all statistics of the rounds stay, those " +
    "that were computed from the positions included";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --before 2025-01-01 --dry-run",
    "<%= config.bin %> <%= command.id %> --before 2025-01-01",
  ];
  static override flags = {
    ...databaseFlag,
    before: Flags.string({
      summary: "prune rounds that started before this date, in UTC",
      helpValue: "DATE",
      required: true,
    }),
    "dry-run": Flags.boolean({ summary: "say what would be deleted, delete nothing" }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(DbPrune);
    const before = parseTime(flags.before);
    const isDryRun = flags["dry-run"];
    return withDatabase(
      { databaseUrl: flags["database-url"], isWriter: !isDryRun, signal: this.interrupted },
      async ({ sql }) => {
        const pruned = isDryRun
          ? await countPrunable(sql, before)
          : await prunePositions(sql, before, { signal: this.interrupted });
        const verb = isDryRun ? "would delete" : "deleted";
        const line = `${verb} ${pruned.rows} positions of ${pruned.rounds} rounds before ${before.toISOString()}`;
        if (isDryRun) this.log(line);
        else this.logDone(line);
        return { ...pruned, before: before.toISOString(), dryRun: isDryRun };
      },
    );
  }
}
