/**
 * The columns of the four round files: the one place that defines them.
 *
 * The tracker (compiled to Lua) writes rows by these definitions, the parsers check rows by them, a test holds the
 * SQL schema against them and `docs/format.md` is generated from them. This module is pure: no imports, no
 * platform, plain data that means the same in Lua and in JavaScript.
 *
 * Terminology:
 * - round time: milliseconds since play began, pauses excluded;
 * - slot: the client number of a player on the server, 0 to 63;
 * - unit: the game's unit of length, 1/12 of a foot in the original scale; `ups` is units per second;
 * - life: the number of a player's life in this round, 1 for the first; a revived player goes on with the same life.
 */

/** The four files of a round, by the suffix of their names: `<round key>_positions.txt` and so on. */
export type Kind = "positions" | "combat" | "engagements" | "heatmap";

interface ColumnBase {
  /** Name in the file and in the database. */
  readonly name: string;
  /** Whether the field may be empty (null). */
  readonly nullable: boolean;
  /** Unit of a number, or undefined where it has none. */
  readonly unit?: string;
  /** What the value means, and when it is null. */
  readonly description: string;
  /** The format version that brought the column; the first where nothing is said. */
  readonly since?: number;
}

/** A whole number: an optional minus sign and digits. */
export interface IntegerColumn extends ColumnBase {
  readonly type: "integer";
  readonly minimum: number;
  readonly maximum: number;
}

