/**
 * The columns of the five round files: the one place that defines them.
 *
 * The tracker (compiled to Lua) writes rows by these definitions, the parsers check rows by them, a test holds the
 * SQL schema against them and `docs/format.md` is generated from them. These modules are pure: no imports from
 * elsewhere, no platform, plain data that means the same in Lua and in JavaScript.
 *
 * Terminology:
 * - round time: milliseconds since play began, pauses excluded;
 * - slot: the client number of a player on the server, 0 to 63;
 * - unit: the game's unit of length, 1/12 of a foot in the original scale; `ups` is units per second;
 * - life: the number of a player's life in this round, 1 for the first; a revive continues the same life.
 */

import {
  angle,
  choice,
  coordinate,
  count,
  damage,
  decimal,
  distance,
  duration,
  flag,
  integer,
  MAXIMUM_INTEGER,
  ofAttacker,
  on,
  orNull,
  since,
  slot,
  SLOTS,
  team,
  time,
  WORLD_LIMIT_UNITS,
} from "./column.ts";
import type { Column } from "./column.ts";
import { OBJECTIVES } from "./objective-columns.ts";

/** The files of a round, by the suffix of their names: `<round key>_positions.txt` and so on. */
export type Kind = "positions" | "combat" | "engagements" | "heatmap" | "objectives";

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
/** The `event` of a row of the combat file. */
export type CombatEvent = (typeof COMBAT_EVENTS)[number];

/** What each combat event means. */
export const COMBAT_EVENT_DESCRIPTIONS: Readonly<Record<CombatEvent, string>> = {
  fire: "the attacker shot, threw, swung or used an item; the row comes before the rows of what it caused, and has no target; the weapon's kind tells weapons from tools and medical items",
  hit: "the target took damage: from the attacker, or from the world when there is no attacker",
  kill: "the target was downed; the row comes after that of the lethal hit, if there was one",
  spawn: "the target came into the world with a new life",
  revive: "the downed target was revived; the attacker is the medic, if known; the life continues",
  gib: "the target's body was destroyed, by more damage while it was down or by the kill itself (to -175 health or below); the player comes back only with the next spawn",
  tapout: "the downed target gave up waiting and went to limbo",
  join: "the target joined a playing team",
  leave: "the target left the playing teams or the server",
  pause: "the match was paused; round time stops until `resume`",
  resume: "the match continued",
};

/** The relation of attacker and target of a combat event. */
export const RELATIONS = ["enemy", "team", "self", "world"] as const;
/** A word of {@link RELATIONS}. */
export type Relation = (typeof RELATIONS)[number];
/** Where a bullet struck; only bullets of located weapons have a region. */
export const HIT_REGIONS = ["head", "arms", "body", "legs"] as const;
/** A word of {@link HIT_REGIONS}. */
export type HitRegion = (typeof HIT_REGIONS)[number];
/** The records of the engagements file. */
export const ENGAGEMENT_RECORDS = ["engagement", "participant", "crossfire", "bait", "trade"] as const;
/** How an engagement ended. */
export const ENGAGEMENT_OUTCOMES = ["death", "escape", "silence", "round_end"] as const;
/** What a player did at an objective. */
export const OBJECTIVE_ACTS = ["planting", "defusing", "building"] as const;
/** A word of {@link OBJECTIVE_ACTS}. */
export type ObjectiveAct = (typeof OBJECTIVE_ACTS)[number];
/** Sides of a round: who has to do something on the map, and who has to keep them from it. */
export const ROUND_SIDES = ["attack", "defence"] as const;
/** A word of {@link ROUND_SIDES}. */
export type RoundSide = (typeof ROUND_SIDES)[number];
/** Sides of an engagement: the attackers opened it. */
export const SIDES = ["attackers", "defenders"] as const;

const CARRYING =
  "documents, gold or the like that the player carries: 0 none, 1 the Axis', 2 the Allies'; null where objectives are not recorded";

const TARGET_CARRYING = "what the target carried, as `carrying` of the positions file";

const POSITIONS = [
  time("when the sample was taken"),
  slot("slot", "the player"),
  integer("life", 1, 65535, "the player's life in this round"),
  coordinate("x", "the player's origin, 24 units above the soles"),
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
  duration("stationary_ms", "time spent stationary since the previous row of this life"),
  distance("distance_units", "distance travelled since the previous row of this life"),
  since(2, orNull(integer("carrying", 0, 2, CARRYING))),
] as const satisfies readonly Column[];

