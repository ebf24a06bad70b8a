/** Writes the reference of the round-file format from the definitions that tracker and parsers work by. */
import type { Column } from "../../src/format/column.ts";
import { COLUMNS, COMBAT_EVENT_DESCRIPTIONS, KINDS, type Kind } from "../../src/format/columns.ts";
import type { FileField } from "../../src/format/field.ts";
import { CHECKSUM_BASES, CHECKSUM_PRIMES, CHECKSUMS } from "../../src/format/checksum.ts";
import {
  CAPTURE_DESCRIPTIONS,
  CHECKSUM_KEY,
  END_REASON_DESCRIPTIONS,
  FILE_MARK,
  FORMAT_VERSION,
  HEADER_KEYS,
  HEADER_NOTES,
  OUTPUT_FOLDER,
  PART_SUFFIX,
  ROW_NOTES,
  roundFileName,
  TRAILER_KEYS,
  type FileNote,
} from "../../src/format/file.ts";
import { LIMITS } from "../../src/format/limits.ts";
import {
  OBJECTIVE_EVENT_DESCRIPTIONS,
  OBJECTIVE_KIND_DESCRIPTIONS,
  OBJECTIVE_REASON_DESCRIPTIONS,
  OBJECTIVE_SOURCE_DESCRIPTIONS,
} from "../../src/format/objectives.ts";
import type { ErrorEntry } from "../../src/errors/exit-codes.ts";
import { IMPORT_ERRORS, ROUND_FILE_ERRORS } from "../../src/errors/file-errors.ts";

const KIND_DESCRIPTIONS: Readonly<Record<Kind, string>> = {
  positions:
    "Where every living player was, sampled at a fixed interval. In order of time; one row per player and time.",
  combat:
    "Every shot, hit and kill with its circumstances, and every spawn, revive, join, leave and pause. In order of time.",
  engagements: "Fights, who took part in them, and what players did together. In order of `time_ms`.",
  heatmap:
    "Kills and deaths by grid cell and team, written at the end of the round. One row per cell and team.",
  objectives: "What happened to the map's objectives, and who did it. In order of time.",
};

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** The version that brought something, where it was not the first. */
function sinceText(since = 1): string {
  return since === 1 ? "" : ` (since version ${since})`;
}

function choicesText({
  choices,
  choicesSince,
}: {
  readonly choices: readonly string[];
  readonly choicesSince?: Readonly<Record<string, number>>;
}): string {
  return choices.map((choice) => `\`${choice}\`${sinceText(choicesSince?.[choice])}`).join(", ");
}

function valuesOf(field: Column | FileField): string {
  switch (field.type) {
    case "choice":
      return choicesText(field);
    case "integer":
    case "decimal":
      return `${field.minimum} to ${field.maximum}`;
    case "hex":
      return `${field.digits} lower-case digits`;
    case "text":
      return field.minimumCharacters === 0 ? "" : "not empty";
    case "utc":
      return "";
  }
}

function typeOf(field: Column | FileField): string {
  if (field.type !== "decimal") return field.type;
  return `decimal, ${field.digits} ${field.digits === 1 ? "digit" : "digits"}`;
}

/** The rows that carry a value; empty for all. */
function rowsOf({ needs, rows = [] }: Column): string {
  const names = rows.map((row) =>
    row.endsWith("?") ? `\`${row.slice(0, -1)}\` (may be null)` : `\`${row}\``,
  );
  return names.join(", ") + (needs === "attacker" ? ", where there is an attacker" : "");
}

function columnTable(kind: Kind): string {
  return table(
    ["#", "column", "type", "unit", "values", "null", "in rows", "meaning"],
    COLUMNS[kind].map((column, index) => [
      String(index + 1),
      `\`${column.name}\`${sinceText(column.since)}`,
      typeOf(column),
      column.unit ?? "",
      valuesOf(column),
      column.nullable ? "yes" : "",
      rowsOf(column),
      column.description,
    ]),
  );
}

function keyTable(keys: readonly FileField[]): string {
  return table(
    ["key", "type", "unit", "values", "may be missing", "meaning"],
    keys.map((field) => [
      `\`#${field.name}\`${sinceText(field.since)}`,
      typeOf(field),
      field.unit ?? "",
      valuesOf(field),
      field.optional ? "yes" : "",
      field.description,
    ]),
  );
}

function noteTable(notes: readonly FileNote[]): string {
  return table(
    ["note", "field", "type", "unit", "values", "meaning"],
    notes.flatMap(({ fields, name, since }) =>
      fields.map((field) => [
        `\`#${name}\`${sinceText(since)}`,
        `\`${field.name}\`${sinceText(field.since)}`,
        typeOf(field),
        field.unit ?? "",
        valuesOf(field),
        field.description,
      ]),
    ),
  );
}

/** What each error code means. */
function meanings(errors: Readonly<Record<string, ErrorEntry>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(errors).map(([code, { meaning }]) => [code, meaning]));
}

function definitions(entries: Readonly<Record<string, string>>): string {
  return Object.entries(entries)
    .map(([name, meaning]) => `- \`${name}\`: ${meaning}`)
    .join("\n");
}

/** The reference as Markdown. */
export function formatReference(): string {
  return `# The round files

<!-- Generated from src/format: run \`npm run docs\` after changing it. -->

Format version ${FORMAT_VERSION}. prox reads files of this version and of every earlier one, and refuses files of a later one. Below,
"since version" marks the columns, keys, fields and words that a later version added; all others belong to version 1. A file has
exactly those of its own version; a column that it does not have is null in the database.

Each round has ${KINDS.length} files (four in version 1, which had no objectives) below \`fs_homepath/fs_game/${OUTPUT_FOLDER}\`:

${KINDS.map((kind) => `- \`${roundFileName("<round key>", kind)}\``).join("\n")}

