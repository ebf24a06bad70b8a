import { Flags } from "@oclif/core";

import { filterFlags, readFilterFlags } from "../../cli/filter-flags.ts";
import { notes, table } from "../../cli/render/blocks.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { renderCsv, withSample } from "../../cli/render/table.ts";
import type { TableColumn } from "../../cli/render/table.ts";
import { formatRate } from "../../reports/statistics.ts";
import { reportTeamPlay } from "../../reports/team-play.ts";
import type { Pair } from "../../reports/team-play.ts";

const COLUMNS: readonly TableColumn<Pair>[] = [
  { key: "player", title: "player", value: (row) => row.name, isName: true },
  { key: "partner", title: "partner", value: (row) => row.partnerName, isName: true },
  { key: "crossfires", title: "crossfires", value: (row) => row.crossfires },
  { key: "damage", title: "damage", value: (row) => row.crossfireDamage, detail: 2 },
  {
    key: "median_angle_deg",
    title: "median angle",
    detail: 1,
    value: (row) => row.medianAngleDeg,
    show: (row) => (row.medianAngleDeg === null ? "" : `${Math.round(row.medianAngleDeg)}°`),
  },
  {
    key: "crossfire_rate",
    title: "in shared fights",
    value: (row) => row.crossfireRate.share,
    ...withSample((row, hasSample) => formatRate(row.crossfireRate, hasSample)),
  },
  { key: "crossfire_rate_low", title: "low", value: (row) => row.crossfireRate.low, csvOnly: true },
  { key: "crossfire_rate_high", title: "high", value: (row) => row.crossfireRate.high, csvOnly: true },
  { key: "crossfire_fights", title: "fights with one", value: (row) => row.crossfireFights, csvOnly: true },
  { key: "shared_fights", title: "shared fights", value: (row) => row.sharedFights, csvOnly: true },
  { key: "rounds", title: "rounds", value: (row) => row.rounds, detail: 3 },
];

export default class ReportCrossfire extends ReportCommand {
  static override summary =
    "show which pairs of teammates catch enemies in a crossfire, and how often they could have";
  static override description =
    "a crossfire is two teammates hitting one enemy within a short time from clearly different directions; the opportunity " +
    "is a fight in which both took part, `in shared fights` the share of these that had a crossfire of the two; rates carry a 95 % interval and their sample";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --session latest",
    "<%= config.bin %> <%= command.id %> --player Bravo --map supply --csv crossfires.csv",
  ];
  static override flags = {
    ...sourceFlags,
    ...filterFlags,
    limit: Flags.integer({ summary: "most pairs to list", default: 20, min: 1 }),
    ...formFlagsFor("csv", "html"),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(ReportCrossfire);
    const report = await this.withReports(flags, (sql) => reportTeamPlay(sql, readFilterFlags(flags)));
    // Two who only could have avenged each other had no opportunity of a crossfire.
    const all = report.pairs.filter(({ sharedFights }) => sharedFights > 0);
    const pairs = all.slice(0, flags.limit);
    const left = all.length - pairs.length;
    const more = left > 0 ? [`${left} pairs more, --limit shows them`] : [];
    await this.present("Crossfires", [table(COLUMNS, pairs), notes([...more, ...report.notes])], flags, {
      csv: () => renderCsv(COLUMNS, pairs),
    });
    return { ...report, pairs: all };
  }
}
