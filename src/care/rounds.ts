/** Rounds put right by hand: left out of reports, let count again, or deleted with all that follows from them. */
import type { Sql, Transaction } from "../db/driver/connect.ts";
import { inTransaction, rehearse } from "../db/driver/transaction.ts";
import { camelRows, type CamelRow, type Columns } from "../db/rows.ts";
import { ProxError } from "../errors.ts";
import { waitForLateCommits } from "../db/late-commits.ts";
import { lockRounds } from "../db/round-lock.ts";
import { eventfulRoundConditions } from "../reports/event-conditions.ts";
import { type FilterRequest, resolveFilters } from "../reports/filter-request.ts";
import type { Filters } from "../reports/filters.ts";
import { note, undo } from "./corrections.ts";
import { refreshPlayers } from "./players-seen.ts";

type ChosenColumns = Columns<
  "rounds",
  "round_id" | "round_key" | "map" | "round" | "started_at" | "excluded_at" | "excluded_reason"
>;

/** A round that was chosen to be put right. */
export type ChosenRound = CamelRow<ChosenColumns>;

/** So many rounds are deleted at once at most: each holds a lock until all are gone. */
const MOST_FORGOTTEN = 1000;

/** What goes, or would go, with rounds. */
export interface Forgotten {
  readonly rounds: number;
  /** Rows of the round files, and those derived from them. */
  readonly rows: number;
  /** Players who were in no other round. */
  readonly players: number;
}

/**
 * Rounds by key and by the filters of reports, the earliest first; bots count.
 * @param exclusion whether rounds that are left out can be meant: alone, too, or not.
 */
export async function chooseRounds(
  sql: Sql,
  request: FilterRequest,
  exclusion?: Filters["exclusion"],
): Promise<ChosenRound[]> {
  const { filters } = await resolveFilters(sql, { ...request, bots: true, exclusion });
  const rows = await sql<ChosenColumns[]>`
    select r.round_id, r.round_key, r.map, r.round, r.started_at, r.excluded_at, r.excluded_reason
    from rounds r where ${eventfulRoundConditions(sql, filters)}
    order by r.started_at, r.round_id`;
  if (rows.length === 0) {
    throw new ProxError("E_NOTHING_FOUND", "no round matches these filters", {
      suggestions: ["`prox report rounds` lists the recorded rounds, with --excluded those left out"],
    });
  }
  return camelRows(rows);
}

const idsOf = (rounds: readonly ChosenRound[]): number[] => rounds.map(({ roundId }) => roundId);

/** Leaves rounds out of all reports. */
export async function excludeRounds(sql: Sql, rounds: readonly ChosenRound[], reason: string): Promise<void> {
  await inTransaction(sql, async (transaction) => {
    await transaction`
      update rounds set excluded_at = now(), excluded_reason = ${reason}
      where round_id = any(${idsOf(rounds)}::int[])`;
    await note(
      transaction,
      rounds.map(({ roundKey }) => ({ action: "round exclude", subject: roundKey, reason })),
    );
    await refreshPlayers(transaction, await playersOf(transaction, rounds));
  });
}

/** Lets rounds count again. */
export async function includeRounds(sql: Sql, rounds: readonly ChosenRound[]): Promise<void> {
  await inTransaction(sql, async (transaction) => {
    await transaction`
      update rounds set excluded_at = null, excluded_reason = null
      where round_id = any(${idsOf(rounds)}::int[])`;
    await undo(
      transaction,
      "round exclude",
      rounds.map(({ roundKey }) => roundKey),
    );
    await refreshPlayers(transaction, await playersOf(transaction, rounds));
  });
}

/** Those who were seen in rounds. */
async function playersOf(transaction: Transaction, rounds: readonly ChosenRound[]): Promise<number[]> {
  const rows = await transaction<Columns<"round_players", "player_id">[]>`
    select distinct player_id from round_players where round_id = any(${idsOf(rounds)}::int[])`;
  return rows.map((row) => row.player_id);
}

/** What {@link forgetRounds} would delete; does it, and undoes it. */
export function rehearseForgetting(sql: Sql, rounds: readonly ChosenRound[]): Promise<Forgotten> {
  return rehearse(sql, (transaction) => forget(transaction, rounds, { reason: "" }));
}

/**
 * Deletes rounds with everything that follows from them, all or none. Imports leave them out from now on. An abort before the end
 * undoes everything. Throws `E_USAGE` for more than a thousand at once.
 */
export function forgetRounds(
  sql: Sql,
  rounds: readonly ChosenRound[],
  options: { readonly reason: string; readonly signal: AbortSignal },
): Promise<Forgotten> {
  return inTransaction(sql, (transaction) => forget(transaction, rounds, options));
}

async function forget(
  transaction: Transaction,
  rounds: readonly ChosenRound[],
  { reason, signal }: { readonly reason: string; readonly signal?: AbortSignal },
): Promise<Forgotten> {
  if (rounds.length > MOST_FORGOTTEN) {
    throw new ProxError("E_USAGE", `cannot forget ${rounds.length} rounds at once`, {
      suggestions: [`choose at most ${MOST_FORGOTTEN}, for example with --since and --until`],
    });
  }
  const ids = idsOf(rounds);
  const keys = rounds.map(({ roundKey }) => roundKey);
  await lockRounds(transaction, keys);
  const players = await playersOf(transaction, rounds);
  await transaction`
    insert into forgotten_rounds (round_key, map, started_at, reason)
    select round_key, map, started_at, ${reason} from rounds where round_id = any(${ids}::int[])`;
  await note(
    transaction,
    rounds.map(({ map, roundKey, startedAt }) => ({
      action: "round forget",
      subject: roundKey,
      reason,
      details: { map, startedAt: startedAt.toISOString() },
    })),
  );
  await undo(transaction, "round exclude", keys);
  await transaction`
    update import_files set status = 'forgotten', decided_at = now()
    where round_id = any(${ids}::int[]) and status = 'imported'`;
  let rows = 0;
  await waitForLateCommits(transaction, signal);
  for (const table of await tablesOfRounds(transaction)) {
    signal?.throwIfAborted();
    const { count } = await transaction`
      delete from ${transaction(table)} where round_id = any(${ids}::int[])`;
    rows += count;
  }
  await transaction`delete from rounds where round_id = any(${ids}::int[])`;
  const loose = await transaction<Columns<"players", "player_id">[]>`
    select player_id from players p
    where player_id = any(${players}::int[])
      and person_id is null and chosen_name is null and hidden_number is null
      and not exists (select from players o where o.person_id = p.player_id)
      and not exists (select from round_players s where s.player_id = p.player_id)`;
  await transaction`
    delete from players where player_id = any(${loose.map((row) => row.player_id)}::int[])`;
  await refreshPlayers(transaction, players);
  signal?.throwIfAborted();
  return { rounds: rounds.length, rows, players: loose.length };
}

/** Every table with rows of rounds, but the round's own and the ledger. */
async function tablesOfRounds(transaction: Transaction): Promise<string[]> {
  const tables = await transaction<{ name: string }[]>`
    select c.relname as name
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and a.attname = 'round_id' and not a.attisdropped and c.relname not in ('rounds', 'import_files')
    order by c.relname`;
  return tables.map(({ name }) => name);
}
