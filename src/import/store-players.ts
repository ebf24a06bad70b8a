/** Puts the players of a round into the database. */
import type { Transaction } from "../db/driver/connect.ts";
import { pipeline } from "../db/driver/pipeline.ts";
import type { Columns } from "../db/rows.ts";
import type { PlayerNote } from "../parsers/note-reader.ts";

/**
 * A client without GUID is told apart by slot and name, within its round. Where one with a GUID sat there under the same name, it
 * is that player: a tracker that is loaded in the middle of a round may learn a GUID later than the name.
 */
function seatKey({ name, slot }: Pick<PlayerNote, "name" | "slot">): string {
  return `${slot} ${name}`;
}

/** The ids of the players of one round. */
export class RoundPlayers {
  readonly #byGuid = new Map<string, number>();
  readonly #byName = new Map<string, number>();
  readonly #unnamed = new Map<string, number>();

  /**
   * Finds the players of these notes; those that are new get an id. All players of a round must come in one call: two
   * transactions that make the same players wait for each other in the order of GUIDs, and never in a circle.
   * @param roundId of a round that is stored already, in which players without GUID are found again.
   * @param keepsFiles whether files of that round stay as they are, whose players must stay the same.
   */
  static async store(
    transaction: Transaction,
    roundId: number | undefined,
    notes: readonly PlayerNote[],
    { keepsFiles }: { readonly keepsFiles: boolean },
  ): Promise<RoundPlayers> {
    const players = new RoundPlayers();
    await players.#storeNamed(
      transaction,
      notes.filter(({ guid }) => guid !== ""),
    );
    await players.#storeByName(
      transaction,
      notes.filter((note) => note.isByName === true),
    );
    await players.#storeUnnamed(transaction, roundId, notes, keepsFiles);
    return players;
  }

  idOf(note: PlayerNote): number {
    const id =
      note.isByName === true
        ? this.#byName.get(note.name)
        : note.guid === ""
          ? this.#unnamed.get(seatKey(note))
          : this.#byGuid.get(note.guid);
    if (id === undefined) throw new Error(`no player for ${note.guid}`);
    return id;
  }

  async #storeNamed(transaction: Transaction, notes: readonly PlayerNote[]): Promise<void> {
    const latest = new Map(notes.map((note) => [note.guid, note]));
    const guids = [...latest.keys()].sort();
    const names = guids.map((guid) => latest.get(guid)?.name ?? "");
    // As text, because the driver takes the type of an array of booleans for that of its first element.
    const bots = guids.map((guid) => String(latest.get(guid)?.isBot ?? false));
    const [, found] = await pipeline([
      transaction`
        insert into players (guid, name, is_bot)
        select guid, name, is_bot::boolean
        from unnest(${guids}::text[], ${names}::text[], ${bots}::text[]) as note (guid, name, is_bot)
        where not exists (select from players where players.guid = note.guid)
        order by guid
        on conflict (guid) do nothing`,
      transaction<Columns<"players", "guid" | "player_id">[]>`
        select guid, player_id from players where guid = any(${guids})`,
    ]);
    for (const { guid, player_id: id } of found) if (guid !== null) this.#byGuid.set(guid, id);
  }

  /** Players of files that have no GUIDs at all: one for each name, in all rounds of such files. */
  async #storeByName(transaction: Transaction, notes: readonly PlayerNote[]): Promise<void> {
    if (notes.length === 0) return;
    const names = [...new Set(notes.map(({ name }) => name))].sort();
    const bots = names.map((name) => String(notes.find((note) => note.name === name)?.isBot ?? false));
    const [, found] = await pipeline([
      transaction`
        insert into players (name, is_bot, is_by_name)
        select name, is_bot::boolean, true
        from unnest(${names}::text[], ${bots}::text[]) as note (name, is_bot)
        where not exists (select from players where players.name = note.name and is_by_name)
        order by name
        on conflict (name) where is_by_name do nothing`,
      transaction<Columns<"players", "name" | "player_id">[]>`
        select name, player_id from players where is_by_name and name = any(${names})`,
    ]);
    for (const { name, player_id: id } of found) this.#byName.set(name, id);
  }

  async #storeUnnamed(
    transaction: Transaction,
    roundId: number | undefined,
    notes: readonly PlayerNote[],
    keepsFiles: boolean,
  ): Promise<void> {
    const unnamed = notes.filter(({ guid, isByName }) => guid === "" && isByName !== true);
    if (unnamed.length === 0) return;
    const stored = await transaction<
      (Columns<"round_players", "slot" | "name" | "player_id"> & Columns<"players", "guid">)[]
    >`
      select distinct slot, round_players.name, player_id, guid
      from round_players join players using (player_id)
      where round_id = ${roundId ?? null}`;
    const seated = new Map<string, Set<number>>();
    const seat = (key: string, id: number): void => {
      seated.set(key, (seated.get(key) ?? new Set()).add(id));
    };
    for (const note of notes) if (note.guid !== "") seat(seatKey(note), this.idOf(note));
    for (const row of stored) if (row.guid !== null) seat(seatKey(row), row.player_id);
    for (const row of stored) if (row.guid === null) this.#unnamed.set(seatKey(row), row.player_id);
    for (const note of unnamed) {
      const key = seatKey(note);
      const [known, other] = seated.get(key) ?? [];
      if (known !== undefined && other === undefined && !(keepsFiles && this.#unnamed.has(key))) {
        this.#unnamed.set(key, known);
      }
      if (this.#unnamed.has(key)) continue;
      const [row] = await transaction<Columns<"players", "player_id">[]>`
        insert into players (name, is_bot) values (${note.name}, ${note.isBot}) returning player_id`;
      if (row === undefined) throw new Error("the new player has no id");
      this.#unnamed.set(key, row.player_id);
    }
  }

  /**
   * Queries that store who sat where, from when on, as these notes say, to be sent in this order. With `alone`, no other
   * file of the round says anything, and the first query returns the players without GUID who lost their seats: give
   * them to {@link removeLoose}.
   */
  storeSeats(
    transaction: Transaction,
    roundId: number,
    notes: readonly PlayerNote[],
    { alone }: { readonly alone: boolean },
  ) {
    // Of several changes of a slot at one moment, the last holds.
    const seats = [...new Map(notes.map((note) => [`${note.slot} ${note.timeMs}`, note])).values()];
    const columns = {
      slots: seats.map(({ slot }) => slot),
      times: seats.map(({ timeMs }) => timeMs),
      players: seats.map((note) => this.idOf(note)),
      names: seats.map(({ name }) => name),
      teams: seats.map(({ team }) => team),
      classes: seats.map((note) => note.class),
      bots: seats.map(({ isBot }) => String(isBot)),
    };
    return [
      transaction<Columns<"round_players", "player_id">[]>`
        with gone as (delete from round_players where round_id = ${roundId} and ${alone} returning player_id)
        select distinct player_id from gone join players using (player_id)
        where guid is null and not is_by_name`,
      transaction`
        insert into round_players (round_id, slot, from_ms, player_id, name, team, class, is_bot)
        select ${roundId}, slot, from_ms, player_id, name, team, class, is_bot::boolean
        from unnest(${columns.slots}::smallint[], ${columns.times}::integer[], ${columns.players}::integer[],
          ${columns.names}::text[], ${columns.teams}::smallint[], ${columns.classes}::smallint[],
          ${columns.bots}::text[]) as note (slot, from_ms, player_id, name, team, class, is_bot)
        on conflict (round_id, slot, from_ms) do update
        set player_id = excluded.player_id, name = excluded.name, team = excluded.team, class = excluded.class,
          is_bot = excluded.is_bot`,
    ] as const;
  }

  /** Deletes those players without GUID who lost their seats and have no other one in these notes. */
  async removeLoose(
    transaction: Transaction,
    lost: readonly Columns<"round_players", "player_id">[],
    notes: readonly PlayerNote[],
  ): Promise<void> {
    const seated = new Set(notes.map((note) => this.idOf(note)));
    const loose = lost.map((row) => row.player_id).filter((id) => !seated.has(id));
    if (loose.length === 0) return;
    await transaction`delete from players where player_id = any(${loose}::integer[])`;
  }
}
