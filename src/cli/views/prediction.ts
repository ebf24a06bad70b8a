/** What a model says of a round or a fight. */
import { TEAM_NAMES } from "../../engine/players.ts";
import type { FightPrediction, KeyMoment, PlayerAdded, RoundPrediction } from "../../models/predict.ts";
import { describeModel, describeMoment } from "../../models/words.ts";
import { drawWinCurve } from "../../pictures/win-curve.ts";
import { formatClock } from "../../clock.ts";
import { notes, picture, table, terminalOnly, text } from "../render/blocks.ts";
import type { Block } from "../render/blocks.ts";
import { renderCsv } from "../render/table.ts";
import type { TableColumn } from "../render/table.ts";
import type { Terminal } from "../render/terminal.ts";
import type { View } from "../render/view.ts";

const teamName = (team: number | null): string => TEAM_NAMES[team ?? 0] ?? "";
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
const points = (change: number): string => `${change > 0 ? "+" : ""}${(change * 100).toFixed(1)}`;

/** Whose chance rose, and by how much. */
const gainOf = ({ after, before }: KeyMoment): number => Math.abs(after - before);
const MOMENTS: readonly TableColumn<KeyMoment>[] = [
  { key: "time_ms", title: "at", value: (row) => row.timeMs, show: (row) => formatClock(row.timeMs) },
  { key: "what", title: "what", value: (row) => describeMoment(row.events) },
  {
    key: "for",
    title: "for",
    value: ({ after, before }) => teamName(after > before ? 1 : 2),
  },
  {
    key: "gain",
    title: "points",
    value: gainOf,
    show: (row) => points(gainOf(row)),
  },
  {
    key: "axis_before",
    title: "Axis before",
    value: (row) => row.before,
    show: (row) => percent(row.before),
    detail: 2,
  },
  {
    key: "axis_after",
    title: "after",
    value: (row) => row.after,
    show: (row) => percent(row.after),
    detail: 2,
  },
];

const ADDED: readonly TableColumn<PlayerAdded>[] = [
  {
    key: "player",
    title: "player",
    value: (row) => row.name,
    isName: true,
    refersTo: ({ playerId }) => ({ kind: "player", playerId }),
  },
  {
    key: "added",
    title: "points added",
    value: (row) => row.added.value,
    show: ({ added: { high, low, value } }) => `${points(value)} (${points(low)} to ${points(high)})`,
  },
  { key: "added_low", title: "low", value: (row) => row.added.low, csvOnly: true },
  { key: "added_high", title: "high", value: (row) => row.added.high, csvOnly: true },
  {
    key: "given",
    title: "by deeds",
    value: (row) => row.given,
    show: (row) => points(row.given),
    detail: 1,
  },
  {
    key: "taken",
    title: "by own downs",
    value: (row) => row.taken,
    show: (row) => points(row.taken),
    detail: 2,
  },
  { key: "events", title: "n", value: (row) => row.events },
];

const BARS = " ▁▂▃▄▅▆▇█";
const MARGIN = 12;

/** The curve as a line of bars: the taller, the likelier Axis win; tenths where blocks do not show. */
function renderCurve({ curve }: RoundPrediction, { columns, unicode }: Terminal): string[] {
  const room = Math.max(10, Math.min(60, columns - MARGIN));
  const bars = Array.from({ length: Math.min(room, curve.length) }, (_, index) => {
    const { axis = 0.5 } = curve[Math.floor((index / Math.min(room, curve.length)) * curve.length)] ?? {};
    return unicode
      ? (BARS[Math.round(axis * (BARS.length - 1))] ?? "")
      : String(Math.min(9, Math.floor(axis * 10)));
  });
  return [`Axis win |${bars.join("")}|`];
}

/** The curve as an SVG. */
export function winCurve({ curve, endMs, moments }: RoundPrediction): string {
  return drawWinCurve(curve, moments, endMs, "the probability that Axis win, over the round's time");
}

const heading = (line: string): Block => terminalOnly((terminal) => text([line]).terminal(terminal));

/** The key moments and what players added, and which model says it, as blocks of a report. */
export function predictionTables({ added, model, moments }: RoundPrediction): Block[] {
  return [
    heading("Moments that moved it most"),
    table(MOMENTS, moments, "Moments that moved it most"),
    heading("What players added to their team's chance"),
    table(ADDED, added, "What players added to their team's chance"),
    notes([...describeModel(model), "points are hundredths of probability, with the model's 95 % interval"]),
  ];
}

/** The curve and {@link predictionTables}. */
export function predictionBlocks(prediction: RoundPrediction): Block[] {
  return [
    heading("Who would win"),
    picture(
      () => winCurve(prediction),
      (terminal) => renderCurve(prediction, terminal),
    ),
    ...predictionTables(prediction),
  ];
}

/** A round as a model sees it. */
export function roundPredictionView(prediction: RoundPrediction): View {
  const { curve, endMs, moments, roundKey, winnerTeam } = prediction;
  const won = winnerTeam === null ? "nobody won" : `${teamName(winnerTeam)} won`;
  return {
    title: `Who would win ${roundKey}`,
    blocks: [text([`${roundKey}: ${won}`]), ...predictionBlocks(prediction)],
    csv: () =>
      renderCsv(
        [
          { key: "time_ms", title: "at", value: (row) => row.timeMs },
          { key: "axis", title: "Axis", value: (row) => row.axis },
          { key: "low", title: "low", value: (row) => row.low },
          { key: "high", title: "high", value: (row) => row.high },
        ] satisfies TableColumn<(typeof curve)[number]>[],
        curve,
      ),
    svg: () => drawWinCurve(curve, moments, endMs, "the probability that Axis win, over the round's time"),
  };
}

type FeatureRow = FightPrediction["features"][number];
const FIGHT: readonly TableColumn<FeatureRow>[] = [
  { key: "feature", title: "feature", value: ({ name }) => name },
  { key: "value", title: "value", value: ({ value }) => value, show: ({ value }) => value.toFixed(2) },
  {
    key: "adds",
    title: "adds to the log-odds",
    value: ({ adds }) => adds,
    show: ({ adds }) => adds.toFixed(2),
  },
];

/** A fight as a model sees it. */
export function fightPredictionView(prediction: FightPrediction): View {
  const { engagement, features, model, roundKey, team, winnerTeam, wins } = prediction;
  const won = winnerTeam === null ? "nobody won" : `${teamName(winnerTeam)} won`;
  return {
    title: `Who would win ${roundKey}#${engagement}`,
    blocks: [
      text([
        `${roundKey}#${engagement}: ${teamName(team)} opened it, and win with ${percent(wins.value)} ` +
          `(${percent(wins.low)}–${percent(wins.high)}), by what is known at the first hit; ${won}`,
      ]),
      table(FIGHT, features, "What is known at the first hit"),
      notes(describeModel(model)),
    ],
    csv: () => renderCsv(FIGHT, features),
  };
}
