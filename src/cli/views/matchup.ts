/** The report on two clans that met. */
import { counted } from "../../counts.ts";
import { TEAM_NAMES } from "../../engine/players.ts";
import { plainName, safeText } from "../../names.ts";
import type { ComparedFact, HeadToHead, MatchupGroup, MatchupReport } from "../../reports/matchup.ts";
import type { Difference } from "../../reports/statistics.ts";
import { notes, terminalOnly, text } from "../render/blocks.ts";
import type { Block } from "../render/blocks.ts";
import { renderCsv, withSample } from "../render/table.ts";
import type { TableColumn } from "../render/table.ts";
import type { View } from "../render/view.ts";
import { formatRate } from "./estimates.ts";
import { describeMore } from "./notes.ts";
import { formatFact, headed, partName } from "./team.ts";

/** The tables of the report. */
export const MATCHUP_TABLES = ["facts", "spacing", "pairs", "rounds"] as const;
/** One of them. */
export type MatchupTable = (typeof MATCHUP_TABLES)[number];

/** A difference with its interval, in the unit of the fact; a star where the interval leaves out 0. */
function formatDifference({ high, low, value }: Difference, { isClear, kind }: ComparedFact): string {
  const size = kind === "share" ? 100 : 1;
  const digits = kind === "share" || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const signed = (number: number): string =>
    `${number < 0 ? "−" : "+"}${Math.abs(number * size).toFixed(digits)}`;
  const ends = low === null || high === null ? "" : ` (${signed(low)} to ${signed(high)})`;
  return `${signed(value)}${ends}${isClear ? " *" : ""}`;
}

function columnsOf({ first, second }: MatchupReport, isSpacing: boolean): TableColumn<ComparedFact>[] {
  const side = (key: "first" | "second", name: string): TableColumn<ComparedFact> => ({
    ...{ key, title: safeText(name) },
    value: (row) => row[key]?.value ?? null,
    ...withSample((row, hasSample) => {
      const fact = row[key];
      return fact === null ? "–" : formatFact(fact, hasSample);
    }),
  });
  return [
    ...(isSpacing ? [{ key: "alive", title: "alive", value: (row: ComparedFact) => row.players }] : []),
    { key: "fact", title: "", value: (row) => row.title, isKey: true },
    side("first", first.name),
    side("second", second.name),
    {
      ...{ key: "difference", title: "difference", isKey: true },
      value: (row) => row.difference?.value ?? null,
      show: (row) => (row.difference === null ? "–" : formatDifference(row.difference, row)),
    },
  ];
}

type LongRow = ComparedFact & Pick<MatchupGroup, "map" | "side">;

/** The ends of an interval and the sample of a team, as columns. */
const longSide = (key: "first" | "second"): TableColumn<LongRow>[] => [
  { key, title: key, value: (row) => row[key]?.value ?? null },
  { key: `${key}_low`, title: "low", value: (row) => row[key]?.low ?? null },
  { key: `${key}_high`, title: "high", value: (row) => row[key]?.high ?? null },
  { key: `${key}_sample`, title: "sample", value: (row) => row[key]?.sample ?? null },
];
const LONG: readonly TableColumn<LongRow>[] = [
  { key: "map", title: "map", value: (row) => row.map },
  { key: "side", title: "side", value: (row) => row.side },
  { key: "fact", title: "fact", value: (row) => row.key },
  { key: "players", title: "alive", value: (row) => row.players },
  ...longSide("first"),
  ...longSide("second"),
  { key: "difference", title: "difference", value: (row) => row.difference?.value ?? null },
  { key: "difference_low", title: "low", value: (row) => row.difference?.low ?? null },
  { key: "difference_high", title: "high", value: (row) => row.difference?.high ?? null },
];

