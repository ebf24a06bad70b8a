/** A round as the numbers that decide it: how many live, lie and wait on each side, when help comes, how much time and work is left. */
import { waveSchedule } from "./wave-schedule.ts";

/** An event that changes who is alive. Times are round time. */
export interface LifeEvent {
  readonly timeMs: number;
  readonly event: "spawn" | "kill" | "revive" | "gib" | "tapout" | "leave";
  /** The one it happened to. */
  readonly slot: number;
  readonly playerId: number | null;
  /** Their team: 1 Axis, 2 Allies. */
  readonly team: number | null;
  /** Who did it; null for the world, and for what nobody does. */
  readonly byPlayerId: number | null;
  /** Of a kill: what the victim is to who did it. */
  readonly relation: string | null;
  /** Of a kill: until the next wave of the victim's team; null where it is not known. */
  readonly nextWaveMs: number | null;
}

/** A slot that has a player of this team from now on; 1 Axis, 2 Allies, others do not play. */
export interface SeatChange {
  readonly timeMs: number;
  readonly slot: number;
  readonly team: number;
}

/** An objective that was done. */
export interface DoneObjective {
  readonly timeMs: number;
  readonly team: number;
  readonly playerId: number | null;
}

/** What is known of a round. */
export interface RoundFacts {
  readonly roundId: number;
  readonly roundKey: string;
  readonly matchKey: string;
  readonly endMs: number;
  /** 0 for none. */
  readonly timeLimitMs: number;
  readonly winnerTeam: number | null;
  /** Null where the round does not say which team attacks. */
  readonly attackingTeam: number | null;
  readonly seats: readonly SeatChange[];
  readonly lives: readonly LifeEvent[];
  readonly objectives: readonly DoneObjective[];
}

/** A number for Axis and one for Allies. */
export type Sides = readonly [axis: number, allies: number];

/** How things stand. */
export interface RoundState {
  readonly alive: Sides;
  /** Down, and still to be revived. */
  readonly down: Sides;
  /** All who play for the team, alive or not. */
  readonly people: Sides;
  /** Objectives that each team has done. */
  readonly done: Sides;
}

/** What happened in one frame, with how things stood before it and after it. */
export interface Change {
  readonly timeMs: number;
  readonly before: RoundState;
  readonly after: RoundState;
  readonly lives: readonly LifeEvent[];
  readonly objectives: readonly DoneObjective[];
}

/** A round played through. */
export interface PlayedRound {
  readonly facts: RoundFacts;
  readonly changes: readonly Change[];
  /** Until the team's next wave; undefined where the waves are not known. */
  readonly nextWaveMs: readonly [Wave, Wave];
}
type Wave = ((timeMs: number) => number) | undefined;

const START: RoundState = { alive: [0, 0], down: [0, 0], people: [0, 0], done: [0, 0] };

type Life = "alive" | "down" | "waiting";
const LIFE_AFTER: Readonly<Record<Exclude<LifeEvent["event"], "leave">, Life>> = {
  spawn: "alive",
  revive: "alive",
  kill: "down",
  gib: "waiting",
  tapout: "waiting",
};

/** Goes through a round, frame by frame. */
export function playRound(facts: RoundFacts): PlayedRound {
  const players = new Map<number, { team: number; life: Life }>();
  const done: [number, number] = [0, 0];
  const notes = [1, 2].map((): { timeMs: number; nextWaveMs: number }[] => []);
  const frames = new Map<number, { seats: SeatChange[]; lives: LifeEvent[]; objectives: DoneObjective[] }>();
  const frameAt = (timeMs: number): NonNullable<ReturnType<typeof frames.get>> => {
    const frame = frames.get(timeMs) ?? { seats: [], lives: [], objectives: [] };
    frames.set(timeMs, frame);
    return frame;
  };
  for (const seat of facts.seats) frameAt(seat.timeMs).seats.push(seat);
  for (const life of facts.lives) frameAt(life.timeMs).lives.push(life);
  for (const objective of facts.objectives) frameAt(objective.timeMs).objectives.push(objective);

  const count = (life?: Life): Sides => {
    const sides: [number, number] = [0, 0];
    for (const player of players.values())
      if (life === undefined || player.life === life) sides[player.team === 1 ? 0 : 1] += 1;
    return sides;
  };
  let state = START;
  const changes: Change[] = [];
  for (const [timeMs, { lives, objectives, seats }] of [...frames].sort(([a], [b]) => a - b)) {
    for (const { slot, team } of seats) {
      const player = players.get(slot);
      if (team !== 1 && team !== 2) players.delete(slot);
      else if (player?.team !== team) players.set(slot, { team, life: "waiting" });
    }
    for (const { event, nextWaveMs, slot } of lives) {
      const player = players.get(slot);
      if (player === undefined) continue;
      if (event === "leave") players.delete(slot);
      else player.life = LIFE_AFTER[event];
      if (event === "kill" && nextWaveMs !== null) notes[player.team - 1]?.push({ timeMs, nextWaveMs });
    }
    for (const { team } of objectives)
      if (team === 1 || team === 2) done[team - 1] = (done[team - 1] ?? 0) + 1;
    const after: RoundState = {
      alive: count("alive"),
      down: count("down"),
      people: count(),
      done: [done[0], done[1]],
    };
    changes.push({ timeMs, before: state, after, lives, objectives });
    state = after;
  }
  return { facts, changes, nextWaveMs: [waveSchedule(notes[0] ?? []), waveSchedule(notes[1] ?? [])] };
}

/** Calls back with how things stand at each of these times, which rise; a change counts from its own time on. */
export function* statesAt(
  { changes }: PlayedRound,
  times: Iterable<number>,
): Generator<{ readonly timeMs: number; readonly state: RoundState }> {
  let next = 0;
  let state = START;
  for (const timeMs of times) {
    for (
      let change = changes[next];
      change !== undefined && change.timeMs <= timeMs;
      change = changes[next]
    ) {
      state = change.after;
      next += 1;
    }
    yield { timeMs, state };
  }
}