const COMBAT = [
  time("when it happened, exact to one server frame"),
  choice("event", COMBAT_EVENTS, "what happened"),
  ofAttacker(
    on(
      ["fire", "hit", "kill", "revive", "gib?"],
      slot("attacker_slot", "the player who did it; null when the world or nobody did"),
    ),
  ),
  on(
    ["hit", "kill", "spawn", "revive", "gib", "tapout", "join", "leave"],
    slot("target_slot", "the player it happened to"),
  ),
  on(
    ["hit", "kill", "gib?"],
    choice("relation", RELATIONS, "what the target is to the attacker; `world` when there is no attacker"),
  ),
  ofAttacker(
    on(
      ["fire", "hit", "kill"],
      integer(
        "weapon",
        0,
        255,
        "the attacker's weapon, the engine's number; 33 for a mounted gun or a tank's gun",
      ),
    ),
  ),
  on(["hit", "kill", "gib?"], integer("means_of_death", 0, 255, "the engine's number")),
  on(["hit"], damage("damage", "damage as the engine counts it, also beyond the health that was left")),
  on(["hit"], damage("damage_effective", "damage, at most the health that was left")),
  on(["hit"], integer("damage_flags", 0, 255, "the engine's damage flags")),
  ofAttacker(
    on(
      ["hit?"],
      choice("hit_region", HIT_REGIONS, "where the bullet struck; null when the engine does not count it"),
    ),
  ),
  on(["hit"], flag("target_is_wounded", "1 when the target was already down")),
  ofAttacker(
    on(["hit", "kill", "revive"], distance("distance_units", "distance between attacker and target")),
  ),
  ofAttacker(on(["fire", "hit", "kill", "revive"], coordinate("attacker_x", "the attacker's position"))),
  ofAttacker(on(["fire", "hit", "kill", "revive"], coordinate("attacker_y", "see attacker_x"))),
  ofAttacker(on(["fire", "hit", "kill", "revive"], coordinate("attacker_z", "see attacker_x"))),
  ofAttacker(
    on(["fire", "hit", "kill"], angle("attacker_pitch_deg", "the attacker's view angle, positive is down")),
  ),
  ofAttacker(on(["fire", "hit", "kill"], angle("attacker_yaw_deg", "the attacker's view angle"))),
  on(["hit", "kill", "spawn", "revive", "gib", "tapout"], coordinate("target_x", "the target's position")),
  on(["hit", "kill", "spawn", "revive", "gib", "tapout"], coordinate("target_y", "see target_x")),
  on(["hit", "kill", "spawn", "revive", "gib", "tapout"], coordinate("target_z", "see target_x")),
  ofAttacker(
    on(
      ["hit", "kill"],
      angle("view_error_deg", "angle between the attacker's view and the direction to the target"),
    ),
  ),
  ofAttacker(
    on(
      ["fire", "hit", "kill", "revive"],
      integer("attacker_health", -1000, 1000, "the attacker's health", "hit points"),
    ),
  ),
  on(
    ["hit", "kill", "spawn", "revive", "gib", "tapout"],
    integer(
      "target_health",
      -1000,
      1000,
      "the target's health: before a hit or kill, after anything else",
      "hit points",
    ),
  ),
  ofAttacker(on(["kill", "revive"], integer("attacker_class", 0, 4, "the attacker's class"))),
  on(["kill", "spawn", "revive"], integer("target_class", 0, 4, "the target's class")),
  on(["kill"], integer("target_weapon", 0, 255, "the target's weapon in hand")),
  on(
    ["kill", "spawn", "revive", "gib", "tapout"],
    integer("target_life", 1, 65535, "the target's life in this round"),
  ),
  ofAttacker(
    on(["hit", "kill"], count("attacker_allies_near", "living teammates of the attacker near the attacker")),
  ),
  ofAttacker(
    on(["hit", "kill"], count("attacker_enemies_near", "living enemies of the attacker near the attacker")),
  ),
  on(["hit", "kill"], count("target_allies_near", "living teammates of the target near the target")),
  on(["hit", "kill"], count("target_enemies_near", "living enemies of the target near the target")),
  on(["kill"], count("axis_alive", "living Axis players after the kill")),
  on(["kill"], count("allies_alive", "living Allies players after the kill")),
  ofAttacker(on(["kill?"], duration("attacker_since_spawn_ms", "time since the attacker's last spawn"))),
  on(["kill?"], duration("target_since_spawn_ms", "time since the target's last spawn")),
  on(["kill?"], duration("target_next_wave_ms", "time until the target team's next spawn wave")),
  since(2, on(["kill?"], integer("target_carrying", 0, 2, TARGET_CARRYING))),
  since(
    2,
    on(
      ["kill?"],
      choice(
        "target_act",
        OBJECTIVE_ACTS,
        "what the target was doing at an objective: arming dynamite, making it harmless, building or repairing; null for nothing of this",
      ),
    ),
  ),
  since(
    2,
    on(
      ["kill?"],
      choice(
        "target_side",
        ROUND_SIDES,
        "the target's side of the round; null where `attacking_team` is missing",
      ),
    ),
  ),
] as const satisfies readonly Column[];

/** All records but `participant`: the row of a fight, and what players did together. */
const SHARED = ["engagement", "crossfire", "bait", "trade"] as const;

