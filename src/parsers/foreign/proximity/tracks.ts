/** The section PLAYER_TRACKS: a row for each spawn, with all places until the player is downed. */
import { makeFault, type Fault } from "../../fault.ts";
import type { ForeignLine } from "../foreign-round.ts";
import type { SectionRow } from "./file.ts";

/** A sample of a path, its fields as text: time, x, y, z, health, speed, weapon, stance, sprint, event. */
type Sample = readonly string[];
/** Its fields but the last as numbers. */
type Numbers = readonly [number, number, number, number, number, number, number, number, number];

/** A spawn and what follows. Times are those of the file. */
export interface Track {
  readonly line: number;
  readonly guid: string;
  readonly name: string;
  readonly team: string;
  readonly class: string;
  readonly spawnMs: number;
  /** 0 for none. */
  readonly deathMs: number;
  /** killed, selfkill, fallen, world, teamkill, round_end, disconnect, unknown, shutdown. */
  readonly end: string;
  readonly path: string;
}

const FIELDS = 10;
const SAMPLE_FIELDS = 10;
/** Words that end a round, of all who live then. */
const END_WORDS: readonly string[] = ["round_end", "shutdown"];

/** Reads a row; a fault where it is none. */
export function readTrack({ line, text }: SectionRow): Track | Fault {
  const fields = text.split(";");
  const [guid = "", name = "", team = "", playerClass = "", spawn = "", death = "", , end = "", count = ""] =
    fields;
  const path = fields[FIELDS - 1] ?? "";
  if (fields.length !== FIELDS)
    return makeFault("E_FIELD_COUNT", line, `a track has ${FIELDS} fields, this one has ${fields.length}`);
  if (!/^-?\d+$/.test(spawn) || !/^-?\d+$/.test(death))
    return makeFault("E_SYNTAX", line, "must be a whole number", {
      field: "spawn_time",
      text: `${spawn};${death}`,
    });
  const found = path === "" ? 0 : path.split("|").length;
  if (String(found) !== count)
    return makeFault("E_FIELD_COUNT", line, `the track says ${count} samples, and has ${found}`, {
      field: "samples",
    });
  const times = { spawnMs: Number(spawn), deathMs: Number(death) };
  return { line, guid, name, team, class: playerClass, ...times, end, path };
}

/** The samples of a track in which the player lives: not the last one of a life, and not the camera of the intermission. */
export function* livingSamples({ path }: Track): Generator<Sample> {
  for (const text of path.split("|")) {
    const sample = text.split(",");
    const event = sample[SAMPLE_FIELDS - 1] ?? "";
    if (END_WORDS.includes(event) || /^(?:0$|-)/.test(sample[4] ?? "") || text === "") continue;
    yield sample;
  }
}

/** When the round ended, by the samples of those who lived then; undefined where nobody says it. */
export function endTime(tracks: readonly Track[]): number | undefined {
  const times = tracks
    .filter(({ end }) => END_WORDS.includes(end))
    .map(({ deathMs, path }) =>
      Math.max(deathMs, Number(path.slice(path.lastIndexOf("|") + 1).split(",")[0])),
    );
  return times.length === 0 ? undefined : Math.max(...times.filter(Number.isFinite));
}

/** Samples with the event `sample`: as many are counted in the section MOVEMENT_HEATMAP. */
export function countSamples(tracks: readonly Track[]): number {
  return tracks.reduce(
    (sum, { path }) => sum + path.split(",sample|").length - 1 + Number(path.endsWith(",sample")),
    0,
  );
}

/** So many samples in a row in which nobody moves are a pause. */
const PAUSE_SAMPLES = 10;

/** Whether all who lived stood still for so long that it was a pause: its length is written nowhere. */
export function hasPause(tracks: readonly Track[]): boolean {
  const moments = new Map<number, { alive: number; moved: number }>();
  for (const track of tracks) {
    let last: string | undefined;
    for (const [time, x, y, z] of livingSamples(track)) {
      const place = `${x} ${y} ${z}`;
      const moment = moments.get(Number(time)) ?? { alive: 0, moved: 0 };
      moments.set(Number(time), moment);
      moment.alive++;
      if (place !== last) moment.moved++;
      last = place;
    }
  }
  let still = 0;
  for (const [, { alive, moved }] of [...moments].sort(([one], [other]) => one - other)) {
    still = alive >= 2 && moved === 0 ? still + 1 : 0;
    if (still >= PAUSE_SAMPLES) return true;
  }
  return false;
}

