/** Ratings, and how well they foresaw who wins. */
import { counted } from "../../counts.ts";
import { tellBacktest, type Backtest, type RatingPredictor } from "../../models/rating-backtest.ts";
import type { RatedPerson, RatingsReport } from "../../models/report-ratings.ts";
import { drawCalibration } from "../../pictures/calibration.ts";
import { notes, pageOnly, picture, table, text } from "../render/blocks.ts";
import { renderCsv } from "../render/table.ts";
import type { TableColumn } from "../render/table.ts";
import type { View } from "../render/view.ts";
import { OF_BOTS, scoreColumns, tellCalibration } from "./model.ts";
import { describeMore } from "./notes.ts";

const signed = (points: number): string => `${points < 0 ? "−" : "+"}${Math.abs(points).toFixed(0)}`;

const COLUMNS: readonly TableColumn<RatedPerson>[] = [
  {
    key: "player",
    title: "player",
    value: (row) => row.name,
    isName: true,
    refersTo: ({ playerId }) => ({ kind: "player", playerId }),
  },
  {
    key: "rating",
    title: "rating",
    value: (row) => row.rating.value,
    show: ({ rating }) => `${signed(rating.value)} (${signed(rating.low)} to ${signed(rating.high)})`,
  },
  { key: "rating_low", title: "low", value: (row) => row.rating.low, csvOnly: true },
  { key: "rating_high", title: "high", value: (row) => row.rating.high, csvOnly: true },
  {
    key: "certainty",
    title: "certainty",
    value: (row) => row.certainty,
    show: (row) => `${(row.certainty * 100).toFixed(0)} %`,
  },
  {
    key: "contests",
    title: "contests",
    value: (row) => row.contests,
    show: (row) => row.contests.toFixed(1),
  },
  { key: "won", title: "won", value: (row) => row.won, show: (row) => row.won.toFixed(1), detail: 1 },
];

/** People by their rating, at most so many; the CSV has all. */
export function ratingsView(report: RatingsReport, limit: number): View {
  const shown = report.ratings.slice(0, limit);
  const more = describeMore(report.ratings.length - shown.length, "player");
  return {
    title: "Ratings",
    blocks: [table(COLUMNS, shown, "Ratings"), notes([...more, ...report.notes])],
    csv: () => renderCsv(COLUMNS, report.ratings),
  };
}

const SCORES = scoreColumns<RatingPredictor>("worse than ratings by");

/** How well ratings foresaw who wins. */
export function backtestView(found: Backtest, { bots }: { readonly bots: boolean }): View {
  const svg = (): string =>
    drawCalibration(
      found.bins,
      found.calibrationFloor,
      "how often it was won, over the probability that ratings gave",
    );
  return {
    title: "How well ratings foresee who wins",
    blocks: [
      table(SCORES, found.scores, "Foreseen in order of time"),
      text([
        `${counted(found.contests, "contest")} of ${counted(found.sessions, "session")} foreseen, after ${found.learntFrom} that were only learnt from; ` +
          `${(found.wonShare * 100).toFixed(0)} % won by the attackers, or Axis where nobody attacks`,
        tellBacktest(found),
        tellCalibration(found),
        ...(bots ? [OF_BOTS] : []),
      ]),
      pageOnly(picture(svg)),
      notes([
        "each contest was foreseen by what was known before it; a stopwatch match is one",
        "95 % intervals over sessions",
      ]),
    ],
    csv: () => renderCsv(SCORES, found.scores),
    svg,
  };
}
