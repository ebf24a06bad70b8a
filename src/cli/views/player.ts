/** One player's profile. */
import { fightShape } from "../../fight-shape.ts";
import { counted, formatDuration, whole } from "../../counts.ts";
import { meansOfDeathName } from "../../engine/means-of-death.ts";
import { weaponName } from "../../engine/weapons.ts";
import { plainName, safeText } from "../../names.ts";
import type { PlayerTraits } from "../../models/player-traits.ts";
import { drawForm } from "../../pictures/form.ts";
import { drawHeatmap } from "../../pictures/heatmap.ts";
import type { HeatmapPicture } from "../../pictures/heatmap.ts";
import type { Metric, Opponent, Partner, PlayerReport, SessionForm } from "../../reports/player.ts";
import { DISTANCE_BANDS } from "../../reports/queries/player-totals.ts";
import type { Movement } from "../../reports/queries/movement-totals.ts";
import type { DistanceRow, MeansRow } from "../../reports/queries/player-totals.ts";
import { pageOnly, picture as drawn, table, text } from "../render/blocks.ts";
import type { Block } from "../render/blocks.ts";
import { renderCsv, withSample } from "../render/table.ts";
import type { TableColumn } from "../render/table.ts";
import { nameSpans, span } from "../render/terminal.ts";
import type { View } from "../render/view.ts";
import { formatEstimate, formatRate, formatShare } from "./estimates.ts";
import { traitBlocks } from "./traits.ts";

const SIDES = ["player", "others", "now", "before"] as const;
type Side = (typeof SIDES)[number];

function sideColumn(side: Side, title: string): TableColumn<Metric> {
  return {
    key: side,
    title,
    value: (row) => row[side].value,
    ...withSample((row, hasSample) =>
      row.unit === "share" ? formatShare(row[side], hasSample) : formatEstimate(row[side], hasSample),
    ),
  };
}

const METRIC: TableColumn<Metric> = {
  key: "metric",
  title: "",
  value: (row) => row.key,
  show: ({ title, unit }) =>
    ["", "share"].includes(unit) ? title : `${title} ${unit.startsWith("per ") ? unit : `(${unit})`}`,
};
const METRICS = [METRIC, sideColumn("player", "player"), sideColumn("others", "the others")];
const BEFORE = [METRIC, sideColumn("now", "now"), sideColumn("before", "before")];
/** All of a metric, for CSV. */
const METRICS_CSV: readonly TableColumn<Metric>[] = [
  METRIC,
  ...SIDES.flatMap((side) => [
    sideColumn(side, side),
    ...(["low", "high", "sample"] as const).map((part) => ({
      key: `${side}_${part}`,
      title: part,
      value: (row: Metric) => row[side][part],
    })),
  ]),
  { key: "sample_unit", title: "sample unit", value: (row) => row.player.sampleUnit },
  { key: "unit", title: "unit", value: (row) => row.unit },
];

const SHAPES: readonly TableColumn<PlayerReport["shapes"][number]>[] = [
  { key: "shape", title: "fights, own side first", value: (row) => fightShape(row.own, row.enemies) },
  { key: "fights", title: "number", value: (row) => row.fights },
  { key: "opened", title: "opened", value: (row) => row.opened, detail: 2 },
  { key: "won", title: "won", value: (row) => row.won },
  { key: "lost", title: "lost", value: (row) => row.lost },
  {
    key: "rate",
    title: "win rate (decided)",
    value: (row) => row.winRate.share,
    ...withSample((row, hasSample) => formatRate(row.winRate, hasSample)),
  },
  { key: "kills", title: "kills", value: (row) => row.kills },
  { key: "deaths", title: "deaths", value: (row) => row.deaths },
  {
    key: "damage",
    title: "damage +/−",
    detail: 1,
    value: (row) => row.damageGiven,
    show: (row) => `${whole(row.damageGiven)}/${whole(row.damageReceived)}`,
  },
];

const WEAPONS: readonly TableColumn<PlayerReport["weapons"][number]>[] = [
  { key: "weapon", title: "weapon", value: (row) => weaponName(row.weapon) },
  { key: "shots", title: "shots", value: (row) => row.shots },
  { key: "hits", title: "hits", value: (row) => row.hits },
  {
    key: "accuracy",
    title: "accuracy",
    value: (row) => row.accuracy.share,
    ...withSample((row, hasSample) => formatRate(row.accuracy, hasSample)),
  },
  { key: "head", title: "head", value: (row) => row.head },
  { key: "damage", title: "damage", value: (row) => row.damage },
];

const MEANS: readonly TableColumn<MeansRow>[] = [
  { key: "means", title: "kills by", value: (row) => meansOfDeathName(row.means) },
  { key: "kills", title: "kills", value: (row) => row.kills },
  {
    key: "distance_units",
    title: "median distance",
    value: (row) => row.distanceUnits,
    show: (row) => (row.distanceUnits === null ? "" : `${whole(row.distanceUnits)} units`),
  },
];

