/** What each player did in each life: positions summed up as they pass by. */
import { SLOTS } from "../format/column.ts";
import { addend, KEY_COLUMNS, NULL_KEY } from "../parsers/row-values.ts";

/** More lives than any round has, a few thousand: the memory for them is bounded. */
const MAXIMUM_LIVES = 50_000;
/** Distances are read in tenths of a unit. */
const PARTS_PER_UNIT = 10;
const CROUCHING = 1;
const PRONE = 2;

const KEYS = KEY_COLUMNS.positions;
const [TIME, SLOT, LIFE, CLASS, SPEED, STATIONARY, STANCE, SPRINTING, DISTANCE] = [
  KEYS.indexOf("time_ms"),
  KEYS.indexOf("slot"),
  KEYS.indexOf("life"),
  KEYS.indexOf("class"),
  KEYS.indexOf("speed_ups"),
  KEYS.indexOf("stationary_ms"),
  KEYS.indexOf("stance"),
  KEYS.indexOf("is_sprinting"),
  KEYS.indexOf("distance_units"),
];

/** A life of a player in a team and class, and its sums: as `player_lives` has them, where time alive follows from the events. */
export interface LifeSum {
  readonly player_id: number;
  readonly slot: number;
  readonly life: number;
  readonly team: number;
  readonly class: number;
  samples: number;
  crouching_samples: number;
  prone_samples: number;
  sprinting_samples: number;
  stationary_ms: number;
  speed_sum_ups: number;
  distance_units: number;
  readonly first_ms: number;
  last_ms: number;
}

/** Sums up the positions of a round, in the order of their time, life by life. */
export class LifeSums {
  readonly #lives = new Map<string, LifeSum>();
  readonly #latest = Array.from({ length: SLOTS }, (): LifeSum | undefined => undefined);
  #isUsable = true;

  /** Whether these sums are those of the round. Else the database is to sum up: see sql/derive. */
  get isUsable(): boolean {
    return this.#isUsable;
  }

  /** Adds a sample, its key values beginning at `key`, of a player in a team. */
  add(keys: Int32Array, key: number, playerId: number, team: number): void {
    const slot = keys[key + SLOT] ?? 0;
    const number = keys[key + LIFE] ?? 0;
    const playerClass = keys[key + CLASS] ?? 0;
    if (playerClass === NULL_KEY) {
      this.#isUsable = false;
      return;
    }
    const timeMs = keys[key + TIME] ?? 0;
    let life = this.#latest[slot];
    if (
      life?.life !== number ||
      life.player_id !== playerId ||
      life.class !== playerClass ||
      life.team !== team
    ) {
      life = this.#lifeOf(slot, playerId, number, team, playerClass, timeMs);
      if (life === undefined) return;
      this.#latest[slot] = life;
    }
    life.samples++;
    const stance = keys[key + STANCE];
    if (stance === CROUCHING) life.crouching_samples++;
    else if (stance === PRONE) life.prone_samples++;
    if (keys[key + SPRINTING] === 1) life.sprinting_samples++;
    life.stationary_ms += addend(keys[key + STATIONARY]);
    life.speed_sum_ups += addend(keys[key + SPEED]);
    // As exact as the column that the sum would else be taken of.
    life.distance_units += Math.fround(addend(keys[key + DISTANCE]) / PARTS_PER_UNIT);
    life.last_ms = timeMs;
  }

  #lifeOf(
    slot: number,
    playerId: number,
    number: number,
    team: number,
    playerClass: number,
    timeMs: number,
  ): LifeSum | undefined {
    const key = `${playerId}\t${slot}\t${number}\t${team}\t${playerClass}`;
    const known = this.#lives.get(key);
    if (known !== undefined) return known;
    // The table has no lives of other teams, and the time alive is shared out among all samples of a life.
    if ((team !== 1 && team !== 2) || this.#lives.size >= MAXIMUM_LIVES) {
      this.#isUsable = false;
      return undefined;
    }
    const life: LifeSum = {
      player_id: playerId,
      slot,
      life: number,
      team,
      class: playerClass,
      samples: 0,
      crouching_samples: 0,
      prone_samples: 0,
      sprinting_samples: 0,
      stationary_ms: 0,
      speed_sum_ups: 0,
      distance_units: 0,
      first_ms: timeMs,
      last_ms: timeMs,
    };
    this.#lives.set(key, life);
    return life;
  }

  /** All lives, in the order in which they began. */
  get lives(): readonly LifeSum[] {
    return [...this.#lives.values()];
  }
}
