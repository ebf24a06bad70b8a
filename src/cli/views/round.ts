/** A round: scores, momentum, moments, fights, and the page that replays it. */
import { fightShape } from "../../fight-shape.ts";
import { ownNumbers } from "../../reports/queries/engagements.ts";
import { counted } from "../../counts.ts";
import { TEAM_NAMES } from "../../engine/players.ts";
import { safeText } from "../../names.ts";
import { describeMoment } from "../../reports/describe-moment.ts";
import { formatClock } from "../../clock.ts";
import type { ScoreRow } from "../../reports/queries/round.ts";
import { wilson } from "../../reports/statistics.ts";
import type { Rate } from "../../reports/statistics.ts";
import type { RoundPrediction } from "../../models/predict.ts";
import type { Moment, MomentumStep, RoundReport } from "../../reports/round.ts";
import { PAINT } from "../../pictures/colours.ts";
import { renderReplay } from "../../replay/render.ts";
import type { ReplayData } from "../../replay/replay-data.ts";
import { table, terminalOnly, text } from "../render/blocks.ts";
import type { Block } from "../render/blocks.ts";
import { renderCsv, withSample } from "../render/table.ts";
import type { TableColumn } from "../render/table.ts";
import type { View } from "../render/view.ts";
import { hexColour, nameSpans, renderSpans, span } from "../render/terminal.ts";
import type { Terminal } from "../render/terminal.ts";
import { formatRate } from "./estimates.ts";
import { describeSource, TOTALS_COLUMNS } from "./foreign-round.ts";
import { objectiveBlocks, objectivesCsv } from "./objective-timeline.ts";
import { predictionBlocks } from "./prediction.ts";

const teamName = (team: number): string => TEAM_NAMES[team] ?? "";
const TEAM_COLOURS = [undefined, hexColour(PAINT.axis), hexColour(PAINT.allies)] as const;

/** Without shots nothing is known of what was hit of them. */
const accuracyOf = ({ hits, shots }: ScoreRow): Rate =>
  shots === null || hits === null ? wilson(0, 0) : wilson(Math.min(hits, shots), shots);

/** The columns of a scoreboard. */
const SCORE_COLUMNS: readonly TableColumn<ScoreRow>[] = [
  {
    key: "team",
    title: "team",
    value: (row) => teamName(row.team),
    show: (row) => [span(teamName(row.team), { colour: TEAM_COLOURS[row.team] })],
  },
  {
    key: "player",
    title: "player",
    value: (row) => row.name,
    isName: true,
    refersTo: ({ playerId }) => ({ kind: "player", playerId }),
  },
  { key: "is_bot", title: "bot", value: (row) => row.isBot, csvOnly: true },
  { key: "kills", title: "kills", value: (row) => row.kills },
  { key: "deaths", title: "deaths", value: (row) => row.deaths },
  { key: "kills_undone", title: "undone", value: (row) => row.killsUndone, detail: 6 },
  { key: "deaths_undone", title: "revived", value: (row) => row.deathsUndone, detail: 7 },
  { key: "damage_given", title: "damage", value: (row) => row.damageGiven },
  { key: "damage_received", title: "received", value: (row) => row.damageReceived, detail: 2 },
  { key: "shots", title: "bullets", value: (row) => row.shots, detail: 4 },
  { key: "hits", title: "hits", value: (row) => row.hits, detail: 5 },
  {
    key: "accuracy",
    title: "accuracy",
    value: (row) => accuracyOf(row).share,
    ...withSample((row, hasSample) => formatRate(accuracyOf(row), hasSample)),
  },
  { key: "accuracy_low", title: "low", value: (row) => accuracyOf(row).low, csvOnly: true },
  { key: "accuracy_high", title: "high", value: (row) => accuracyOf(row).high, csvOnly: true },
  { key: "head_hits", title: "head", value: (row) => row.headHits, detail: 3 },
  { key: "revives", title: "revives", value: (row) => row.revives, detail: 1 },
  { key: "team_kills", title: "team kills", value: (row) => row.teamKills, csvOnly: true },
];

/** Who did what in a round, or what the statistics of another tracker say of it. */
export function scoreTable(scores: RoundReport["scores"], totals: RoundReport["totals"]): Block {
  return totals.length === 0
    ? table(SCORE_COLUMNS, scores, "Scores")
    : table(TOTALS_COLUMNS, totals, "Scores");
}

const RISING = " ▁▂▃▄▅▆▇█";

/** What stands beside the bars: a team's name and its kills. */
const MOMENTUM_MARGIN = 20;

/** As many steps as there is room for: neighbours become one. */
function fitMomentum(momentum: readonly MomentumStep[], room: number): readonly MomentumStep[] {
  const together = Math.max(1, Math.ceil(momentum.length / Math.max(1, room)));
  return Array.from({ length: Math.ceil(momentum.length / together) }, (_, index) =>
    momentum.slice(index * together, (index + 1) * together).reduce((sum, step) => ({
      fromMs: sum.fromMs,
      axisKills: sum.axisKills + step.axisKills,
      alliesKills: sum.alliesKills + step.alliesKills,
      axisGains: sum.axisGains + step.axisGains,
      alliesGains: sum.alliesGains + step.alliesGains,
    })),
  );
}

