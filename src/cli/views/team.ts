/** The report on a clan as a team. */
import { formatDuration } from "../../counts.ts";
import { TEAM_NAMES } from "../../engine/players.ts";
import { plainName, safeText } from "../../names.ts";
import type { MovingPair, TeamGroup, TeamMember, TeamPart, TeamReport } from "../../reports/team.ts";
import type { Fact } from "../../reports/team-measures.ts";
import { notes, table, terminalOnly, text } from "../render/blocks.ts";
import type { Block } from "../render/blocks.ts";
import { renderCsv, withSample } from "../render/table.ts";
import type { TableColumn } from "../render/table.ts";
import type { View } from "../render/view.ts";
import { formatEstimate, formatShare } from "./estimates.ts";
import { describeMore } from "./notes.ts";

/** The tables of the report. */
export const TEAM_TABLES = ["facts", "spacing", "roster", "rounds", "pairs", "areas"] as const;
/** One of them. */
export type TeamTable = (typeof TEAM_TABLES)[number];

/** Some rounds in words: `supply, attack`. */
export function partName({ map, side }: Pick<TeamPart, "map" | "side">): string {
  const parts = [...(map === null ? [] : [safeText(map)]), ...(side === null ? [] : [side])];
  return parts.length === 0 ? "all" : parts.join(", ");
}

/** A number as text, by its kind. */
export const formatFact = (fact: Fact, hasSample = true): string =>
  fact.kind === "share" ? formatShare(fact, hasSample) : formatEstimate(fact, hasSample);

/** A number and its meaning, of each part of the rounds. */
interface FactRow {
  readonly title: string;
  readonly players: number | null;
  readonly of: ReadonlyMap<string, Fact>;
}

function factRows(groups: readonly TeamGroup[], isSpacing: boolean): FactRow[] {
  const rows = new Map<string, { title: string; players: number | null; of: Map<string, Fact> }>();
  for (const group of groups)
    for (const fact of group.facts.filter(({ players }) => (players !== null) === isSpacing)) {
      const key = `${fact.key} ${fact.players ?? ""}`;
      const row = rows.get(key) ?? { title: fact.title, players: fact.players, of: new Map<string, Fact>() };
      row.of.set(partName(group), fact);
      rows.set(key, row);
    }
  return [...rows.values()];
}

function factColumns(groups: readonly TeamGroup[], isSpacing: boolean): TableColumn<FactRow>[] {
  return [
    ...(isSpacing ? [{ key: "alive", title: "alive", value: (row: FactRow) => row.players }] : []),
    { key: "fact", title: "", value: (row) => row.title, isKey: true },
    ...groups.map((group, index): TableColumn<FactRow> => ({
      key: partName(group),
      title: partName(group),
      value: (row) => row.of.get(partName(group))?.value ?? null,
      ...(index > 0 ? { detail: index } : {}),
      ...withSample((row, hasSample) => {
        const fact = row.of.get(partName(group));
        return fact === undefined ? "–" : formatFact(fact, hasSample);
      }),
    })),
  ];
}

type LongRow = Fact & Pick<TeamGroup, "map" | "side" | "rounds">;
const LONG: readonly TableColumn<LongRow>[] = [
  { key: "map", title: "map", value: (row) => row.map },
  { key: "side", title: "side", value: (row) => row.side },
  { key: "rounds", title: "rounds", value: (row) => row.rounds },
  { key: "fact", title: "fact", value: (row) => row.key },
  { key: "players", title: "alive", value: (row) => row.players },
  { key: "value", title: "value", value: (row) => row.value },
  { key: "low", title: "low", value: (row) => row.low },
  { key: "high", title: "high", value: (row) => row.high },
  { key: "sample", title: "sample", value: (row) => row.sample },
  { key: "sample_unit", title: "of", value: (row) => row.sampleUnit },
];

const longRows = (groups: readonly TeamGroup[], isSpacing: boolean): LongRow[] =>
  groups.flatMap(({ facts, map, rounds, side }) =>
    facts
      .filter(({ players }) => (players !== null) === isSpacing)
      .map((fact) => ({ ...fact, map, side, rounds })),
  );

const ROSTER: readonly TableColumn<TeamMember>[] = [
  {
    ...{ key: "player", title: "member", value: (row: TeamMember) => row.name, isName: true },
    refersTo: ({ playerId }) => ({ kind: "player", playerId }),
  },
  { key: "rounds", title: "rounds", value: (row) => row.rounds },
  {
    ...{ key: "played_ms", title: "played", value: (row: TeamMember) => row.playedMs },
    show: (row) => formatDuration(row.playedMs),
  },
];

