/** What each player did in each life: positions summed up as they pass by. */
import { SLOTS } from "../format/column.ts";
import { addend, KEY_COLUMNS, NULL_KEY } from "../parsers/row-values.ts";

/** The table of the sums, with its columns in the order of {@link LifeSums.rows}; time alive follows from the events. */
export const LIVES_TABLE = "player_lives";
/** Whose life it is, and the sums. */
export const LIVES_COLUMNS = [
  "round_id",
  "player_id",
  "slot",
  "life",
  "team",
  "class",
  "samples",
  "crouching_samples",
  "prone_samples",
  "sprinting_samples",
  "stationary_ms",
  "speed_sum_ups",
  "distance_units",
  "first_ms",
  "last_ms",
] as const;

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

/** A life of a player in a team and class, and its sums. */
class Life {
  readonly playerId: number;
  readonly life: number;
  readonly team: number;
  readonly playerClass: number;
  samples = 0;
  crouching = 0;
  prone = 0;
  sprinting = 0;
  stationaryMs = 0;
  speedUps = 0;
  distanceUnits = 0;
  readonly firstMs: number;
  lastMs: number;

  constructor(playerId: number, life: number, team: number, playerClass: number, timeMs: number) {
    this.playerId = playerId;
    this.life = life;
    this.team = team;
    this.playerClass = playerClass;
    this.firstMs = timeMs;
    this.lastMs = timeMs;
  }
}

/** Sums up the positions of a round, in the order of their time, life by life. */
export class LifeSums {
  readonly #lives = new Map<string, Life>();
  readonly #latest = Array.from({ length: SLOTS }, (): Life | undefined => undefined);
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
      life.playerId !== playerId ||
      life.playerClass !== playerClass ||
      life.team !== team
    ) {
      life = this.#lifeOf(slot, playerId, number, team, playerClass, timeMs);
      if (life === undefined) return;
      this.#latest[slot] = life;
    }
    life.samples++;
    const stance = keys[key + STANCE];
    if (stance === CROUCHING) life.crouching++;
    else if (stance === PRONE) life.prone++;
    if (keys[key + SPRINTING] === 1) life.sprinting++;
    life.stationaryMs += addend(keys[key + STATIONARY]);
    life.speedUps += addend(keys[key + SPEED]);
    // As exact as the column that the sum would else be taken of.
    life.distanceUnits += Math.fround(addend(keys[key + DISTANCE]) / PARTS_PER_UNIT);
    life.lastMs = timeMs;
  }

  #lifeOf(
    slot: number,
    playerId: number,
    number: number,
    team: number,
    playerClass: number,
    timeMs: number,
  ): Life | undefined {
    const key = `${playerId}\t${slot}\t${number}\t${team}\t${playerClass}`;
    const known = this.#lives.get(key);
    if (known !== undefined) return known;
    // The table has no lives of other teams, and the time alive is shared out among all samples of a life.
    if ((team !== 1 && team !== 2) || this.#lives.size >= MAXIMUM_LIVES) {
      this.#isUsable = false;
      return undefined;
    }
    const life = new Life(playerId, number, team, playerClass, timeMs);
    this.#lives.set(key, life);
    return life;
  }

  /** The rows of `player_lives`, as COPY takes them. */
  *rows(roundId: number): Generator<Buffer> {
    let text = "";
    for (const [key, life] of this.#lives) {
      const counts = [life.samples, life.crouching, life.prone, life.sprinting, life.stationaryMs];
      const rest = [life.speedUps, life.distanceUnits, life.firstMs, life.lastMs];
      text += `${[roundId, key, ...counts, ...rest].join("\t")}\n`;
    }
    yield Buffer.from(text, "latin1");
  }
}
