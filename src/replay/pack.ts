/** Packs a replay into the JSON that its page holds. */
import { meansOfDeathName } from "../engine/means-of-death.ts";
import { CLASS_NAMES, STANCE_NAMES, TEAM_NAMES } from "../engine/players.ts";
import { WEAPONS, weaponName, type WeaponKind } from "../engine/weapons.ts";
import { areaFinder, isOutlined, labelPlaces, type MapArea } from "../maps/areas.ts";
import { nameRuns, safeText } from "../names.ts";
import { sequential, toHex } from "../pictures/colours.ts";
import { objectiveName } from "../reports/find-objectives.ts";
import type {
  PackedActor,
  PackedArea,
  PackedContact,
  PackedEvent,
  PackedGround,
  PackedHits,
  PackedObjective,
  PackedObjectiveEvent,
  PackedReplay,
  PackedRun,
  PackedSamples,
  PackedShots,
  ShotKind,
} from "./packed.ts";
import type {
  ReplayActor,
  ReplayData,
  ReplayEvent,
  ReplayObjective,
  ReplayObjectiveEvent,
  ReplayPoint,
  ReplaySample,
} from "./replay-data.ts";

/** Samples of a life that follow each other faster than this are left out: the eye does not see the difference. */
const FASTEST_SAMPLES_MS = 190;
const DEFAULT_INTERVAL_MS = 1000;
const HEAT_COLOURS = 32;

const SHOT_KINDS: Readonly<Record<WeaponKind, ShotKind>> = {
  none: "item",
  melee: "melee",
  pistol: "bullet",
  smg: "bullet",
  rifle: "bullet",
  scoped_rifle: "bullet",
  machine_gun: "bullet",
  flamethrower: "melee",
  grenade: "thrown",
  launcher: "thrown",
  mortar: "thrown",
  mine: "thrown",
  support_fire: "thrown",
  tool: "item",
  medical: "item",
  supply: "item",
};

function packName(name: string): PackedRun[] {
  return nameRuns(name).map(({ text, colour }) => [text, colour === undefined ? null : toHex(colour)]);
}

/** Each number less the one before. */
function differences(values: readonly number[]): number[] {
  let before = 0;
  return values.map((value) => {
    const difference = value - before;
    before = value;
    return difference;
  });
}

const rounded = (value: number | null | undefined): number | null =>
  value === null || value === undefined ? null : Math.round(value);

const triple = ({ x, y, z }: ReplayPoint): [number, number, number] => [
  Math.round(x),
  Math.round(y),
  Math.round(z),
];

/** The samples that the page needs: all of a slow sampling, some of a fast one, always the first of a life. */
function thin(samples: readonly ReplaySample[]): ReplaySample[] {
  const kept: ReplaySample[] = [];
  let last: ReplaySample | undefined;
  for (const sample of samples) {
    if (last?.life === sample.life && sample.timeMs - last.timeMs < FASTEST_SAMPLES_MS) continue;
    kept.push(sample);
    last = sample;
  }
  return kept;
}

function packSamples(samples: readonly ReplaySample[]): PackedSamples {
  const column = (value: (sample: ReplaySample) => number): number[] =>
    differences(samples.map((sample) => Math.round(value(sample))));
  return {
    timeMs: column((sample) => sample.timeMs),
    life: column((sample) => sample.life),
    x: column((sample) => sample.x),
    y: column((sample) => sample.y),
    z: column((sample) => sample.z),
    yawDeg: column((sample) => sample.yawDeg),
    health: column((sample) => sample.health),
    stance: column((sample) => sample.stance),
    class: column((sample) => sample.class),
    weapon: column((sample) => sample.weapon),
  };
}

function packActor(actor: ReplayActor, samples: readonly ReplaySample[]): PackedActor {
  return {
    slot: actor.slot,
    isBot: actor.isBot,
    identities: actor.identities.map((identity) => ({ ...identity, name: packName(identity.name) })),
    samples: packSamples(samples),
  };
}

