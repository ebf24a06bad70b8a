/** What happened between players, put together from the sections of a file of the proximity tracker. */
import { HIT_REGIONS, type CombatEvent, type Relation } from "../../../format/columns.ts";
import { makeFault } from "../../fault.ts";
import type { ForeignLine, ForeignRow } from "../foreign-round.ts";
import type { ProximityFile, SectionRow } from "./file.ts";
import { classOf, teamOf, type ProximityPlayers } from "./players.ts";
import { livingSamples, numberOf, type PlacedTrack, type Track } from "./tracks.ts";

/** The order in which events of one moment are told. */
const ORDER: readonly CombatEvent[] = [
  "tapout",
  "join",
  "spawn",
  "fire",
  "hit",
  "kill",
  "gib",
  "revive",
  "leave",
];
/** Two sections that tell of one death do so within a frame or two, ms. */
const SAME_MOMENT_MS = 100;
/** Deaths by a track's last word; those of enemies stand in a section of their own from 5.0 on. */
const DEATHS: readonly string[] = ["killed", "teamkill", "selfkill", "fallen", "world"];
/** How many fields the rows of a section have, in its versions. */
const FIELDS: Readonly<Record<string, readonly number[]>> = {
  COMBAT_POSITIONS: [18, 21],
  SHOT_FIRED: [8],
  HIT_REGIONS: [8],
  REVIVES: [11],
  KILL_OUTCOME: [14],
  SPAWN_TIMING: [10, 12],
};
const ENGAGEMENT_FIELDS = 24;

type Values = ForeignRow["values"];

/** An event, or a line that was to be one. */
interface Entry {
  readonly timeMs: number;
  readonly order: number;
  readonly line: ForeignLine;
}

/** A death by an engagement: who killed whom. */
interface Killing {
  readonly timeMs: number;
  readonly killer: string;
  readonly killerName: string;
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

const pointOf = (x: string, y: string, z: string): Point => ({
  x: numberOf(x),
  y: numberOf(y),
  z: numberOf(z),
});
const named = (side: "attacker" | "target", { x, y, z }: Point): Values => ({
  [`${side}_x`]: x,
  [`${side}_y`]: y,
  [`${side}_z`]: z,
});

/** Makes the rows of the combat file. Names and times of players must be known, the tracks noted. */
export class ProximityCombat {
  readonly #file: ProximityFile;
  readonly #players: ProximityPlayers;
  readonly #shiftMs: number;
  readonly #entries: Entry[] = [];
  /** When each slot was killed, as the section of kills says. */
  readonly #killed = new Map<number, number[]>();

  constructor(file: ProximityFile, players: ProximityPlayers, shiftMs: number) {
    this.#file = file;
    this.#players = players;
    this.#shiftMs = shiftMs;
  }

  /** All rows, in order of time. */
  rows(tracks: readonly PlacedTrack[]): ForeignLine[] {
    this.#addKills();
    this.#addTracks(tracks);
    this.#addShots();
    this.#addHits();
    this.#addRevives();
    this.#addOutcomes();
    return this.#entries
      .sort((one, other) => one.timeMs - other.timeMs || one.order - other.order)
      .map(({ line }) => line);
  }

