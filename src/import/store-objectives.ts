/** Puts the notes of the objectives file into the database: what a map has to fight for, and what it announced. */
import type { Transaction } from "../db/driver/connect.ts";
import type { RoundNotes } from "./round-files.ts";

/** The tables of these notes. */
export const NOTE_TABLES = ["objectives", "announcements"] as const;

/** So many rows go to the database at once: a round may have a hundred thousand announcements. */
const ROWS_AT_ONCE = 1000;

/** Stores the objectives of a round, given the notes of its pieces in order: the first piece saw how they began. */
export async function storeObjectives(
  transaction: Transaction,
  roundId: number,
  pieces: readonly RoundNotes[],
): Promise<void> {
  const byId = new Map(
    pieces.flatMap(({ objectives }) => objectives.map((note) => [note.id, note] as const)).reverse(),
  );
  const notes = [...byId.values()];
  if (notes.length === 0) return;
  await transaction`
    insert into objectives (round_id, objective, kind, team, x, y, z, name, stands)
    select ${roundId}, note.*
    from unnest(${notes.map(({ id }) => id)}::smallint[], ${notes.map(({ kind }) => kind)}::text[]::objective_kind[],
      ${notes.map(({ team }) => team)}::smallint[], ${notes.map(({ x }) => x)}::integer[],
      ${notes.map(({ y }) => y)}::integer[], ${notes.map(({ z }) => z)}::integer[],
      ${notes.map(({ name }) => name)}::text[], ${notes.map(({ stands }) => stands?.toString() ?? null)}::text[]::boolean[]) as note`;
}

/** Stores what was announced in a round, given the notes of its pieces in order. */
export async function storeAnnouncements(
  transaction: Transaction,
  roundId: number,
  pieces: readonly RoundNotes[],
): Promise<void> {
  const notes = pieces.flatMap(({ announcements }) => announcements);
  for (let start = 0; start < notes.length; start += ROWS_AT_ONCE) {
    const some = notes.slice(start, start + ROWS_AT_ONCE);
    await transaction`
      insert into announcements (round_id, announcement_number, time_ms, text)
      select ${roundId}, ${start} + note.number, note.time_ms, note.text
      from unnest(${some.map(({ timeMs }) => timeMs)}::integer[], ${some.map(({ text }) => text)}::text[])
        with ordinality as note (time_ms, text, number)`;
  }
}