const PAIRS: readonly TableColumn<HeadToHead>[] = [
  {
    ...{ key: "player", title: "player", value: (row: HeadToHead) => row.name, isName: true },
    refersTo: ({ playerId }) => ({ kind: "player", playerId }),
  },
  {
    ...{ key: "opponent", title: "against", value: (row: HeadToHead) => row.opponentName, isName: true },
    refersTo: ({ opponentId }) => ({ kind: "player", playerId: opponentId }),
  },
  { key: "kills", title: "kills", value: (row) => row.kills },
  { key: "deaths", title: "deaths", value: (row) => row.deaths },
  {
    ...{ key: "kill_rate", title: "kills, of both", value: (row: HeadToHead) => row.killRate.share },
    ...withSample((row, hasSample) => formatRate(row.killRate, hasSample)),
  },
  { key: "kill_rate_low", title: "low", value: (row) => row.killRate.low, csvOnly: true },
  { key: "kill_rate_high", title: "high", value: (row) => row.killRate.high, csvOnly: true },
];

function roundColumns({ first, second }: MatchupReport): TableColumn<MatchupReport["rounds"][number]>[] {
  return [
    {
      ...{ key: "round", title: "round", isKey: true },
      value: (row) => row.roundKey,
      refersTo: ({ roundKey }) => ({ kind: "round", roundKey }),
    },
    { key: "map", title: "map", value: (row) => safeText(row.map), detail: 1 },
    {
      key: "first_team",
      title: `${safeText(first.name)} as`,
      value: (row) => TEAM_NAMES[row.firstTeam] ?? "",
    },
    {
      ...{ key: "winner", title: "won by" },
      value: ({ winner }) =>
        winner === null ? "nobody" : safeText(winner === "first" ? first.name : second.name),
    },
  ];
}

interface Part {
  readonly blocks: readonly Block[];
  readonly csv: () => string;
}

/** All tables, or one; those of pairs and rounds of at most so many rows. CSV has all rows of one. */
export function matchupView(report: MatchupReport, limit: number, only?: MatchupTable): View {
  const { first, firstWon, groups, pairs, rounds, second } = report;
  const [one, other] = [plainName(first.name), plainName(second.name)];
  const factPart = (isSpacing: boolean): Part => {
    const own = ({ facts }: MatchupGroup): ComparedFact[] =>
      facts.filter(({ players }) => (players !== null) === isSpacing);
    const title = isSpacing ? "Spacing, by living players of each team" : "Facts";
    return {
      blocks: groups.flatMap((group) =>
        headed(`${title}: ${partName(group)}`, columnsOf(report, isSpacing), own(group)),
      ),
      csv: () =>
        renderCsv(
          LONG,
          groups.flatMap((group) => own(group).map((row) => ({ ...row, map: group.map, side: group.side }))),
        ),
    };
  };
  const listed = <Row>(title: string, columns: readonly TableColumn<Row>[], rows: readonly Row[]): Part => {
    const shown = rows.slice(0, limit);
    return {
      blocks: [...headed(title, columns, shown), notes(describeMore(rows.length - shown.length, "row"))],
      csv: () => renderCsv(columns, rows),
    };
  };
  const parts: Readonly<Record<MatchupTable, Part>> = {
    facts: factPart(false),
    spacing: factPart(true),
    pairs: listed(`Who kills whom, ${one} first`, PAIRS, pairs),
    rounds: listed("Rounds together", roundColumns(report), rounds),
  };
  const shown = only === undefined ? MATCHUP_TABLES : [only];
  const result = `${one} won ${firstWon.successes} of ${counted(firstWon.trials, "round")} against ${other}: ${formatRate(firstWon, false)}`;
  return {
    title: `${one} against ${other}`,
    blocks: [
      terminalOnly((terminal) => text([result]).terminal(terminal)),
      ...shown.flatMap((key) => parts[key].blocks),
      notes([`difference: ${one} less ${other}; * where its interval leaves out 0`, ...report.notes]),
    ],
    csv: parts[only ?? "facts"].csv,
  };
}
