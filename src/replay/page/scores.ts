/** What each player has done up to a moment: what the scoreboard shows. */
import { teamAt, type Round } from "./round.ts";
import { countUntil } from "./search.ts";

/** What an actor has done so far. Kills, damage and headshots are those of enemies; deaths are all. */
export interface Score {
  readonly kills: number;
  readonly deaths: number;
  /** Hit points taken from enemies. */
  readonly damageGiven: number;
  /** Hit points that enemies took. */
  readonly damageReceived: number;
  /** Hits on the heads of enemies. */
  readonly headshots: number;
  readonly revives: number;
}

/** A sum that grows with time. */
class Growth {
  readonly #times: number[] = [];
  readonly #sums: number[] = [];

  /** Adds an amount; times must not go back. */
  add(timeMs: number, amount: number): void {
    this.#sums.push((this.#sums.at(-1) ?? 0) + amount);
    this.#times.push(timeMs);
  }

  until(timeMs: number): number {
    const count = countUntil(this.#times, timeMs, (time) => time);
    return this.#sums[count - 1] ?? 0;
  }
}

/** The growing sums of one actor. */
interface Growths {
  readonly damageGiven: Growth;
  readonly damageReceived: Growth;
  readonly headshots: Growth;
  readonly revives: Growth;
}

/** The scores of a round's actors at any moment. Reads all hits once. */
export class Scores {
  readonly #round: Round;
  readonly #growths: readonly Growths[];

  constructor(round: Round) {
    this.#round = round;
    this.#growths = round.tracks.map(() => ({
      damageGiven: new Growth(),
      damageReceived: new Growth(),
      headshots: new Growth(),
      revives: new Growth(),
    }));
    for (const { attacker, damage, isHeadshot, target, timeMs } of round.hits) {
      if (attacker === null || teamAt(round, attacker, timeMs) === teamAt(round, target, timeMs)) continue;
      this.#growths[attacker]?.damageGiven.add(timeMs, damage);
      this.#growths[target]?.damageReceived.add(timeMs, damage);
      if (isHeadshot) this.#growths[attacker]?.headshots.add(timeMs, 1);
    }
    for (const { attacker, event, timeMs } of round.packed.events) {
      if (event === "revive" && attacker !== undefined) this.#growths[attacker]?.revives.add(timeMs, 1);
    }
  }

  /** The score of an actor, by its index, up to a moment. */
  at(actor: number, timeMs: number): Score {
    const track = this.#round.tracks[actor];
    const growths = this.#growths[actor];
    const count = (times: readonly number[] = []): number => countUntil(times, timeMs, (time) => time);
    return {
      kills: count(track?.killTimes),
      deaths: count(track?.deathTimes),
      damageGiven: growths?.damageGiven.until(timeMs) ?? 0,
      damageReceived: growths?.damageReceived.until(timeMs) ?? 0,
      headshots: growths?.headshots.until(timeMs) ?? 0,
      revives: growths?.revives.until(timeMs) ?? 0,
    };
  }
}
