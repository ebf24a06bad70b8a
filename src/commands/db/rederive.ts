import { Flags } from "@oclif/core";

import { chooseRounds } from "../../care/rounds.ts";
import { BaseCommand } from "../../cli/base-command.ts";
import { databaseFlag } from "../../cli/database-flag.ts";
import { filterFlagsFor, readFilterFlags, type RefusedFilters } from "../../cli/filter-flags.ts";
import { startProgress, type Progress } from "../../cli/progress.ts";
import { terminalOf } from "../../cli/render/terminal.ts";
import { showBlocks } from "../../cli/render/blocks.ts";
import { rederiveBlocks, rederiveSummary } from "../../cli/views/rederive.ts";
import { explainDatabaseError } from "../../db/driver/errors.ts";
import type { Sql } from "../../db/driver/connect.ts";
import { withDatabase } from "../../db/open.ts";
import { ProxError } from "../../errors.ts";
import { newReport, rederive, type RederiveReport } from "../../rederive/rederive.ts";
import { RULES } from "../../rederive/rule-names.ts";
import type { FilterRequest } from "../../reports/filter-request.ts";

const WHOLE_ROUNDS = {
  reason: "rules are applied to whole rounds, with all that happened in them",
  instead: "choose rounds by --map, --since, --until, --round, --session, --tag and --player",
};
const REFUSED: RefusedFilters = Object.fromEntries(
  ["team", "side", "class", "weapon", "means", "phase", "engagement", "bots"].map((name) => [
    name,
    WHOLE_ROUNDS,
  ]),
);

const filters = filterFlagsFor(REFUSED);

export default class DbRederive extends BaseCommand {
  static override summary = "apply the rules of this prox to stored rounds";
  static override description =
    "finds engagements, crossfires, baits, trades and heatmaps of stored rounds again, from the facts in the database, with the same rules " +
    "that the tracker has; what follows from them is derived again too. A round in which a rule was applied in this version already is " +
    "left alone; where a fact is missing, prox says which, and what is stored stays. Filters choose rounds, and in these a rule takes " +
    "everybody and every weapon. Each round is one transaction: after Ctrl-C the " +
    "next run goes on, and imports may run at the same time (docs/importing.md)";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --dry-run",
    "<%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> --rule engagement --since 30d",
    "<%= config.bin %> <%= command.id %> --tag league --player Bravo",
    "<%= config.bin %> <%= command.id %> --again --round latest --json",
  ];
  static override flags = {
    ...databaseFlag,
    rule: Flags.option({ options: RULES, multiple: true, multipleNonGreedy: true })({
      summary: "only this rule; can be given several times",
    }),
    ...filters,
    player: Flags.string({
      summary:
        "rounds in which this player did something: any name they ever used, or their GUID; can be given several times",
      helpValue: "WHO",
      multiple: true,
      multipleNonGreedy: true,
      helpGroup: "FILTER",
    }),
    again: Flags.boolean({ summary: "also where this version of the rule was applied already" }),
    exact: Flags.boolean({
      summary: "leave rounds alone whose positions were sampled less often than the rule looks at them",
    }),
    "dry-run": Flags.boolean({ summary: "say what would change, change nothing" }),
  };

  async run(): Promise<RederiveReport> {
    const { flags } = await this.parse(DbRederive);
    const isDryRun = flags["dry-run"];
    const rules = RULES.filter((rule) => flags.rule?.includes(rule) ?? true);
    const report = newReport(rules, isDryRun);
    let bar: Progress | undefined;
    const onProgress = (done: number, total: number): void => {
      bar ??= startProgress("rederive", total);
      bar.update(done);
    };
    try {
      await withDatabase(
        { databaseUrl: flags["database-url"], isWriter: !isDryRun, signal: this.interrupted },
        async ({ recover, sql, url }) => {
          const roundIds = await this.#chosen(sql, flags);
          const options = { rules, roundIds, isDryRun, isExact: flags.exact, again: flags.again };
          await rederive(sql, { ...options, recover, signal: this.interrupted, onProgress }, report).catch(
            (error: unknown) => {
              throw explainDatabaseError(error, url);
            },
          );
        },
      );
    } catch (error) {
      bar?.stop();
      if (report.done > 0) this.#show(report);
      throw error instanceof ProxError ? error.withResult(report) : error;
    }
    bar?.stop();
    this.#show(report);
    return report;
  }

  /** The rounds that the filters choose; undefined where there is no filter. */
  async #chosen(sql: Sql, flags: FilterRequest): Promise<number[] | undefined> {
    const request = readFilterFlags(flags, REFUSED);
    const isFiltered = Object.values(request).some((value) => value !== undefined && value !== false);
    if (!isFiltered) return undefined;
    return (await chooseRounds(sql, request, "with")).map(({ roundId }) => roundId);
  }

  #show(report: RederiveReport): void {
    this.say(showBlocks(rederiveBlocks(report), terminalOf(process.stdout)));
    this.logDone(rederiveSummary(report));
  }
}
