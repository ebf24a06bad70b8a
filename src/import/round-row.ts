/** The row of a round: made from what its files say, together with what earlier imports stored of it. */
import type { Sql, Transaction } from "../db/driver/connect.ts";
import { KINDS, type Kind } from "../format/columns.ts";
import { CUT_REASON, type CaptureState, type EndReason } from "../format/file.ts";
import type { RoundHeader } from "../parsers/frame.ts";
import { RefusalError } from "./refusal.ts";
import type { LedgerFile, RoundFrame, StoredFile } from "./round-files.ts";

/** How a round stands in the database. */
export interface RoundState {
  readonly roundId: number;
  readonly roundKey: string;
  readonly matchKey: string;
  readonly map: string;
  readonly round: number;
  readonly startedAt: Date;
  readonly gameType: number;
  readonly complete: boolean;
  readonly endReason: EndReason | typeof CUT_REASON;
  /** Rows that are stored, by kind; null where there is no such file. */
  readonly rows: Readonly<Record<Kind, number | null>>;
  readonly rowsRejected: number;
}

const ROW_COLUMNS = {
  positions: "position_rows",
  combat: "combat_rows",
  engagements: "engagement_rows",
  heatmap: "heatmap_rows",
} as const satisfies Readonly<Record<Kind, string>>;

/** From best to worst. */
const CAPTURE_ORDER: readonly CaptureState[] = ["on", "off", "unavailable", "failed"];

/** A {@link RoundState} as columns of `rounds`. */
function stateColumns(sql: Sql | Transaction) {
  return sql`
    round_id as "roundId", round_key as "roundKey", match_key as "matchKey", map, round,
    started_at as "startedAt", game_type as "gameType", is_complete as complete, end_reason as "endReason",
    json_build_object('positions', position_rows, 'combat', combat_rows, 'engagements', engagement_rows,
      'heatmap', heatmap_rows) as rows,
    rows_rejected as "rowsRejected"`;
}

/** Query for the rounds of these keys that are stored. */
export function findRounds(sql: Sql | Transaction, roundKeys: readonly string[]) {
  return sql<RoundState[]>`
    select ${stateColumns(sql)} from rounds where round_key = any(${roundKeys as string[]})`;
}

/** Throws when a file's header contradicts what is known of the round. */
export function checkAgreement(header: RoundHeader, other: RoundHeader | RoundState | undefined): void {
  if (other === undefined) return;
  for (const name of ["matchKey", "map", "round", "gameType", "startedAt"] as const) {
    const [own, others] = [header[name], other[name]].map((value) =>
      name === "startedAt" ? new Date(value).getTime() : value,
    );
    if (own === others) continue;
    const message = `the header states another ${name} than the round's other files (${String(other[name])})`;
    throw new RefusalError({
      code: "E_ROUND_DISAGREES",
      message,
      line: 0,
      field: name,
      text: String(header[name]),
    });
  }
}

function headerValues({ header }: RoundFrame) {
  return {
    match_key: header.matchKey,
    map: header.map,
    round: header.round,
    started_at: header.startedAt,
    game_type: header.gameType,
    time_limit_ms: header.timeLimitMs,
    server_name: header.serverName,
    tracker_version: header.trackerVersion,
    tracker_sha1: header.trackerSha1,
    engine_version: header.engineVersion,
    lua_version: header.luaVersion,
  };
}

/** Makes the row of a round that is new; {@link updateRound} completes it. Returns the round's id. */
export async function insertRound(transaction: Transaction, frame: RoundFrame): Promise<number> {
  const values = {
    ...headerValues(frame),
    round_key: frame.header.roundKey,
    end_ms: 0,
    is_complete: false,
    end_reason: CUT_REASON,
    configuration: transaction.json({}),
    captures: transaction.json({}),
  };
  const [row] = await transaction<{ roundId: number }[]>`
    insert into rounds ${transaction(values)} returning round_id as "roundId"`;
  if (row === undefined) throw new Error("the new round has no id");
  return row.roundId;
}

/** What the row of a round says of files that were stored before: nothing else knows it. */
export interface EarlierFiles {
  readonly endReason: EndReason | typeof CUT_REASON;
  readonly endedAt: Date | null;
  readonly winnerTeam: number | null;
  readonly endMs: number;
  readonly rowsLost: number;
  readonly trackerErrors: number;
  readonly frameMeanUs: number | null;
  readonly frameWorstMs: number | null;
  readonly heapKb: number | null;
  readonly captures: Readonly<Record<string, CaptureState>>;
}

