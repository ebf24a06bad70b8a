/** The JSON that Oksii's recorder sends of one round: read item by item, in any order of its keys, and checked. */
import { createHash } from "node:crypto";

import { refuse } from "../fault.ts";
import type { JsonItem } from "./json-items.ts";
import { decodeMixed } from "./mixed-text.ts";
import {
  readCount,
  readWeaponTotals,
  weaponFieldCount,
  type PlayerTotals,
  type WeaponTotals,
} from "./totals.ts";

/** An object of JSON; text in it holds a character a byte, see `decodeMixed`. */
export type Json = Readonly<Record<string, unknown>>;
/** An object of JSON that is read by these names. */
export type Fields<Name extends string> = Readonly<Partial<Record<Name, unknown>>>;

/** What the recorder says of a player at the end of the round. */
export interface OksiiPlayer {
  /** 32 characters. */
  readonly guid: string;
  readonly name: string;
  /** 0 none, 1 Axis, 2 Allies, 3 spectator, at the end; null where the file does not say it. */
  readonly team: number | null;
  readonly weapons: readonly WeaponTotals[];
  /** Null where the file holds no statistics that can be read. */
  readonly totals: PlayerTotals | null;
  /** When the player became which class, by the recorder's clock, ms. */
  readonly classes: readonly { readonly timeMs: number; readonly class: number | null }[];
}

/** What of an event comes to the database; chat and stances do not. */
const EVENT_FIELDS = [
  "label",
  "leveltime",
  "player",
  "killer",
  "victim",
  "team",
  "class",
  "weapon",
  "damage",
  "damage_flags",
  "hit_region",
  "killer_health",
  "victim_health",
  "killer_class",
  "victim_class",
  "killer_pos",
  "victim_pos",
  "player_pos",
  "pos",
  "pitch",
  "yaw",
  "allies_alive",
  "axis_alive",
  "killer_reinf",
  "victim_reinf",
] as const;

/** What of `round_info` comes to the database. */
type InfoField =
  | "config"
  | "damageStats"
  | "mapname"
  | "matchID"
  | "mod_version"
  | "nextTimeLimit"
  | "obituaries"
  | "round"
  | "round_end"
  | "round_start"
  | "round_start_unix"
  | "servername"
  | "stats_version"
  | "timelimit"
  | "winnerteam";

/** An event of the game log. */
export interface OksiiEvent {
  /** Number of the line that it ends in, from 1. */
  readonly line: number;
  readonly fields: Fields<(typeof EVENT_FIELDS)[number]>;
}

/** No round has so many events. */
const MAXIMUM_EVENTS = 200_000;
const MAXIMUM_PLAYERS = 10_000;
/** Of `weaponStats`, what follows the weapons: damage of four kinds, gibs, self, team kills, team gibs, time alive in per cent, XP. */
const TOTALS = 10;

/** A round, put together from the items of its JSON. */
export class OksiiPayload {
  info: Fields<InfoField> = {};
  readonly players = new Map<string, OksiiPlayer>();
  /** The events of the game log, as they stand there; empty before version 2. */
  readonly events: OksiiEvent[] = [];
  readonly #infoHash = createHash("sha256");
  readonly #eventHash = createHash("sha256");
  readonly #playerHashes: string[] = [];
  #hasInfo = false;

  /** Whether the file has no `round_info`. */
  get isEmpty(): boolean {
    return !this.#hasInfo;
  }

  /** Takes one of the items `round_info`, `player_stats.*` and `gamelog.*`; others do not matter. */
  take({ line, path: [section, key], value }: JsonItem): void {
    if (section === "round_info" && key === undefined) this.#takeInfo(value, line);
    else if (section === "player_stats" && typeof key === "string") this.#takePlayer(key, value, line);
    else if (section === "gamelog" && typeof key === "number") this.#takeEvent(key, value, line);
  }

  /** Hash of all that was taken, whatever the order of keys. */
  contentHash(): string {
    const hash = createHash("sha256");
    for (const part of [
      this.#infoHash.digest("hex"),
      ...this.#playerHashes.sort(),
      this.#eventHash.digest("hex"),
    ])
      hash.update(`${part}\n`);
    return hash.digest("hex");
  }

  #takeInfo(value: unknown, line: number): void {
    if (this.#hasInfo) refuse("E_FOREIGN_FILE", line, "it has `round_info` twice");
    if (!isObject(value)) refuse("E_FOREIGN_FILE", line, "`round_info` must be an object");
    this.#hasInfo = true;
    this.info = value;
    this.#infoHash.update(canonical(value));
  }

