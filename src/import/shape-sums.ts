/** Team shape of the positions of a file, as they pass by. */
import { KEY_COLUMNS } from "../parsers/row-values.ts";
import { TeamShapes, type ShapeRows } from "../shape/team-shapes.ts";

const KEYS = KEY_COLUMNS.positions;
const [TIME, SLOT, LIFE, X, Y, Z] = [
  KEYS.indexOf("time_ms"),
  KEYS.indexOf("slot"),
  KEYS.indexOf("life"),
  KEYS.indexOf("x"),
  KEYS.indexOf("y"),
  KEYS.indexOf("z"),
];

/** Gives the positions of a round, in the order of their time, to {@link TeamShapes}. */
export class ShapeSums {
  readonly #shapes: TeamShapes;

  constructor(roundId: number) {
    this.#shapes = new TeamShapes(roundId);
  }

  /** Adds a sample, its key values beginning at `key`, of a player in a team. */
  add(keys: Int32Array, key: number, playerId: number, team: number): void {
    this.#shapes.add({
      slot: keys[key + SLOT] ?? 0,
      playerId,
      team,
      life: keys[key + LIFE] ?? 0,
      timeMs: keys[key + TIME] ?? 0,
      x: keys[key + X] ?? 0,
      y: keys[key + Y] ?? 0,
      z: keys[key + Z] ?? 0,
    });
  }

  /** The rows of the tables; to be called once, after the last sample. */
  tables(): ShapeRows[] {
    return this.#shapes.tables();
  }
}