/** Reads what {@link roundValues} needs to know where files of other kinds were stored before. */
export async function findEarlier(
  transaction: Transaction,
  roundId: number,
): Promise<EarlierFiles | undefined> {
  const [row] = await transaction<EarlierFiles[]>`
    select end_reason as "endReason", winner_team as "winnerTeam", ended_at as "endedAt", end_ms as "endMs",
      rows_lost as "rowsLost", tracker_errors as "trackerErrors", frame_mean_us as "frameMeanUs",
      frame_worst_ms as "frameWorstMs", heap_kb as "heapKb", captures
    from rounds where round_id = ${roundId}`;
  return row;
}

/**
 * What the row of a round says of its files: `stored` are those of this transaction, at least one; `kept` those of other
 * kinds that were stored before, and `earlier` what the row says of these.
 */
export function roundValues(
  stored: readonly [StoredFile, ...StoredFile[]],
  kept: readonly LedgerFile[],
  earlier: EarlierFiles | undefined,
) {
  const trailers = stored.flatMap(({ frame }) => frame.trailer ?? []);
  const [trailer] = trailers;
  const positions = stored.find(({ kind }) => kind === "positions");
  const files = [...stored.map(({ file }) => file), ...kept];
  const reasons = stored.map(({ frame }) => frame.trailer?.endReason ?? CUT_REASON);
  if (earlier !== undefined && kept.some((file) => !file.isComplete)) reasons.push(earlier.endReason);
  const isCut = reasons.includes(CUT_REASON);
  const rowsLost = trailers.map((it) => it.rowsLost).reduce((sum, rows) => sum + rows, 0);
  const endMs = stored.map(({ frame, lastTimeMs }) => frame.trailer?.endMs ?? lastTimeMs);
  return {
    ...headerValues(stored[0].frame),
    ended_at: trailer?.endedAt ?? earlier?.endedAt ?? null,
    end_ms: Math.max(...endMs, earlier?.endMs ?? 0),
    winner_team: trailer?.winnerTeam ?? earlier?.winnerTeam ?? null,
    is_complete: files.length === KINDS.length && files.every((file) => file.isComplete),
    end_reason: isCut ? CUT_REASON : (reasons.find((reason) => reason !== "finished") ?? "finished"),
    configuration: Object.fromEntries(stored[0].frame.header.config),
    captures: worstCaptures(stored, earlier?.captures ?? {}),
    rows_lost: rowsLost + (earlier?.rowsLost ?? 0),
    tracker_errors: Math.max(...trailers.map(({ errors }) => errors), earlier?.trackerErrors ?? 0),
    frame_mean_us: trailer?.frameMeanUs ?? earlier?.frameMeanUs ?? null,
    frame_worst_ms: trailer?.frameWorstMs ?? earlier?.frameWorstMs ?? null,
    heap_kb: trailer?.heapKb ?? earlier?.heapKb ?? null,
    ...Object.fromEntries(stored.map(({ kind, rows }) => [ROW_COLUMNS[kind], rows])),
    ...(positions === undefined
      ? {}
      : { positions_pruned_at: null, movement_cell_units: positions.movementCellUnits }),
  };
}

/**
 * Query that writes {@link roundValues} into the row of a round, and returns how the round stands then. The ledger must
 * hold all its files when the query is sent.
 */
export function updateRound(
  transaction: Transaction,
  roundId: number,
  { captures, configuration, ...values }: ReturnType<typeof roundValues>,
) {
  const row = {
    ...values,
    configuration: transaction.json(configuration),
    captures: transaction.json(captures),
  };
  return transaction<RoundState[]>`
    update rounds set ${transaction(row)}, imported_at = now(),
      rows_rejected = (select coalesce(sum(rows_rejected), 0) from import_files
        where round_id = ${roundId} and status = 'imported')
    where round_id = ${roundId}
    returning ${stateColumns(transaction)}`;
}

function worstCaptures(
  stored: readonly StoredFile[],
  earlier: Readonly<Record<string, CaptureState>>,
): Record<string, CaptureState> {
  const worst = new Map<string, CaptureState>(Object.entries(earlier));
  const add = (name: string, state: CaptureState): void => {
    const known = worst.get(name) ?? "on";
    worst.set(name, CAPTURE_ORDER.indexOf(state) > CAPTURE_ORDER.indexOf(known) ? state : known);
  };
  for (const { frame } of stored) {
    for (const [name, state] of frame.header.captures) add(name, state);
    for (const { name, state } of frame.captures) add(name, state);
  }
  return Object.fromEntries(worst);
}
