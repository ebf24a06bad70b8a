/**
 * The language of scripted matches: what a scenario's JSON may say. `docs/scenarios.md` explains it to people.
 *
 * Times are milliseconds since the VM of the phase started (`time_ms`), whole frames of 50; that clock goes on while the
 * match is paused. Without a pause it is the round time of the rows.
 */
import { GAME_TYPE_NAMES } from "../../engine/game.ts";
import { FIRST_ENTITY } from "../../engine/entities.ts";
import { MEANS_OF_DEATH } from "../../engine/means-of-death.ts";
import { CLASS_NAMES, STANCE_NAMES } from "../../engine/players.ts";
import { SLOTS } from "../../format/column.ts";
import { WEAPONS } from "../../engine/weapons.ts";
import { COLUMNS, HIT_REGIONS } from "../../format/columns.ts";
import { END_REASONS, HEADER_KEYS, PLAYER_FIELDS, TRAILER_KEYS } from "../../format/file.ts";
import { ANNOUNCE_FIELDS, OBJECTIVE_FIELDS } from "../../format/objectives.ts";
import {
  type EntityFields,
  type EntityValue,
  FIRST_ACTION_MS,
  FRAME_MS,
  OPTIONAL_CALLBACKS,
  type OptionalCallback,
} from "../script/server-options.ts";
import type { Vector } from "../script/vector.ts";
import {
  type Decoded,
  type Decoder,
  type JsonNode,
  dictionary,
  flag,
  integer,
  list,
  nullable,
  number,
  oneOf,
  optional,
  record,
  refuse,
  required,
  text,
  variant,
  withDefault,
} from "./json.ts";

const LONGEST_MS = 24 * 60 * 60 * 1000;
const LAST_ENTITY = 1023;
const LAST_CONFIGSTRING = 1023;

/** Names in a scenario; the index is the engine's number. */
const SCENARIO_TEAMS = ["free", "axis", "allies", "spectators"] as const;
const SCENARIO_CLASSES = CLASS_NAMES.map((name) => name.toLowerCase().replace(" ", "_"));
const WEAPON_IDS = WEAPONS.map(({ id }) => id);
const MEANS_IDS = MEANS_OF_DEATH.map(({ id }) => id);

/** A name out of a list, as its index. */
function numberOf(names: readonly string[]): Decoder<number> {
  const decode = oneOf(names);
  return (node) => names.indexOf(decode(node));
}

const slot = integer(0, SLOTS - 1);
const coordinate = number(-65536, 65536);
const team = numberOf(SCENARIO_TEAMS);
const playerClass = numberOf(SCENARIO_CLASSES);
const weapon = numberOf(WEAPON_IDS);
const means = numberOf(MEANS_IDS);
const region = numberOf(HIT_REGIONS);
const stance = numberOf(STANCE_NAMES);
const gun = oneOf(["fixed", "tank", "aa"] as const);

const point: Decoder<Vector> = (node) => {
  const [x, y, z, ...more] = list(coordinate)(node);
  if (x === undefined || y === undefined || z === undefined || more.length > 0) {
    return refuse(node, "must be a point: [x, y, z]");
  }
  return [x, y, z];
};

/** A field's value: a word, a number, a point, or `null` for the engine's nil. */
const fieldValue: Decoder<EntityValue> = (node) => {
  const { value } = node;
  return value === null || typeof value === "string" || typeof value === "number" ? value : point(node);
};
const fields = dictionary(fieldValue);

/** An object whose keys are numbers from `minimum` to `maximum`. */
function numbered<T>(minimum: number, maximum: number, decode: Decoder<T>): Decoder<ReadonlyMap<number, T>> {
  const check = integer(minimum, maximum);
  return (node) => {
    const entries = Object.entries(dictionary(decode)(node));
    return new Map(
      entries.map(([key, value]) => [
        check({ ...node, value: /^\d+$/.test(key) ? Number(key) : key }),
        value,
      ]),
    );
  };
}

function time(minimumMs: number): Decoder<number> {
  const decode = integer(minimumMs, LONGEST_MS);
  return (node) => {
    const value = decode(node);
    if (value % FRAME_MS !== 0) return refuse(node, `must be a multiple of the frame, ${FRAME_MS} ms`);
    return value;
  };
}

