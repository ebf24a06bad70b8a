/**
 * What is known of one actor, as lines through time: when alive, down, waiting or gone, where while alive, health.
 *
 * Positions come from samples and, in between, from events that state where a player was. They are joined within one
 * span only: a span ends where the player is downed, leaves, or spawns, so that nothing is ever
 * drawn between a death and a spawn.
 */
import type { PackedActor, PackedEvent, PackedIdentity } from "../packed.ts";
import { countUntil, lastUntil } from "./search.ts";
import { unpackSamples, type Hit, type Point, type Sample, type Shot } from "./unpack.ts";

/** `gone`: not playing. `waiting`: for the next spawn. `down`: wounded, may be revived. */
export type Life = "gone" | "waiting" | "down" | "alive";

/** A position that is known. */
export interface Knot extends Point {
  readonly timeMs: number;
  readonly z: number;
  /** Null where only the place is known. */
  readonly yawDeg: number | null;
}

/** A stretch of being alive without interruption. */
interface Span {
  readonly startMs: number;
  endMs: number;
  readonly life: number;
  readonly knots: Knot[];
}

interface LifeChange {
  readonly timeMs: number;
  readonly life: Life;
  /** Where a downed player lies. */
  readonly at: Knot | undefined;
}

interface HealthChange {
  readonly timeMs: number;
  readonly health: number;
}

/** What happens to an actor, in one list: at one moment samples come first, because they show the living. */
type Step =
  | { readonly timeMs: number; readonly sample: Sample }
  | { readonly timeMs: number; readonly shot: Shot }
  | { readonly timeMs: number; readonly hit: Hit }
  | { readonly timeMs: number; readonly event: PackedEvent };

/** One actor through the round: lists in order of time, which the functions below search for a moment. */
export interface Track {
  readonly index: number;
  readonly slot: number;
  readonly isBot: boolean;
  readonly identities: readonly PackedIdentity[];
  readonly samples: readonly Sample[];
  readonly spans: readonly Span[];
  readonly lives: readonly LifeChange[];
  readonly health: readonly HealthChange[];
  /** Times at which the actor downed an enemy. */
  readonly killTimes: readonly number[];
  /** Times at which the actor was downed. */
  readonly deathTimes: readonly number[];
}

/** Where an actor is at a moment. */
export interface Position extends Point {
  readonly z: number;
  readonly yawDeg: number;
  /** How long ago this was known: 0 where it lies between two known positions. */
  readonly ageMs: number;
}

/** Neighbouring positions further apart than this many sample intervals are not joined. */
const GAP_INTERVALS = 2.5;
/** A player who moves faster than this over the ground was teleported; sprinting is 352, a good strafe jump 600. */
const TELEPORT_UPS = 900;
const TELEPORT_SLACK_UNITS = 64;

const timeOf = (item: { readonly timeMs: number }): number => item.timeMs;

/** Follows an actor's steps and notes what changes. */
class TrackBuilder {
  readonly spans: Span[] = [];
  readonly lives: LifeChange[] = [];
  readonly health: HealthChange[] = [];
  readonly deathTimes: number[] = [];
  #open: Span | undefined;
  #life = 0;

  follow(step: Step): void {
    if ("sample" in step) this.#onSample(step.sample);
    else if ("shot" in step) this.#onShot(step.shot);
    else if ("hit" in step) this.#onHit(step.hit);
    else this.#onEvent(step.event);
  }

  finish(endMs: number): void {
    this.#close(endMs);
  }

  #onSample(sample: Sample): void {
    if (this.#open?.life !== sample.life) this.#openSpan(sample.timeMs, sample.life);
    this.#addKnot(sample);
    this.health.push(sample);
  }

