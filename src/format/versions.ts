/**
 * The format over time. Every version of prox reads the files of its own version of the format and of every version
 * before: whatever a later version brought is marked with `since`, and this says what a version had.
 */
import { CHECKSUMS } from "./checksum.ts";
import type { ChecksumKind } from "./checksum.ts";
import { COLUMNS, KINDS, KINDS_SINCE } from "./columns.ts";
import type { Column } from "./column.ts";
import type { Kind } from "./columns.ts";
import type { FileField } from "./field.ts";
import type { FileNote } from "./file.ts";

/** A part of the format: a column, a key, a field, a note. */
interface Versioned {
  /** The format version that brought it; the first where nothing is said. */
  readonly since?: number;
}

/** The parts that a version of the format has, in their order. */
function atVersion<Part extends Versioned>(parts: readonly Part[], version: number): Part[] {
  return parts.filter(({ since = 1 }) => since <= version);
}

/** The fields or columns that a version has, in their order, each with the words that its choices had then. */
export function fieldsAt<Field extends FileField | Column>(
  fields: readonly Field[],
  version: number,
): Field[] {
  return atVersion(fields, version).map((field) => {
    if (field.type !== "choice") return field;
    const { choices, choicesSince } = field;
    return { ...field, choices: choices.filter((choice) => (choicesSince?.[choice] ?? 1) <= version) };
  });
}

/** The notes that a version has, each with its fields of that version. */
export function notesAt(notes: readonly FileNote[], version: number): FileNote[] {
  return atVersion(notes, version).map((note) => ({ ...note, fields: fieldsAt(note.fields, version) }));
}

/** The checksum that files of a version end in. */
export function checksumAt(version: number): ChecksumKind {
  let found: ChecksumKind = CHECKSUMS[0];
  for (const checksum of CHECKSUMS) if (checksum.since <= version) found = checksum;
  return found;
}

/** The columns that a file of a kind and version has, in the order of a row. */
export function columnsOf(kind: Kind, version: number): Column[] {
  return fieldsAt(COLUMNS[kind], version);
}

/** The kinds of files that a round of a version has, in the order in which they are written. */
export function kindsAt(version: number): Kind[] {
  return KINDS.filter((kind) => (KINDS_SINCE[kind] ?? 1) <= version);
}