The name of a file that is being written, or that a crash left behind, ends in \`${PART_SUFFIX}\`. Names are for people: prox recognises
files by their content.

## Text

UTF-8, LF at the end of every line, TAB between fields. An empty field is null. Text fields escape a backslash as
\`\\\\\`, TAB as \`\\t\`, LF as \`\\n\`, CR as \`\\r\`, and any other control character and any byte that is no valid UTF-8
as \`\\xHH\` with two lower-case hex digits (read back as Latin-1). Nothing else is escaped. Integers are digits with an
optional minus sign. Decimals have a point, then exactly as many digits as their column says, and no exponent. Neither has a
plus sign or leading zeros. Only a number that the tracker rounded can be \`-0\`. Times of day are UTC, ISO 8601 with a \`Z\`.

A line has at most ${LIMITS.lineBytes} bytes and a text at most ${LIMITS.textBytes}; a file has at most
${LIMITS.settings} settings, ${LIMITS.playerNotes} player notes, and ${LIMITS.numberedRows} heatmap cells or engagements.

Every line that begins with \`#\` says something about the file, every other line is a row.

## Header

The first line is \`${FILE_MARK}\`, the kind and the format version. These keys follow, in this order, each with one value:

${keyTable(HEADER_KEYS)}

Then come the effective settings and the state of each capture:

${noteTable(HEADER_NOTES)}

The captures:

${definitions(CAPTURE_DESCRIPTIONS)}

The header's last line is \`#columns\` with the names of the columns.

## Notes between the rows

\`#player\` says which player is in a slot, and from when. It comes before the first row that names the slot, and again
whenever something about the player changes. The heatmap has none, because its rows name no slot. \`#capture\` comes again when a
capture fails.

${noteTable(ROW_NOTES)}

## Trailer

${keyTable(TRAILER_KEYS)}

The last line is \`#${CHECKSUM_KEY}\`, the algorithm, and the checksum of all bytes before that line in lower-case hex digits. A file
without this line was cut: its rows are valid, its round is incomplete, and prox drops a last line without LF.

| algorithm | digits | in files of version |
| --------- | ------ | ------------------- |
${CHECKSUMS.map(({ algorithm, digits, since }, index) => `| \`${algorithm}\` | ${digits} | ${since}${CHECKSUMS[index + 1] === undefined ? " and later" : ""} |`).join("\n")}

- \`adler32\`: as RFC 1950 defines it.
- \`poly54\`: for each pair of base and prime, ${CHECKSUM_BASES.map((base, index) => `${base} and ${CHECKSUM_PRIMES[index] ?? 0}`).join(", ")}, begin with
  1, and for each byte multiply by the base, add the byte, and keep the remainder by the prime; each of the two as eight hex digits,
  one after the other.

The checksum finds accidents: a cut, a part that is missing or doubled, a failing disk, an editor that changed line ends. It does not
protect against people: anyone who can write a file can write its checksum. Adler-32 misses small changes that cancel each other
out, such as +1, −2, +1 in three bytes in a row, and in a line of 100 bytes it finds fewer changes than its 32 bits promise.
Poly54 finds every change of a single byte, and misses about one in 10^15 of all other changes.

End reasons; only \`finished\` makes a round complete:

${definitions(END_REASON_DESCRIPTIONS)}

${KINDS.map((kind) => `## ${kind}\n\n${KIND_DESCRIPTIONS[kind]}\n\n${columnTable(kind)}`).join("\n\n")}

Events of the combat file:

${definitions(COMBAT_EVENT_DESCRIPTIONS)}

Events of the objectives file:

${definitions(OBJECTIVE_EVENT_DESCRIPTIONS)}

How it is known who did something, the column \`source\`:

${definitions(OBJECTIVE_SOURCE_DESCRIPTIONS)}

Why something ended, the column \`reason\`:

${definitions(OBJECTIVE_REASON_DESCRIPTIONS)}

Kinds of objectives in \`#objective\` notes:

${definitions(OBJECTIVE_KIND_DESCRIPTIONS)}

Why objectives have a file of their own, and are no rows of the combat file:

- Who reads them wants a few rows of a round, and the combat file has thousands; and the columns of the two have little in common:
  as rows of the combat file they would make each of its rows longer by ${COLUMNS.objectives.length - 5} empty fields, and its import, which passes rows on as they are,
  would have to sort them.
- The order of events is not lost. What a frame shows of an objective is read after all that happened in the frame was told, and
  gets its time: rows of both files sorted by time, of the same time those of the combat file first, stand in the order of cause and
  effect.
- Files of before stay what they are. A round without this file is whole where its version has none, and says of objectives that they are
  not recorded, which is not the same as none.
- What goes wrong with objectives, a full disk included, costs the rows of this file and no fights.

Names stand in \`#objective\` notes, because rows hold numbers and fixed words only. A note stands before the first row that names
its objective: some objectives can be seen a second after the map was loaded, and a round may have begun by then. Texts of the map
stand in \`#announce\` notes.

## What the reader refuses

Each problem is reported with file, line, column and one of these codes:

${definitions(meanings(ROUND_FILE_ERRORS))}

The import refuses files for these reasons too:

${definitions(meanings(IMPORT_ERRORS))}
`;
}
