/** The row of a round: made from what its files say, together with what earlier imports stored of it. */
import type { Sql, Transaction } from "../db/driver/connect.ts";
import { camelRows, type CamelRow, type Columns } from "../db/rows.ts";
import type { Schema } from "../db/schema.ts";
import type { Kind } from "../format/columns.ts";
import { CUT_REASON, LATE_REASON } from "../format/file.ts";
import { kindsAt } from "../format/versions.ts";
import type { RoundCaptureState, RoundHeader } from "../parsers/note-reader.ts";
import { FileFaultError } from "./file-fault.ts";
import type { LedgerFile, RoundNotes, StoredFile, StoredKind } from "./round-files.ts";
import { isLate } from "./survey.ts";

/** How a round stands in the database. */
export interface RoundState extends CamelRow<Omit<StateRow, "is_complete" | RowColumn>> {
  readonly complete: boolean;
  /** Rows that are stored, by kind; null where there is no such file. */
  readonly rows: Readonly<Record<Kind, number | null>>;
}

const ROW_COLUMNS = {
  positions: "position_rows",
  combat: "combat_rows",
  engagements: "engagement_rows",
  heatmap: "heatmap_rows",
  objectives: "objective_rows",
} as const satisfies Readonly<Record<Kind, string>>;

type RowColumn = (typeof ROW_COLUMNS)[Kind];

const STATE_COLUMNS = [
  "round_id",
  "round_key",
  "match_key",
  "map",
  "round",
  "started_at",
  "game_type",
  "server_name",
  "tracker_sha1",
  "is_complete",
  "end_reason",
  "rows_rejected",
  "format_version",
  "source",
  ...Object.values(ROW_COLUMNS),
] as const satisfies readonly (keyof Schema["rounds"])[];

/** What queries select of a round, see {@link roundStateOf}. */
type StateRow = Columns<"rounds", (typeof STATE_COLUMNS)[number]>;

/** From best to worst. */
const CAPTURE_ORDER: readonly RoundCaptureState[] = [
  "on",
  "by_state",
  "partly",
  "off",
  "unavailable",
  "unknown",
  "failed",
];

/** Query for the rounds of these keys that are stored; {@link roundStateOf} makes sense of its rows. */
export function findRounds(sql: Sql | Transaction, roundKeys: readonly string[]) {
  return sql<StateRow[]>`
    select ${sql(STATE_COLUMNS)} from rounds where round_key = any(${roundKeys as string[]})`;
}

/** The state of a round, from its row. */
export function roundStateOf(row: StateRow): RoundState {
  return {
    roundId: row.round_id,
    roundKey: row.round_key,
    matchKey: row.match_key,
    map: row.map,
    round: row.round,
    startedAt: row.started_at,
    gameType: row.game_type,
    serverName: row.server_name,
    trackerSha1: row.tracker_sha1,
    complete: row.is_complete,
    endReason: row.end_reason,
    rows: {
      positions: row.position_rows,
      combat: row.combat_rows,
      engagements: row.engagement_rows,
      heatmap: row.heatmap_rows,
      objectives: row.objective_rows,
    },
    rowsRejected: row.rows_rejected,
    formatVersion: row.format_version,
    source: row.source,
  };
}

/** What the headers of all files of a round say alike. */
const SHARED_KEYS = ["matchKey", "map", "round", "gameType", "startedAt", "serverName"] as const;

/** Throws when a file's header contradicts what is known of the round. */
export function checkAgreement(header: RoundHeader, other: RoundHeader | RoundState | undefined): void {
  if (other === undefined) return;
  // Another module may have recorded another piece.
  const isSamePiece = "piece" in other && other.piece === header.piece;
  for (const name of isSamePiece ? ([...SHARED_KEYS, "trackerSha1"] as const) : SHARED_KEYS) {
    const [own, others] = [header[name], other[name]].map((value) =>
      name === "startedAt" ? new Date(value ?? 0).getTime() : value,
    );
    if (own === others) continue;
    const message = `the header's ${name} is not the one of the round's other files (${String(other[name])})`;
    throw new FileFaultError({
      code: "E_ROUND_DISAGREES",
      message,
      line: 0,
      field: name,
      text: String(header[name]),
    });
  }
}

/** `rounds.source` of the rounds of our own tracker. */
export const OWN_SOURCE = "prox";

/** The kinds of which a round must have a file to be complete. */
export const kindsOf = ({ formatVersion, origin }: RoundHeader): readonly Kind[] =>
  origin?.kinds ?? kindsAt(formatVersion);

function headerValues({ header }: RoundNotes) {
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
    attacking_team: header.attackingTeam,
    source: header.origin?.source ?? OWN_SOURCE,
    source_notes: [...(header.origin?.notes ?? [])],
  };
}

/** Makes the row of a round that is new; {@link updateRound} completes it. Returns the round's id. */
export async function insertRound(transaction: Transaction, notes: RoundNotes): Promise<number> {
  const values = {
    ...headerValues(notes),
    round_key: notes.header.roundKey,
    end_ms: 0,
    is_complete: false,
    end_reason: CUT_REASON,
    configuration: transaction.json({}),
    captures: transaction.json({}),
  };
  const [row] = await transaction<Columns<"rounds", "round_id">[]>`
    insert into rounds ${transaction(values)} returning round_id`;
  if (row === undefined) throw new Error("the new round has no id");
  return row.round_id;
}

