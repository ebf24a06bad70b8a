/** What a round model knows of a moment, for the side that attacks; for Axis where a round does not say who attacks. */
import type { Observation } from "./sample.ts";
import { playRound, statesAt, type PlayedRound, type RoundFacts, type RoundState } from "./round-states.ts";

/** The features, in their order, and what each says. All are 0 where nothing speaks for either side. */
export const ROUND_FEATURES = [
  { name: "alive", says: "ln((living attackers + 1) / (living defenders + 1))" },
  { name: "people", says: "the same of all who play, alive or not" },
  { name: "revivable", says: "attackers down less defenders down, for each player of a team" },
  { name: "wave", says: "how much sooner the attackers' next wave comes, 10 s" },
  { name: "time_left", says: "part of the time limit that is left, less a half; 0 where nobody attacks" },
  {
    name: "objectives",
    says: "objectives done by the attackers less those of the defenders; 0 where nobody attacks",
  },
] as const;

/** Index of the feature that says who has more living players. */
export const ALIVE_FEATURE = 0;

const WAVE_UNIT_MS = 10_000;
/** A moment each so long; more of them would say nothing new. */
const STEP_MS = 10_000;
/** Shorter rounds were broken off. */
export const LEAST_ROUND_MS = 60_000;

/** The side that the model speaks of: 1 Axis, 2 Allies. */
export const sideOf = ({ attackingTeam }: RoundFacts): 1 | 2 => (attackingTeam === 2 ? 2 : 1);

/** The features of a moment, in the order of {@link ROUND_FEATURES}. */
export function roundFeatures(
  { facts, nextWaveMs }: PlayedRound,
  timeMs: number,
  { alive, done, down, people }: RoundState,
): number[] {
  const [own, other] = sideOf(facts) === 1 ? ([0, 1] as const) : ([1, 0] as const);
  const isAttack = facts.attackingTeam !== null;
  const [ownWave, otherWave] = [nextWaveMs[own], nextWaveMs[other]];
  return [
    Math.log((alive[own] + 1) / (alive[other] + 1)),
    Math.log((people[own] + 1) / (people[other] + 1)),
    (2 * (down[own] - down[other])) / Math.max(1, people[own] + people[other]),
    ownWave === undefined || otherWave === undefined
      ? 0
      : (otherWave(timeMs) - ownWave(timeMs)) / WAVE_UNIT_MS,
    isAttack && facts.timeLimitMs > 0 ? Math.max(0, Math.min(1, 1 - timeMs / facts.timeLimitMs)) - 0.5 : 0,
    isAttack ? done[own] - done[other] : 0,
  ];
}

/** The moments of a decided round, ten seconds apart; all together they weigh as much as those of any other round. */
export function roundObservations(facts: RoundFacts): Observation[] {
  const played = playRound(facts);
  const times: number[] = [];
  for (let timeMs = STEP_MS; timeMs < facts.endMs; timeMs += STEP_MS) times.push(timeMs);
  return Array.from(statesAt(played, times), ({ state, timeMs }) => ({
    group: facts.matchKey,
    features: roundFeatures(played, timeMs, state),
    isWon: facts.winnerTeam === sideOf(facts),
    weight: 1 / times.length,
  }));
}
