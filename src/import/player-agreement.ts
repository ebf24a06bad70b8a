/**
 * Whether the files of a round name the same players. The tracker writes each `#player` line into all of them; a disk that
 * refused a line may have kept it out of one, so only what two files say of one slot at one moment is compared.
 */
import type { Transaction } from "../db/driver/connect.ts";
import type { Columns } from "../db/rows.ts";
import type { PlayerNote } from "../parsers/note-reader.ts";
import { showText } from "../parsers/text.ts";
import { FileFaultError } from "./file-fault.ts";

/** Several notes of one slot at one moment follow each other: the player connects, and joins a team. */
type NotesOfMoment = readonly PlayerNote[];

/** A tracker that is loaded in the middle of a round may learn a GUID later than the name. */
function isSameGuid(one: string, other: string): boolean {
  return one === other || one === "" || other === "";
}

function isSame(one: PlayerNote, other: PlayerNote): boolean {
  return (
    isSameGuid(one.guid, other.guid) &&
    one.name === other.name &&
    one.team === other.team &&
    one.class === other.class &&
    one.isBot === other.isBot
  );
}

function describe({ class: playerClass, guid, isBot, name, team }: PlayerNote): string {
  const who = isBot ? "a bot" : guid === "" ? "without GUID" : `GUID ${guid}`;
  return `"${showText(name)}" (${who}, team ${team}, class ${playerClass})`;
}

/** Compares the players of a round's files, one file after the other. */
export class PlayerAgreement {
  readonly #moments = new Map<string, NotesOfMoment>();

  /** Adds the players of files that are stored, and stay: of a round in one piece. */
  async addStored(transaction: Transaction, roundId: number): Promise<void> {
    const rows = await transaction<
      (Columns<"round_players", "slot" | "from_ms" | "name" | "team" | "class" | "is_bot"> &
        Columns<"players", "guid">)[]
    >`
      select slot, from_ms, round_players.name, team, class, round_players.is_bot, guid
      from round_players join players using (player_id) where round_id = ${roundId}`;
    for (const row of rows) {
      const note = { timeMs: row.from_ms, slot: row.slot, guid: row.guid ?? "", isBot: row.is_bot };
      const { class: playerClass, name, team } = row;
      this.#moments.set(keyOf(1, note), [{ ...note, name, team, class: playerClass }]);
    }
  }

  /** Adds the players of a file. Throws when it names another player than a file before it. */
  add(piece: number, notes: readonly PlayerNote[]): void {
    const moments = new Map<string, PlayerNote[]>();
    for (const note of notes) {
      const key = keyOf(piece, note);
      const ofMoment = moments.get(key);
      if (ofMoment === undefined) moments.set(key, [note]);
      else ofMoment.push(note);
    }
    for (const [key, own] of moments) {
      const others = this.#moments.get(key);
      if (others !== undefined && !own.some((note) => others.some((other) => isSame(note, other))))
        throw contradiction(own, others);
    }
    for (const [key, own] of moments) if (!this.#moments.has(key)) this.#moments.set(key, own);
  }
}

function keyOf(piece: number, { slot, timeMs }: Pick<PlayerNote, "slot" | "timeMs">): string {
  return `${piece} ${slot} ${timeMs}`;
}

function contradiction(own: NotesOfMoment, others: NotesOfMoment): FileFaultError {
  const [note, other] = [own.at(-1), others.at(-1)];
  if (note === undefined || other === undefined) throw new Error("a moment without notes");
  const where = `slot ${note.slot} at ${note.timeMs} ms`;
  return new FileFaultError({
    code: "E_ROUND_DISAGREES",
    message: `it names ${describe(note)} in ${where}, and the round's other files name ${describe(other)}`,
    line: 0,
    field: "player",
    text: showText(note.name),
  });
}