function packShots(events: readonly ReplayEvent[]): PackedShots {
  const shots = events.filter((event) => event.event === "fire" && event.attacker !== null);
  return {
    timeMs: differences(shots.map((shot) => shot.timeMs)),
    attacker: shots.map((shot) => shot.attacker ?? 0),
    weapon: shots.map((shot) => shot.weapon),
    x: shots.map((shot) => rounded(shot.attackerAt?.x)),
    y: shots.map((shot) => rounded(shot.attackerAt?.y)),
    z: shots.map((shot) => rounded(shot.attackerAt?.z)),
    yawDeg: shots.map((shot) => rounded(shot.attackerYawDeg)),
  };
}

/** A hit's effect on the health of its target; a body that lies on the ground has none to lose. */
function healthAfter(hit: ReplayEvent): number | null {
  if (hit.targetHealth === null || hit.targetIsWounded) return null;
  return Math.max(0, hit.targetHealth - (hit.damageEffective ?? 0));
}

function packHits(events: readonly ReplayEvent[]): PackedHits {
  const hits = events.filter((event) => event.event === "hit" && event.target !== null);
  return {
    timeMs: differences(hits.map((hit) => hit.timeMs)),
    attacker: hits.map((hit) => hit.attacker),
    target: hits.map((hit) => hit.target ?? 0),
    damage: hits.map((hit) => hit.damageEffective ?? 0),
    health: hits.map(healthAfter),
    isHeadshot: hits.map((hit) => (hit.isHeadshot ? 1 : 0)),
    fromX: hits.map((hit) => rounded(hit.attackerAt?.x)),
    fromY: hits.map((hit) => rounded(hit.attackerAt?.y)),
    toX: hits.map((hit) => rounded(hit.targetAt?.x)),
    toY: hits.map((hit) => rounded(hit.targetAt?.y)),
    toZ: hits.map((hit) => rounded(hit.targetAt?.z)),
  };
}

/** The index of the area of a place; undefined where it is in none. */
type IndexOf = (place: ReplayPoint | null) => number | undefined;

function indexAreas(areas: readonly MapArea[]): IndexOf {
  const find = areaFinder(areas);
  const indexes = new Map(areas.map((area, index) => [area, index]));
  return (place) => {
    const area = place === null ? undefined : find(place.x, place.y, place.z);
    return area === undefined ? undefined : indexes.get(area);
  };
}

function packArea(area: MapArea, areas: readonly MapArea[]): PackedArea {
  const floor = isOutlined(area) ? area.floor : undefined;
  return {
    name: packName(area.name),
    ...(isOutlined(area) ? { outline: area.outline } : {}),
    ...(floor === undefined ? {} : { floor: [floor.from, floor.to] as const }),
    labels: labelPlaces(area, areas),
  };
}

/** Where enemies first hit each other, if that place has a name. */
function packContact(events: readonly ReplayEvent[], indexOf: IndexOf): PackedContact | undefined {
  const first = events.find(
    ({ event, relation, targetIsWounded }) =>
      relation === "enemy" && (event === "kill" || (event === "hit" && !targetIsWounded)),
  );
  const area = first === undefined ? undefined : indexOf(first.targetAt);
  return first === undefined || area === undefined ? undefined : { timeMs: first.timeMs, area };
}

function packEvents(events: readonly ReplayEvent[], indexOf: IndexOf): PackedEvent[] {
  return events.flatMap((event): PackedEvent[] => {
    const { attacker, attackerAt, distanceUnits, meansOfDeath, relation, target, targetAt, targetLife } =
      event;
    if (event.event === "fire" || event.event === "hit") return [];
    const area = event.event === "kill" ? indexOf(targetAt) : undefined;
    return [
      {
        timeMs: event.timeMs,
        event: event.event,
        ...(attacker === null ? {} : { attacker }),
        ...(target === null ? {} : { target }),
        ...(relation === null ? {} : { relation }),
        ...(event.weapon === null ? {} : { weapon: event.weapon }),
        ...(meansOfDeath === null ? {} : { meansOfDeath }),
        ...(targetLife === null ? {} : { targetLife }),
        ...(distanceUnits === null ? {} : { distanceUnits: Math.round(distanceUnits) }),
        ...(attackerAt === null ? {} : { from: triple(attackerAt) }),
        ...(targetAt === null ? {} : { to: triple(targetAt) }),
        ...(area === undefined ? {} : { area }),
      },
    ];
  });
}