  #onShot(shot: Shot): void {
    if (shot.at !== null) this.#addKnot({ ...shot.at, timeMs: shot.timeMs, yawDeg: shot.yawDeg });
  }

  #onHit(hit: Hit): void {
    if (hit.to !== null) this.#addKnot({ ...hit.to, timeMs: hit.timeMs, yawDeg: null });
    if (hit.health !== null) this.health.push({ timeMs: hit.timeMs, health: hit.health });
  }

  #onEvent({ event, targetLife, timeMs, to }: PackedEvent): void {
    const at = to === undefined ? undefined : { timeMs, x: to[0], y: to[1], z: to[2], yawDeg: null };
    switch (event) {
      case "spawn":
        if (this.#open === undefined || this.#open.life !== targetLife) {
          this.#openSpan(timeMs, targetLife ?? this.#life + 1);
        }
        if (at !== undefined) this.#addKnot(at);
        break;
      case "revive": {
        const lying = at ?? this.lives.at(-1)?.at;
        this.#openSpan(timeMs, targetLife ?? this.#life);
        if (lying !== undefined) this.#addKnot({ ...lying, timeMs });
        break;
      }
      case "kill": {
        if (at !== undefined) this.#addKnot(at);
        const last = this.#open?.knots.at(-1);
        this.deathTimes.push(timeMs);
        this.#close(timeMs);
        this.#change(timeMs, "down", at ?? last);
        break;
      }
      case "gib":
      case "tapout":
      case "join":
        this.#close(timeMs);
        this.#change(timeMs, "waiting");
        break;
      case "leave":
        this.#close(timeMs);
        this.#change(timeMs, "gone");
        break;
      case "pause":
      case "resume":
        break;
    }
  }

  #change(timeMs: number, life: Life, at?: Knot): void {
    this.lives.push({ timeMs, life, at });
  }

  #openSpan(startMs: number, life: number): void {
    this.#close(startMs);
    this.#life = life;
    this.#open = { startMs, endMs: startMs, life, knots: [] };
    this.spans.push(this.#open);
    this.#change(startMs, "alive");
  }

  #close(timeMs: number): void {
    if (this.#open !== undefined) this.#open.endMs = timeMs;
    this.#open = undefined;
  }

  #addKnot({ timeMs, x, y, yawDeg, z }: Knot): void {
    const knots = this.#open?.knots;
    if (knots === undefined) return;
    const last = knots.at(-1);
    if (last !== undefined && last.timeMs >= timeMs) {
      // Of two statements about one moment the first stands, but one of them may know the view.
      if (last.yawDeg === null && yawDeg !== null) knots[knots.length - 1] = { ...last, yawDeg };
      return;
    }
    knots.push({ timeMs, x, y, z, yawDeg });
  }
}

/** Puts an actor's steps in order. */
function stepsOf(
  index: number,
  samples: readonly Sample[],
  shots: readonly Shot[],
  hits: readonly Hit[],
  events: readonly PackedEvent[],
): Step[] {
  const steps: Step[] = samples.map((sample) => ({ timeMs: sample.timeMs, sample }));
  for (const shot of shots) if (shot.attacker === index) steps.push({ timeMs: shot.timeMs, shot });
  for (const hit of hits) if (hit.target === index) steps.push({ timeMs: hit.timeMs, hit });
  for (const event of events) if (event.target === index) steps.push({ timeMs: event.timeMs, event });
  // Sorting keeps the order of what happened at one moment.
  return steps.sort((a, b) => a.timeMs - b.timeMs);
}

/** Joins what samples, shots, hits and events tell of the actor with this index. `endMs` closes the last life. */
export function buildTrack(
  index: number,
  actor: PackedActor,
  round: {
    readonly shots: readonly Shot[];
    readonly hits: readonly Hit[];
    readonly events: readonly PackedEvent[];
    readonly endMs: number;
  },
): Track {
  const samples = unpackSamples(actor.samples);
  const builder = new TrackBuilder();
  for (const step of stepsOf(index, samples, round.shots, round.hits, round.events)) builder.follow(step);
  builder.finish(round.endMs);
  const { deathTimes, health, lives, spans } = builder;
  const killTimes = round.events
    .filter(({ attacker, event, relation }) => event === "kill" && attacker === index && relation === "enemy")
    .map(timeOf);
  return { ...actor, index, samples, spans, lives, health, killTimes, deathTimes };
}

