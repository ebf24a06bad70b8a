/** The events of Oksii's recorder as rows of our combat file, and who plays in which slot. */
import { SLOTS } from "../../format/column.ts";
import type { PlayerNote } from "../note-reader.ts";
import type { ForeignRow } from "./foreign-round.ts";
import {
  isObject,
  readClass,
  readNumber,
  readWhole,
  type Fields,
  type OksiiEvent,
  type OksiiPayload,
  type OksiiPlayer,
} from "./oksii-payload.ts";

/** What a round's events come to. */
export interface OksiiRows {
  readonly rows: readonly ForeignRow[];
  readonly players: readonly PlayerNote[];
  /** Round time when the round ended, ms; null where no event tells. */
  readonly endMs: number | null;
  /** Whether an event proves when play began. */
  readonly hasStart: boolean;
  /** How long pauses took in all, ms. */
  readonly pausedMs: number;
  readonly hasFire: boolean;
  /** How many events were left out, by the reason. */
  readonly leftOut: ReadonlyMap<string, number>;
}

type EventFields = OksiiEvent["fields"];
type Values = Record<string, number | string | null>;

const GUID = /^[0-9A-Za-z]{8,32}$/;
/** Names of nobody. Version 1 writes `WORLD`. */
const NOBODY: ReadonlySet<unknown> = new Set([undefined, null, "", "WORLD"]);
const REGIONS: Readonly<Record<string, string>> = {
  HR_HEAD: "head",
  HR_ARMS: "arms",
  HR_BODY: "body",
  HR_LEGS: "legs",
};
/** Means of death that are nobody's doing: drowned, slime, lava, crushed, telefragged, fell, laser, hazards, constructions. */
const WORLD_MEANS: ReadonlySet<number> = new Set([27, 28, 29, 30, 31, 32, 34, 35, 47, 48, 49]);
const POSITION = /^(-?\d{1,6}(?:\.\d+)?) (-?\d{1,6}(?:\.\d+)?) (-?\d{1,6}(?:\.\d+)?)$/;

/** Who plays: the file has no slots, so each player gets one in the order in which events name them. */
class OksiiSeats {
  readonly notes: PlayerNote[] = [];
  readonly #stats: ReadonlyMap<string, OksiiPlayer>;
  readonly #seats = new Map<string, Seat>();

  constructor(stats: ReadonlyMap<string, OksiiPlayer>) {
    this.#stats = stats;
  }

  /** The seat of a player; undefined for what is no player, and where all slots are taken. */
  find(guid: unknown, timeMs: number): Seat | undefined {
    if (typeof guid !== "string" || NOBODY.has(guid) || !GUID.test(guid)) return undefined;
    const known = this.#seats.get(guid);
    if (known !== undefined) return known;
    const slot = this.#seats.size;
    if (slot >= SLOTS) return undefined;
    const stats = this.#stats.get(guid);
    const seat: Seat = {
      guid,
      slot,
      name: stats?.name ?? guid.slice(0, 8),
      team: stats?.team ?? 0,
      class: null,
      life: 0,
    };
    this.#seats.set(guid, seat);
    this.#note(seat, timeMs);
    return seat;
  }

  /** Takes what an event says of a player. */
  update(
    seat: Seat,
    timeMs: number,
    { class: playerClass, team }: { class?: number | undefined; team?: number | undefined },
  ): void {
    if ((team ?? seat.team) === seat.team && (playerClass ?? seat.class) === seat.class) return;
    seat.team = team ?? seat.team;
    seat.class = playerClass ?? seat.class;
    this.#note(seat, timeMs);
  }

  #note({ class: playerClass, guid, name, slot, team }: Seat, timeMs: number): void {
    const note = { timeMs, slot, guid, name, team, class: playerClass, isBot: guid.startsWith("OMNIBOT") };
    // What is known of a moment at once is one note.
    const last = this.notes.at(-1);
    if (last?.slot === slot && last.timeMs === timeMs) this.notes.pop();
    this.notes.push(note);
  }
}

/** A player, as the events have told of them so far. */
interface Seat {
  readonly guid: string;
  readonly slot: number;
  readonly name: string;
  team: number;
  class: number | null;
  /** Spawns so far. */
  life: number;
}