/** A number with exactly `digits` decimals, point as separator, no exponent. */
export interface DecimalColumn extends ColumnBase {
  readonly type: "decimal";
  readonly digits: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** One of a fixed list of words. */
export interface ChoiceColumn extends ColumnBase {
  readonly type: "choice";
  readonly choices: readonly string[];
  /** The version that brought a word, for those that the first did not have. Later words stand after earlier ones. */
  readonly choicesSince?: Readonly<Record<string, number>>;
}

/** A column of a file, by the type of its values. An empty field is null. */
export type Column = IntegerColumn | DecimalColumn | ChoiceColumn;

/** How many slots a server can have at the most: a slot is a number below. */
export const SLOTS = 64;
/** How far from the middle of the world a position can be, units; whatever lies beyond is a misread entity. */
export const WORLD_LIMIT_UNITS = 65536;
/** The largest whole number that a file can hold; of round time, about 24 days. */
export const MAXIMUM_INTEGER = 2147483647;

function integer(
  name: string,
  minimum: number,
  maximum: number,
  description: string,
  unit?: string,
): IntegerColumn {
  return unit === undefined
    ? { name, type: "integer", minimum, maximum, nullable: false, description }
    : { name, type: "integer", minimum, maximum, nullable: false, description, unit };
}

function decimal(
  name: string,
  digits: number,
  minimum: number,
  maximum: number,
  unit: string,
  description: string,
): DecimalColumn {
  return { name, type: "decimal", digits, minimum, maximum, nullable: false, unit, description };
}

function choice(name: string, choices: readonly string[], description: string): ChoiceColumn {
  return { name, type: "choice", choices, nullable: false, description };
}

/** The same column, but its field may be empty. */
function optional(column: Column): Column {
  return { ...column, nullable: true };
}

const time = (description: string): Column =>
  integer("time_ms", 0, MAXIMUM_INTEGER, description, "ms of round time");
const slot = (name: string, description: string): Column => integer(name, 0, SLOTS - 1, description);
const flag = (name: string, description: string): Column => integer(name, 0, 1, description);
const count = (name: string, description: string): Column => integer(name, 0, SLOTS, description);
const duration = (name: string, description: string): Column =>
  integer(name, 0, MAXIMUM_INTEGER, description, "ms");
const team = (name: string, description: string): Column => integer(name, 1, 2, description);
const coordinate = (name: string, description: string): Column =>
  decimal(name, 1, -WORLD_LIMIT_UNITS, WORLD_LIMIT_UNITS, "units", description);
const distance = (name: string, description: string): Column =>
  decimal(name, 1, 0, 4 * WORLD_LIMIT_UNITS, "units", description);
const angle = (name: string, description: string): Column =>
  decimal(name, 1, -360, 360, "degrees", description);
const damage = (name: string, description: string): Column =>
  integer(name, 0, 1000000, description, "hit points");

/** The events of the combat file, each described in {@link COMBAT_EVENT_DESCRIPTIONS}. */
export const COMBAT_EVENTS = [
  "fire",
  "hit",
  "kill",
  "spawn",
  "revive",
  "gib",
  "tapout",
  "join",
  "leave",
  "pause",
  "resume",
] as const;
/** What a row of the combat file tells, its `event`. */
export type CombatEvent = (typeof COMBAT_EVENTS)[number];

/** What each combat event means. */
export const COMBAT_EVENT_DESCRIPTIONS: Readonly<Record<CombatEvent, string>> = {
  fire: "a shot, throw, swing or use of an item by the attacker, before what it causes; no target; the weapon's kind tells weapons from tools and medical items",
  hit: "damage to the target, by the attacker or, with no attacker, by the world",
  kill: "the target was downed; follows the lethal hit where there was one",
  spawn: "the target came into the world with a new life",
  revive: "the target, downed before, was revived by the attacker (a medic) where known; the life goes on",
  gib: "the target's body was destroyed, by further damage while it was down or by the kill itself (to -175 health or below); only a new spawn brings the player back",
  tapout: "the downed target gave up waiting and went to limbo",
  join: "the target joined a playing team",
  leave: "the target left the playing teams or the server",
  pause: "the match was paused; round time stands still until `resume`",
  resume: "the match went on",
};

/** How attacker and target of a combat event stand to each other. */
export const RELATIONS = ["enemy", "team", "self", "world"] as const;
/** Where a bullet struck; only bullets of located weapons have a region. */
export const HIT_REGIONS = ["head", "arms", "body", "legs"] as const;
/** The records of the engagements file. */
export const ENGAGEMENT_RECORDS = ["engagement", "participant", "crossfire", "bait", "trade"] as const;
/** How an engagement ended. */
export const ENGAGEMENT_OUTCOMES = ["death", "escape", "silence", "round_end"] as const;
/** Sides of an engagement: the attackers opened it. */
export const SIDES = ["attackers", "defenders"] as const;

const POSITIONS: readonly Column[] = [
  time("when the sample was taken"),
  slot("slot", "the player"),
  integer("life", 1, 65535, "the player's life in this round"),
  coordinate("x", "body origin, 24 units above the soles"),
  coordinate("y", "see x"),
  coordinate("z", "see x"),
  decimal("velocity_x_ups", 0, -100000, 100000, "ups", "velocity"),
  decimal("velocity_y_ups", 0, -100000, 100000, "ups", "velocity"),
  decimal("velocity_z_ups", 0, -100000, 100000, "ups", "velocity"),
  decimal("speed_ups", 0, 0, 200000, "ups", "length of the velocity vector"),
  angle("pitch_deg", "view angle, positive is down"),
  angle("yaw_deg", "view angle, counter-clockwise from the x axis"),
  integer("stance", 0, 2, "0 standing, 1 crouching, 2 prone"),
  flag("is_sprinting", "1 while sprinting"),
  flag("is_zoomed", "1 while looking through binoculars or a rifle's scope"),
  flag("is_mounted", "1 while on a fixed gun or a tank's gun"),
  integer("health", 1, 1000, "health; only living players are sampled", "hit points"),
  integer("class", 0, 4, "0 soldier, 1 medic, 2 engineer, 3 field ops, 4 covert ops"),
  integer("weapon", 0, 255, "the weapon in hand, the engine's number"),
  flag("is_moving", "1 when faster than the stationary threshold at this moment"),
  duration("stationary_ms", "time spent stationary since the row before of this life"),
  distance("distance_units", "distance travelled since the row before of this life"),
];

const COMBAT: readonly Column[] = [
  time("when it happened, to the server frame"),
  choice("event", COMBAT_EVENTS, "what happened"),
  optional(slot("attacker_slot", "who did it; null for the world, and where nobody did")),
  optional(slot("target_slot", "to whom; null for fire, pause and resume")),
  optional(
    choice("relation", RELATIONS, "of hit, kill and gib: how attacker and target stand to each other"),
  ),
  optional(
    integer(
      "weapon",
      0,
      255,
      "the attacker's weapon, the engine's number; 33 for the gun of a tank or on a mount",
    ),
  ),
  optional(integer("means_of_death", 0, 255, "of hit, kill and gib: the engine's number")),
  optional(damage("damage", "of a hit: as the engine gives it, overkill included")),
  optional(damage("damage_effective", "of a hit: never more than the health that was left")),
  optional(integer("damage_flags", 0, 255, "of a hit: the engine's damage flags")),
  optional(choice("hit_region", HIT_REGIONS, "of a hit: null where the engine counts none")),
  optional(flag("target_is_wounded", "of a hit: 1 when the target was down already")),
  optional(distance("distance_units", "between attacker and target")),
  optional(coordinate("attacker_x", "the attacker's position")),
  optional(coordinate("attacker_y", "see attacker_x")),
  optional(coordinate("attacker_z", "see attacker_x")),
  optional(angle("attacker_pitch_deg", "the attacker's view angle, positive is down")),
  optional(angle("attacker_yaw_deg", "the attacker's view angle")),
  optional(coordinate("target_x", "the target's position")),
  optional(coordinate("target_y", "see target_x")),
  optional(coordinate("target_z", "see target_x")),
  optional(angle("view_error_deg", "angle between the attacker's view and the direction to the target")),
  optional(integer("attacker_health", -1000, 1000, "the attacker's health", "hit points")),
  optional(
    integer(
      "target_health",
      -1000,
      1000,
      "the target's health: before a hit or kill, after anything else",
      "hit points",
    ),
  ),
  optional(integer("attacker_class", 0, 4, "of kill and revive: the attacker's class")),
  optional(integer("target_class", 0, 4, "of kill, spawn and revive: the target's class")),
  optional(integer("target_weapon", 0, 255, "of a kill: the target's weapon in hand")),
  optional(
    integer(
      "target_life",
      1,
      65535,
      "of kill, spawn, revive, gib and tapout: the target's life in this round",
    ),
  ),
  optional(count("attacker_allies_near", "living teammates of the attacker near the attacker")),
  optional(count("attacker_enemies_near", "living enemies of the attacker near the attacker")),
  optional(count("target_allies_near", "living teammates of the target near the target")),
  optional(count("target_enemies_near", "living enemies of the target near the target")),
  optional(count("axis_alive", "of a kill: living Axis players after it")),
  optional(count("allies_alive", "of a kill: living Allies players after it")),
  optional(duration("attacker_since_spawn_ms", "of a kill: time since the attacker's last spawn")),
  optional(duration("target_since_spawn_ms", "of a kill: time since the target's last spawn")),
  optional(duration("target_next_wave_ms", "of a kill: time until the target team's next spawn wave")),
];

const ENGAGEMENTS: readonly Column[] = [
  time("when it was decided: the engagement's end, the crossfire's second hit, the trade's kill"),
  choice("record", ENGAGEMENT_RECORDS, "what the row tells"),
  optional(
    integer(
      "engagement",
      1,
      MAXIMUM_INTEGER,
      "number of the engagement in this round; null where none was open",
    ),
  ),
  integer("start_ms", 0, MAXIMUM_INTEGER, "when it began", "ms of round time"),
  optional(team("team", "1 Axis, 2 Allies: the attackers' team, or the team that acted together")),
  optional(choice("side", SIDES, "of a participant")),
  optional(
    integer(
      "attackers",
      1,
      SLOTS,
      "of an engagement: players of the side that opened it when most were in it, N of the label NvM",
    ),
  ),
  optional(
    integer("defenders", 1, SLOTS, "of an engagement: players of the other side then, M of the label NvM"),
  ),
  optional(choice("outcome", ENGAGEMENT_OUTCOMES, "of an engagement: how it ended")),
  optional(team("winner_team", "of an engagement: null when nobody won")),
  optional(slot("slot", "who opened it, took part, hit first, drew the fire, or made the trade kill")),
  optional(slot("partner_slot", "who hit second, punished, or was avenged; null for an engagement")),
  optional(slot("enemy_slot", "who was hit first, in the crossfire, punished, or traded")),
  optional(damage("damage_given", "effective damage by the attackers' side, or by the players named")),
  optional(damage("damage_received", "effective damage to the attackers' side, or to the players named")),
  optional(integer("hits_given", 0, 1000000, "hits that made damage_given")),
  optional(integer("kills", 0, 1000, "enemies downed by the attackers' side, or by the player")),
  optional(integer("deaths", 0, 1000, "players downed of the attackers' side, or of the player")),
  optional(distance("distance_units", "from `slot` to `enemy_slot` when it began")),
  optional(distance("end_distance_units", "from `slot` to `enemy_slot` when it was decided")),
  optional(distance("partner_distance_units", "from `partner_slot` to `enemy_slot` when it was decided")),
  optional(distance("retreat_units", "of a bait: how far `slot` moved away from where the enemy had stood")),
  optional(angle("angle_deg", "of a crossfire: between the directions of the two, seen from the enemy")),
  optional(coordinate("x", "where: the enemy's position when it began")),
  optional(coordinate("y", "see x")),
  optional(coordinate("z", "see x")),
  integer("rule_version", 1, 65535, "version of the rule that made the row"),
];

const HEATMAP: readonly Column[] = [
  integer(
    "cell_x",
    -WORLD_LIMIT_UNITS,
    WORLD_LIMIT_UNITS,
    "floor(x / cell size); the cell size stands in the header",
  ),
  integer("cell_y", -WORLD_LIMIT_UNITS, WORLD_LIMIT_UNITS, "floor(y / cell size)"),
  integer("team", 1, 2, "1 Axis, 2 Allies"),
  integer("kills", 0, 1000000, "enemies downed by players of this team who stood in this cell"),
  integer("deaths", 0, 1000000, "players of this team downed by enemies in this cell"),
];

/** The columns of each kind of file, in the order in which they stand in a row. */
export const COLUMNS: Readonly<Record<Kind, readonly Column[]>> = {
  positions: POSITIONS,
  combat: COMBAT,
  engagements: ENGAGEMENTS,
  heatmap: HEATMAP,
};

/** The four kinds, in the order in which they are written and imported. */
export const KINDS = ["positions", "combat", "engagements", "heatmap"] as const satisfies readonly Kind[];
