/** Puts the rows and players of one file into the database. */
import { copyInto } from "../db/copy.ts";
import type { Transaction } from "../db/connect.ts";
import type { Kind } from "../format/columns.ts";
import type { PlayerNote } from "../parsers/frame.ts";
import type { Issue } from "../parsers/issue.ts";
import type { RoundFileEnd, RowBatch } from "../parsers/round-file.ts";
import { copyChunks, engagementChunks, KIND_TABLES, Seats } from "./copy-rows.ts";
import { readRows, type BadRowPolicy } from "./read-rows.ts";
import { RefusedFile } from "./refusal.ts";
import type { StoredFile } from "./round-row.ts";
import type { ReadyFile } from "./store-round.ts";
import type { RoundFrame } from "./survey.ts";

export interface StoreFileOptions {
  readonly badRows: BadRowPolicy;
  readonly signal?: AbortSignal | undefined;
  readonly onRows?: (rows: number, bytes: number) => void;
  readonly onBadRow: (issue: Issue) => void;
}

/** Finds the id of the player that a note states. */
type PlayerIds = (note: PlayerNote) => number;

/** Stores a file, in place of the file of its kind that was stored before. Throws when it is to be refused. */
export async function storeFile(
  transaction: Transaction,
  roundId: number,
  file: ReadyFile,
  frame: RoundFrame,
  options: StoreFileOptions,
): Promise<StoredFile> {
  const { kind } = file;
  const playerIds = await storePlayers(transaction, roundId, frame.players);
  for (const { table } of KIND_TABLES[kind]) {
    await transaction`delete from ${transaction(table)} where round_id = ${roundId}`;
  }
  const { end, rowsRejected } = await copyRows(transaction, roundId, file, playerIds, options);
  const rows = await countRows(transaction, roundId, kind);
  const expected = end.trailer === undefined ? end.rows : end.trailer.rows - rowsRejected;
  if (rows !== expected) {
    const message = `${expected} rows were read, ${rows} are in the database`;
    throw new RefusedFile({ code: "E_STORED_COUNT", message, line: 0 });
  }
  const { lastTimeMs, tornBytes } = end;
  return { kind, file, frame, rows, rowsRejected, tornBytes, lastTimeMs };
}

/** Stores who played, from when on. Players that are new get an id; known ones keep theirs. */
async function storePlayers(
  transaction: Transaction,
  roundId: number,
  notes: readonly PlayerNote[],
): Promise<PlayerIds> {
  const byGuid = new Map(notes.filter(({ guid }) => guid !== "").map((note) => [note.guid, note]));
  const ids = new Map<string, number>();
  const guids = [...byGuid.keys()].sort();
  const named = guids.map((guid) => byGuid.get(guid)?.name ?? "");
  // As text, because the driver takes the type of an array of booleans for that of its first element.
  const bots = guids.map((guid) => String(byGuid.get(guid)?.isBot ?? false));
  await transaction`
    insert into players (guid, name, is_bot)
    select guid, name, is_bot::boolean
    from unnest(${guids}::text[], ${named}::text[], ${bots}::text[]) as note (guid, name, is_bot)
    where not exists (select from players where players.guid = note.guid)
    on conflict (guid) do nothing`;
  for (const { guid, playerId } of await transaction<{ guid: string; playerId: number }[]>`
    select guid, player_id as "playerId" from players where guid = any(${guids})`) {
    ids.set(guid, playerId);
  }
  const unknown = await unnamedPlayers(transaction, roundId, notes);
  const playerIds: PlayerIds = (note) => {
    const id = note.guid === "" ? unknown.get(seatKey(note)) : ids.get(note.guid);
    if (id === undefined) throw new Error(`no player for ${note.guid}`);
    return id;
  };
  await storeSeats(transaction, roundId, notes, playerIds);
  return playerIds;
}

/** A client without GUID is told apart by slot and name, within its round. */
function seatKey({ name, slot }: Pick<PlayerNote, "name" | "slot">): string {
  return `${slot} ${name}`;
}