const ENGAGEMENTS = [
  time(
    "when it ended or was complete: the engagement's end, the crossfire's second hit, the hit that punished, the trade's kill",
  ),
  choice("record", ENGAGEMENT_RECORDS, "what the row describes"),
  on(
    ["engagement", "participant", "crossfire?", "bait?", "trade?"],
    integer(
      "engagement",
      1,
      MAXIMUM_INTEGER,
      "number of the engagement in this round; null when none was open, or when the row had to be written before the number was certain",
    ),
  ),
  integer("start_ms", 0, MAXIMUM_INTEGER, "when it began", "ms of round time"),
  on(
    ENGAGEMENT_RECORDS,
    team("team", "1 Axis, 2 Allies: the attackers' team, or the team that acted together"),
  ),
  on(["participant"], choice("side", SIDES, "the side of the fight")),
  on(
    ["engagement"],
    integer(
      "attackers",
      1,
      SLOTS,
      "players of the side that opened it, at the moment when most players were in it: N of the label NvM",
    ),
  ),
  on(
    ["engagement"],
    integer("defenders", 1, SLOTS, "players of the other side at that moment: M of the label NvM"),
  ),
  on(["engagement"], choice("outcome", ENGAGEMENT_OUTCOMES, "how it ended")),
  on(["engagement?"], team("winner_team", "null when nobody won")),
  on(
    ENGAGEMENT_RECORDS,
    slot("slot", "the player who opened it, took part, hit first, drew the fire, or made the trade kill"),
  ),
  on(
    ["crossfire", "bait", "trade"],
    slot("partner_slot", "the player who hit second, punished, or was avenged"),
  ),
  on(
    SHARED,
    slot(
      "enemy_slot",
      "the player who was hit first, was caught in the crossfire, was punished, or died in the trade",
    ),
  ),
  on(
    ["engagement", "participant", "crossfire", "bait"],
    damage("damage_given", "effective damage by the attackers' side, or by the players named"),
  ),
  on(
    ["engagement", "participant", "bait"],
    damage("damage_received", "effective damage to the attackers' side, or to the players named"),
  ),
  on(
    ["engagement", "participant", "crossfire"],
    integer("hits_given", 0, 1000000, "number of hits that dealt damage_given"),
  ),
  on(
    ["engagement", "participant"],
    integer("kills", 0, 1000, "enemies downed by the attackers' side, or by the player"),
  ),
  on(
    ["engagement", "participant"],
    integer("deaths", 0, 1000, "how often players of the attackers' side were downed, or this player was"),
  ),
  on(
    ["engagement", "crossfire", "bait"],
    distance("distance_units", "distance from `slot` to `enemy_slot` when it began"),
  ),
  on(
    ["engagement?", "bait", "trade"],
    distance("end_distance_units", "distance from `slot` to `enemy_slot` at `time_ms`"),
  ),
  on(
    ["crossfire", "bait", "trade"],
    distance("partner_distance_units", "distance from `partner_slot` to `enemy_slot` at `time_ms`"),
  ),
  on(
    ["bait"],
    distance("retreat_units", "how far `slot` moved away from where the enemy stood at the start"),
  ),
  on(
    ["crossfire"],
    angle("angle_deg", "angle between the directions of the two players, seen from the enemy"),
  ),
  on(SHARED, coordinate("x", "the enemy's position when it began")),
  on(SHARED, coordinate("y", "see x")),
  on(SHARED, coordinate("z", "see x")),
  integer("rule_version", 1, 65535, "version of the rule that made the row"),
] as const satisfies readonly Column[];

const HEATMAP = [
  integer(
    "cell_x",
    -WORLD_LIMIT_UNITS,
    WORLD_LIMIT_UNITS,
    "floor(x / cell size); the header has the cell size",
  ),
  integer("cell_y", -WORLD_LIMIT_UNITS, WORLD_LIMIT_UNITS, "floor(y / cell size)"),
  integer("team", 1, 2, "1 Axis, 2 Allies"),
  integer("kills", 0, 1000000, "enemies downed by players of this team who stood in this cell"),
  integer("deaths", 0, 1000000, "players of this team downed by enemies in this cell"),
] as const satisfies readonly Column[];

/** The columns of each kind as the compiler knows them: each with its name, its words and its rows. */
export interface KindColumns {
  readonly positions: typeof POSITIONS;
  readonly combat: typeof COMBAT;
  readonly engagements: typeof ENGAGEMENTS;
  readonly heatmap: typeof HEATMAP;
  readonly objectives: typeof OBJECTIVES;
}

/** The columns of each kind of file, in the order in which they stand in a row. */
export const COLUMNS: Readonly<Record<Kind, readonly Column[]>> = {
  positions: POSITIONS,
  combat: COMBAT,
  engagements: ENGAGEMENTS,
  heatmap: HEATMAP,
  objectives: OBJECTIVES,
};

/** The kinds, in the order in which they are written and imported. */
export const KINDS = [
  "positions",
  "combat",
  "engagements",
  "heatmap",
  "objectives",
] as const satisfies readonly Kind[];

/** The version that brought a kind, for those that the first did not have. */
export const KINDS_SINCE: Readonly<Partial<Record<Kind, number>>> = { objectives: 2 };
