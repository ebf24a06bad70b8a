/** How objectives fare: what stands, what is built, who carries what, which dynamite burns, where vehicles are. */
import type { PackedObjective, PackedObjectiveEvent, PackedReplay } from "../packed.ts";
import { lastUntil } from "./search.ts";
import type { Point } from "./unpack.ts";

/** Armed dynamite goes off after this time. */
const FUSE_MS = 30_000;
/** A construction that nobody builds at falls apart after this time. */
const LEFT_ALONE_MS = 30_000;
/** A vehicle that moves is told of every second: between two places further apart in time it stood. */
const LONGEST_MOVE_MS = 1500;

/** Something that is being built: from one share of the whole to another. */
interface Building {
  readonly fromMs: number;
  readonly toMs: number;
  readonly fromShare: number;
  readonly toShare: number;
}

/** How an objective fares from a moment on. */
interface GoalState {
  readonly timeMs: number;
  /** Whether it stands: is whole, built, in its place, or works. */
  readonly stands: boolean;
  /** Whether it is gone for good, or was brought where it had to go. */
  readonly isOver: boolean;
  /** Whose it is, by the engine's number. */
  readonly team: number;
  /** Of a construction: part of the whole that is built, and what is being built. */
  readonly built: number;
  readonly building: Building | undefined;
  /** Of documents: the actor who carries them, or where they lie. */
  readonly carrier: number | undefined;
  readonly droppedAt: Point | undefined;
}

/** An objective through the round. */
export interface Goal {
  readonly index: number;
  readonly packed: PackedObjective;
  readonly at: Point;
  /** How many objectives before it have the same place: it is drawn beside them. */
  readonly beside: number;
  /** At least one, in order of time. */
  readonly states: readonly GoalState[];
  /** Of a vehicle: where it was, in order of time. */
  readonly places: readonly (Point & { readonly timeMs: number })[];
}

/** Armed dynamite, from when it was armed until it was gone. */
export interface Dynamite {
  readonly at: Point;
  readonly team: number;
  /** Index of its objective. */
  readonly objective: number | undefined;
  readonly armedMs: number;
  readonly endMs: number;
  readonly isExploded: boolean;
}

const pointOf = ([x, y]: readonly [number, number, number]): Point => ({ x, y });
const timeOf = (item: { readonly timeMs: number }): number => item.timeMs;

/** The first events by which a construction shows that it did not stand before. */
const BUILDING: readonly PackedObjectiveEvent["event"][] = [
  "construct_start",
  "construct_stage",
  "construct_finish",
  "construct_decay",
];
const STAGE_ENDS: readonly PackedObjectiveEvent["event"][] = [
  "construct_stage",
  "construct_finish",
  "construct_decay",
  "construct_destroy",
];

/** Whether an objective stands when the round begins; where the files do not say it, by what is first told of it. */
function standsAtFirst({ kind, stands }: PackedObjective, first: PackedObjectiveEvent | undefined): boolean {
  if (stands !== undefined) return stands;
  if (kind === "constructible" || kind === "command_post")
    return first !== undefined && !BUILDING.includes(first.event);
  return first?.event !== "vehicle_repair";
}

/** What is built by the stage that begins with an event. */
function buildingOf(
  start: PackedObjectiveEvent,
  later: readonly PackedObjectiveEvent[],
  endMs: number,
): Building {
  const end = later.find(({ event }) => STAGE_ENDS.includes(event));
  const [stage, stages] = [start.stage ?? 1, start.stages ?? 1];
  const isLeft = end?.event === "construct_decay";
  const share = isLeft ? (end.sharePercent ?? 0) / 100 : 1;
  const toMs = (end?.timeMs ?? endMs) - (isLeft ? LEFT_ALONE_MS : 0);
  return {
    fromMs: start.timeMs,
    toMs: Math.max(start.timeMs + 1, toMs),
    fromShare: (stage - 1) / stages,
    toShare: (stage - 1 + share) / stages,
  };
}

/** What an event makes of an objective; undefined where it changes nothing of it. */
function changeOf(
  event: PackedObjectiveEvent,
  before: GoalState,
  later: readonly PackedObjectiveEvent[],
  endMs: number,
): Partial<GoalState> | undefined {
  const [stage, stages] = [event.stage ?? 1, event.stages ?? 1];
  switch (event.event) {
    case "objective_destroy":
      return { stands: false, isOver: true };
    case "construct_start":
      return { stands: false, building: buildingOf(event, later, endMs) };
    case "construct_stage":
      return { built: stage / stages, building: undefined };
    case "construct_finish":
      return { stands: true, built: 1, building: undefined };
    case "construct_decay":
      return { built: (stage - 1) / stages, building: undefined };
    case "construct_damage":
      return { built: (stage - 1) / stages, building: undefined, stands: before.stands };
    case "construct_destroy":
      return { stands: false, built: 0, building: undefined };
    case "carry_take":
    case "carry_pickup":
      return { stands: false, carrier: event.actor, droppedAt: undefined };
    case "carry_drop":
      return { carrier: undefined, droppedAt: event.at === undefined ? undefined : pointOf(event.at) };
    case "carry_return":
      return { stands: true, carrier: undefined, droppedAt: undefined };
    case "carry_secure":
      return { isOver: true, carrier: undefined, droppedAt: undefined };
    case "spawn_capture":
      return { team: event.team ?? 0 };
    case "vehicle_disable":
      return { stands: false };
    case "vehicle_repair":
      return { stands: true };
    default:
      return undefined;
  }
}

