/**
 * Reads the one-file format of the proximity tracker 4.1 to 6.11. What it holds, and where it is wrong, was found in its writers'
 * code and by running them on recorded matches.
 */
import type { EndReason, Capture } from "../../../format/file.ts";
import { CAPTURES } from "../../../format/file.ts";
import { refuse, type Fault } from "../../fault.ts";
import type { RoundCaptureState } from "../../note-reader.ts";
import type { ForeignFile, ForeignLine, ForeignReader, ForeignRound, SourceNote } from "../foreign-round.ts";
import { contentHash, readMapName, wholeText } from "../text.ts";
import { ProximityCombat, sumOf } from "./combat.ts";
import { headerNumber, isProximityFile, takeApart, type ProximityFile } from "./file.ts";
import { classOf, ProximityPlayers, teamOf } from "./players.ts";
import {
  countSamples,
  endTime,
  hasPause,
  livingSamples,
  positionRows,
  readTrack,
  type PlacedTrack,
  type Track,
} from "./tracks.ts";

/** Times that differ by no more are left as they are, ms: seconds of the system's clock say no more. */
const SURE_SHIFT_MS = 1500;
/** The largest shift that can be, ms: a warm-up of a day. */
const LARGEST_SHIFT_MS = 86_400_000;
/** Names say when the round ended, by the server's clock: `2026-08-22-213000-supply-round-1_engagements.txt`. */
const NAME_CLOCK = /^(\d{4})-(\d\d)-(\d\d)-(\d\d)(\d\d)(\d\d)-/;
/** The side of a cell of the heatmap that our rules make of the round, units: the tracker's own default. */
export const CELL_UNITS = 256;
/** From this interval on a file of version 4 has the right number of the round, and reactions for each fight. */
const LATER_INTERVAL_MS = 200;

/** The sections that rows are taken from, in the order in which they are written: what follows a tear is missing. */
const SECTION_ORDER = [
  "ENGAGEMENTS",
  "PLAYER_TRACKS",
  "KILL_HEATMAP",
  "MOVEMENT_HEATMAP",
  "OBJECTIVE_FOCUS",
  "REACTION_METRICS",
  "SPAWN_TIMING",
  "TEAM_COHESION",
  "CROSSFIRE_OPPORTUNITIES",
  "FOCUS_FIRE",
  "TEAM_PUSHES",
  "TRADE_KILLS",
  "REVIVES",
  "WEAPON_ACCURACY",
  "KILL_OUTCOME",
  "HIT_REGIONS",
  "COMBAT_POSITIONS",
  "SHOT_FIRED",
] as const;

/** The sections that a capture's rows are taken from, and the name of the capture in the file's own list. */
const CAPTURE_SECTIONS: readonly (readonly [Capture, (typeof SECTION_ORDER)[number], string])[] = [
  ["positions", "PLAYER_TRACKS", "engagement_tracking"],
  ["fire", "SHOT_FIRED", "shot_fired"],
  ["hit", "HIT_REGIONS", "hit_region_tracking"],
  ["hit_region", "HIT_REGIONS", "hit_region_tracking"],
  ["kill", "COMBAT_POSITIONS", "combat_positions"],
  ["revive", "REVIVES", "kill_outcome_tracking"],
];

/** Whether the writer knows sections that came on 2026-03-20 and after: of this day on it reads how long waves are. */
function isLater(file: ProximityFile): boolean {
  const hasWaves = [0, 30_000].every((unread) => headerNumber(file, "axis_spawn_interval") !== unread);
  return file.version >= 6 || file.sections.has("KILL_OUTCOME") || (file.version === 5 && hasWaves);
}

function versionOf(file: ProximityFile): string {
  const said = file.header.get("tracker_version_full") ?? "";
  if (/^[\w.]{1,20}$/.test(said)) return said;
  const { sections, version } = file;
  if (version === 4) return file.header.has("round_start_unix") ? "4.2" : "4.1";
  if (version === 5) return "5";
  if (sections.has("AIM_LOCK")) return "6.10";
  const kills = sections.get("COMBAT_POSITIONS")?.[0]?.text.split(";").length ?? 0;
  return sections.has("SHOT_FIRED") || kills > 18 ? "6.02" : "6";
}

/** Why the file is not whole, by what it says twice; undefined where nothing speaks against it. */
function missingPart(file: ProximityFile, tracks: readonly Track[]): string | undefined {
  const { isTorn, sections } = file;
  if (isTorn) return "it is torn";
  const rows = (name: string): number => sections.get(name)?.length ?? 0;
  if (!sections.has("KILL_HEATMAP") || !sections.has("MOVEMENT_HEATMAP")) return "heatmaps";
  if (sumOf(sections.get("MOVEMENT_HEATMAP"), 2) !== countSamples(tracks)) return "samples";
  const isAfterFebruary = headerNumber(file, "position_sample_interval") === LATER_INTERVAL_MS;
  if (isAfterFebruary && rows("REACTION_METRICS") < rows("ENGAGEMENTS")) return "reactions";
  if (!isLater(file)) return undefined;
  const killed = tracks.filter(({ end }) => end === "killed").length;
  if (killed > 0 && !sections.has("WEAPON_ACCURACY")) return "accuracy";
  const kills = sumOf(sections.get("WEAPON_ACCURACY"), 6);
  if (kills > rows("KILL_OUTCOME")) return "outcomes";
  if (sections.has("COMBAT_POSITIONS") || sections.has("HIT_REGIONS"))
    if (kills > rows("COMBAT_POSITIONS")) return "kills";
  // A round in which nobody fired cannot be told from one that was cut: it counts as cut.
  const recordsShots = /(?:^|,)shot_fired:1(?:,|$)/.test(file.header.get("capabilities") ?? "");
  if (recordsShots && !sections.has("SHOT_FIRED")) return "shots";
  const shots = sumOf(sections.get("WEAPON_ACCURACY"), 4);
  return sections.has("SHOT_FIRED") && shots > rows("SHOT_FIRED") ? "shots" : undefined;
}

