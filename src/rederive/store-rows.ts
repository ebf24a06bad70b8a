/** Puts what the rules found in the place of what is stored of a round. */
import { copyInto } from "../db/driver/copy.ts";
import type { Transaction } from "../db/driver/connect.ts";
import { pipeline } from "../db/driver/pipeline.ts";
import type { Columns } from "../db/rows.ts";
import {
  ENGAGEMENT_TABLE,
  HEATMAP_TABLE,
  PARTICIPANT_TABLE,
  PROXIMITY_TABLE,
  type FactTable,
} from "../db/tables.ts";
import { fieldText, heatmapRow, type RuleRow } from "./rule-rows.ts";
import type { RuleName } from "./rule-names.ts";
import type { RuleResults } from "./run-rules.ts";

/** A table that rows of a rule are stored in, and which of its rows are of the rule. */
export interface RuleTable {
  readonly table: FactTable;
  /** The `record` of the rows; all rows of the table where nothing is said. */
  readonly record?: string;
  readonly rows: (results: RuleResults) => readonly RuleRow[];
}

function ofRecord(table: FactTable, record: string): RuleTable {
  const isShared = table === PROXIMITY_TABLE;
  return {
    table,
    ...(isShared ? { record } : {}),
    rows: ({ rows }) => rows.filter((row) => row["record"] === record),
  };
}

/** The tables of each rule. */
export const RULE_TABLES: Readonly<Record<RuleName, readonly RuleTable[]>> = {
  engagement: [ofRecord(ENGAGEMENT_TABLE, "engagement"), ofRecord(PARTICIPANT_TABLE, "participant")],
  crossfire: [ofRecord(PROXIMITY_TABLE, "crossfire")],
  bait: [ofRecord(PROXIMITY_TABLE, "bait")],
  trade: [ofRecord(PROXIMITY_TABLE, "trade")],
  heatmap: [{ table: HEATMAP_TABLE, rows: ({ cells }) => cells.map(heatmapRow) }],
};

/** Who sat in which slot at which time. */
class Seating {
  readonly #seats = new Map<number, Columns<"round_players", "from_ms" | "player_id">[]>();

  constructor(rows: readonly Columns<"round_players", "slot" | "from_ms" | "player_id">[]) {
    for (const row of rows) {
      const seats = this.#seats.get(row.slot) ?? [];
      this.#seats.set(row.slot, seats);
      seats.push(row);
    }
  }

  playerAt(slot: number | string | undefined, timeMs: number | string | undefined): string {
    if (typeof slot !== "number") return "";
    const seats = this.#seats.get(slot) ?? [];
    const seat = seats.findLast(({ from_ms: fromMs }) => fromMs <= Number(timeMs)) ?? seats[0];
    return String(seat?.player_id ?? "");
  }
}

/**
 * When each player of a row was in their slot for sure: who opened a fight or took part in one may have left before its
 * end, and another may have their slot.
 */
function playerOf(seating: Seating, column: string, row: RuleRow): string {
  const isAct = row["partner_slot"] !== undefined;
  const isTrade = row["record"] === "trade";
  switch (column) {
    case "player_id":
      return seating.playerAt(row["slot"], row[isTrade ? "time_ms" : "start_ms"]);
    case "partner_player_id":
      return seating.playerAt(row["partner_slot"], row[isTrade ? "start_ms" : "time_ms"]);
    default:
      return seating.playerAt(row["enemy_slot"], row[isAct ? "time_ms" : "start_ms"]);
  }
}

const RULE_COLUMNS = ["rule_version", "derived_by"];

function columnsOf({ fields, prefix }: FactTable): string[] {
  return [...new Set([...prefix, ...fields, ...RULE_COLUMNS])];
}

/** Deletes the rows of a rule. */
function deleteRows(transaction: Transaction, roundId: number, { record, table }: RuleTable) {
  const isOfRule = record === undefined ? transaction`true` : transaction`record = ${record}`;
  return transaction`delete from ${transaction(table.table)} where round_id = ${roundId} and ${isOfRule}`;
}

