/** A later version of the format, made up for tests: what would be there if it had grown by a little everywhere. */
import type * as columnsModule from "../../src/format/columns.ts";
import type { Column } from "../../src/format/column.ts";
import type { Kind } from "../../src/format/columns.ts";
import type { FileField } from "../../src/format/field.ts";
import type * as fileModule from "../../src/format/file.ts";
import type { FileNote } from "../../src/format/file.ts";

/** The made-up version: later than any real one is for a long time. */
export const LATER = 90;

const later = { since: LATER, optional: false, description: "made up" } as const;
const laterColumn = (name: string): Column => ({
  name,
  type: "integer",
  minimum: 0,
  maximum: 100,
  nullable: false,
  since: LATER,
  description: "made up",
});

/** A column that the later version has in front of another one. */
export const LATER_COLUMNS: Readonly<Record<Kind, { name: string; before: string }>> = {
  positions: { name: "ping_ms", before: "x" },
  combat: { name: "attacker_ping_ms", before: "target_slot" },
  engagements: { name: "rounds_fired", before: "team" },
  heatmap: { name: "revives", before: "kills" },
  objectives: { name: "witnesses", before: "team" },
};
/** A word of the combat file's `event`. */
export const LATER_EVENT = "plant";
/** A key of the header, one of the trailer, a field of the player note, a note and a capture. */
export const LATER_KEYS = {
  header: "league",
  trailer: "spectators",
  player: "country",
  note: "weather",
  capture: "weather",
} as const;

type ColumnsModule = typeof columnsModule;
type FileModule = typeof fileModule;

/** `src/format/columns.ts` as the later version has it; to be given by `vi.mock`. */
export function laterColumns(original: ColumnsModule): ColumnsModule {
  const grow = (kind: Kind): readonly Column[] =>
    original.COLUMNS[kind].flatMap((column) => {
      const { before, name } = LATER_COLUMNS[kind];
      if (column.name === before) return [laterColumn(name), column];
      if (column.name !== "event" || column.type !== "choice") return [column];
      const choices = [...column.choices, LATER_EVENT];
      return [{ ...column, choices, choicesSince: { [LATER_EVENT]: LATER } }];
    });
  const { KINDS } = original;
  const columns = Object.fromEntries(KINDS.map((kind) => [kind, grow(kind)]));
  return { ...original, COLUMNS: columns as ColumnsModule["COLUMNS"] };
}

/** `src/format/file.ts` as the later version has it; to be given by `vi.mock`. */
export function laterFile(original: FileModule): FileModule {
  const laterText = (name: string): FileField => ({ ...later, name, type: "text", minimumCharacters: 0 });
  const playerFields = [...original.PLAYER_FIELDS, laterText(LATER_KEYS.player)];
  const growNote = (note: FileNote): FileNote => ({
    ...note,
    fields:
      note.name === original.PLAYER_NOTE
        ? playerFields
        : note.fields.map((field) =>
            field.type === "choice" && field.name === "name"
              ? {
                  ...field,
                  choices: [...field.choices, LATER_KEYS.capture],
                  choicesSince: { [LATER_KEYS.capture]: LATER },
                }
              : field,
          ),
  });
  return {
    ...original,
    FORMAT_VERSION: LATER as unknown as FileModule["FORMAT_VERSION"],
    HEADER_KEYS: [...original.HEADER_KEYS, laterText(LATER_KEYS.header)],
    TRAILER_KEYS: [...original.TRAILER_KEYS, laterText(LATER_KEYS.trailer)],
    PLAYER_FIELDS: playerFields,
    HEADER_NOTES: original.HEADER_NOTES.map(growNote),
    ROW_NOTES: [
      ...original.ROW_NOTES.map(growNote),
      { name: LATER_KEYS.note, since: LATER, fields: [laterText("name")] },
    ],
  };
}