/** Two lines of bars: kills by Axis and by Allies, step by step; digits where blocks do not show. Below each its gains. */
function renderMomentum(steps: readonly MomentumStep[], terminal: Terminal): string[] {
  const momentum = fitMomentum(steps, terminal.columns - MOMENTUM_MARGIN);
  const most = Math.max(1, ...momentum.map(({ alliesKills, axisKills }) => Math.max(axisKills, alliesKills)));
  const bar = (kills: number): string =>
    terminal.unicode
      ? (RISING[Math.ceil((kills / most) * (RISING.length - 1))] ?? "")
      : kills === 0
        ? "."
        : String(Math.min(9, kills));
  const line = (team: 1 | 2, kills: (step: MomentumStep) => number): string => {
    const total = momentum.reduce((sum, step) => sum + kills(step), 0);
    const bars = momentum.map((step) => bar(kills(step))).join("");
    const colour = TEAM_COLOURS[team];
    return renderSpans(
      [span(teamName(team).padEnd(7), { colour }), span(`|${bars}| ${counted(total, "kill")}`)],
      terminal,
    );
  };
  const gains = (count: (step: MomentumStep) => number): string[] => {
    const total = momentum.reduce((sum, step) => sum + count(step), 0);
    const marks = momentum
      .map((step) => (count(step) === 0 ? " " : String(Math.min(9, count(step)))))
      .join("");
    return total === 0 ? [] : [`       |${marks}| ${counted(total, "gain")}`];
  };
  const stepS = (momentum[1]?.fromMs ?? 0) / 1000;
  return [
    line(1, ({ axisKills }) => axisKills),
    ...gains(({ axisGains }) => axisGains),
    line(2, ({ alliesKills }) => alliesKills),
    ...gains(({ alliesGains }) => alliesGains),
    `       from 0:00 in steps of ${stepS} s, at most ${counted(most, "kill")} in one`,
  ];
}

const tellMoment = (moment: Moment): string =>
  `  ${formatClock(moment.timeMs).padStart(5)}  ${describeMoment(moment)}`;

function tellFight(fight: RoundReport["fights"][number]): string {
  const { area, engagement, startMs, winnerTeam } = fight;
  const { deaths, enemies, kills, own } = ownNumbers(fight);
  const where = area === null ? "" : ` at ${area}`;
  const winner = winnerTeam === null ? "nobody won" : `${teamName(winnerTeam)} won`;
  return `  ${formatClock(startMs).padStart(5)}  ${fightShape(own, enemies)}${where}, ${winner}, ${kills}:${deaths} downs  #${engagement}`;
}

/** When the recording began: what files of the first format do not say is not recorded, and never 0. */
function describeBegin({ beganMs, pieces }: RoundReport["round"]): string {
  if (beganMs === null) return "recorded from: unknown";
  const inPieces = pieces !== null && pieces > 1 ? `, in ${pieces} pieces` : "";
  return `recorded from: ${formatClock(beganMs)}${inPieces}`;
}

function roundBlocks(report: RoundReport, prediction: RoundPrediction | undefined): Block[] {
  const { bots, fights, momentum, moments, round, scores, totals, words } = report;
  const winner = round.winnerTeam === null ? "no result" : `${teamName(round.winnerTeam)} won`;
  const day = round.startedAt.toISOString().slice(0, 16).replace("T", " ");
  return [
    text([
      `${safeText(round.map)}, round ${round.round}, ${day} UTC, lasted ${formatClock(round.endMs)}, ${winner}`,
      [...nameSpans(round.serverName ?? "server not recorded"), span(`  ${round.roundKey}`)],
      ...(round.isComplete ? [] : [`incomplete: ${round.endReason.replace("_", " ")}`]),
      ...(round.source === "prox" ? [describeBegin(round)] : describeSource(round)),
      ...(words.length === 0 ? [] : [`only ${words.join(" · ")}`]),
      bots,
      ...report.mixed,
    ]),
    scoreTable(scores, totals),
    ...(scores.length === 0 || round.combatRows === null
      ? []
      : [terminalOnly((terminal: Terminal) => renderMomentum(momentum, terminal))]),
    text(moments.length === 0 ? [] : ["moments", ...moments.map(tellMoment)]),
    ...objectiveBlocks(report.objectives, report.objectivesRecorded, round.roundKey),
    text(
      fights.length === 0
        ? []
        : [
            `biggest fights; \`prox report engagement ${safeText(round.roundKey)}#…\` explains one`,
            ...fights.map(tellFight),
          ],
    ),
    ...(prediction === undefined ? [] : predictionBlocks(prediction)),
  ];
}

/** A round's story, with what a trained model says of it; its page is the replay, where that was loaded. */
export function roundView(
  report: RoundReport,
  replay: ReplayData | undefined,
  prediction?: RoundPrediction,
): View & { readonly objectives: () => string } {
  return {
    title: report.round.roundKey,
    blocks: roundBlocks(report, prediction),
    csv: () =>
      report.totals.length === 0
        ? renderCsv(SCORE_COLUMNS, report.scores)
        : renderCsv(TOTALS_COLUMNS, report.totals),
    objectives: () => objectivesCsv(report.objectives),
    ...(replay === undefined ? {} : { html: () => renderReplay(replay) }),
  };
}