/** A track whose samples become rows: its slot, the number of the life. */
export interface PlacedTrack {
  readonly track: Track;
  readonly slot: number;
  readonly life: number;
  readonly class: number | undefined;
}

/** A player slower than this stands still, units per second: as our tracker has it. */
const STATIONARY_UPS = 5;
/** A longer way between two samples is a teleport, and no distance travelled: as our tracker has it. */
const LONGEST_STEP_UNITS = 1000;
/** What the file says of lying is wrong in both directions, and standing may be lying. */
const CROUCHING = 1;

/** The rows of one track, in order of time, `shiftMs` later than the file says. */
function* rowsOf(
  { class: playerClass, life, slot, track }: PlacedTrack,
  shiftMs: number,
): Generator<ForeignLine> {
  let last: { timeMs: number; x: number; y: number; z: number } | undefined;
  for (const sample of livingSamples(track)) {
    if (sample.length !== SAMPLE_FIELDS) {
      const message = `a sample has ${SAMPLE_FIELDS} fields, this one has ${sample.length}`;
      yield {
        fault: makeFault("E_FIELD_COUNT", track.line, message, { field: "path", text: sample.join() }),
      };
      continue;
    }
    // The compiler does not know that there are as many as `Numbers` has, which was checked just now.
    const [time, x, y, z, health, speed, weapon, stance, sprint] = sample.map(numberOf) as unknown as Numbers;
    const timeMs = time + shiftMs;
    // The first sample of a life may be taken twice.
    if (last?.timeMs === timeMs) continue;
    const elapsedMs = last === undefined ? 0 : timeMs - last.timeMs;
    const step = last === undefined ? 0 : Math.hypot(x - last.x, y - last.y, z - last.z);
    last = { timeMs, x, y, z };
    yield {
      line: track.line,
      values: {
        time_ms: timeMs,
        slot,
        life,
        x,
        y,
        z,
        speed_ups: speed,
        stance: stance === CROUCHING ? stance : null,
        is_sprinting: sprint,
        health,
        class: playerClass,
        weapon,
        is_moving: Number(speed > STATIONARY_UPS),
        stationary_ms: step * 1000 < STATIONARY_UPS * elapsedMs ? elapsedMs : 0,
        distance_units: step <= LONGEST_STEP_UNITS ? step : 0,
      },
    };
  }
}

/** A number as it stands in the file; what is none is refused with the row. */
export const numberOf = (text: string): number => (/^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : NaN);

/** The rows of all tracks, in order of time. Tracks are in the order of their spawns. */
export function* positionRows(tracks: readonly PlacedTrack[], shiftMs: number): Generator<ForeignLine> {
  const open: { next: ForeignLine; rest: Generator<ForeignLine> }[] = [];
  // What is wrong goes out at once.
  const timeOf = (line: ForeignLine): number => {
    const timeMs = "fault" in line ? NaN : Number(line.values["time_ms"]);
    return Number.isNaN(timeMs) ? -Infinity : timeMs;
  };
  let begun = 0;
  for (;;) {
    const earliest = Math.min(...open.map(({ next }) => timeOf(next)));
    const coming = tracks[begun];
    if (coming !== undefined && coming.track.spawnMs + shiftMs <= earliest) {
      begun++;
      const rest = rowsOf(coming, shiftMs);
      const first = rest.next();
      if (first.done !== true) open.push({ next: first.value, rest });
      continue;
    }
    const at = open.findIndex(({ next }) => timeOf(next) <= earliest);
    const chosen = open[at];
    if (chosen === undefined) return;
    yield chosen.next;
    const next = chosen.rest.next();
    if (next.done === true) open.splice(at, 1);
    else chosen.next = next.value;
  }
}