  /** The rows of a section, their fields as text; a row with other fields is a fault. */
  *#rows(section: keyof typeof FIELDS): Generator<{ line: number; fields: string[] }> {
    for (const { line, text } of this.#file.sections.get(section) ?? []) {
      const fields = text.split(";");
      const wanted = FIELDS[section] ?? [];
      if (wanted.includes(fields.length)) yield { line, fields };
      else {
        const message = `a row of ${section} has ${wanted.join(" or ")} fields, this one has ${fields.length}`;
        this.#entries.push({
          timeMs: -1,
          order: 0,
          line: { fault: makeFault("E_FIELD_COUNT", line, message) },
        });
      }
    }
  }

  #time(text: string): number {
    return numberOf(text) + this.#shiftMs;
  }

  #add(event: CombatEvent, timeMs: number, line: number, values: Values): void {
    const row: ForeignRow = { line, values: { time_ms: timeMs, event, ...values } };
    // A time that is no number is refused with its row.
    this.#entries.push({
      timeMs: Number.isNaN(timeMs) ? -1 : timeMs,
      order: ORDER.indexOf(event),
      line: row,
    });
  }

  #slot(guid: string, name: string, timeMs: number, line: number): number {
    return this.#players.slotOf(guid, name, Number.isNaN(timeMs) ? 0 : timeMs, line);
  }

  #relation(attacker: number, target: number, timeMs: number): Relation | null {
    if (attacker === target) return "self";
    const [one, other] = [this.#players.teamAt(attacker, timeMs), this.#players.teamAt(target, timeMs)];
    if (one === 0 || other === 0) return null;
    return one === other ? "team" : "enemy";
  }

  /** The time to the victim's next wave, by victim and time of the kill, where the file knows how long waves are. */
  #waves(): ReadonlyMap<string, number> {
    const waves = new Map<string, number>();
    // Before outcomes were written, 0 and 30,000 stood for "not read".
    if (!this.#file.sections.has("KILL_OUTCOME")) return waves;
    for (const { fields } of this.#rows("SPAWN_TIMING")) {
      const [, , , victim = "", , , time = "", interval = "", next = ""] = fields;
      if (numberOf(interval) > 0 && numberOf(next) >= 0) waves.set(`${victim} ${time}`, numberOf(next));
    }
    return waves;
  }

  #addKills(): void {
    const waves = this.#waves();
    for (const { fields, line } of this.#rows("COMBAT_POSITIONS")) {
      const [time = "", , guid = "", name = "", team = "", playerClass = "", victim = "", victimName = ""] =
        fields;
      const [victimTeam = "", victimClass = "", ax = "", ay = "", az = "", vx = "", vy = "", vz = ""] =
        fields.slice(8);
      const [weapon = "", means = "", health, axisAlive, alliesAlive] = fields.slice(16);
      const timeMs = this.#time(time);
      const attacker = this.#slot(guid, name, timeMs, line);
      const target = this.#slot(victim, victimName, timeMs, line);
      const [from, to] = [pointOf(ax, ay, az), pointOf(vx, vy, vz)];
      const relation = attacker === target ? "self" : teamOf(team) === teamOf(victimTeam) ? "team" : "enemy";
      const optional = (text: string | undefined): number | null =>
        text === undefined ? null : numberOf(text);
      this.#killed.set(target, [...(this.#killed.get(target) ?? []), timeMs]);
      this.#add("kill", timeMs, line, {
        attacker_slot: attacker,
        target_slot: target,
        relation,
        weapon: numberOf(weapon),
        means_of_death: numberOf(means),
        distance_units: Math.hypot(from.x - to.x, from.y - to.y, from.z - to.z),
        ...named("attacker", from),
        ...named("target", to),
        attacker_health: optional(health),
        attacker_class: classOf(playerClass),
        target_class: classOf(victimClass),
        target_life: this.#players.lifeAt(target, timeMs),
        axis_alive: optional(axisAlive),
        allies_alive: optional(alliesAlive),
        target_next_wave_ms: waves.get(`${victim} ${time}`),
      });
    }
  }

  /** Who killed whom by the fights, by GUID of the victim. */
  #killings(): ReadonlyMap<string, Killing[]> {
    const killings = new Map<string, Killing[]>();
    for (const { text } of this.#file.sections.get("ENGAGEMENTS") ?? []) {
      const fields = text.split(";");
      const [, , end = "", , target = "", , , outcome = "", , killer = "", killerName = ""] = fields;
      if (fields.length < ENGAGEMENT_FIELDS || outcome !== "killed") continue;
      const killing = { timeMs: this.#time(end), killer, killerName };
      killings.set(target, [...(killings.get(target) ?? []), killing]);
    }
    return killings;
  }

  /** Spawns, and the deaths that stand nowhere else: by teammates, by oneself, by the world, and before 5.0 all. */
  #addTracks(tracks: readonly PlacedTrack[]): void {
    const killings = this.#killings();
    const seen = new Set<number>();
    for (const { class: playerClass, life, slot, track } of tracks) {
      const { deathMs, end, guid, line, spawnMs } = track;
      const spawnedMs = spawnMs + this.#shiftMs;
      const [first] = livingSamples(track);
      const place =
        first === undefined ? {} : named("target", pointOf(first[1] ?? "", first[2] ?? "", first[3] ?? ""));
      const who = { target_slot: slot };
      if (!seen.has(slot)) this.#add("join", spawnedMs, line, who);
      seen.add(slot);
      const health = first === undefined ? null : numberOf(first[4] ?? "");
      const born = { ...place, target_health: health, target_class: playerClass, target_life: life };
      this.#add("spawn", spawnedMs, line, { ...who, ...born });
      if (deathMs === 0) continue;
      const diedMs = deathMs + this.#shiftMs;
      if (end === "disconnect") this.#add("leave", diedMs, line, who);
      if (!DEATHS.includes(end)) continue;
      const isTold = this.#killed.get(slot)?.some((timeMs) => Math.abs(timeMs - diedMs) <= SAME_MOMENT_MS);
      if (isTold === true) continue;
      const killing = killings.get(guid)?.find(({ timeMs }) => Math.abs(timeMs - diedMs) <= SAME_MOMENT_MS);
      this.#addDeath(track, slot, life, playerClass, diedMs, killing);
    }
  }

  #addDeath(
    track: Track,
    slot: number,
    life: number,
    playerClass: number | undefined,
    diedMs: number,
    killing: Killing | undefined,
  ): void {
    const { end, guid, line, path } = track;
    const [, x = "", y = "", z = ""] = path.slice(path.lastIndexOf("|") + 1).split(",");
    const byPlayer = killing !== undefined && killing.killer !== "" && !killing.killer.startsWith("WORLD");
    const isSelf = end === "selfkill" && (!byPlayer || killing.killer === guid);
    const attacker = isSelf
      ? slot
      : byPlayer
        ? this.#slot(killing.killer, killing.killerName, diedMs, line)
        : null;
    const relation: Relation | null =
      attacker !== null
        ? this.#relation(attacker, slot, diedMs)
        : end === "fallen" || end === "world"
          ? "world"
          : end === "teamkill"
            ? "team"
            : end === "killed"
              ? "enemy"
              : null;
    this.#add("kill", diedMs, line, {
      attacker_slot: attacker,
      target_slot: slot,
      relation,
      ...named("target", pointOf(x, y, z)),
      target_class: playerClass,
      target_life: life,
    });
  }

  #addShots(): void {
    for (const { fields, line } of this.#rows("SHOT_FIRED")) {
      const [time = "", guid = "", weapon = "", x = "", y = "", z = "", yaw = "", pitch = ""] = fields;
      const timeMs = this.#time(time);
      this.#add("fire", timeMs, line, {
        attacker_slot: this.#slot(guid, "", timeMs, line),
        weapon: numberOf(weapon),
        ...named("attacker", pointOf(x, y, z)),
        attacker_pitch_deg: numberOf(pitch),
        attacker_yaw_deg: numberOf(yaw),
      });
    }
  }

  #addHits(): void {
    for (const { fields, line } of this.#rows("HIT_REGIONS")) {
      const [time = "", guid = "", name = "", victim = "", victimName = ""] = fields;
      const [weapon = "", region = "", damage = ""] = fields.slice(5);
      const timeMs = this.#time(time);
      const attacker = this.#slot(guid, name, timeMs, line);
      const target = this.#slot(victim, victimName, timeMs, line);
      this.#add("hit", timeMs, line, {
        attacker_slot: attacker,
        target_slot: target,
        relation: this.#relation(attacker, target, timeMs),
        weapon: numberOf(weapon),
        damage: numberOf(damage),
        hit_region: HIT_REGIONS[numberOf(region)],
      });
    }
  }

  /** Revives, whose medic is guessed: kept where the outcome of the kill says the same. */
  #addRevives(): void {
    const revivers = new Map<string, string>();
    for (const { fields } of this.#rows("KILL_OUTCOME"))
      if (fields[6] === "revived") revivers.set(`${fields[1]} ${fields[7]}`, fields[12] ?? "");
    for (const { fields, line } of this.#rows("REVIVES")) {
      const [time = "", medic = "", medicName = "", guid = "", name = "", x = "", y = "", z = ""] = fields;
      const timeMs = this.#time(time);
      const target = this.#slot(guid, name, timeMs, line);
      const isSure = medic !== "" && revivers.get(`${guid} ${time}`) === medic;
      this.#add("revive", timeMs, line, {
        attacker_slot: isSure ? this.#slot(medic, medicName, timeMs, line) : null,
        target_slot: target,
        ...named("target", pointOf(x, y, z)),
        target_life: this.#players.lifeAt(target, timeMs),
      });
    }
  }

  #addOutcomes(): void {
    for (const { fields, line } of this.#rows("KILL_OUTCOME")) {
      const [, victim = "", victimName = "", , , , outcome = "", time = ""] = fields;
      const [gibber = "", gibberName = ""] = fields.slice(10);
      if (outcome !== "gibbed" && outcome !== "tapped_out") continue;
      const timeMs = this.#time(time);
      const target = this.#slot(victim, victimName, timeMs, line);
      // What ends at the next spawn belongs to the life before it.
      const life = this.#players.lifeAt(target, timeMs - 1);
      const who = { target_slot: target, target_life: life };
      if (outcome === "tapped_out") this.#add("tapout", timeMs, line, who);
      else {
        const attacker = gibber === "" ? null : this.#slot(gibber, gibberName, timeMs, line);
        const relation = attacker === null ? null : this.#relation(attacker, target, timeMs);
        this.#add("gib", timeMs, line, { ...who, attacker_slot: attacker, relation });
      }
    }
  }
}

/** How many rows of a section stand for the kills that another one counts. */
export const sumOf = (rows: readonly SectionRow[] | undefined, field: number): number =>
  (rows ?? []).reduce((sum, { text }) => sum + (Number(text.split(";")[field]) || 0), 0);