  #takePlayer(key: string, value: unknown, line: number): void {
    const guid = decodeMixed(key).slice(0, 64);
    if (this.players.size >= MAXIMUM_PLAYERS)
      refuse("E_FOREIGN_FILE", line, `\`player_stats\` has more than ${MAXIMUM_PLAYERS} players`);
    if (this.players.has(guid))
      refuse("E_FOREIGN_FILE", line, "`player_stats` has a player twice", { text: guid });
    if (!isObject(value))
      refuse("E_FOREIGN_FILE", line, "a player of `player_stats` must be an object", { text: guid });
    this.#playerHashes.push(
      createHash("sha256")
        .update(`${key}\n${canonical(value)}`)
        .digest("hex"),
    );
    this.players.set(guid, readPlayer(guid, value));
  }

  #takeEvent(index: number, value: unknown, line: number): void {
    if (index === 0 && this.events.length > 0) refuse("E_FOREIGN_FILE", line, "it has `gamelog` twice");
    if (this.events.length >= MAXIMUM_EVENTS)
      refuse("E_FOREIGN_FILE", line, `\`gamelog\` has more than ${MAXIMUM_EVENTS} events`);
    if (!isObject(value))
      refuse("E_FOREIGN_FILE", line, `event ${index + 1} of \`gamelog\` must be an object`);
    this.#eventHash.update(canonical(value));
    this.events.push({ line, fields: pick(value) });
  }
}

function pick(event: Json): OksiiEvent["fields"] {
  const picked: Record<string, unknown> = {};
  for (const field of EVENT_FIELDS) if (event[field] !== undefined) picked[field] = event[field];
  return picked;
}

function readPlayer(
  guid: string,
  {
    class_switches: switches,
    name,
    team,
    weaponStats,
  }: Fields<"class_switches" | "name" | "team" | "weaponStats">,
): OksiiPlayer {
  const classes = Array.isArray(switches) ? switches.filter(isObject) : [];
  return {
    guid,
    name: typeof name === "string" ? readName(name) : "",
    team: readWhole(team, 0, 3),
    ...readWeaponStats(weaponStats),
    classes: classes.flatMap(({ timestamp, toClass }: Fields<"timestamp" | "toClass">) => {
      const timeMs = readNumber(timestamp);
      return timeMs === null ? [] : [{ timeMs, class: readClass(toClass) }];
    }),
  };
}

/** `weaponStats`: a mask, five numbers for each of its bins, and ten totals, all of them text. */
function readWeaponStats(stats: unknown): Pick<OksiiPlayer, "totals" | "weapons"> {
  const nothing = { weapons: [], totals: null };
  if (!Array.isArray(stats)) return nothing;
  const [mask, ...numbers] = stats.map((field) => readNumber(field));
  const fields = mask === null || mask === undefined || mask < 0 ? undefined : weaponFieldCount(mask);
  // A backslash in a name cuts it, and shifts all that follows.
  if (mask === null || mask === undefined || fields === undefined || numbers.length !== fields + TOTALS)
    return nothing;
  const known = numbers.filter((number) => number !== null);
  if (
    known.length !== numbers.length ||
    !known.slice(0, fields + TOTALS - 2).every((n) => Number.isInteger(n) && n >= 0)
  )
    return nothing;
  const [damageGiven, damageReceived, teamDamageGiven, teamDamageReceived, ...others] = known.slice(fields);
  const [gibs, selfKills, teamKills, teamGibs, , xp] = others;
  return {
    weapons: readWeaponTotals(mask, known.slice(0, fields)),
    totals: {
      damage_given: readCount(damageGiven),
      damage_received: readCount(damageReceived),
      team_damage_given: readCount(teamDamageGiven),
      team_damage_received: readCount(teamDamageReceived),
      gibs: readCount(gibs),
      self_kills: readCount(selfKills),
      team_kills: readCount(teamKills),
      team_gibs: readCount(teamGibs),
      xp: readCount(xp),
    },
  };
}

/** Whether a value is an object, and no array. */
export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A name: version 1 writes each byte above 126 as the text `\u{e4}`, and both put a backslash before a quotation mark, beside that
 * of JSON.
 */
export function readName(text: string): string {
  const bytes = text.replace(/\\u\{([0-9a-fA-F]{2})\}/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return decodeMixed(bytes.replaceAll('\\"', '"'));
}

/** A number, also one that is written as text; null for anything else. */
export function readNumber(value: unknown): number | null {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

/** A whole number within limits; null for anything else. */
export function readWhole(value: unknown, minimum: number, maximum: number): number | null {
  const number = readNumber(value);
  return number !== null && Number.isInteger(number) && number >= minimum && number <= maximum
    ? number
    : null;
}

const CLASSES: readonly string[] = ["soldier", "medic", "engineer", "fieldop", "covertops"];

/** The engine's number of a class that is named in words; null for anything else. */
export function readClass(value: unknown): number | null {
  const number = typeof value === "string" ? CLASSES.indexOf(value) : -1;
  return number < 0 ? null : number;
}

/** JSON with its keys in order. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}