/** Who the actor is at a moment; before the first identity the first. */
export function identityAt(track: Track, timeMs: number): PackedIdentity | undefined {
  return lastUntil(track.identities, timeMs, (identity) => identity.fromMs) ?? track.identities[0];
}

/** How the actor fares at a moment. */
export function lifeAt(track: Track, timeMs: number): LifeChange {
  return lastUntil(track.lives, timeMs, timeOf) ?? { timeMs: 0, life: "gone", at: undefined };
}

/** Health at a moment; undefined before it is first known in the span. */
export function healthAt(track: Track, timeMs: number): number | undefined {
  const span = lastUntil(track.spans, timeMs, ({ startMs }) => startMs);
  const change = lastUntil(track.health, timeMs, timeOf);
  if (span === undefined || change === undefined || change.timeMs < span.startMs) return undefined;
  return change.health;
}

/** The latest sample, for what only samples tell; undefined before the first of the span. */
export function sampleAt(track: Track, timeMs: number): Sample | undefined {
  const span = lastUntil(track.spans, timeMs, ({ startMs }) => startMs);
  const sample = lastUntil(track.samples, timeMs, timeOf);
  return span === undefined || sample === undefined || sample.timeMs < span.startMs ? undefined : sample;
}

/** Whether a player may have walked from one known position to the next. */
export function isWalk(from: Knot, to: Knot, sampleIntervalMs: number): boolean {
  const elapsedMs = to.timeMs - from.timeMs;
  const reachable = TELEPORT_SLACK_UNITS + (TELEPORT_UPS * elapsedMs) / 1000;
  return (
    elapsedMs <= GAP_INTERVALS * sampleIntervalMs && Math.hypot(to.x - from.x, to.y - from.y) <= reachable
  );
}

/** From one angle to another the shorter way round, degrees. */
function mixAngles(from: number, to: number, share: number): number {
  const turn = ((((to - from) % 360) + 540) % 360) - 180;
  return from + turn * share;
}

/** The view at a moment: between the views known before and after, or the one that is known. */
function yawAt(knots: readonly Knot[], index: number, timeMs: number): number {
  let before = index;
  while (before >= 0 && knots[before]?.yawDeg === null) before -= 1;
  let after = index + 1;
  while (after < knots.length && knots[after]?.yawDeg === null) after += 1;
  const from = knots[before];
  const to = knots[after];
  const fromYaw = from?.yawDeg ?? null;
  const toYaw = to?.yawDeg ?? null;
  if (from === undefined || fromYaw === null) return toYaw ?? 0;
  if (to === undefined || toYaw === null) return fromYaw;
  return mixAngles(fromYaw, toYaw, (timeMs - from.timeMs) / (to.timeMs - from.timeMs));
}

/**
 * Where a living actor is at a moment. Between two known positions of a span, unless they are too far apart in time or
 * space; then where it was last known, with the age of that knowledge. Undefined while nothing is known.
 */
export function positionAt(track: Track, timeMs: number, sampleIntervalMs: number): Position | undefined {
  const span = lastUntil(track.spans, timeMs, ({ startMs }) => startMs);
  if (span === undefined || timeMs > span.endMs) return undefined;
  const { knots } = span;
  const next = countUntil(knots, timeMs, timeOf);
  const from = knots[next - 1];
  const to = knots[next];
  if (from === undefined) return undefined;
  const yawDeg = yawAt(knots, next - 1, timeMs);
  if (to === undefined || !isWalk(from, to, sampleIntervalMs)) {
    return { x: from.x, y: from.y, z: from.z, yawDeg: from.yawDeg ?? yawDeg, ageMs: timeMs - from.timeMs };
  }
  const share = (timeMs - from.timeMs) / (to.timeMs - from.timeMs);
  return {
    x: from.x + (to.x - from.x) * share,
    y: from.y + (to.y - from.y) * share,
    z: from.z + (to.z - from.z) * share,
    yawDeg,
    ageMs: 0,
  };
}