/** A path that players walk in seconds, not hours; wide enough for everything the engine moves. */
const speed = number(1, 2000);

const playerProperties = {
  slot: required(slot),
  /** With the escapes of the round files: `\\`, `\t`, `\xHH` for any byte. */
  name: required(text),
  /** Without one, 32 hex digits made from the slot; for a bot, what Omni-bots say. */
  guid: optional(text),
  bot: withDefault(flag, false),
  team: required(team),
  class: withDefault(playerClass, 0),
  /** Where the player spawns, and stands at first. */
  at: withDefault<Vector>(point, [0, 0, 24]),
  /** Health after a spawn. */
  health: withDefault(integer(1, 999), 100),
  /** Whose view a spectator or a player in limbo gets. */
  follows: optional(slot),
};
const player = record(playerProperties);
/** A player who is there from the start, or joins. Team and class are the engine's numbers, `at` is in units. */
export type PlayerDefinition = Decoded<typeof playerProperties>;

const hitProperties = {
  damage: optional(integer(0, 1_000_000)),
  /** Without it, the one of the weapon. */
  means: optional(means),
  /** Without it, what the engine sets for such a means of death. */
  flags: optional(integer(0, 255)),
  region: optional(region),
};

const when = { time_ms: required(time(FIRST_ACTION_MS)) };

const action = variant("do", {
  move: {
    ...when,
    player: required(slot),
    path: required(list(point)),
    speed_ups: withDefault(speed, 220),
    sprints: withDefault(flag, false),
    /** Keeps the view instead of looking ahead. */
    keeps_view: withDefault(flag, false),
  },
  stop: { ...when, player: required(slot) },
  place: { ...when, player: required(slot), at: required(point) },
  look: {
    ...when,
    player: required(slot),
    pitch_deg: withDefault(number(-90, 90), 0),
    yaw_deg: required(number(-360, 360)),
  },
  set: {
    ...when,
    player: required(slot),
    weapon: optional(weapon),
    stance: optional(stance),
    zoomed: optional(flag),
    /** `null` to leave the gun. */
    gun: optional(nullable(gun)),
    health: optional(integer(1, 999)),
    /** Whose documents or the like the player has from now on, `null` for nobody's. */
    carries: optional(nullable(team)),
    /** Their name, as the player's state holds it. */
    message: optional(nullable(text)),
  },
  shoot: {
    ...when,
    ...hitProperties,
    player: required(slot),
    /** Without it, the weapon in hand. */
    weapon: optional(weapon),
    gun: optional(gun),
    target: optional(integer(0, LAST_ENTITY)),
    /** The shooter looks at the target, and this much beside it. */
    aim_error_deg: withDefault(number(-180, 180), 0),
    times: withDefault(integer(1, 1000), 1),
    every_ms: withDefault(time(FRAME_MS), 150),
  },
  hurt: {
    ...when,
    ...hitProperties,
    damage: required(integer(0, 1_000_000)),
    means: required(means),
    target: required(integer(0, LAST_ENTITY)),
    /** Without it, the world. */
    attacker: optional(slot),
  },
  kill: {
    ...when,
    player: required(slot),
    /** Without it, the player. */
    killer: optional(slot),
    means: withDefault(means, MEANS_IDS.indexOf("suicide")),
  },
  revive: {
    ...when,
    player: required(slot),
    medic: required(slot),
    health: withDefault(integer(1, 999), 50),
  },
  tap_out: { ...when, player: required(slot) },
  spawn: { ...when, player: required(slot), at: optional(point) },
  join: { ...when, ...playerProperties },
  leave: { ...when, player: required(slot) },
  team: { ...when, player: required(slot), team: required(team) },
  class: { ...when, player: required(slot), class: required(playerClass) },
  name: { ...when, player: required(slot), name: required(text) },
  pause: when,
  resume: when,
  reload_modules: when,
  cvar: { ...when, name: required(text), value: required(text) },
  /** What is now so of an entity that is no player; what is not named stays. */
  entity: { ...when, entity: required(integer(FIRST_ENTITY, LAST_ENTITY)), fields: required(fields) },
  configstring: { ...when, index: required(integer(0, LAST_CONFIGSTRING)), value: required(text) },
  /** A line that the server prints, without its end. */
  print: { ...when, text: required(text) },
  command: { ...when, player: required(slot), text: required(text) },
  /** Experience, by the engine's number of the kind. */
  reward: { ...when, player: required(slot), skill: withDefault(integer(0, 6), 0) },
});
/**
 * Something that happens at `time_ms`; `do` tells what, and so which other keys there are. Names out of lists are the
 * engine's numbers here, but for guns. `line` is its place in the file, from 1.
 */
