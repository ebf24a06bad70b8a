/** The round files that a simulation wrote, as facts that expectations can be held against. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { COLUMNS, KINDS, type Kind } from "../../format/columns.ts";
import {
  CAPTURE_NOTE,
  CHECKSUM_KEY,
  COLUMNS_NOTE,
  CONFIG_NOTE,
  FILE_MARK,
  OUTPUT_FOLDER,
  PART_SUFFIX,
  PLAYER_FIELDS,
  PLAYER_NOTE,
  roundFileName,
} from "../../format/file.ts";
import type { FileField } from "../../format/field.ts";
import { ANNOUNCE_FIELDS, ANNOUNCE_NOTE, OBJECTIVE_FIELDS, OBJECTIVE_NOTE } from "../../format/objectives.ts";
import { RoundFileError, formatFault } from "../../parsers/fault.ts";
import { RoundFileParser } from "../../parsers/round-file.ts";
import type { Subject } from "./definition.ts";

/** Fields by name, as they stand in the file; an empty field is empty text. */
export type RecordedRow = Readonly<Record<string, string>>;

/** One round, put together from its files. */
export interface RecordedRound {
  readonly roundKey: string;
  readonly rows: Readonly<Record<Exclude<Subject, "rounds">, readonly RecordedRow[]>>;
  /** Header and trailer together, and `is_complete`. */
  readonly facts: RecordedRow;
  /** What the parser has against the files, one line each. */
  readonly issues: readonly string[];
}

interface RecordedFile {
  facts: Record<string, string>;
  rows: RecordedRow[];
  players: RecordedRow[];
  captures: RecordedRow[];
  objectives: RecordedRow[];
  announcements: RecordedRow[];
  isComplete: boolean;
}

type NoteList = "players" | "captures" | "objectives" | "announcements";

/** The notes that are kept as rows: where, and the names of their fields. */
const NOTES: Readonly<Record<string, { list: NoteList; fields: readonly string[] } | undefined>> = {
  [`#${PLAYER_NOTE}`]: { list: "players", fields: namesOf(PLAYER_FIELDS) },
  [`#${CAPTURE_NOTE}`]: { list: "captures", fields: ["name", "state"] },
  [`#${OBJECTIVE_NOTE}`]: { list: "objectives", fields: namesOf(OBJECTIVE_FIELDS) },
  [`#${ANNOUNCE_NOTE}`]: { list: "announcements", fields: namesOf(ANNOUNCE_FIELDS) },
};

function namesOf(fields: readonly FileField[]): string[] {
  return fields.map(({ name }) => name);
}

function named(names: readonly string[], fields: readonly string[]): RecordedRow {
  return Object.fromEntries(names.map((name, index) => [name, fields[index] ?? ""]));
}

/** Takes a file apart. The parser has the say on whether it is right. */
function readFile(kind: Kind, text: string): RecordedFile {
  const columns = COLUMNS[kind].map(({ name }) => name);
  const file: RecordedFile = {
    facts: {},
    rows: [],
    players: [],
    captures: [],
    objectives: [],
    announcements: [],
    isComplete: false,
  };
  for (const line of text.split("\n").slice(0, -1)) {
    const fields = line.split("\t");
    const [first = ""] = fields;
    const note = NOTES[first];
    if (!first.startsWith("#")) file.rows.push(named(columns, fields));
    else if (first === FILE_MARK || first === `#${CONFIG_NOTE}` || first === `#${COLUMNS_NOTE}`) continue;
    else if (note !== undefined) file[note.list].push(named(note.fields, fields.slice(1)));
    else if (first === `#${CHECKSUM_KEY}`) file.isComplete = true;
    else file.facts[first.slice(1)] = fields[1] ?? "";
  }
  return file;
}

/** What the importer's parser says against a file. */
function issuesOf(name: string, bytes: Buffer): string[] {
  const issues: string[] = [];
  const parser = new RoundFileParser();
  try {
    for (const event of parser.push(bytes)) {
      if (event.type === "fault") issues.push(`${name}: ${formatFault(event.fault)}`);
    }
    parser.end();
  } catch (error) {
    if (!(error instanceof RoundFileError)) throw error;
    issues.push(`${name}: ${formatFault(error.fault)}`);
  }
  return issues;
}

/**
 * The rounds of files that a simulation wrote, in the order in which they ended. `files` are names below the folder that
 * stands for the server's.
 */
export function readRecordedRounds(outputFolder: string, files: readonly string[]): RecordedRound[] {
  const folder = path.join(outputFolder, OUTPUT_FOLDER);
  const names = files
    .filter((name) => name.startsWith(`${OUTPUT_FOLDER}/`))
    .map((name) => name.slice(OUTPUT_FOLDER.length + 1));
  const mark = roundFileName("", "positions");
  const keys = names
    .map((name) => (name.endsWith(PART_SUFFIX) ? name.slice(0, -PART_SUFFIX.length) : name))
    .filter((name) => name.endsWith(mark))
    .map((name) => name.slice(0, -mark.length));
  return [...new Set(keys)].map((key) => readRound(folder, names, key)).sort(byEnd);
}

/** By the end, and one that was cut last: two recordings of the same round can start in the same second. */
function byEnd(first: RecordedRound, second: RecordedRound): number {
  const [a = "", b = ""] = [first, second].map(
    ({ facts }) => `${facts["ended_at"] ?? "cut"} ${facts["started_at"] ?? ""}`,
  );
  return a.localeCompare(b);
}

function readRound(folder: string, names: readonly string[], roundKey: string): RecordedRound {
  const issues: string[] = [];
  const files = Object.fromEntries(
    KINDS.map((kind) => {
      const whole = roundFileName(roundKey, kind);
      const name = names.includes(whole) ? whole : whole + PART_SUFFIX;
      if (!names.includes(name)) {
        issues.push(`${whole} is missing`);
        return [kind, readFile(kind, "")];
      }
      const bytes = readFileSync(path.join(folder, name));
      issues.push(...issuesOf(name, bytes));
      return [kind, readFile(kind, bytes.toString("utf8"))];
    }),
  ) as Record<Kind, RecordedFile>;
  const { positions, combat, engagements, heatmap, objectives } = files;
  const isComplete = KINDS.every((kind) => files[kind].isComplete);
  return {
    roundKey,
    rows: {
      positions: positions.rows,
      combat: combat.rows,
      engagements: engagements.rows,
      heatmap: heatmap.rows,
      objectives: objectives.rows,
      objective_notes: objectives.objectives,
      announcements: objectives.announcements,
      players: combat.players,
      captures: combat.captures,
    },
    facts: { ...combat.facts, is_complete: isComplete ? "1" : "0" },
    issues,
  };
}