/** Makes the rows of a version 2 game log; those without one come from {@link obituaryRows}. */
export function gameLogRows(
  payload: OksiiPayload,
  { swapsWaves }: { readonly swapsWaves: boolean },
): OksiiRows {
  return new RowMaker(payload, swapsWaves).make();
}

class RowMaker {
  readonly #payload: OksiiPayload;
  readonly #swapsWaves: boolean;
  readonly #seats: OksiiSeats;
  readonly #rows: ForeignRow[] = [];
  readonly #leftOut = new Map<string, number>();
  #zeroMs = 0;
  #pausedMs = 0;
  #pausedAt: number | undefined;
  #endMs: number | null = null;
  #hasFire = false;

  constructor(payload: OksiiPayload, swapsWaves: boolean) {
    this.#payload = payload;
    this.#swapsWaves = swapsWaves;
    this.#seats = new OksiiSeats(payload.players);
  }

  make(): OksiiRows {
    const timed = this.#payload.events.flatMap((event) => {
      const levelMs = readNumber(event.fields.leveltime);
      if (levelMs === null) this.#leaveOut("without_time");
      return levelMs === null ? [] : [{ ...event, levelMs: Math.round(levelMs) }];
    });
    timed.sort((one, other) => one.levelMs - other.levelMs);
    const start = timed.find(({ fields }) => fields.label === "round_start");
    this.#zeroMs = start?.levelMs ?? timed[0]?.levelMs ?? 0;
    for (const { fields, levelMs, line } of timed) this.#read(fields, levelMs, line);
    this.#seatOthers();
    return {
      rows: this.#rows,
      players: this.#seats.notes,
      endMs: this.#endMs,
      hasStart: start !== undefined,
      pausedMs: this.#pausedMs,
      hasFire: this.#hasFire,
      leftOut: this.#leftOut,
    };
  }

  #leaveOut(reason: string): void {
    this.#leftOut.set(reason, (this.#leftOut.get(reason) ?? 0) + 1);
  }

  /** Those of whom no event tells played too: the statistics name them. */
  #seatOthers(): void {
    const lastMs = this.#seats.notes.at(-1)?.timeMs ?? 0;
    for (const guid of this.#payload.players.keys()) this.#seats.find(guid, lastMs);
  }

  #read(fields: EventFields, levelMs: number, line: number): void {
    const timeMs = (this.#pausedAt ?? levelMs) - this.#zeroMs - this.#pausedMs;
    if (timeMs < 0) {
      this.#leaveOut("before_start");
      return;
    }
    if (this.#endMs !== null) {
      this.#leaveOut("after_end");
      return;
    }
    const add = (event: string, values: Values = {}): void => {
      this.#rows.push({ line, values: { time_ms: timeMs, event, ...values } });
    };
    switch (fields.label) {
      case "round_end":
        this.#endMs = timeMs;
        return;
      case "pause":
        if (this.#pausedAt !== undefined) return;
        this.#pausedAt = levelMs;
        add("pause");
        return;
      case "unpause":
        if (this.#pausedAt === undefined) return;
        this.#pausedMs += levelMs - this.#pausedAt;
        this.#pausedAt = undefined;
        add("resume");
        return;
      case "spawn":
        this.#spawn(fields, timeMs, add);
        return;
      case "kill":
      case "teamkill":
        this.#kill(fields, fields.killer, fields.victim, timeMs, add);
        return;
      case "suicide":
        this.#kill(fields, fields.player, fields.player, timeMs, add);
        return;
      case "damage":
        this.#hit(fields, timeMs, add);
        return;
      case "revive":
        this.#revive(fields, timeMs, add);
        return;
      case "weapon_fire":
        this.#fire(fields, timeMs, add);
    }
  }

  #spawn(fields: EventFields, timeMs: number, add: Add): void {
    const seat = this.#seats.find(fields.player, timeMs);
    if (seat === undefined) {
      this.#leaveOut("without_player");
      return;
    }
    const team = readWhole(fields.team, 1, 2) ?? undefined;
    const playerClass = readClass(fields.class) ?? undefined;
    const hasMoved = seat.life > 0 && team !== undefined && team !== seat.team;
    if (hasMoved) add("leave", { target_slot: seat.slot });
    this.#seats.update(seat, timeMs, { team, class: playerClass });
    if (hasMoved || seat.life === 0) add("join", { target_slot: seat.slot });
    seat.life++;
    add("spawn", { target_slot: seat.slot, target_class: playerClass ?? null, target_life: seat.life });
  }

  #kill(fields: EventFields, killerGuid: unknown, victimGuid: unknown, timeMs: number, add: Add): void {
    const victim = this.#seats.find(victimGuid, timeMs);
    if (victim === undefined) {
      this.#leaveOut("without_victim");
      return;
    }
    const means = readWhole(fields.weapon, 0, 255);
    const isWorld = killerGuid === victimGuid && means !== null && WORLD_MEANS.has(means);
    const killer = isWorld ? undefined : this.#seats.find(killerGuid, timeMs);
    const wave = readNumber(this.#swapsWaves ? fields.killer_reinf : fields.victim_reinf);
    add("kill", {
      ...between(killer, victim),
      ...places(fields.killer_pos, fields.victim_pos, killer),
      means_of_death: means,
      attacker_health: killer === undefined ? null : readWhole(fields.killer_health, -1000, 1000),
      attacker_class: killer === undefined ? null : readClass(fields.killer_class),
      target_class: readClass(fields.victim_class),
      target_life: Math.max(1, victim.life),
      axis_alive: readWhole(fields.axis_alive, 0, SLOTS),
      allies_alive: readWhole(fields.allies_alive, 0, SLOTS),
      target_next_wave_ms: wave === null || wave < 0 ? null : Math.round(wave * 1000),
    });
  }

  #hit(fields: EventFields, timeMs: number, add: Add): void {
    const target = this.#seats.find(fields.victim, timeMs);
    if (target === undefined) {
      this.#leaveOut("without_victim");
      return;
    }
    const attacker = this.#seats.find(fields.killer, timeMs);
    const damage = readNumber(fields.damage);
    const health = readWhole(fields.victim_health, -1000, 1000);
    add("hit", {
      ...between(attacker, target),
      ...places(fields.killer_pos, fields.victim_pos, attacker),
      means_of_death: readWhole(fields.weapon, 0, 255),
      damage,
      damage_effective: damage === null || health === null ? null : Math.max(0, Math.min(damage, health)),
      damage_flags: readWhole(fields.damage_flags, 0, 255),
      hit_region: attacker === undefined ? null : (REGIONS[String(fields.hit_region)] ?? null),
      target_is_wounded: health === null ? null : Number(health <= 0),
      target_health: health,
      attacker_health: attacker === undefined ? null : readWhole(fields.killer_health, -1000, 1000),
    });
  }

  #revive(fields: EventFields, timeMs: number, add: Add): void {
    const target = this.#seats.find(fields.victim, timeMs);
    if (target === undefined) {
      this.#leaveOut("without_victim");
      return;
    }
    const medic = this.#seats.find(fields.player, timeMs);
    add("revive", {
      attacker_slot: medic?.slot ?? null,
      target_slot: target.slot,
      ...places(fields.player_pos, fields.victim_pos, medic),
      target_life: Math.max(1, target.life),
    });
  }

  #fire(fields: EventFields, timeMs: number, add: Add): void {
    const attacker = this.#seats.find(fields.player, timeMs);
    if (attacker === undefined) {
      this.#leaveOut("without_player");
      return;
    }
    this.#hasFire = true;
    const at = position(fields.pos);
    add("fire", {
      attacker_slot: attacker.slot,
      weapon: readWhole(fields.weapon, 0, 255),
      attacker_x: at?.[0] ?? null,
      attacker_y: at?.[1] ?? null,
      attacker_z: at?.[2] ?? null,
      attacker_pitch_deg: readNumber(fields.pitch),
      attacker_yaw_deg: readNumber(fields.yaw),
    });
  }
}