export type Action = ReturnType<typeof action>;

/** When the action is over: for a burst, the time of its last shot. */
export function lastTimeMs(action: Action): number {
  return action.do === "shoot" ? action.time_ms + (action.times - 1) * action.every_ms : action.time_ms;
}

const endProperties = {
  /** A whole number of frames; 600 are the frames that the engine plays at once. */
  time_ms: required(time(600)),
  reason: required(oneOf([...END_REASONS, "crash"] as const)),
  /** Of a finished round. */
  winner: withDefault(team, 0),
  /** Of a finished round; real servers take a minute. */
  intermission_ms: withDefault(time(FRAME_MS), 1000),
  /** Of a map change. */
  map: optional(text),
};
/** How a round ends: an end reason of the round files, or `crash`, where the server dies without another callback. */
export type RoundEnd = Decoded<typeof endProperties>;

const roundProperties = {
  /** What happens in the warm-up before; `null` for none. */
  warmup: withDefault<readonly Action[] | null>(nullable(list(action)), []),
  actions: withDefault<readonly Action[]>(list(action), []),
  end: required(record(endProperties)),
};

const round = (node: JsonNode): Decoded<typeof roundProperties> => {
  const decoded = record(roundProperties)(node);
  const endMs = decoded.end.time_ms;
  for (const [index, late] of decoded.actions.entries()) {
    const lastMs = lastTimeMs(late);
    if (lastMs <= endMs) continue;
    const what = late.time_ms < lastMs ? "the last shot" : late.do;
    refuse(
      { ...node, line: late.line, path: `${node.path}.actions[${index}]` },
      `${what} at ${lastMs} ms would come after the end of the round at ${endMs} ms`,
      ["move it earlier, or let the round end later"],
    );
  }
  return decoded;
};

const server = record({
  map: withDefault(text, "scenario"),
  game_type: withDefault(integer(2, GAME_TYPE_NAMES.length - 1), 2),
  time_limit_minutes: withDefault(number(0, 1440), 20),
  name: withDefault(text, "scripted server"),
  version: withDefault(text, "v2.85.0"),
  max_clients: withDefault(integer(2, SLOTS), 24),
  /** When the first VM begins, UTC. */
  started_at: withDefault(utc, Date.UTC(2026, 0, 10, 20) / 1000),
  level_time_ms: withDefault(integer(0, 1_000_000_000), 0),
  axis_wave_ms: withDefault(time(1000), 20000),
  allies_wave_ms: withDefault(time(1000), 20000),
  axis_wave_offset_s: withDefault(integer(0, 60), 0),
  allies_wave_offset_s: withDefault(integer(0, 60), 0),
  /** Whether players in limbo spawn with the waves, rather than by actions. */
  waves: withDefault(flag, false),
  cvars: withDefault<Readonly<Record<string, string>>>(dictionary(text), {}),
  missing_fields: withDefault<readonly string[]>(list(text), []),
  missing_callbacks: withDefault<readonly OptionalCallback[]>(list(oneOf(OPTIONAL_CALLBACKS)), []),
  /** What the map has, by the number of the entity; each VM begins with it. */
  entities: withDefault<ReadonlyMap<number, EntityFields>>(
    numbered(FIRST_ENTITY, LAST_ENTITY, fields),
    new Map(),
  ),
  /** What it says about that. */
  configstrings: withDefault<ReadonlyMap<number, string>>(numbered(0, LAST_CONFIGSTRING, text), new Map()),
});

function utc(node: JsonNode): number {
  const seconds = Date.parse(text(node)) / 1000;
  return Number.isFinite(seconds)
    ? Math.floor(seconds)
    : refuse(node, "must be a time such as 2026-01-10T20:00:00Z");
}