/** The players without GUID of a round: those that an earlier file of the round made, and new ones. */
async function unnamedPlayers(
  transaction: Transaction,
  roundId: number,
  notes: readonly PlayerNote[],
): Promise<Map<string, number>> {
  const wanted = new Map(notes.filter(({ guid }) => guid === "").map((note) => [seatKey(note), note]));
  const ids = new Map<string, number>();
  if (wanted.size === 0) return ids;
  for (const { playerId, ...seat } of await transaction<{ slot: number; name: string; playerId: number }[]>`
    select distinct slot, round_players.name, player_id as "playerId"
    from round_players join players using (player_id)
    where round_id = ${roundId} and guid is null`) {
    ids.set(seatKey(seat), playerId);
  }
  for (const [key, { isBot, name }] of wanted) {
    if (ids.has(key)) continue;
    const [row] = await transaction<{ playerId: number }[]>`
      insert into players (name, is_bot) values (${name}, ${isBot}) returning player_id as "playerId"`;
    if (row !== undefined) ids.set(key, row.playerId);
  }
  return ids;
}

async function storeSeats(
  transaction: Transaction,
  roundId: number,
  notes: readonly PlayerNote[],
  playerIds: PlayerIds,
): Promise<void> {
  // Of several changes of a slot at one moment, the last holds.
  const changes = [...new Map(notes.map((note) => [`${note.slot} ${note.timeMs}`, note])).values()];
  const columns = {
    slots: changes.map(({ slot }) => slot),
    times: changes.map(({ timeMs }) => timeMs),
    players: changes.map(playerIds),
    names: changes.map(({ name }) => name),
    teams: changes.map(({ team }) => team),
    classes: changes.map((note) => note.class),
    bots: changes.map(({ isBot }) => String(isBot)),
  };
  await transaction`
    insert into round_players (round_id, slot, from_ms, player_id, name, team, class, is_bot)
    select ${roundId}, slot, from_ms, player_id, name, team, class, is_bot::boolean
    from unnest(${columns.slots}::smallint[], ${columns.times}::integer[], ${columns.players}::integer[],
      ${columns.names}::text[], ${columns.teams}::smallint[], ${columns.classes}::smallint[],
      ${columns.bots}::text[]) as note (slot, from_ms, player_id, name, team, class, is_bot)
    on conflict (round_id, slot, from_ms) do update
    set player_id = excluded.player_id, name = excluded.name, team = excluded.team, class = excluded.class,
      is_bot = excluded.is_bot`;
}

async function copyRows(
  transaction: Transaction,
  roundId: number,
  file: ReadyFile,
  playerIds: PlayerIds,
  options: StoreFileOptions,
): Promise<{ end: RoundFileEnd; rowsRejected: number }> {
  const { badRows, onBadRow, onRows, signal } = options;
  const seats = new Seats(roundId);
  let end: RoundFileEnd | undefined;
  async function* batches(): AsyncGenerator<RowBatch> {
    const rows = readRows(file.open(), {
      badRows,
      sha256: file.sha256,
      signal,
      onBadRow,
      onPlayer: (note) => {
        seats.sit(note.slot, playerIds(note), note.team);
      },
    });
    try {
      for (let next = await rows.next(); ; next = await rows.next()) {
        if (next.done === true) {
          end = next.value;
          return;
        }
        yield next.value;
        const { count, starts } = next.value;
        onRows?.(count, (starts[count] ?? 0) - (starts[0] ?? 0));
      }
    } finally {
      await rows.return(undefined as never);
    }
  }
  if (file.kind === "engagements") {
    for await (const portion of engagementChunks(roundId, seats, batches())) {
      for (const { chunks, table } of portion) {
        if (chunks.length > 0)
          await copyInto(transaction, table.table, [...table.prefix, ...table.fields], chunks);
      }
    }
  } else {
    const [table] = KIND_TABLES[file.kind];
    if (table === undefined) throw new Error(`no table for ${file.kind}`);
    const chunks = copyChunks(file.kind, roundId, seats, batches());
    await copyInto(transaction, table.table, [...table.prefix, ...table.fields], chunks);
  }
  if (end === undefined) throw new Error("the file was not read to its end");
  return { end, rowsRejected: end.badRows };
}

/** How many rows of a kind the database holds for the round. */
async function countRows(transaction: Transaction, roundId: number, kind: Kind): Promise<number> {
  let rows = 0;
  for (const { table } of KIND_TABLES[kind]) {
    const [counted] = await transaction<{ count: number }[]>`
      select count(*) as count from ${transaction(table)} where round_id = ${roundId}`;
    rows += counted?.count ?? 0;
  }
  return rows;
}
