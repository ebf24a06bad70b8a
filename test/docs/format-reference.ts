/** Writes the reference of the round-file format from the definitions that tracker and parsers work by. */
import {
  COLUMNS,
  COMBAT_EVENT_DESCRIPTIONS,
  KINDS,
  type Column,
  type Kind,
} from "../../src/format/columns.ts";
import {
  CAPTURE_DESCRIPTIONS,
  CAPTURE_STATES,
  CHECKSUM_ALGORITHM,
  CHECKSUM_KEY,
  END_REASON_DESCRIPTIONS,
  FILE_MARK,
  FORMAT_VERSION,
  HEADER_KEYS,
  OUTPUT_FOLDER,
  PART_SUFFIX,
  PLAYER_FIELDS,
  roundFileName,
  TRAILER_KEYS,
  type FileKey,
} from "../../src/format/file.ts";
import { REFUSALS } from "../../src/import/refusal.ts";
import { ISSUES } from "../../src/parsers/issue.ts";

const KIND_DESCRIPTIONS: Readonly<Record<Kind, string>> = {
  positions:
    "Where every living player was, sampled at a fixed interval. In order of time; one row a player and time.",
  combat:
    "Every shot, hit and kill with its circumstances, and what else changed who fights. In order of time.",
  engagements: "Fights, who took part in them, and what players did together. In order of time of decision.",
  heatmap:
    "Kills and deaths by grid cell and team, written at the end of the round. One row a cell and team.",
};

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function valuesOf(column: Column): string {
  if (column.type === "choice") return column.choices.map((choice) => `\`${choice}\``).join(", ");
  return `${column.minimum} to ${column.maximum}`;
}

function typeOf(column: Column): string {
  if (column.type !== "decimal") return column.type;
  return `decimal, ${column.digits} ${column.digits === 1 ? "digit" : "digits"}`;
}

function columnTable(kind: Kind): string {
  return table(
    ["#", "column", "type", "unit", "values", "null", "meaning"],
    COLUMNS[kind].map((column, index) => [
      String(index + 1),
      `\`${column.name}\``,
      typeOf(column),
      column.unit ?? "",
      valuesOf(column),
      column.nullable ? "yes" : "",
      column.description,
    ]),
  );
}

function keyTable(keys: readonly FileKey[]): string {
  return table(
    ["key", "type", "may be missing", "meaning"],
    keys.map(({ description, name, optional, type }) => [
      `\`#${name}\``,
      type,
      optional ? "yes" : "",
      description,
    ]),
  );
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

Format version ${FORMAT_VERSION}. Each round has ${KINDS.length} files below \`fs_homepath/fs_game/${OUTPUT_FOLDER}\`:

${KINDS.map((kind) => `- \`${roundFileName("<round key>", kind)}\``).join("\n")}

A file that is being written, or that a crash left behind, ends in \`${PART_SUFFIX}\`. Names are for people: prox tells
files apart by what stands in them.

## Text

UTF-8, LF at the end of every line, TAB between fields. An empty field is null. Text fields escape a backslash as
\`\\\\\`, TAB as \`\\t\`, LF as \`\\n\`, CR as \`\\r\`, and any other control character and any byte that is no valid UTF-8
as \`\\xHH\` with two lower-case hex digits (read back as Latin-1). Nothing else is escaped. Integers are digits with an
optional minus sign; decimals have exactly the digits that their column says, a point before them, no exponent. Times of
day are UTC, ISO 8601 with a \`Z\`.

Every line that begins with \`#\` says something about the file, every other line is a row.

## Header

The first line is \`${FILE_MARK}\`, the kind and the format version. These keys follow, in this order, each with one value:

${keyTable(HEADER_KEYS)}

Then come, each with a name and a value, the effective settings (\`#config\`) and the state of each capture
(\`#capture\`: ${CAPTURE_STATES.map((state) => `\`${state}\``).join(", ")}). The captures:

${definitions(CAPTURE_DESCRIPTIONS)}

The header's last line is \`#columns\` with the names of the columns.

## Notes between the rows

\`#player\` has the fields ${PLAYER_FIELDS.map((field) => `\`${field}\``).join(", ")}: who plays in a slot from that time
on. It stands before the first row that names the slot, and again whenever something changes. A GUID is empty when the
client has none. \`#capture\` may stand again when a capture fails.

## Trailer

${keyTable(TRAILER_KEYS)}

The last line is \`#${CHECKSUM_KEY}\`, \`${CHECKSUM_ALGORITHM}\` and eight lower-case hex digits: the Adler-32 of all bytes
before that line. A file without it was cut: what stands in it is valid, the round is incomplete, and a last line without
LF is dropped.

End reasons; only \`finished\` makes a round complete:

${definitions(END_REASON_DESCRIPTIONS)}

${KINDS.map((kind) => `## ${kind}\n\n${KIND_DESCRIPTIONS[kind]}\n\n${columnTable(kind)}`).join("\n\n")}

Events of the combat file:

${definitions(COMBAT_EVENT_DESCRIPTIONS)}

## What the reader refuses

Each problem is reported with file, line, column and one of these codes:

${definitions(ISSUES)}

The import refuses files for these reasons too:

${definitions(REFUSALS)}
`;
}
