/** Leagues in which everybody's skill is known: who wins is drawn from a formula that the test knows. */
import type { Contest, Part } from "../../src/models/contests.ts";
import { Random } from "../../src/seeded-random.ts";
import { normal } from "./planted-matches.ts";

/** A league, and the skills in it, log-odds, by person: 1 and up. */
export interface League {
  readonly contests: readonly Contest[];
  readonly skills: readonly number[];
}

/** What is planted. */
export interface LeagueOptions {
  readonly contests: number;
  /** Standard deviation of the skills. */
  readonly spread: number;
  /** What a man more adds to the margin of a side, and the place of the attackers. */
  readonly numbers: number;
  readonly place: number;
  /** Kills a minute follow the skill with this weight; 0 where killing has nothing to do with winning. */
  readonly kills: number;
}

const PEOPLE = 40;
const A_SIDE = 6;
const AN_EVENING = 8;
/** 1.7 is the standard deviation of a normal distribution that is like the logistic one. */
const LUCK = 1.7 / Math.sqrt(2 * A_SIDE);

/** Six against six of forty people, eight contests a night: a side is one short in a quarter of them, three of ten play a part only. */
export function plantedLeague(
  seed: number,
  { contests, kills, numbers, place, spread }: LeagueOptions,
): League {
  const random = new Random(seed);
  const skills = Array.from({ length: PEOPLE }, () => spread * normal(random));
  const styles = Array.from({ length: PEOPLE }, () => normal(random));
  return {
    skills,
    contests: Array.from({ length: contests }, (_, index): Contest => {
      const evening = Math.floor(index / AN_EVENING);
      const ids = skills.map((_skill, person) => person);
      const draw = (): number => ids.splice(random.integer(0, ids.length - 1), 1)[0] ?? 0;
      const short = random.chance(0.25) ? random.integer(0, 1) : undefined;
      const parts = [true, false].flatMap((isOwn): Part[] =>
        Array.from({ length: A_SIDE - (short === Number(isOwn) ? 1 : 0) }, () => ({
          personId: draw() + 1,
          isOwn,
          share: random.chance(0.3) ? random.between(0.1, 0.9) : 1,
        })),
      );
      const sum = (of: (part: Part) => number): number =>
        parts.reduce((total, part) => total + (part.isOwn ? 1 : -1) * part.share * of(part), 0);
      // Everybody has luck of their own, as large in all: of a whole six against six it comes to that of a logistic model.
      const margin =
        place +
        numbers * sum(() => 1) +
        sum(({ personId }) => (skills[personId - 1] ?? 0) + LUCK * normal(random));
      return {
        matchKey: `match ${String(index).padStart(5, "0")}`,
        session: `evening ${String(evening).padStart(4, "0")}`,
        startedAt: new Date(Date.UTC(2026, 0, 1 + evening, 18, (index % AN_EVENING) * 20)),
        place: "side arena",
        parts,
        deeds: parts.map(({ personId, share }) => {
          const like = kills * (skills[personId - 1] ?? 0) + 0.3 * (styles[personId - 1] ?? 0);
          return {
            personId,
            kills: Math.max(0, share * 10 * (1 + like) + normal(random)),
            minutes: share * 10,
          };
        }),
        isWon: margin > 0,
        rounds: 1,
      };
    }),
  };
}
