/** Writes made-up round files: players who walk, shoot and fight, so that sizes and values are like real ones. */
import { open, mkdir, type FileHandle } from "node:fs/promises";
import path from "node:path";

import { COLUMNS, KINDS, type Kind } from "../src/format/columns.ts";
import { FORMAT_VERSION, roundFileName } from "../src/format/file.ts";
import { createChecksum } from "../src/parsers/checksum.ts";

export interface RoundSize {
  readonly positions: number;
  readonly combat: number;
  /** 12 unless said otherwise. */
  readonly players?: number;
  /** 1,000 unless said otherwise. */
  readonly sampleMs?: number;
}

const PLAYERS = 12;
const SAMPLE_MS = 1000;
const ENGAGEMENTS = 100;
const OBJECTIVE_EVENTS = 20;
/** Fields of a row of positions that are written here. */
const POSITION_FIELDS = 22;
const FLUSH_CHARACTERS = 1 << 20;

/** A small generator of numbers that are the same in every run. */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

/** Writes a file piece by piece, with its trailer. */
class FileWriter {
  readonly #handle: FileHandle;
  readonly #checksum = createChecksum("poly54");
  #text = "";
  #rows = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  note(...fields: readonly (string | number)[]): void {
    this.#text += `${fields.join("\t")}\n`;
  }

  async row(text: string): Promise<void> {
    this.#text += text;
    this.#rows++;
    if (this.#text.length >= FLUSH_CHARACTERS) await this.#flush();
  }

  async end(endMs: number): Promise<void> {
    this.note("#rows", this.#rows);
    this.note("#ended_at", "2026-01-31T19:30:00Z");
    this.note("#end_ms", endMs);
    this.note("#end_reason", "finished");
    this.note("#rows_lost", 0);
    this.note("#errors", 0);
    await this.#flush();
    this.#text = `#checksum\tpoly54\t${this.#checksum.digest()}\n`;
    await this.#flush();
    await this.#handle.close();
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#text);
    this.#text = "";
    this.#checksum.update(bytes, 0, bytes.length);
    await this.#handle.write(bytes);
  }
}

async function openRound(
  folder: string,
  roundKey: string,
  kind: Kind,
  { players = PLAYERS }: RoundSize,
): Promise<FileWriter> {
  const writer = new FileWriter(await open(path.join(folder, roundFileName(roundKey, kind)), "w"));
  writer.note("#prox", kind, FORMAT_VERSION);
  const header = {
    round_key: roundKey,
    match_key: roundKey,
    map: "bench",
    round: 1,
    started_at: "2026-01-31T19:05:00Z",
    game_type: 3,
    time_limit_ms: 1200000,
    server_name: "bench",
    tracker_version: "0.1.0",
    engine_version: "v2.83.1",
    lua_version: "Lua 5.4",
    piece: 1,
    began_ms: 50,
  };
  for (const [name, value] of Object.entries(header)) writer.note(`#${name}`, value);
  writer.note("#columns", ...COLUMNS[kind].map(({ name }) => name));
  if (kind === "heatmap") return writer;
  for (let slot = 0; slot < players; slot++) {
    writer.note(
      "#player",
      0,
      slot,
      `BENCH${slot}`.padEnd(32, "0"),
      `^${slot}player ${slot}`,
      (slot % 2) + 1,
      slot % 5,
      0,
    );
  }
  return writer;
}

/** Writes the files of a round; returns the number of their rows. */
export async function writeRoundFiles(folder: string, index: number, size: RoundSize): Promise<number> {
  await mkdir(folder, { recursive: true });
  const roundKey = `bench-${String(index).padStart(6, "0")}`;
  const random = makeRandom(index + 1);
  const { players = PLAYERS, sampleMs = SAMPLE_MS } = size;
  const times = Math.ceil(size.positions / players);
  const endMs = times * sampleMs;
  const files = await Promise.all(
    KINDS.map(async (kind) => [kind, await openRound(folder, roundKey, kind, size)] as const),
  );
  const { combat, engagements, heatmap, objectives, positions } = Object.fromEntries(files) as Record<
    Kind,
    FileWriter
  >;
  const places = Array.from({ length: players }, () => [random() * 4000 - 2000, random() * 4000 - 2000]);
  // What a later version added to the end of a row is null.
  const added = "\t".repeat(COLUMNS.positions.length - POSITION_FIELDS);
  const digits = COLUMNS.positions.flatMap((column) => (column.type === "decimal" ? [column.digits] : []));
  for (let time = 0; time < times; time++) {
    for (let slot = 0; slot < players; slot++) {
      const [x = 0, y = 0] = places[slot] ?? [];
      const [vx, vy] = [random() * 500 - 250, random() * 500 - 250];
      places[slot] = [Math.max(-4000, Math.min(4000, x + vx)), Math.max(-4000, Math.min(4000, y + vy))];
      const speed = Math.hypot(vx, vy);
      const decimals = [x, y, random() * 300, vx, vy, 0, speed, random() * 40 - 20, random() * 360 - 180];
      const numbers = decimals.map((number, index) => number.toFixed(digits[index])).join("\t");
      const state = `${time % 3}\t${slot % 2}\t0\t0\t${20 + ((time * 7) % 100)}\t${slot % 5}\t${3 + (time % 8)}\t1`;
      await positions.row(
        `${time * sampleMs}\t${slot}\t${1 + Math.floor(time / 100)}\t${numbers}\t${state}\t0\t${speed.toFixed(digits.at(-1))}${added}\n`,
      );
    }
  }
  const combatFields = COLUMNS.combat.length;
  for (let row = 0; row < size.combat; row++) {
    const fields: (string | number)[] = Array.from({ length: combatFields }, () => "");
    const set = (name: string, value: string | number): void => {
      fields[COLUMNS.combat.findIndex((column) => column.name === name)] = value;
    };
    const isFire = row % 4 !== 3;
    set("time_ms", Math.floor((row * endMs) / size.combat));
    set("event", isFire ? "fire" : "hit");
    set("attacker_slot", row % players);
    set("weapon", 8);
    for (const name of ["attacker_x", "attacker_y", "attacker_z"]) set(name, (random() * 2000).toFixed(1));
    if (!isFire) {
      set("target_slot", (row + 1) % players);
      set("relation", "enemy");
      set("means_of_death", 9);
      set("damage", 18);
      set("damage_effective", 18);
      set("hit_region", "body");
      set("distance_units", (random() * 2000).toFixed(1));
      for (const name of ["target_x", "target_y", "target_z"]) set(name, (random() * 2000).toFixed(1));
    }
    await combat.row(`${fields.join("\t")}\n`);
  }
  for (let number = 1; number <= ENGAGEMENTS; number++) {
    const timeMs = Math.floor((number * endMs) / (ENGAGEMENTS + 1));
    const row = (values: Readonly<Record<string, string | number>>): string =>
      `${COLUMNS.engagements.map(({ name }) => values[name] ?? "").join("\t")}\n`;
    const all = {
      time_ms: timeMs,
      engagement: number,
      start_ms: Math.max(0, timeMs - 4000),
      rule_version: 1,
    };
    const who = { slot: number % players, enemy_slot: (number + 1) % players };
    const sums = { damage_given: 100, damage_received: 50, hits_given: 6, kills: 1, deaths: 0 };
    const sides = { team: 1, attackers: 1, defenders: 1, outcome: "death", winner_team: 1 };
    await engagements.row(row({ ...all, ...who, ...sums, ...sides, record: "engagement" }));
    for (const side of ["attackers", "defenders"]) {
      await engagements.row(row({ ...all, ...sums, record: "participant", side, team: 1, slot: who.slot }));
    }
  }
  for (let cell = 0; cell < 100; cell++)
    await heatmap.row(`${cell % 10}\t${Math.floor(cell / 10)}\t1\t1\t1\n`);
  for (let number = 1; number <= OBJECTIVE_EVENTS; number++) {
    const values: Readonly<Record<string, string | number>> = {
      time_ms: Math.floor((number * endMs) / (OBJECTIVE_EVENTS + 1)),
      event: "status",
      team: 1 + (number % 2),
      objective_number: 1 + (number % 4),
      status: 1,
    };
    await objectives.row(`${COLUMNS.objectives.map(({ name }) => values[name] ?? "").join("\t")}\n`);
  }
  await Promise.all(files.map(([, file]) => file.end(endMs)));
  return times * players + size.combat + ENGAGEMENTS * 3 + 100 + OBJECTIVE_EVENTS;
}