/** The state of each capture. `lastSection` is the one in which a file that is not whole ends. */
function capturesOf(file: ProximityFile, lastSection: string | undefined): Map<Capture, RoundCaptureState> {
  const { header, sections, version } = file;
  const states = new Map<Capture, RoundCaptureState>(CAPTURES.map((capture) => [capture, "unavailable"]));
  const capabilities = new Map(
    (header.get("capabilities") ?? "").split(",").map((pair) => pair.split(":") as [string, string]),
  );
  const lost = SECTION_ORDER.findIndex((section) => section === lastSection);
  for (const [capture, section, capability] of CAPTURE_SECTIONS) {
    const isLost = lost >= 0 && SECTION_ORDER.indexOf(section) >= lost;
    const said = capabilities.get(capability);
    const isKnown = section === "SHOT_FIRED" ? version >= 6 : isLater(file);
    const state: RoundCaptureState = sections.has(section)
      ? "on"
      : said === "0"
        ? "off"
        : said === "1"
          ? "on"
          : isKnown
            ? "unknown"
            : "unavailable";
    states.set(capture, isLost && state !== "unavailable" && state !== "off" ? "failed" : state);
  }
  const weaken = (capture: Capture, to: RoundCaptureState): void => {
    if (states.get(capture) === "on") states.set(capture, to);
  };
  // After a revive there are no positions; hits are those of bullets on enemies but an attacker's first, and 5,000 at most.
  for (const capture of ["positions", "hit", "hit_region"] as const) weaken(capture, "partly");
  // Without their own section kills are the ends of tracks: those of players who were revived before are missing.
  if (states.get("kill") === "unavailable") states.set("kill", "partly");
  return states;
}

interface Clock {
  /** What is added to all times of the file, ms. */
  readonly shiftMs: number;
  readonly notes: readonly SourceNote[];
}

/** How far the file's times are off: by its own start and end where it has them, else by the first spawn. */
function clockOf(file: ProximityFile, tracks: readonly Track[]): Clock {
  const [startS, endS] = [headerNumber(file, "round_start_unix"), headerNumber(file, "round_end_unix")];
  const earliestMs = Math.min(...tracks.map(({ spawnMs }) => spawnMs));
  const endMs = endTime(tracks);
  if (startS === 0 || endS === 0 || endMs === undefined) {
    const shiftMs = startS === 0 || earliestMs < 0 ? -earliestMs : 0;
    return { shiftMs, notes: ["clock_uncertain"] };
  }
  const offMs = 1000 * (endS - startS) - endMs;
  const isShifted = Math.abs(offMs) > SURE_SHIFT_MS && Math.abs(offMs) <= LARGEST_SHIFT_MS;
  const shiftMs = isShifted ? offMs : 0;
  const notes: SourceNote[] = isShifted ? ["clock_shifted"] : [];
  // Until 2026-03-20 times are of another clock than the game's.
  if (!isShifted && !isLater(file)) notes.push("clock_uncertain");
  return earliestMs + shiftMs < 0 ? { shiftMs: -earliestMs, notes: ["clock_uncertain"] } : { shiftMs, notes };
}

/** The start: by the header, else by the clock in the file's name, which is the end of the round. */
function startOf(file: ProximityFile, name: string, lastMs: number): { startedAt: string; isExact: boolean } {
  const startS = headerNumber(file, "round_start_unix");
  if (startS > 0) return { startedAt: new Date(startS * 1000).toISOString(), isExact: true };
  const [, year, month, day, hour, minute, second] = NAME_CLOCK.exec(name) ?? [];
  const endMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(endMs)) {
    const message =
      "it does not say when the round was played: its name must begin with that, as the tracker gave it (2026-01-31-213000-supply-round-1_engagements.txt)";
    return refuse("E_FOREIGN_FILE", 0, message, { text: name });
  }
  return { startedAt: new Date(endMs - lastMs).toISOString(), isExact: false };
}

/** The number of the round: version 4.1 counts from 0, and 4.2 wrote 1 for both rounds at first. */
function roundOf(file: ProximityFile): { round: number; notes: SourceNote[] } {
  const said = headerNumber(file, "round");
  const isEarly = file.version === 4 && headerNumber(file, "position_sample_interval") !== LATER_INTERVAL_MS;
  const hasStart = file.header.has("round_start_unix");
  const round = isEarly && !hasStart ? said + 1 : said;
  return {
    round: Math.min(2, Math.max(1, round)),
    notes: isEarly && hasStart ? ["round_number_uncertain"] : [],
  };
}