const DISTANCES: readonly TableColumn<DistanceRow>[] = [
  {
    key: "from_units",
    title: "distance",
    value: (row) => row.fromUnits,
    show: (row) => {
      const next = DISTANCE_BANDS.find((end) => end > row.fromUnits);
      return next === undefined ? `${row.fromUnits} units and more` : `${row.fromUnits} to ${next} units`;
    },
  },
  { key: "kills", title: "kills", value: (row) => row.kills },
  { key: "deaths", title: "deaths by enemies", value: (row) => row.deaths },
];

const rateColumn = (key: "winRate" | "crossfireRate" | "tradeRate", title: string): TableColumn<Partner> => ({
  key,
  title,
  value: (row) => row[key].share,
  ...withSample((row, hasSample) => formatRate(row[key], hasSample)),
});

const PARTNERS: readonly TableColumn<Partner>[] = [
  {
    key: "partner",
    title: "best partners",
    value: (row) => row.name,
    isName: true,
    refersTo: ({ playerId }) => ({ kind: "player", playerId }),
  },
  { key: "shared_fights", title: "fights", value: (row) => row.sharedFights, detail: 1 },
  rateColumn("winRate", "win rate (decided)"),
  { ...rateColumn("crossfireRate", "with a crossfire"), detail: 2 },
  { ...rateColumn("tradeRate", "deaths avenged"), detail: 3 },
  { key: "baits", title: "baits", value: (row) => row.baits, detail: 4 },
];

const OPPONENTS: readonly TableColumn<Opponent>[] = [
  {
    key: "opponent",
    title: "opponents",
    value: (row) => row.name,
    isName: true,
    refersTo: ({ playerId }) => ({ kind: "player", playerId }),
  },
  { key: "kills", title: "killed", value: (row) => row.kills },
  { key: "deaths", title: "killed by", value: (row) => row.deaths },
  {
    key: "killRate",
    title: "share of the kills",
    detail: 1,
    value: (row) => row.killRate.share,
    ...withSample((row, hasSample) => formatRate(row.killRate, hasSample)),
  },
];

const FORM: readonly TableColumn<SessionForm>[] = [
  {
    key: "session",
    title: "session",
    value: (row) => row.session,
    refersTo: ({ session }) => ({ kind: "session", session }),
  },
  { key: "rounds", title: "rounds", value: (row) => row.rounds },
  { key: "kills", title: "kills", value: (row) => row.kills },
  { key: "deaths", title: "deaths", value: (row) => row.deaths },
  {
    key: "kills_per_death",
    title: "kills per death",
    value: (row) => row.killsPerDeath.value,
    ...withSample((row, hasSample) => formatEstimate(row.killsPerDeath, hasSample)),
  },
  {
    key: "rounds_won",
    title: "rounds won (decided)",
    detail: 1,
    value: (row) => row.roundsWon.share,
    ...withSample((row, hasSample) => formatRate(row.roundsWon, hasSample)),
  },
];
const SESSIONS_SHOWN = 10;
/** So many sessions are drawn, the latest. */
const SESSIONS_DRAWN = 40;

/** Kills per death, session by session, as a picture of the page; nothing with less than two sessions to compare. */
function formChart({ form }: PlayerReport): Block[] {
  const points = form
    .slice(0, SESSIONS_DRAWN)
    .toReversed()
    .flatMap(({ killsPerDeath: { high, low, value }, session }) =>
      value === null ? [] : [{ label: session.slice(0, 10), value, low: low ?? value, high: high ?? value }],
    );
  if (points.length < 2) return [];
  return [
    pageOnly(drawn(() => drawForm(points, "kills per death, session by session, with 95 % intervals"))),
  ];
}

/** What the player did at objectives, in a few lines. */
function tellObjectives({ objectives, rounds }: PlayerReport): string[] {
  if (objectives === null) return ["objectives: not recorded in these rounds"];
  const { buildingKilled, carriersKilled, defusingKilled, plantingKilled } = objectives;
  const told = [
    counted(objectives.planted, "plant"),
    counted(objectives.defused, "defuse"),
    `${(objectives.builtPercent / 100).toFixed(1)} stages built`,
    `${counted(objectives.carries, "carry", "carries")} (${formatDuration(objectives.carriedMs)}, ${objectives.secured} secured)`,
    counted(objectives.returned, "return"),
    counted(objectives.captured, "spawn point captured", "spawn points captured"),
  ].join(", ");
  const some = objectives.rounds < rounds ? ` (recorded in ${objectives.rounds} of ${rounds} rounds)` : "";
  return [
    `objectives${some}: ${told}`,
    `enemies killed at objectives: ${counted(carriersKilled, "carrier")}, ${plantingKilled} planting, ${defusingKilled} defusing, ` +
      `${buildingKilled} building; died carrying ${objectives.deathsCarrying}, at work ${objectives.deathsActing}`,
    `enemies killed in defence: ${objectives.plantsDefended} at own dynamite, ${objectives.defusesDefended} at the enemy's, ` +
      `${objectives.buildsDefended} at own building sites, ${objectives.carriersDefended} who had hit a carrier`,
  ];
}