const ROUNDS: readonly TableColumn<TeamReport["rounds"][number]>[] = [
  {
    ...{ key: "round", title: "round", isKey: true },
    value: (row) => row.roundKey,
    refersTo: ({ roundKey }) => ({ kind: "round", roundKey }),
  },
  { key: "map", title: "map", value: (row) => safeText(row.map), detail: 1 },
  { key: "team", title: "as", value: (row) => TEAM_NAMES[row.team] ?? "", detail: 3 },
  { key: "side", title: "side", value: (row) => row.side, detail: 2 },
  {
    ...{ key: "result", title: "result" },
    value: ({ isWon }) => (isWon === null ? "no result" : isWon ? "won" : "lost"),
  },
  { key: "members", title: "members", value: (row) => row.members, detail: 4 },
  { key: "guests", title: "guests", value: (row) => row.guests, detail: 5 },
];

const PAIRS: readonly TableColumn<MovingPair>[] = [
  { key: "player", title: "member", value: (row) => row.name, isName: true },
  { key: "mate", title: "with", value: (row) => row.mateName, isName: true },
  {
    ...{ key: "together_share", title: "moved together" },
    value: (row) => row.togetherShare.value,
    ...withSample((row, hasSample) => formatShare(row.togetherShare, hasSample)),
  },
  { key: "together_low", title: "low", value: (row) => row.togetherShare.low, csvOnly: true },
  { key: "together_high", title: "high", value: (row) => row.togetherShare.high, csvOnly: true },
  { key: "rounds", title: "rounds", value: (row) => row.togetherShare.sample, csvOnly: true },
  {
    ...{ key: "moving_s", title: "while both moved", value: (row: MovingPair) => row.movingS },
    ...{ show: (row: MovingPair) => formatDuration(row.movingS * 1000), detail: 1 },
  },
];

type Area = NonNullable<TeamReport["areas"]>[number];
const AREAS: readonly TableColumn<Area>[] = [
  { key: "area", title: "area", value: (row) => row.area ?? "elsewhere" },
  {
    ...{ key: "presence_s", title: "presence", value: (row: Area) => row.presenceS },
    show: ({ presenceS, presenceShare }) =>
      `${formatDuration(presenceS * 1000)}${presenceShare === null ? "" : ` (${(presenceShare * 100).toFixed(0)} %)`}`,
  },
  { key: "kills", title: "kills", value: (row) => row.kills },
  { key: "deaths", title: "deaths", value: (row) => row.deaths },
  { key: "net", title: "net", value: (row) => row.net },
  { key: "first_contacts", title: "first contacts", value: (row) => row.firstContacts, detail: 1 },
];

interface Part {
  readonly blocks: readonly Block[];
  readonly csv: () => string;
}

/** A table below its heading; on a page a table has a heading itself. */
export function headed<Row>(
  title: string,
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
): Block[] {
  if (rows.length === 0) return [];
  return [terminalOnly((terminal) => text([title]).terminal(terminal)), table(columns, rows, title)];
}

function part<Row>(
  title: string,
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  limit: number,
): Part {
  const shown = rows.slice(0, limit);
  return {
    blocks: [...headed(title, columns, shown), notes(describeMore(rows.length - shown.length, "row"))],
    csv: () => renderCsv(columns, rows),
  };
}

/** Facts or spacing, a table for each map. */
function factPart(groups: readonly TeamGroup[], isSpacing: boolean): Part {
  const maps = [...new Set(groups.map(({ map }) => map))];
  const title = isSpacing ? "Spacing, by living players of the team" : "Facts";
  return {
    blocks: maps.flatMap((map) => {
      const own = groups.filter((group) => group.map === map);
      return headed(
        map === null ? title : `${title}: ${safeText(map)}`,
        factColumns(own, isSpacing),
        factRows(own, isSpacing),
      );
    }),
    csv: () => renderCsv(LONG, longRows(groups, isSpacing)),
  };
}

/** All tables of a team, by name. */
function teamParts(report: TeamReport, limit: number): Readonly<Record<TeamTable, Part>> {
  const { areas, groups, pairs, roster, rounds } = report;
  return {
    facts: factPart(groups, false),
    spacing: factPart(groups, true),
    roster: part("Roster", ROSTER, roster, limit),
    rounds: part("Rounds as a team", ROUNDS, rounds, limit),
    pairs: part("Who moves with whom", PAIRS, pairs, limit),
    areas: part("Areas", AREAS, areas ?? [], limit),
  };
}

/** All tables, or one; those of rounds, members, pairs and areas of at most so many rows. CSV has all rows of one. */
export function teamView(report: TeamReport, limit: number, only?: TeamTable): View {
  const parts = teamParts(report, limit);
  const name = plainName(report.clan.name);
  const shown = only === undefined ? TEAM_TABLES : [only];
  return {
    title: `Team ${name}`,
    blocks: [
      terminalOnly((terminal) =>
        text([`${name}: ${report.rounds.length} rounds as a team`]).terminal(terminal),
      ),
      ...shown.flatMap((key) => parts[key].blocks),
      notes(report.notes),
    ],
    csv: parts[only ?? "facts"].csv,
  };
}