const EARLIER_COLUMNS = [
  "end_reason",
  "ended_at",
  "winner_team",
  "end_ms",
  "tracker_errors",
  "frame_mean_us",
  "frame_worst_ms",
  "heap_kb",
  "captures",
] as const satisfies readonly (keyof Schema["rounds"])[];

type EarlierRow = Columns<"rounds", (typeof EARLIER_COLUMNS)[number]>;

/** What the row of a round says of files that were stored before: nothing else knows it. */
export interface EarlierFiles extends CamelRow<Omit<EarlierRow, "captures">> {
  readonly captures: Readonly<Record<string, RoundCaptureState>>;
}

/** Reads what {@link roundValues} needs to know where files of other kinds were stored before. */
export async function findEarlier(
  transaction: Transaction,
  roundId: number,
): Promise<EarlierFiles | undefined> {
  const rows = await transaction<EarlierRow[]>`
    select ${transaction(EARLIER_COLUMNS)} from rounds where round_id = ${roundId}`;
  const [row] = camelRows(rows);
  return row === undefined ? undefined : { ...row, captures: row.captures as EarlierFiles["captures"] };
}

/**
 * What the row of a round says of its files: `stored` are those of this transaction, at least one; `kept` those of other
 * kinds that were stored before, and `earlier` what the row says of these.
 */
export function roundValues(
  stored: readonly [StoredKind, ...StoredKind[]],
  kept: readonly LedgerFile[],
  earlier: EarlierFiles | undefined,
) {
  const pieces = stored.flatMap((kind) => kind.files);
  const [first] = pieces;
  if (first === undefined) throw new Error("no file of the round was stored");
  const trailers = pieces.flatMap(({ notes }) => notes.trailer ?? []);
  // The round ended as its last piece did.
  const last = stored[0].files.at(-1)?.notes.trailer ?? trailers.at(-1);
  const positions = stored.find(({ kind }) => kind === "positions");
  const files = [...pieces.map(({ file }) => file), ...kept];
  const reasons: string[] = pieces.map(({ notes }) => notes.trailer?.endReason ?? CUT_REASON);
  if (stored.some((kind) => isLate(kind.files[0]?.notes.header.beganMs ?? null))) reasons.push(LATE_REASON);
  if (earlier !== undefined && kept.some((file) => !file.isComplete)) reasons.push(earlier.endReason);
  const isCut = reasons.includes(CUT_REASON);
  const endMs = pieces.map(({ notes, lastTimeMs }) => notes.trailer?.endMs ?? lastTimeMs);
  const { beganMs, config, origin } = first.notes.header;
  return {
    ...headerValues(first.notes),
    began_ms: beganMs,
    pieces: beganMs === null ? null : Math.max(...stored.map((kind) => kind.files.length)),
    ended_at: last?.endedAt ?? earlier?.endedAt ?? null,
    end_ms: Math.max(...endMs, earlier?.endMs ?? 0),
    winner_team: last?.winnerTeam ?? earlier?.winnerTeam ?? null,
    is_complete:
      files.length === kindsOf(first.notes.header).length && files.every((file) => file.isComplete),
    end_reason: isCut ? CUT_REASON : (reasons.find((reason) => reason !== "finished") ?? "finished"),
    configuration: Object.fromEntries(config),
    captures: worstCaptures(pieces, earlier?.captures ?? {}),
    tracker_errors:
      origin === undefined
        ? Math.max(...trailers.map(({ errors }) => errors ?? 0), earlier?.trackerErrors ?? 0)
        : null,
    frame_mean_us: last?.frameMeanUs ?? earlier?.frameMeanUs ?? null,
    frame_worst_ms: last?.frameWorstMs ?? earlier?.frameWorstMs ?? null,
    heap_kb: last?.heapKb ?? earlier?.heapKb ?? null,
    ...Object.fromEntries(
      stored.map(({ kind, rows }) => [ROW_COLUMNS[kind], origin?.hasRows === false ? null : rows]),
    ),
    ...(positions === undefined
      ? {}
      : { positions_pruned_at: null, movement_cell_units: positions.movementCellUnits }),
  };
}

/**
 * Query that writes {@link roundValues} into the row of a round, and returns how the round stands then, for
 * {@link roundStateOf}. The ledger must hold all its files when the query is sent.
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
  return transaction<StateRow[]>`
    update rounds set ${transaction(row)}, imported_at = now(),
      (rows_rejected, rows_lost, format_version) = (
        select coalesce(sum(rows_rejected), 0),
          case when source = ${OWN_SOURCE} then coalesce(sum(rows_lost), 0) else sum(rows_lost) end,
          min(format_version)
        from import_files
        where round_id = ${roundId} and status = 'imported')
    where round_id = ${roundId}
    returning ${transaction(STATE_COLUMNS)}`;
}

function worstCaptures(
  stored: readonly StoredFile[],
  earlier: Readonly<Record<string, RoundCaptureState>>,
): Record<string, RoundCaptureState> {
  const worst = new Map<string, RoundCaptureState>(Object.entries(earlier));
  const add = (name: string, state: RoundCaptureState): void => {
    const known = worst.get(name) ?? "on";
    worst.set(name, CAPTURE_ORDER.indexOf(state) > CAPTURE_ORDER.indexOf(known) ? state : known);
  };
  for (const { notes } of stored) {
    for (const [name, state] of notes.header.captures) add(name, state);
    for (const { name, state } of notes.captures) add(name, state);
  }
  return Object.fromEntries(worst);
}
