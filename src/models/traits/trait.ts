/** What a trait is: something that a player does more or less of, counted in each round as an amount of so many chances or so much time. */
import type { Sql } from "../../db/driver/connect.ts";
import type { Fragment } from "../../reports/filters.ts";

/** A trait. Its value is the sum of the amounts divided by the sum of what they are of. */
export interface Trait {
  readonly name: string;
  /** Definition, for people. */
  readonly says: string;
  /** `share`: of 1; otherwise the unit of a value. */
  readonly unit: string;
  /** What it is counted of, for people: a player's sample. */
  readonly of: string;
  /**
   * Rows of `round_id, player_id, team, amount, chances` from rounds, an array of ids; several rows of one player add up. Rounds that do not record it have
   * no rows, which is not the same as 0.
   */
  readonly rows: (sql: Sql, rounds: Fragment) => Fragment;
}