/** Stores what a rule found. Rows are numbered as in the file that the tracker would have written, from `last` on. */
async function insertRows(
  transaction: Transaction,
  roundId: number,
  { rows, table }: RuleTable,
  results: RuleResults,
  { last, seating }: { last: number; seating: Seating },
): Promise<void> {
  const found = rows(results);
  const columns = columnsOf(table);
  const lines = found.map((row) => {
    const values = columns.map((column) => {
      if (column === "round_id") return String(roundId);
      if (column === "row_number") return String(last + results.rows.indexOf(row) + 1);
      if (column === "derived_by") return "prox";
      if (column.endsWith("player_id")) return playerOf(seating, column, row);
      return fieldText(column, row[column]);
    });
    return `${values.join("\t")}\n`;
  });
  const stored = await copyInto(transaction, table.table, columns, [Buffer.from(lines.join(""), "latin1")]);
  if (stored !== found.length)
    throw new Error(`${stored} of ${found.length} rows of ${table.table} were stored`);
}

/** A rule that is stored, and how far apart the positions were that it used; null where that makes no difference. */
export interface StoredRule {
  readonly rule: RuleName;
  readonly version: number;
  readonly positionsMs: number | null;
}

/** Stores what rules found in a round, in place of what they had found before, and says so in `round_rules` and `rounds`. */
export async function storeResults(
  transaction: Transaction,
  roundId: number,
  rules: readonly StoredRule[],
  results: RuleResults,
): Promise<void> {
  const seating = new Seating(
    await transaction<Columns<"round_players", "slot" | "from_ms" | "player_id">[]>`
      select slot, from_ms, player_id from round_players where round_id = ${roundId} order by slot, from_ms`,
  );
  const tables = rules.flatMap(({ rule }) => RULE_TABLES[rule]);
  await pipeline(tables.map((table) => deleteRows(transaction, roundId, table)));
  // What other rules found stays, and its numbers too.
  const [[acts], [participants]] = await pipeline([
    transaction<{ last: number }[]>`
      select coalesce(max(row_number), 0) as last from proximity_events where round_id = ${roundId}`,
    transaction<{ last: number }[]>`
      select coalesce(max(row_number), 0) as last from engagement_participants where round_id = ${roundId}`,
  ]);
  for (const table of tables) {
    const last = (table.table === PROXIMITY_TABLE ? acts?.last : participants?.last) ?? 0;
    await insertRows(transaction, roundId, table, results, { last, seating });
  }
  const has = (rule: RuleName): boolean => rules.some((stored) => stored.rule === rule);
  const isOfFights = rules.some(({ rule }) => rule !== "heatmap");
  await pipeline([
    ...rules.map(
      ({ positionsMs, rule, version }) => transaction`
        insert into round_rules (round_id, rule, version, derived_by, positions_ms)
        values (${roundId}, ${rule}, ${version}, 'prox', ${positionsMs})
        on conflict (round_id, rule) do update
        set version = excluded.version, derived_by = excluded.derived_by, positions_ms = excluded.positions_ms,
          derived_at = now()`,
    ),
    // What was numbered by other fights than those that are stored: sql/derive/fights_of_acts.sql finds which fight it is.
    transaction`
      update proximity_events set engagement = 0
      where round_id = ${roundId} and (record::text = any(${rules.map(({ rule }) => rule)})) <> ${has("engagement")}`,
    transaction`
      update rounds set
        engagement_rows = case when ${isOfFights} then
          (select count(*) from engagement_analysis g where g.round_id = ${roundId})
          + (select count(*) from engagement_participants p where p.round_id = ${roundId})
          + (select count(*) from proximity_events v where v.round_id = ${roundId}) else engagement_rows end,
        heatmap_rows = case when ${has("heatmap")} then
          (select count(*) from proximity_heatmap h where h.round_id = ${roundId}) else heatmap_rows end
      where round_id = ${roundId}`,
  ]);
}