/** Follows every objective through the round. */
export function buildGoals({ objectiveEvents, objectives, round }: PackedReplay): Goal[] {
  return objectives.map((packed, index): Goal => {
    const own = objectiveEvents.filter(({ objective }) => objective === index);
    const told = own.filter(({ event }) => event !== "vehicle_move");
    const stands = standsAtFirst(packed, told[0]);
    const states: GoalState[] = [
      {
        timeMs: 0,
        stands,
        isOver: false,
        team: packed.team,
        built: stands ? 1 : 0,
        building: undefined,
        carrier: undefined,
        droppedAt: undefined,
      },
    ];
    for (const [at, event] of told.entries()) {
      const before = states.at(-1);
      if (before === undefined) continue;
      const change = changeOf(event, before, told.slice(at + 1), round.endMs);
      if (change !== undefined) states.push({ ...before, ...change, timeMs: event.timeMs });
    }
    return {
      index,
      packed,
      at: pointOf(packed.at),
      beside: objectives.slice(0, index).filter(({ at }) => at.join() === packed.at.join()).length,
      states,
      places: own.flatMap(({ at, event, timeMs }) =>
        event === "vehicle_move" && at !== undefined ? [{ ...pointOf(at), timeMs }] : [],
      ),
    };
  });
}

/** How an objective fares at a moment. */
export function stateAt(goal: Goal, timeMs: number): GoalState {
  const state = lastUntil(goal.states, timeMs, timeOf) ?? goal.states[0];
  if (state === undefined) throw new Error("an objective has no state");
  return state;
}

/** The part of a construction that is built at a moment, 0 to 1. */
export function builtAt(state: GoalState, timeMs: number): number {
  const { building, built } = state;
  if (building === undefined) return built;
  const share = Math.min(1, (timeMs - building.fromMs) / (building.toMs - building.fromMs));
  return building.fromShare + (building.toShare - building.fromShare) * share;
}

/**
 * Where an objective is at a moment; undefined where it is nowhere to be seen: it was brought where it had to go. Who
 * carries it is for the map to find.
 */
export function placeAt(goal: Goal, timeMs: number): Point | undefined {
  const state = stateAt(goal, timeMs);
  if (goal.packed.kind === "documents") {
    if (state.isOver || state.carrier !== undefined) return undefined;
    return state.droppedAt ?? goal.at;
  }
  const from = lastUntil(goal.places, timeMs, timeOf);
  if (from === undefined) return goal.at;
  const to = goal.places[goal.places.indexOf(from) + 1];
  if (to === undefined || to.timeMs - from.timeMs > LONGEST_MOVE_MS) return { x: from.x, y: from.y };
  const share = (timeMs - from.timeMs) / (to.timeMs - from.timeMs);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

/** All dynamite that was armed, in order of arming. */
export function buildDynamites({ objectiveEvents, round }: PackedReplay): Dynamite[] {
  return objectiveEvents.flatMap((arm, index): Dynamite[] => {
    if (arm.event !== "dynamite_arm" || arm.at === undefined) return [];
    const end = objectiveEvents
      .slice(index + 1)
      .find(({ charge, event }) => event.startsWith("dynamite_") && charge === arm.charge);
    return [
      {
        at: pointOf(arm.at),
        team: arm.team ?? 0,
        objective: arm.objective,
        armedMs: arm.timeMs,
        endMs: Math.min(round.endMs, end?.timeMs ?? arm.timeMs + FUSE_MS),
        isExploded: end?.event === "dynamite_explode",
      },
    ];
  });
}

/** Time until armed dynamite goes off, ms; undefined where it does not burn at the moment. */
export function fuseLeft({ armedMs, endMs }: Dynamite, timeMs: number): number | undefined {
  return timeMs < armedMs || timeMs >= endMs ? undefined : Math.max(0, FUSE_MS - (timeMs - armedMs));
}

/** How long ago dynamite exploded, ms; undefined where it has not, or was defused. */
export function explodedAgo({ endMs, isExploded }: Dynamite, timeMs: number): number | undefined {
  return isExploded && timeMs >= endMs ? timeMs - endMs : undefined;
}

/** The part of the fuse that is left, 0 to 1. */
export const fuseShare = (leftMs: number): number => leftMs / FUSE_MS;