type Add = (event: string, values?: Values) => void;

/** Slots and relation of a hit or kill. */
function between(attacker: Seat | undefined, target: Seat): Values {
  const relation =
    attacker === undefined
      ? "world"
      : attacker === target
        ? "self"
        : attacker.team === target.team
          ? "team"
          : "enemy";
  return { attacker_slot: attacker?.slot ?? null, target_slot: target.slot, relation };
}

/** Where both were, and how far from each other. */
function places(from: unknown, to: unknown, attacker: Seat | undefined): Values {
  const at = attacker === undefined ? undefined : position(from);
  const target = position(to);
  return {
    attacker_x: at?.[0] ?? null,
    attacker_y: at?.[1] ?? null,
    attacker_z: at?.[2] ?? null,
    target_x: target?.[0] ?? null,
    target_y: target?.[1] ?? null,
    target_z: target?.[2] ?? null,
    distance_units: at === undefined || target === undefined ? null : distance(at, target),
  };
}

type Place = readonly [number, number, number];

/** `"-493 1134 24"`, whole units. */
function position(value: unknown): Place | undefined {
  const match = typeof value === "string" ? POSITION.exec(value) : null;
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3])];
}

function distance([x, y, z]: Place, [otherX, otherY, otherZ]: Place): number {
  return Math.hypot(otherX - x, otherY - y, otherZ - z);
}