/** What a profile is about, in lines; names and GUID are not among them. */
export function profileFacts(report: PlayerReport): string[] {
  const { combat, maps, movement, rounds } = report;
  const alive = ({ aliveS, lives }: Movement): string =>
    `${whole(aliveS / 60)} min in ${counted(lives, "life", "lives")}`;
  return [
    `${counted(rounds, "round")} on ${maps
      .slice(0, 6)
      .map(({ map, rounds: count }) => `${safeText(map)} (${count})`)
      .join(", ")}`,
    [
      `${counted(combat.player.kills, "kill")} (${whole(combat.player.killsUndone)} undone by a revive)`,
      `${counted(combat.player.deaths, "death")} (${whole(combat.player.deathsByEnemies)} by enemies, ${whole(combat.player.deathsUndone)} undone by a revive)`,
      `${whole(combat.player.damageGiven)} damage given`,
      `${whole(combat.player.damageReceived)} received`,
      counted(combat.player.revives, "revive"),
      ...(combat.player.teamKills === 0 ? [] : [counted(combat.player.teamKills, "team kill")]),
    ].join(", "),
    ...tellObjectives(report),
    `alive ${alive(movement.player)}, the others ${alive(movement.others)}; rates count time alive only`,
  ];
}

/** Situations of a player's lives, with what they add up to. */
function situationBlocks({ lives, situations }: PlayerReport): Block[] {
  if (situations === null)
    return [text(["situations are not told by weapon, means of death or shape of a fight"])];
  const { boughtDowns, boughtMs, doubleKills, largerKills, tripleKills } = lives.player;
  const told = [
    `multikills: ${doubleKills} double, ${tripleKills} triple, ${largerKills} larger`,
    ...(boughtDowns === 0
      ? []
      : [`${counted(boughtDowns, "kill")} kept enemies out for ${formatDuration(boughtMs[3])} in all`]),
  ];
  return [table(METRICS, situations, "Situations"), text([told.join("; ")])];
}

/** The names that a player used before the latest one, plain. */
export const otherNames = ({ names }: PlayerReport): string[] => names.slice(1, 8).map(plainName);

/** The numbers of a profile. */
export function profileTables(report: PlayerReport): Block[] {
  const { beforeRounds, now, nowRounds } = report.againstBefore;
  return [
    table(METRICS, report.metrics, "Beside the others"),
    text([
      beforeRounds === 0
        ? "before: no earlier round matches these filters"
        : `now: ${now} (${nowRounds}), before: the ${beforeRounds} rounds before (at most 100, same filters)`,
    ]),
    table(BEFORE, beforeRounds > 0 ? report.metrics : [], "Now and before"),
    ...situationBlocks(report),
    table(SHAPES, report.shapes, "Fights"),
    table(WEAPONS, report.weapons, "Weapons"),
    table(MEANS, report.means, "What their kills are made with"),
    table(DISTANCES, report.distances, "Distances"),
    table(PARTNERS, report.partners, "Best partners"),
    table(OPPONENTS, report.opponents, "Met most often"),
    table(FORM, report.form.slice(0, SESSIONS_SHOWN), "Form"),
    ...formChart(report),
  ];
}

function profileBlocks(
  report: PlayerReport,
  svg: (() => string) | undefined,
  traits: PlayerTraits | undefined,
): Block[] {
  const others = otherNames(report);
  return [
    text([
      [...nameSpans(report.player.name), span(`  ${report.player.guid ?? "no GUID"}`)],
      ...(others.length === 0 ? [] : [`also played as ${others.join(", ")}`]),
      ...profileFacts(report),
      [
        ...report.words,
        report.bots,
        `the others: from the latest ${report.comparedRounds} of these rounds`,
      ].join(" · "),
      ...report.mixed,
    ]),
    ...(svg === undefined ? [] : [drawn(svg)]),
    ...profileTables(report),
    ...(traits === undefined ? [] : traitBlocks(traits)),
  ];
}

/** A profile, with its picture and traits where there are any. */
export function playerView(
  report: PlayerReport,
  picture: HeatmapPicture | undefined,
  traits?: PlayerTraits,
): View {
  const svg = picture === undefined ? undefined : () => drawHeatmap(picture);
  return {
    title: plainName(report.player.name),
    blocks: profileBlocks(report, svg, traits),
    csv: () => renderCsv(METRICS_CSV, [...report.metrics, ...(report.situations ?? [])]),
    ...(svg === undefined ? {} : { svg }),
  };
}
