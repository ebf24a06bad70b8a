import { Args, Flags } from "@oclif/core";

import { BaseCommand } from "../cli/base-command.ts";
import { databaseFlag } from "../cli/database-flag.ts";
import { filterFlagsFor, readFilterFlags, type RefusedFilters } from "../cli/filter-flags.ts";
import { startProgress } from "../cli/progress.ts";
import { counted } from "../counts.ts";
import type { Sql } from "../db/driver/connect.ts";
import { withDatabase } from "../db/open.ts";
import { type ExportResult, exportRounds } from "../export/export-rounds.ts";
import { EXPORT_FORMATS } from "../export/layout.ts";
import { type FilterRequest, resolveFilters } from "../reports/filter-request.ts";
import { roundConditions } from "../reports/filters.ts";

const NO_ROUND_FILTER = {
  reason: "an export holds whole rounds",
  instead:
    "choose rounds by --map, --since, --until, --round, --session and --tag; ask about the rest in queries",
};
const REFUSED: RefusedFilters = Object.fromEntries(
  ["player", "team", "side", "class", "weapon", "means", "phase", "engagement", "bots"].map((name) => [
    name,
    NO_ROUND_FILTER,
  ]),
);

/** The filters as they were written. */
function filterWords(request: FilterRequest): string[] {
  return Object.entries(request).flatMap(([name, value]) =>
    [value].flat().flatMap((one) => (one === undefined ? [] : [`--${name} ${String(one)}`])),
  );
}

/** The rounds that the filters choose; those that reports leave out come too, and say that they are left out. */
async function chosenRounds(sql: Sql, request: FilterRequest): Promise<number[] | undefined> {
  if (filterWords(request).length === 0) return undefined;
  const { filters } = await resolveFilters(sql, { ...request, exclusion: "with" });
  const rounds = await sql<{ round_id: number }[]>`
    with chosen as (select r.round_id from rounds r where ${roundConditions(sql, filters)})
    select round_id from rounds
    where round_id in (select round_id from chosen) or same_as_round_id in (select round_id from chosen)`;
  return rounds.map((round) => round.round_id);
}

/** One line of what was done, or would be. */
function summary({ rounds, total, written }: ExportResult): string {
  const rows = Object.values(written).reduce((sum, count) => sum + count, 0);
  const changes = [
    ...(rounds.new === 0 ? [] : [`${rounds.new} new`]),
    ...(rounds.changed === 0 ? [] : [`${rounds.changed} changed`]),
    ...(rounds.gone === 0 ? [] : [`${rounds.gone} gone`]),
    `${rounds.kept + rounds.carried} as they were`,
  ];
  const what = `rounds: ${changes.join(", ")}; ${total === undefined ? "would read" : "read"} ${counted(rows, "row")}`;
  if (total === undefined) return what;
  return `${what}; now ${counted(total.rows, "row")} in ${counted(total.files, "file")}, ${(total.bytes / 1e6).toFixed(1)} MB`;
}

export default class Export extends BaseCommand {
  static override summary = "write rounds as Parquet files for any engine of analysis";
  static override description =
    "writes all tables, with the names of the database, into files below one folder, by month and map; a second run writes only " +
    "rounds that are new or have changed, and removes those that are gone. Of rounds whose positions `prox db prune` has deleted, the " +
    "export keeps them. `prox query` asks it without any database; docs/analysis.md has questions in SQL and Python. Needs the " +
    "package @duckdb/node-api";
  static override examples = [
    "<%= config.bin %> <%= command.id %> /srv/prox-export",
    "<%= config.bin %> <%= command.id %> /srv/prox-export --dry-run",
    "<%= config.bin %> <%= command.id %> supply.csv --format csv --map supply --since 2026-01-01",
  ];
  static override args = {
    folder: Args.string({ description: "folder of the export; made if it is not there", required: true }),
  };
  static override flags = {
    ...databaseFlag,
    format: Flags.option({ options: EXPORT_FORMATS })({
      summary: "form of the files; csv and ndjson are compressed with gzip",
      default: "parquet",
    }),
    full: Flags.boolean({ summary: "write everything again, whether it has changed or not" }),
    "dry-run": Flags.boolean({ summary: "say what would be written, write nothing" }),
    ...filterFlagsFor(REFUSED),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Export);
    const request = readFilterFlags(flags, REFUSED);
    const isDryRun = flags["dry-run"];
    const progress = startProgress("export", 1);
    try {
      const result = await withDatabase(
        { databaseUrl: flags["database-url"], signal: this.interrupted },
        async ({ sql }) =>
          exportRounds(sql, args.folder, {
            format: flags.format,
            roundIds: await chosenRounds(sql, request),
            filters: filterWords(request),
            isFull: flags.full,
            isDryRun,
            signal: this.interrupted,
            progress: (rows, all) => {
              progress.update(all === 0 ? 1 : rows / all);
            },
          }),
      );
      progress.stop();
      this.#tellLost(result);
      if (isDryRun) this.log(summary(result));
      else this.logDone(`${args.folder}: ${summary(result)}`);
      return { folder: args.folder, format: flags.format, dryRun: isDryRun, ...result };
    } finally {
      progress.stop();
    }
  }

  #tellLost({ prunedBefore }: ExportResult): void {
    if (prunedBefore.length === 0) return;
    this.warn(
      `${counted(prunedBefore.length, "round")} had no positions any more: they were pruned before they could be exported`,
    );
  }
}