/**
 * Makes the rows of a version 1 payload: `obituaries` and `damageStats` of `round_info`, which know no places, no spawns and of
 * teams only the last. What of its clock is known stands in `round_start`; else the first time that it names is taken for it.
 */
export function obituaryRows(payload: OksiiPayload): OksiiRows {
  const { info, players } = payload;
  const leftOut = new Map<string, number>();
  const leaveOut = (reason: string): void => {
    leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
  };
  const kills = listOf(info.obituaries).map((fields) => ({ event: "kill", fields }));
  const hits = listOf(info.damageStats).map((fields) => ({ event: "hit", fields }));
  // A kill comes after the hit that made it.
  const timed = [...hits, ...kills].flatMap(({ event, fields }) => {
    const levelMs = readNumber(fields.timestamp);
    if (levelMs === null) leaveOut("without_time");
    return levelMs === null ? [] : [{ event, fields, levelMs: Math.round(levelMs) }];
  });
  timed.sort((one, other) => one.levelMs - other.levelMs);
  const classTimes = [...players.values()].flatMap(({ classes }) => classes.map(({ timeMs }) => timeMs));
  const start = readNumber(info.round_start);
  const zeroMs = start ?? Math.min(...classTimes, timed[0]?.levelMs ?? Infinity);
  const end = readNumber(info.round_end);
  const endMs = start === null || end === null || end < start ? null : Math.round(end - start);
  const seats = new OksiiSeats(players);
  const rows: ForeignRow[] = [];
  for (const guid of players.keys()) seats.find(guid, 0);
  for (const [guid, { classes }] of players) {
    const seat = seats.find(guid, 0);
    if (seat !== undefined) seats.update(seat, 0, { class: classes[0]?.class ?? undefined });
  }
  for (const { event, fields, levelMs } of timed) {
    const timeMs = levelMs - zeroMs;
    if (timeMs < 0 || (endMs !== null && timeMs > endMs)) {
      leaveOut(timeMs < 0 ? "before_start" : "after_end");
      continue;
    }
    const target = seats.find(fields.target, timeMs);
    const attacker = seats.find(fields.attacker, timeMs);
    if (target === undefined || (attacker === undefined && !NOBODY.has(fields.attacker))) {
      leaveOut("without_victim");
      continue;
    }
    const means = readWhole(fields.meansOfDeath, 0, 255);
    const isWorld = attacker === target && means !== null && WORLD_MEANS.has(means);
    const shared = {
      time_ms: timeMs,
      event,
      ...between(isWorld ? undefined : attacker, target),
      means_of_death: means,
    };
    // The two times of waves stand under each other's names.
    const wave = readNumber(fields.attackerRespawnTime);
    const own =
      event === "kill"
        ? { target_next_wave_ms: wave === null || wave < 0 ? null : Math.round(wave * 1000) }
        : {
            damage: readNumber(fields.damage),
            damage_flags: readWhole(fields.damageFlags, 0, 255),
            hit_region: attacker === undefined ? null : (REGIONS[String(fields.hitRegion)] ?? null),
          };
    rows.push({ line: 0, values: { ...shared, ...own } });
  }
  return {
    rows,
    players: seats.notes,
    endMs,
    hasStart: start !== null,
    pausedMs: 0,
    hasFire: false,
    leftOut,
  };
}

type EntryField =
  | "attacker"
  | "attackerRespawnTime"
  | "damage"
  | "damageFlags"
  | "hitRegion"
  | "meansOfDeath"
  | "target"
  | "timestamp";

function listOf(value: unknown): Fields<EntryField>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