/** The tracks in the order of their spawns, and the faults of those that are none. */
function readTracks(file: ProximityFile): { tracks: Track[]; faults: Fault[] } {
  const tracks: Track[] = [];
  const faults: Fault[] = [];
  for (const row of file.sections.get("PLAYER_TRACKS") ?? []) {
    const track = readTrack(row);
    if ("code" in track) faults.push(track);
    else tracks.push(track);
  }
  tracks.sort((one, other) => one.spawnMs - other.spawnMs);
  return { tracks, faults };
}

function* withFaults(faults: readonly Fault[], lines: Iterable<ForeignLine>): Generator<ForeignLine> {
  for (const fault of faults) yield { fault };
  yield* lines;
}

/** The round of a file, given as Latin-1. */
function readRound(text: string, { name }: ForeignFile): ForeignRound {
  const file = takeApart(text);
  const { header, sections, tornBytes } = file;
  if (!sections.has("PLAYER_TRACKS"))
    refuse("E_FOREIGN_FILE", 0, "the file was cut before its tracks (PLAYER_TRACKS)");
  const map = readMapName(header.get("map") ?? "", 1);
  const { faults, tracks } = readTracks(file);
  const [first] = tracks;
  if (first === undefined)
    refuse("E_FOREIGN_FILE", 0, "the file has no tracks (PLAYER_TRACKS), so nobody played");

  const missing = missingPart(file, tracks);
  const { notes: clockNotes, shiftMs } = clockOf(file, tracks);
  const players = new ProximityPlayers();
  const placed = tracks.map((track): PlacedTrack => {
    const timeMs = track.spawnMs + shiftMs;
    const slot = players.slotOf(track.guid, track.name, timeMs, track.line);
    const playerClass = classOf(track.class);
    const spawn = { timeMs, name: track.name, team: teamOf(track.team), class: playerClass ?? 0 };
    return { track, slot, life: players.addSpawn(slot, spawn), class: playerClass };
  });
  const combat = new ProximityCombat(file, players, shiftMs).rows(placed);
  const endedMs = endTime(tracks);
  const lastMs = endedMs ?? Math.max(...tracks.map(lastTime));
  const { isExact, startedAt } = startOf(file, name, lastMs + shiftMs);
  const endS = headerNumber(file, "round_end_unix");
  const endMs = Math.max(0, lastMs + shiftMs);
  const { notes: roundNotes, round } = roundOf(file);
  const endReason: EndReason = tracks.some(({ end }) => end === "shutdown") ? "shutdown" : "finished";
  const hasEnd = endedMs !== undefined && missing === undefined && faults.length === 0;
  const lastSection =
    missing === undefined ? undefined : [...sections.keys()].findLast((section) => isOrdered(section));
  return {
    trackerVersion: `proximity ${versionOf(file)}`,
    contentSha256: contentHash(text),
    map,
    round,
    startedAt,
    isStartExact: isExact,
    gameType: null,
    timeLimitMs: null,
    serverName: null,
    engineVersion: null,
    luaVersion: null,
    attackingTeam: null,
    notes: [
      ...(isExact ? [] : (["start_local"] as const)),
      ...clockNotes,
      ...(hasPause(tracks) ? (["pauses_counted"] as const) : []),
      "slots_made_up",
      "revived_not_sampled",
      ...roundNotes,
    ],
    captures: capturesOf(file, lastSection),
    configuration: new Map([
      ["prox_sample_ms", String(headerNumber(file, "position_sample_interval") || 500)],
      ["prox_heatmap_cell_units", String(CELL_UNITS)],
      ...[...header].filter(([key]) =>
        /^(?:test_mode|.*_spawn_interval|escape_\w+|crossfire_window)$/.test(key),
      ),
    ]),
    end: hasEnd
      ? {
          endMs,
          endedAt:
            endS > 0
              ? new Date(endS * 1000).toISOString()
              : new Date(Date.parse(startedAt) + endMs).toISOString(),
          endReason,
          winnerTeam: null,
        }
      : undefined,
    tornBytes,
    players: players.notes(),
    rows: {
      positions: () => withFaults(faults, positionRows(placed, shiftMs)),
      combat: () => withFaults(faults, combat),
    },
  };
}

const isOrdered = (section: string): boolean => (SECTION_ORDER as readonly string[]).includes(section);

/** The last time that a track knows. */
function lastTime(track: Track): number {
  let last = Math.max(track.spawnMs, track.deathMs);
  for (const [time] of livingSamples(track)) last = Math.max(last, Number(time) || 0);
  return last;
}

/** Reads files of the proximity tracker 4.1 to 6.11. */
export const PROXIMITY_READER: ForeignReader = {
  source: "proximity",
  version: 1,
  recognises: isProximityFile,
  async *readRounds(bytes, file) {
    yield readRound(await wholeText(bytes), file);
  },
};
