/** Writes round files for tests: by the format's definitions, but independently of the tracker. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

import type { Column } from "../../src/format/column.ts";
import { KINDS, type Kind } from "../../src/format/columns.ts";
import {
  CHECKSUM_KEY,
  COLUMNS_NOTE,
  FILE_MARK,
  FORMAT_VERSION,
  HEADER_KEYS,
  PART_SUFFIX,
  PLAYER_FIELDS,
  PLAYER_NOTE,
  roundFileName,
  TRAILER_KEYS,
} from "../../src/format/file.ts";
import { columnsOf, fieldsAt, kindsAt } from "../../src/format/versions.ts";
import { ESCAPES } from "../../src/format/text.ts";
import { checksumOf } from "./round-text.ts";

/** Values of a row by column; a column that is left out gets a plain value, or null where it may be null. */
export type RowValues = Readonly<Record<string, number | string | null>>;

export interface PlayerValues {
  readonly timeMs?: number;
  readonly slot: number;
  readonly guid: string;
  readonly name: string;
  readonly team?: number;
  readonly class?: number;
  readonly isBot?: boolean;
}

/** What a test says of a file; everything else is filled in. Lines come in this order: player notes, rows. */
export interface RoundFileValues {
  /** Version of the format, the present one if not said. */
  readonly version?: number;
  readonly header?: Readonly<Record<string, string>>;
  readonly players?: readonly PlayerValues[];
  /** Rows; a string is a line as it stands, for example a note. */
  readonly rows?: readonly (RowValues | string)[];
  readonly trailer?: Readonly<Record<string, string | undefined>>;
  /** Leaves out the trailer, and this many bytes before it. */
  readonly cutBytes?: number;
}

export const DEFAULT_HEADER: Readonly<Record<string, string>> = {
  round_key: "20260131-190500-supply-1-a1b2c3",
  match_key: "20260131-190500-supply-a1b2c3",
  map: "supply",
  round: "1",
  started_at: "2026-01-31T19:05:00Z",
  game_type: "3",
  time_limit_ms: "720000",
  server_name: "^1test ^7server",
  tracker_version: "0.1.0",
  tracker_sha1: "0123456789abcdef0123456789abcdef01234567",
  engine_version: "v2.83.1",
  lua_version: "Lua 5.4",
  piece: "1",
  began_ms: "50",
};

export const DEFAULT_PLAYERS: readonly PlayerValues[] = [
  { slot: 0, guid: "A".repeat(32), name: "^1alpha", team: 1, class: 0 },
  { slot: 1, guid: "B".repeat(32), name: 'bravo "b"', team: 2, class: 1 },
];

const DEFAULT_TRAILER: Readonly<Record<string, string>> = {
  ended_at: "2026-01-31T19:15:00Z",
  end_ms: "600000",
  end_reason: "finished",
  winner_team: "2",
  rows_lost: "0",
  frame_mean_us: "12.5",
  frame_worst_ms: "1",
  heap_kb: "512",
  errors: "0",
};

export function escapeText(text: string): string {
  return Array.from(text, (character) => {
    const letter = ESCAPES[character];
    if (letter !== undefined) return `\\${letter}`;
    const code = character.charCodeAt(0);
    const isControl = code < 32 || code === 127;
    return isControl ? `\\x${code.toString(16).padStart(2, "0")}` : character;
  }).join("");
}

function fieldOf(column: Column, value: number | string | null | undefined): string {
  if (value === null || (value === undefined && column.nullable)) return "";
  if (typeof value === "string") return value;
  if (column.type === "choice") return column.choices[0] ?? "";
  const number = value ?? Math.max(0, column.minimum);
  return column.type === "decimal" ? number.toFixed(column.digits) : String(number);
}

/** A row's line, without LF. */
export function rowLine(kind: Kind, values: RowValues, version: number = FORMAT_VERSION): string {
  return columnsOf(kind, version)
    .map((column) => fieldOf(column, values[column.name]))
    .join("\t");
}

function playerLine(
  { timeMs = 0, slot, guid, name, team = 1, class: playerClass = 0, isBot = false }: PlayerValues,
  version: number,
): string {
  const values: Record<string, number | string> = {
    time_ms: timeMs,
    slot,
    guid: escapeText(guid),
    name: escapeText(name),
    team,
    class: playerClass,
    is_bot: isBot ? 1 : 0,
  };
  const fields = fieldsAt(PLAYER_FIELDS, version).map((field) => values[field.name] ?? "");
  return [`#${PLAYER_NOTE}`, ...fields].join("\t");
}

/** The header's lines, the columns included. */
export function headerLines(
  kind: Kind,
  header: Readonly<Record<string, string>> = {},
  version: number = FORMAT_VERSION,
): string[] {
  const values = { ...DEFAULT_HEADER, ...header };
  return [
    [FILE_MARK, kind, version].join("\t"),
    ...fieldsAt(HEADER_KEYS, version).flatMap(({ name, optional }) => {
      const value = values[name];
      return value === undefined && optional ? [] : [`#${name}\t${escapeText(value ?? "")}`];
    }),
    "#config\tprox_sample_ms\t1000",
    "#config\tprox_heatmap_cell_units\t512",
    "#capture\tpositions\ton",
    "#capture\tfire\ton",
    [`#${COLUMNS_NOTE}`, ...columnsOf(kind, version).map((column) => column.name)].join("\t"),
  ];
}

