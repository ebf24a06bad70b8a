/** The round as the page works with it: tracks, shots, hits, and the list of what is worth telling. */
import type {
  PackedContact,
  PackedEngagement,
  PackedEvent,
  PackedObjectiveEvent,
  PackedReplay,
  PackedRun,
  ShotKind,
} from "../packed.ts";
import type { ReplayTeamPlay } from "../replay-data.ts";
import { heightBands, type HeightBand } from "./heights.ts";
import { buildDynamites, buildGoals, type Dynamite, type Goal } from "./objectives.ts";
import { buildTrack, identityAt, type Track } from "./track.ts";
import { unpackHits, unpackShots, type Hit, type Point, type Shot } from "./unpack.ts";

/** The part of the world that the map shows, in units. */
export interface Bounds {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

/** Something worth telling in the feed and marking on the timeline. */
export type Story =
  | { readonly timeMs: number; readonly kind: "kill"; readonly event: PackedEvent }
  | { readonly timeMs: number; readonly kind: "event"; readonly event: PackedEvent }
  | { readonly timeMs: number; readonly kind: "play"; readonly play: ReplayTeamPlay }
  | { readonly timeMs: number; readonly kind: "goal"; readonly deed: PackedObjectiveEvent }
  | { readonly timeMs: number; readonly kind: "contact"; readonly contact: PackedContact };

/** All that the page knows, made once from the packed replay. Lists of what happened are in order of time. */
export interface Round {
  readonly packed: PackedReplay;
  /** Round time when the recording ended. */
  readonly endMs: number;
  /** The usual time between two samples of a player. */
  readonly sampleIntervalMs: number;
  /** One for each actor, by its index. */
  readonly tracks: readonly Track[];
  readonly shots: readonly Shot[];
  readonly hits: readonly Hit[];
  /** Of enemies, of teammates, by oneself and by the world. */
  readonly kills: readonly PackedEvent[];
  /** In order of start. */
  readonly engagements: readonly PackedEngagement[];
  /** In order of end. */
  readonly teamPlay: readonly ReplayTeamPlay[];
  /** In order of time. */
  readonly stories: readonly Story[];
  /** One for each objective, by its index. */
  readonly goals: readonly Goal[];
  readonly dynamites: readonly Dynamite[];
  readonly bounds: Bounds;
  /** The heights to choose from. */
  readonly bands: readonly HeightBand[];
  /** What the map's own picture shows, where the map's bounds are known. */
  readonly mapBounds: Bounds | undefined;
}

/** What is left around the known world where the map's bounds are not known. */
const MARGIN_SHARE = 0.06;
const SMALLEST_WORLD_UNITS = 512;

/** Events that stand in the feed beside kills. Spawns and taps would drown them. */
const TOLD_EVENTS: readonly PackedEvent["event"][] = ["revive", "join", "leave", "pause", "resume"];

/** What the feed leaves out of objectives: that someone starts, and where vehicles are. */
const UNTOLD_DEEDS: readonly PackedObjectiveEvent["event"][] = [
  "construct_start",
  "dynamite_gone",
  "vehicle_move",
];

/** The smallest rectangle around everything that is known; undefined where nothing is. */
function boundsOf(tracks: readonly Track[], goals: readonly Goal[]): Bounds | undefined {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  const include = ({ x, y }: Point): void => {
    minX = Math.min(minX, x);
    minY = Math.min(minY, y);
    maxX = Math.max(maxX, x);
    maxY = Math.max(maxY, y);
  };
  for (const { spans } of tracks) for (const { knots } of spans) knots.forEach(include);
  for (const { at, places } of goals) for (const place of [at, ...places]) include(place);
  return minX > maxX ? undefined : { minX, minY, maxX, maxY };
}

/** The part of the world to show where the map's bounds are not known: what is known, with a margin. */
function knownBounds(known: Bounds = { minX: 0, minY: 0, maxX: 0, maxY: 0 }): Bounds {
  const { maxX, maxY, minX, minY } = known;
  const size = Math.max(maxX - minX, maxY - minY, SMALLEST_WORLD_UNITS);
  const margin = size * MARGIN_SHARE;
  const spareX = Math.max(0, SMALLEST_WORLD_UNITS - (maxX - minX)) / 2;
  const spareY = Math.max(0, SMALLEST_WORLD_UNITS - (maxY - minY)) / 2;
  return {
    minX: minX - margin - spareX,
    minY: minY - margin - spareY,
    maxX: maxX + margin + spareX,
    maxY: maxY + margin + spareY,
  };
}

/** The rectangle around two: nobody who leaves the map's own bounds, or finds them wrong, is out of sight. */
function join(given: Bounds, known: Bounds = given): Bounds {
  return {
    minX: Math.min(given.minX, known.minX),
    minY: Math.min(given.minY, known.minY),
    maxX: Math.max(given.maxX, known.maxX),
    maxY: Math.max(given.maxY, known.maxY),
  };
}

function tellStories(packed: PackedReplay, teamPlay: readonly ReplayTeamPlay[]): Story[] {
  const { firstContact } = packed;
  const stories: Story[] =
    firstContact === undefined
      ? []
      : [{ timeMs: firstContact.timeMs, kind: "contact", contact: firstContact }];
  for (const event of packed.events) {
    if (event.event === "kill") stories.push({ timeMs: event.timeMs, kind: "kill", event });
    // Everybody joins when the round begins: only who comes later is news.
    else if (TOLD_EVENTS.includes(event.event) && event.timeMs > 0) {
      stories.push({ timeMs: event.timeMs, kind: "event", event });
    }
  }
  for (const deed of packed.objectiveEvents) {
    if (!UNTOLD_DEEDS.includes(deed.event)) stories.push({ timeMs: deed.timeMs, kind: "goal", deed });
  }
  for (const play of teamPlay) stories.push({ timeMs: play.endMs, kind: "play", play });
  return stories.sort((a, b) => a.timeMs - b.timeMs);
}

/** Unpacks a replay and follows every actor through it. */
export function buildRound(packed: PackedReplay): Round {
  const shots = unpackShots(packed.shots);
  const hits = unpackHits(packed.hits);
  const { endMs, sampleIntervalMs } = packed.round;
  const { events } = packed;
  const tracks = packed.actors.map((actor, index) =>
    buildTrack(index, actor, { shots, hits, events, endMs }),
  );
  const teamPlay = packed.teamPlay.toSorted((a, b) => a.endMs - b.endMs);
  const goals = buildGoals(packed);
  const known = boundsOf(tracks, goals);
  const given = packed.ground?.bounds;
  const mapBounds =
    given === undefined ? undefined : { minX: given[0], minY: given[1], maxX: given[2], maxY: given[3] };
  return {
    packed,
    endMs,
    sampleIntervalMs,
    tracks,
    shots,
    hits,
    kills: events.filter(({ event }) => event === "kill"),
    engagements: packed.engagements.toSorted((a, b) => a.startMs - b.startMs),
    teamPlay,
    stories: tellStories(packed, teamPlay),
    goals,
    dynamites: buildDynamites(packed),
    bands: heightBands(tracks),
    mapBounds,
    bounds: mapBounds === undefined ? knownBounds(known) : join(mapBounds, known),
  };
}

/** So long before the first contact a page opens: who comes together is part of it. */
const CONTACT_LEAD_MS = 3000;

/** Shortly before enemies first hit each other; the beginning, where they never do. */
export function openingMs(round: Round): number {
  const isContact = ({ attacker, target, timeMs }: Hit): boolean =>
    attacker !== null && teamAt(round, attacker, timeMs) !== teamAt(round, target, timeMs);
  const hit = round.hits.find(isContact)?.timeMs ?? Infinity;
  const kill = round.kills.find(({ relation }) => relation === "enemy")?.timeMs ?? Infinity;
  const contactMs = Math.min(hit, kill);
  return contactMs === Infinity ? 0 : Math.max(0, contactMs - CONTACT_LEAD_MS);
}

/** The team of an actor at a moment, by the engine's number; 0 for none, the world, and an unknown actor. */
export function teamAt(round: Round, actor: number | null | undefined, timeMs: number): number {
  const track = actor === null || actor === undefined ? undefined : round.tracks[actor];
  return track === undefined ? 0 : (identityAt(track, timeMs)?.team ?? 0);
}

const WORLD: readonly PackedRun[] = [["the world", null]];

/** The name of an actor at a moment, in its colours. */
export function nameAt(round: Round, actor: number | null | undefined, timeMs: number): readonly PackedRun[] {
  const track = actor === null || actor === undefined ? undefined : round.tracks[actor];
  return track === undefined ? WORLD : (identityAt(track, timeMs)?.name ?? WORLD);
}

/** The name of an area, by its index; none where there is no such area. */
export function areaName(round: Round, area: number | undefined): readonly PackedRun[] | undefined {
  return area === undefined ? undefined : round.packed.areas[area]?.name;
}

/** The name to show for a weapon; empty where none is known. */
export function weaponName(round: Round, weapon: number | null | undefined): string {
  if (weapon === null || weapon === undefined) return "";
  return round.packed.weapons[weapon]?.[0] ?? `weapon ${weapon}`;
}

/** How the use of a weapon is drawn: as a bullet where it is not known. */
export function shotKind(round: Round, weapon: number | null): ShotKind {
  return weapon === null ? "bullet" : (round.packed.weapons[weapon]?.[1] ?? "bullet");
}

/** What killed, in words: the means of death, or the weapon where that is not known. */
export function causeOf(round: Round, event: PackedEvent): string {
  const means = event.meansOfDeath;
  return means === undefined
    ? weaponName(round, event.weapon)
    : (round.packed.meansOfDeath[means] ?? `means of death ${means}`);
}

/** Minutes and seconds, `m:ss`, or with tenths. */
export function formatTime(timeMs: number, tenths = false): string {
  const total = Math.max(0, tenths ? Math.floor(timeMs / 100) / 10 : Math.floor(timeMs / 1000));
  const seconds = total % 60;
  const text = tenths ? seconds.toFixed(1).padStart(4, "0") : String(seconds).padStart(2, "0");
  return `${Math.floor(total / 60)}:${text}`;
}
