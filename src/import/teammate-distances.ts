/** How far teammates were from each other: positions summed up, pair by pair, as they pass by. */
import { SLOTS } from "../format/column.ts";
import { KEY_COLUMNS } from "../parsers/row-values.ts";

/** The table of the sums, with its columns in the order of {@link TeammateDistances.rows}. */
export const TEAMMATES_TABLE = "teammate_distances";
/** Whose sums these are, and the sums. */
export const TEAMMATES_COLUMNS = [
  "round_id",
  "player_id",
  "teammate_player_id",
  "team",
  "samples",
  "near_samples",
  "distance_sum_units",
] as const;

/** A positive setting of the tracker, in its text. */
const SETTING = /^[1-9]\d{0,5}$/;
/** Axis and Allies. */
const TEAMS: readonly number[] = [1, 2];
/** More pairs than any round has, a thousand: the memory for them is bounded. */
const MAXIMUM_PAIRS = 50_000;
/** Coordinates are read in tenths of a unit. */
const PARTS_PER_UNIT = 10;

const KEYS = KEY_COLUMNS.positions;
const [TIME, SLOT, X, Y, Z] = [
  KEYS.indexOf("time_ms"),
  KEYS.indexOf("slot"),
  KEYS.indexOf("x"),
  KEYS.indexOf("y"),
  KEYS.indexOf("z"),
];

/** Sums of two players in a team. */
interface PairSums {
  samples: number;
  near: number;
  /** Tenths of a unit. */
  distance: number;
}

/**
 * Sums up how far each two living players of a team were from each other, over all samples of a round. Samples come in order
 * of time, and all living players are sampled at the same moments.
 */
export class TeammateDistances {
  /** Null where the round's file does not say what near is. */
  readonly #nearParts: number | null;
  readonly #sums = new Map<string, PairSums>();
  /** The players sampled at the current moment. */
  #timeMs = -1;
  #count = 0;
  readonly #slots = new Uint8Array(SLOTS);
  readonly #places = new Int32Array(SLOTS * 3);
  /** Who was last seen in each slot, and in which team. */
  readonly #players = new Int32Array(SLOTS);
  readonly #teams = new Int8Array(SLOTS);
  /** Sums of slots, the smaller one first, since another player came to one of the two slots. */
  readonly #samples = new Int32Array(SLOTS * SLOTS);
  readonly #near = new Int32Array(SLOTS * SLOTS);
  readonly #distances = new Float64Array(SLOTS * SLOTS);

  /** @param configuration the settings in the round file's header. */
  constructor(configuration: ReadonlyMap<string, string>) {
    const near = configuration.get("prox_near_units") ?? "";
    this.#nearParts = SETTING.test(near) ? Number(near) * PARTS_PER_UNIT : null;
  }

  /** Adds a sample, its key values beginning at `key`, of a player in a team. */
  add(keys: Int32Array, key: number, playerId: number, team: number): void {
    if (!TEAMS.includes(team)) return;
    const slot = keys[key + SLOT] ?? 0;
    const timeMs = keys[key + TIME] ?? 0;
    if (timeMs !== this.#timeMs || this.#count === SLOTS) {
      this.#addMoment();
      this.#timeMs = timeMs;
    }
    if (this.#players[slot] !== playerId || this.#teams[slot] !== team) {
      this.#takeOut(slot);
      this.#players[slot] = playerId;
      this.#teams[slot] = team;
    }
    const at = this.#count++;
    this.#slots[at] = slot;
    this.#places[at * 3] = keys[key + X] ?? 0;
    this.#places[at * 3 + 1] = keys[key + Y] ?? 0;
    this.#places[at * 3 + 2] = keys[key + Z] ?? 0;
  }

  /** Adds the pairs of the current moment. */
  #addMoment(): void {
    const places = this.#places;
    const teams = this.#teams;
    const near = this.#nearParts ?? -1;
    for (let first = 0; first < this.#count; first++) {
      const slot = this.#slots[first] ?? 0;
      const team = teams[slot];
      const x = places[first * 3] ?? 0;
      const y = places[first * 3 + 1] ?? 0;
      const z = places[first * 3 + 2] ?? 0;
      for (let second = first + 1; second < this.#count; second++) {
        const other = this.#slots[second] ?? 0;
        if (teams[other] !== team) continue;
        const dx = (places[second * 3] ?? 0) - x;
        const dy = (places[second * 3 + 1] ?? 0) - y;
        const dz = (places[second * 3 + 2] ?? 0) - z;
        const distance = Math.sqrt(dx * dx + dy * dy + dz * dz);
        const pair = slot < other ? slot * SLOTS + other : other * SLOTS + slot;
        this.#samples[pair] = (this.#samples[pair] ?? 0) + 1;
        this.#distances[pair] = (this.#distances[pair] ?? 0) + distance;
        if (distance <= near) this.#near[pair] = (this.#near[pair] ?? 0) + 1;
      }
    }
    this.#count = 0;
  }

  /** Puts the sums of a slot's pairs to those of its player, before another player comes to the slot. */
  #takeOut(slot: number): void {
    for (let other = 0; other < SLOTS; other++) {
      const pair = slot < other ? slot * SLOTS + other : other * SLOTS + slot;
      const samples = this.#samples[pair] ?? 0;
      if (samples === 0) continue;
      const [one, two] = [this.#players[slot] ?? 0, this.#players[other] ?? 0];
      // One player in two slots is nobody's teammate.
      if (one !== two && this.#sums.size <= MAXIMUM_PAIRS) {
        const key = `${Math.min(one, two)}\t${Math.max(one, two)}\t${this.#teams[slot] ?? 0}`;
        let sums = this.#sums.get(key);
        if (sums === undefined) {
          sums = { samples: 0, near: 0, distance: 0 };
          this.#sums.set(key, sums);
        }
        sums.samples += samples;
        sums.near += this.#near[pair] ?? 0;
        sums.distance += this.#distances[pair] ?? 0;
      }
      this.#samples[pair] = 0;
      this.#near[pair] = 0;
      this.#distances[pair] = 0;
    }
  }

  /** To be called after the last sample. Returns false where there are more pairs than a real round has: then there are no sums. */
  finish(): boolean {
    this.#addMoment();
    for (let slot = 0; slot < SLOTS; slot++) this.#takeOut(slot);
    return this.#sums.size <= MAXIMUM_PAIRS;
  }

  /** The rows of `teammate_distances`, as COPY takes them. */
  *rows(roundId: number): Generator<Buffer> {
    let text = "";
    for (const [pair, { distance, near, samples }] of this.#sums) {
      const counts = `${samples}\t${this.#nearParts === null ? "" : near}`;
      text += `${roundId}\t${pair}\t${counts}\t${distance / PARTS_PER_UNIT}\n`;
    }
    yield Buffer.from(text, "latin1");
  }
}
