/** A round as a model sees it: who would win, second by second, and which moments moved it. */
import { intervalOf, type Interval } from "./bootstrap.ts";
import { predict } from "./logistic.ts";
import { roundFeatures, sideOf } from "./round-features.ts";
import { statesAt, type Change, type PlayedRound } from "./round-states.ts";
import type { Trained } from "./train.ts";

/** The probability that Axis win, at a time. */
export interface CurvePoint {
  readonly timeMs: number;
  readonly axis: number;
  /** Ends of the model's 95 % interval. */
  readonly low: number;
  readonly high: number;
}

/** Something that moved the probability. */
export interface CurveMoment {
  readonly timeMs: number;
  /** What happened in the frame. */
  readonly what: Pick<Change, "lives" | "objectives">;
  /** The probability that Axis win right before it and right after it. */
  readonly before: number;
  readonly after: number;
}

/** What a player added to the probability that their own team wins, in a round. */
export interface WinProbabilityAdded {
  readonly playerId: number;
  readonly added: Interval;
  /** Of it, what own deeds added, and what own downs took. */
  readonly given: number;
  readonly taken: number;
  readonly events: number;
}

type Axis = (features: readonly number[], draw?: number) => number;

/** The probability that Axis win, from a model that speaks of attackers. */
function axisOf({ draws, model }: Trained, side: 1 | 2): Axis {
  return (features, draw) => {
    const [intercept = 0, ...coefficients] = draw === undefined ? [] : (draws[draw] ?? []);
    const own = predict(draw === undefined ? model : { intercept, coefficients }, features);
    return side === 1 ? own : 1 - own;
  };
}

/** The curve of a round, a point for each step from its beginning to its end. */
export function roundCurve(played: PlayedRound, trained: Trained, stepMs = 1000): CurvePoint[] {
  const axis = axisOf(trained, sideOf(played.facts));
  const times = Array.from(
    { length: Math.floor(played.facts.endMs / stepMs) + 1 },
    (_, index) => index * stepMs,
  );
  return Array.from(statesAt(played, times), ({ state, timeMs }) => {
    const features = roundFeatures(played, timeMs, state);
    const { high, low, value } = intervalOf(
      axis(features),
      trained.draws.map((_, draw) => axis(features, draw)),
    );
    return { timeMs, axis: value, low, high };
  });
}

/** Before this, teams are still coming into the round. */
const BEGINNING_MS = 3000;

/** The frames in which a player or an objective moved the probability, those that moved it most first. */
export function roundMoments(played: PlayedRound, trained: Trained): CurveMoment[] {
  const axis = axisOf(trained, sideOf(played.facts));
  const chance = (timeMs: number, state: Change["after"]): number =>
    axis(roundFeatures(played, timeMs, state));
  return played.changes
    .filter(({ lives, objectives, timeMs }) => timeMs >= BEGINNING_MS && lives.length + objectives.length > 0)
    .map(({ after, before, lives, objectives, timeMs }) => ({
      timeMs,
      what: { lives, objectives },
      before: chance(timeMs, before),
      after: chance(timeMs, after),
    }))
    .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before) || a.timeMs - b.timeMs);
}

/** Who a frame's change counts for, and for which team: a deed, or a down that they suffered. */
interface Credit {
  readonly playerId: number;
  readonly team: number;
  readonly isDeed: boolean;
}

function creditsOf({ lives, objectives }: CurveMoment["what"]): Credit[] {
  const credits: Credit[] = [];
  for (const { byPlayerId, event, playerId, relation, team } of lives) {
    if (team === null) continue;
    if (event === "kill" && playerId !== null) credits.push({ playerId, team, isDeed: false });
    if (event === "kill" && byPlayerId !== null && relation === "enemy")
      credits.push({ playerId: byPlayerId, team: 3 - team, isDeed: true });
    if (event === "revive" && byPlayerId !== null) credits.push({ playerId: byPlayerId, team, isDeed: true });
  }
  for (const { playerId, team } of objectives)
    if (playerId !== null) credits.push({ playerId, team, isDeed: true });
  return credits;
}

/**
 * What each player added to their team's chance: a down counts for who made it and against who fell, by the same amount; a revive and
 * an objective count for who did it. Several of them in one frame share its change evenly. Spawns count for nobody, and a frame in
 * which a wave comes is left out. The interval is the model's own uncertainty.
 */
export function winProbabilityAdded(played: PlayedRound, trained: Trained): WinProbabilityAdded[] {
  const axis = axisOf(trained, sideOf(played.facts));
  const sums = new Map<number, { drawn: Float64Array; given: number; taken: number; events: number }>();
  for (const { after, before, lives, objectives, timeMs } of played.changes) {
    const credits = creditsOf({ lives, objectives });
    const hasWave = lives.some(({ event }) => event === "spawn");
    if (timeMs < BEGINNING_MS || credits.length === 0 || hasWave) continue;
    const deeds =
      lives.filter(({ event }) => event === "kill" || event === "revive").length + objectives.length;
    const from = roundFeatures(played, timeMs, before);
    const to = roundFeatures(played, timeMs, after);
    const change = (axis(to) - axis(from)) / deeds;
    const drawn = trained.draws.map((_, draw) => (axis(to, draw) - axis(from, draw)) / deeds);
    for (const { isDeed, playerId, team } of credits) {
      const sum = sums.get(playerId) ?? {
        drawn: new Float64Array(drawn.length),
        given: 0,
        taken: 0,
        events: 0,
      };
      sums.set(playerId, sum);
      const sign = team === 1 ? 1 : -1;
      if (isDeed) sum.given += sign * change;
      else sum.taken += sign * change;
      sum.events += 1;
      for (const [draw, value] of drawn.entries()) sum.drawn[draw] = (sum.drawn[draw] ?? 0) + sign * value;
    }
  }
  return [...sums]
    .map(([playerId, { drawn, events, given, taken }]) => ({
      playerId,
      added: intervalOf(given + taken, [...drawn]),
      given,
      taken,
      events,
    }))
    .sort((a, b) => b.added.value - a.added.value || a.playerId - b.playerId);
}