/** What expectations speak of: the rows of a kind of file, and what the files say about themselves. */
const SUBJECT_FIELDS = {
  positions: COLUMNS.positions.map(({ name }) => name),
  combat: COLUMNS.combat.map(({ name }) => name),
  engagements: COLUMNS.engagements.map(({ name }) => name),
  heatmap: COLUMNS.heatmap.map(({ name }) => name),
  objectives: COLUMNS.objectives.map(({ name }) => name),
  objective_notes: OBJECTIVE_FIELDS.map(({ name }) => name),
  announcements: ANNOUNCE_FIELDS.map(({ name }) => name),
  rounds: [...HEADER_KEYS, ...TRAILER_KEYS].map(({ name }) => name).concat("is_complete"),
  players: PLAYER_FIELDS.map(({ name }) => name),
  captures: ["name", "state"],
} as const satisfies Readonly<Record<string, readonly string[]>>;
/** The name of what an expectation speaks of; `rounds` are those of the whole match, all others belong to one round. */
export type Subject = keyof typeof SUBJECT_FIELDS;
const SUBJECTS = Object.keys(SUBJECT_FIELDS) as Subject[];

/** A field's value: exactly this, nothing (`null`), or a number from the first to the second. */
export type ExpectedValue = string | number | null | readonly [number, number];

const expectedValue: Decoder<ExpectedValue> = (node) => {
  const { value } = node;
  if (value === null || typeof value === "string" || typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  return range(node);
};

function range(node: JsonNode): readonly [number, number] {
  const [from, to, ...more] = list(number(-1e9, 1e9))(node);
  if (from === undefined || to === undefined || more.length > 0)
    return refuse(node, "must be [lowest, highest]");
  return [from, to];
}

const expectation = (node: JsonNode): Expectation => {
  const { in: subject, ...rest } = record(expectationProperties)(node);
  const fields: readonly string[] = SUBJECT_FIELDS[subject];
  for (const field of Object.keys(rest.row)) {
    if (fields.includes(field)) continue;
    const place = (node.value as ReadonlyMap<string, JsonNode>).get("row") ?? node;
    refuse(place, `${subject} have no ${field}`, [`they have ${fields.join(", ")}`]);
  }
  return { ...rest, subject, line: node.line };
};

const expectationProperties = {
  /** The definition that it follows from, in words. */
  that: required(text),
  in: required(oneOf(SUBJECTS)),
  /** Which of the recorded rounds, from 1, in the order of their ends. Not for the subject `rounds`. */
  round: withDefault(integer(1, 1000), 1),
  row: withDefault<Readonly<Record<string, ExpectedValue>>>(dictionary(expectedValue), {}),
  /** How many such rows there are: 0 for none. */
  times: withDefault<number | readonly [number, number]>(
    (node) => (Array.isArray(node.value) ? range(node) : integer(0, 1_000_000)(node)),
    1,
  ),
};

/** That so many rows of the subject have these values. */
export interface Expectation {
  readonly that: string;
  readonly subject: Subject;
  /** From 1, in the order of the ends; without meaning for the subject `rounds`. */
  readonly round: number;
  /** Values by field; fields that are not named may hold anything. */
  readonly row: Readonly<Record<string, ExpectedValue>>;
  /** Exactly so many rows, or from the first number to the second. */
  readonly times: number | readonly [number, number];
  /** Its place in the scenario's file, from 1. */
  readonly line: number;
}

const scenarioProperties = {
  description: required(text),
  server: withDefault(server, server({ file: "", line: 0, path: "", value: new Map() })),
  players: required(list(player)),
  rounds: required(list(round)),
  expect: required(list(expectation)),
};

/** A scripted match with what its files must say. */
export type Scenario = Decoded<typeof scenarioProperties>;

/** Checks a scenario; throws E_SCENARIO with the place of the first mistake. */
export const decodeScenario: Decoder<Scenario> = (node) => {
  const scenario = record(scenarioProperties)(node);
  const slots = new Set<number>();
  for (const { slot: number, name } of scenario.players) {
    if (number >= scenario.server.max_clients)
      refuse(node, `cannot add ${name}: the server has no slot ${number}`);
    if (slots.has(number)) refuse(node, `cannot add ${name}: slot ${number} is taken`);
    slots.add(number);
  }
  if (scenario.rounds.length === 0) refuse(node, "a scenario needs a round");
  return scenario;
};