/** Adds the trailer to a file's lines so that counts and checksum are right. */
export function finishFile(
  lines: readonly string[],
  trailer: RoundFileValues["trailer"] = {},
  version: number = FORMAT_VERSION,
): Buffer {
  const rows = lines.filter((line) => !line.startsWith("#")).length;
  const values: Record<string, string | undefined> = { rows: String(rows), ...DEFAULT_TRAILER, ...trailer };
  const trailerLines = fieldsAt(TRAILER_KEYS, version).flatMap(({ name, optional }) => {
    const value = name in values || optional ? values[name] : "";
    return value === undefined ? [] : [`#${name}\t${value}`];
  });
  const body = Buffer.from([...lines, ...trailerLines].map((line) => `${line}\n`).join(""));
  const checksum = `#${CHECKSUM_KEY}\t${checksumOf(body, Math.min(version, 2))}\n`;
  return Buffer.concat([body, Buffer.from(checksum)]);
}

/** A whole round file. */
export function roundFile(kind: Kind, values: RoundFileValues = {}): Buffer {
  const {
    cutBytes,
    header,
    players = DEFAULT_PLAYERS,
    rows = [],
    trailer,
    version = FORMAT_VERSION,
  } = values;
  const lines = [
    ...headerLines(kind, header, version),
    ...(kind === "heatmap" ? [] : players.map((player) => playerLine(player, version))),
    ...rows.map((row) => (typeof row === "string" ? row : rowLine(kind, row, version))),
  ];
  if (cutBytes === undefined) return finishFile(lines, trailer, version);
  const body = Buffer.from(lines.map((line) => `${line}\n`).join(""));
  return body.subarray(0, body.length - cutBytes);
}

/** Some rows of each kind, as a short round would have them. */
export const SOME_ROWS: Readonly<Record<Kind, readonly RowValues[]>> = {
  positions: [
    { time_ms: 1000, slot: 0, life: 1, x: 100.5, y: -200.2, z: 24, health: 100, weapon: 3 },
    { time_ms: 1000, slot: 1, life: 1, x: -100.5, y: 200.2, z: 24, health: 120, weapon: 8 },
    { time_ms: 2000, slot: 0, life: 1, x: 130.1, y: -190.7, z: 24, health: 82, weapon: 3, is_moving: 1 },
    { time_ms: 2000, slot: 1, life: 1, x: -90.5, y: 180.2, z: 24, health: 120, weapon: 8, is_moving: 1 },
  ],
  combat: [
    { time_ms: 1400, event: "fire", attacker_slot: 1, weapon: 8 },
    {
      time_ms: 1400,
      event: "hit",
      attacker_slot: 1,
      target_slot: 0,
      relation: "enemy",
      weapon: 8,
      means_of_death: 9,
      damage: 18,
      damage_effective: 18,
      hit_region: "body",
      distance_units: 447.5,
      attacker_x: -100.5,
      attacker_y: 200.2,
      attacker_z: 24,
      target_x: 100.5,
      target_y: -200.2,
      target_z: 24,
    },
    {
      time_ms: 2100,
      event: "kill",
      attacker_slot: 1,
      target_slot: 0,
      relation: "enemy",
      weapon: 8,
      means_of_death: 9,
    },
  ],
  engagements: [
    {
      time_ms: 2100,
      record: "engagement",
      engagement: 1,
      start_ms: 1400,
      team: 2,
      attackers: 1,
      defenders: 1,
      outcome: "death",
      winner_team: 2,
      slot: 1,
      enemy_slot: 0,
      damage_given: 18,
      rule_version: 1,
    },
    {
      time_ms: 2100,
      record: "participant",
      engagement: 1,
      start_ms: 1400,
      side: "attackers",
      slot: 1,
      rule_version: 1,
    },
    {
      time_ms: 2100,
      record: "participant",
      engagement: 1,
      start_ms: 1400,
      side: "defenders",
      slot: 0,
      rule_version: 1,
    },
    {
      time_ms: 2100,
      record: "trade",
      start_ms: 1400,
      slot: 1,
      partner_slot: 0,
      enemy_slot: 0,
      rule_version: 1,
    },
  ],
  heatmap: [
    { cell_x: 0, cell_y: -1, team: 2, kills: 1, deaths: 0 },
    { cell_x: 0, cell_y: -1, team: 1, kills: 0, deaths: 1 },
  ],
  objectives: [
    {
      time_ms: 1500,
      event: "dynamite_arm",
      source: "fire",
      slot: 1,
      other_slot: 1,
      team: 2,
      objective: 126,
      charge: 1,
      x: -400,
      y: -360,
      z: 64,
    },
    { time_ms: 31450, event: "status", team: 2, objective_number: 1, status: 1 },
  ],
};

/** Writes the files of a round with {@link SOME_ROWS} into a folder, and returns their paths by kind. */
export async function writeRound(
  folder: string,
  roundKey: string,
  values: Partial<Record<Kind, RoundFileValues | null>> & { readonly all?: RoundFileValues } = {},
): Promise<Record<Kind, string>> {
  await mkdir(folder, { recursive: true });
  const paths = {} as Record<Kind, string>;
  for (const kind of KINDS) {
    const own = values[kind];
    if (own === null || !kindsAt(own?.version ?? values.all?.version ?? FORMAT_VERSION).includes(kind))
      continue;
    const merged: RoundFileValues = { rows: SOME_ROWS[kind], ...values.all, ...own };
    const header = { round_key: roundKey, match_key: roundKey, ...values.all?.header, ...own?.header };
    const suffix = merged.cutBytes === undefined ? "" : PART_SUFFIX;
    paths[kind] = path.join(folder, roundFileName(roundKey, kind) + suffix);
    await writeFile(paths[kind], roundFile(kind, { ...merged, header }));
  }
  return paths;
}