function packObjective({ kind, name, stands, team, ...at }: ReplayObjective): PackedObjective {
  const packed = { kind, team, name: packName(objectiveName(kind, name)), at: triple(at) };
  return stands === null ? packed : { ...packed, stands };
}

function packObjectiveEvent({ at, event, timeMs, ...fields }: ReplayObjectiveEvent): PackedObjectiveEvent {
  const known = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
  return { timeMs, event, ...known, ...(at === null ? {} : { at: triple(at) }) };
}

/** The usual time between two samples of one life: their median. */
function sampleInterval(byActor: readonly (readonly ReplaySample[])[]): number {
  const steps: number[] = [];
  for (const samples of byActor) {
    let before: ReplaySample | undefined;
    for (const sample of samples) {
      if (before?.life === sample.life) steps.push(sample.timeMs - before.timeMs);
      before = sample;
    }
  }
  return steps.sort((a, b) => a - b)[steps.length >> 1] ?? DEFAULT_INTERVAL_MS;
}

function packGround(ground: ReplayData["ground"]): PackedGround | undefined {
  if (ground === undefined) return undefined;
  const { bounds, image } = ground;
  const packed = [bounds.minX, bounds.minY, bounds.maxX, bounds.maxY] as const;
  if (image === undefined) return { bounds: packed };
  const base64 = Buffer.from(image.bytes).toString("base64");
  return { bounds: packed, image: `data:${image.mediaType};base64,${base64}` };
}

/** The numbers that occur, once each. */
function occurring(...lists: (readonly (number | null | undefined)[])[]): number[] {
  return [...new Set(lists.flat().filter((value) => value !== null && value !== undefined))];
}

/** Packs a replay. Names become runs of safe text, numbers of weapons and means of death get their names. */
export function packReplay(data: ReplayData): PackedReplay {
  const { actors, areas = [], events, round, samples } = data;
  const indexOf = indexAreas(areas);
  const firstContact = packContact(events, indexOf);
  const all = actors.map((): ReplaySample[] => []);
  for (const sample of samples) all[sample.actor]?.push(sample);
  const byActor = all.map(thin);
  const ground = packGround(data.ground);
  const weapons = occurring(
    ...byActor.map((kept) => kept.map((sample) => sample.weapon)),
    events.map((event) => event.weapon),
  );
  return {
    round: {
      ...round,
      map: safeText(round.map),
      startedAt: round.startedAt.toISOString(),
      serverName: packName(round.serverName ?? ""),
      sampleIntervalMs: sampleInterval(byActor),
    },
    actors: actors.map((actor, index) => packActor(actor, byActor[index] ?? [])),
    shots: packShots(events),
    hits: packHits(events),
    events: packEvents(events, indexOf),
    engagements: data.engagements.map(({ participants, ...engagement }) => ({
      ...engagement,
      participants: participants.map(
        ({ actor, endMs, side, startMs }) => [actor, side, startMs, endMs] as const,
      ),
    })),
    teamPlay: data.teamPlay,
    objectives: data.objectives.map(packObjective),
    objectiveEvents: data.objectiveEvents.map(packObjectiveEvent),
    areas: areas.map((area) => packArea(area, areas)),
    ...(firstContact === undefined ? {} : { firstContact }),
    ...(ground === undefined ? {} : { ground }),
    weapons: Object.fromEntries(
      weapons.map((weapon) => [weapon, [weaponName(weapon), SHOT_KINDS[WEAPONS[weapon]?.kind ?? "pistol"]]]),
    ),
    meansOfDeath: Object.fromEntries(
      occurring(events.map((event) => event.meansOfDeath)).map((means) => [means, meansOfDeathName(means)]),
    ),
    teams: TEAM_NAMES,
    classes: CLASS_NAMES,
    stances: STANCE_NAMES,
    heatColours: Array.from({ length: HEAT_COLOURS }, (_, index) =>
      toHex(sequential(index / (HEAT_COLOURS - 1))),
    ),
  };
}
