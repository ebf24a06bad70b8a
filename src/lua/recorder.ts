/** The files of the round that is being recorded: header, rows, notes, portions for the disk, trailer. */
import { KINDS } from "../format/columns.ts";
import type { Kind } from "../format/columns.ts";
import { CAPTURE_NOTE, FILE_MARK, FORMAT_VERSION, PLAYER_NOTE } from "../format/file.ts";
import type { Capture, EndReason } from "../format/file.ts";
import type { HeatmapCounts } from "../rules/heatmap.ts";
import { contain, errorCount } from "./captures.ts";
import { clock } from "./clock.ts";
import { config, debug, print } from "./configuration.ts";
import { columnsLine, headerLine, numberLine, sharedHeader, utcLine } from "./header.ts";
import type { Player } from "./players.ts";
import {
  addChecksum,
  addLine,
  addRow,
  createRoundFile,
  flush,
  isFull,
  publish,
  replaceFile,
  restartFile,
  packShare,
} from "./round-file.ts";
import type { FlushResult, RoundFile } from "./round-file.ts";
import type { RoundIdentity } from "./round-key.ts";
import type { NumberText } from "./row-types.ts";
import { formatRow, NO_NUMBER, rowFormat } from "./rows.ts";
import { escapeText } from "./text.ts";

/** A module that lives for fewer frames was loaded between two restarts: those frames are artificial. */
const FEWEST_FRAMES = 8;

/** A row may wait so long for its turn to be formatted and written, ms: the portions come that much more often. */
const MOST_TURN_MS = 600;

/** Which captures a kind of file holds. */
const CAPTURES_OF: Readonly<Record<Kind, readonly Capture[]>> = {
  positions: ["positions"],
  combat: ["fire", "mounted_fire", "hit", "hit_region", "kill", "revive"],
  engagements: ["engagement", "crossfire", "bait", "trade"],
  heatmap: ["heatmap"],
  objectives: ["objectives", "announce"],
};

/** Stands in a row for the number of its fight, which is not final yet; no other field of these rows holds it. */
export const OPEN_NUMBER = "?" as NumberText;
const OPEN_NUMBER_PATTERN = "%?";

const HEATMAP_ROW = rowFormat("heatmap", {});

/**
 * What stands in the place of {@link OPEN_NUMBER}; undefined while that can change. `isDue`: the row is written now, and
 * there is no more waiting.
 */
type FightNumber = (isDue: boolean) => NumberText | undefined;

/** A line of the engagements file. */
interface FightLine {
  readonly text: string;
  readonly isRow: boolean;
  readonly number: FightNumber | undefined;
}

interface Ending {
  reason: EndReason;
  endedAt: number;
  endMs: number;
  winnerTeam: number | undefined;
}

interface Recording {
  readonly files: Readonly<Record<Kind, RoundFile>>;
  /** The same, in the order of {@link KINDS}. */
  readonly inOrder: readonly RoundFile[];
  readonly heatmap: HeatmapCounts;
  /** Header and notes of the heatmap's file, which is rewritten each time. */
  heatmapHead: string[];
  /** The rows of its cells, and the sums for which they were formatted. */
  heatmapRows: string[];
  heatmapSums: number[];
  isHeatmapChanged: boolean;
  /** What waits to be written to the file of engagements, in order, behind a row that is not final yet. */
  fightLines: FightLine[];
  frames: number;
  /** Level time at which the next round of portions begins. */
  nextFlushMs: number;
  /** Index in {@link KINDS} of the file whose turn is next; all had theirs when it is past the end. */
  turn: number;
  /** Whether the files are on the disk. */
  isCreated: boolean;
  ending: Ending | undefined;
  /** Kinds whose losses have been declared. */
  lossy: Partial<Record<Kind, boolean>>;
  /** Milliseconds spent in frames, and the most in one. */
  frameMs: number;
  worstFrameMs: number;
}

let recording: Recording | undefined;

/** Level time at which the next round of portions begins. */
function nextFlush(): number {
  const half = config.flushMs / 2;
  return clock.levelMs + (half > MOST_TURN_MS ? config.flushMs - MOST_TURN_MS : half);
}

/** Opens the recording of a round. Nothing reaches the disk before there is a row and the round is real. */
export function beginRecording(identity: RoundIdentity, heatmap: HeatmapCounts): void {
  const files = {} as Record<Kind, RoundFile>;
  const inOrder: RoundFile[] = [];
  const shared = sharedHeader(identity);
  let heatmapHead: string[] = [];
  for (const kind of KINDS) {
    const file = createRoundFile(identity.roundKey, identity.piece, kind);
    const head = [string.format("%s\t%s\t%.0f\n", FILE_MARK, kind, FORMAT_VERSION)];
    for (const line of shared) head.push(line);
    head.push(columnsLine(kind));
    if (kind === "heatmap") heatmapHead = head;
    else for (const line of head) addLine(file, line);
    files[kind] = file;
    inOrder.push(file);
  }
  recording = {
    files,
    inOrder,
    heatmap,
    heatmapHead,
    heatmapRows: [],
    heatmapSums: [],
    isHeatmapChanged: true,
    fightLines: [],
    frames: 0,
    nextFlushMs: nextFlush(),
    turn: KINDS.length,
    isCreated: false,
    ending: undefined,
    lossy: {},
    frameMs: 0,
    worstFrameMs: 0,
  };
  debug(`recording ${identity.roundKey}`);
}

/** Whether a round is being recorded; not any more once it has ended, even while its files are being completed. */
export function isRecording(): boolean {
  return recording !== undefined && recording.ending === undefined;
}

/** Whether a round has ended that has files, which are being completed. */
export function isBeingCompleted(): boolean {
  return recording?.ending !== undefined;
}

/** Writes a row that {@link formatRow} made. */
export function writeRow(kind: "positions" | "combat" | "objectives", row: string): void {
  if (recording !== undefined) addRow(recording.files[kind], row);
}

/**
 * Hands over the lines that wait, up to the first whose number can still change: a later line must not stand before an
 * earlier one. `isDue`: a portion is written now, and takes all of them.
 */
export function releaseFightRows(isDue: boolean): void {
  const first = recording?.fightLines[0];
  if (recording === undefined || first === undefined) return;
  if (!isDue && first.number !== undefined && first.number(false) === undefined) return;
  const file = recording.files.engagements;
  const still: FightLine[] = [];
  for (const line of recording.fightLines) {
    const { text, isRow, number } = line;
    const final = still.length > 0 ? undefined : number === undefined ? NO_NUMBER : number(isDue);
    if (final === undefined) still.push(line);
    else if (!isRow) addLine(file, text);
    else addRow(file, number === undefined ? text : string.gsub(text, OPEN_NUMBER_PATTERN, final)[0]);
  }
  recording.fightLines = still;
}

/** Writes a row of the engagements file; one with an {@link OPEN_NUMBER} waits until `number` gives it. */
export function writeFightRow(text: string, number?: FightNumber): void {
  if (recording === undefined) return;
  recording.fightLines.push({ text, isRow: true, number });
  releaseFightRows(false);
}

/** Tells the heatmap's file that a kill was counted. */
export function markHeatmapChanged(): void {
  if (recording !== undefined) recording.isHeatmapChanged = true;
}

/** Writes a line that is no row to all files. */
export function writeNote(line: string): void {
  if (recording === undefined) return;
  for (const kind of KINDS) {
    if (kind === "heatmap") recording.heatmapHead.push(line);
    else addLine(recording.files[kind], line);
  }
}

/** Writes a line that is no row to the objectives file. */
export function writeObjectiveNote(line: string): void {
  if (recording !== undefined) addLine(recording.files.objectives, line);
}

/** States in all files who plays in a slot; not in the heatmap's, whose rows name no slot. */
export function writePlayerNote(player: Player): void {
  if (recording === undefined) return;
  const line = string.format(
    `#${PLAYER_NOTE}\t%d\t%d\t%s\t%s\t%d\t%d\t%s\n`,
    clock.roundMs,
    player.slot,
    escapeText(player.guid),
    escapeText(player.name),
    player.team,
    player.playerClass,
    player.isBot ? "1" : "0",
  );
  addLine(recording.files.positions, line);
  addLine(recording.files.combat, line);
  addLine(recording.files.objectives, line);
  // Rows from before the note stand before it: they may name who had the slot then.
  if (recording.fightLines.length > 0)
    recording.fightLines.push({ text: line, isRow: false, number: undefined });
  else addLine(recording.files.engagements, line);
}

/** Says in the other files, once, that rows of a file were lost. */
function declareLoss(round: Recording, kind: Kind): void {
  if (round.lossy[kind] === true) return;
  round.lossy[kind] = true;
  print(`the disk refuses ${round.files[kind].path}; rows of ${kind} are lost`);
  for (const capture of CAPTURES_OF[kind]) writeNote(`#${CAPTURE_NOTE}\t${capture}\tfailed\n`);
}

/** Puts header, notes and cells of the heatmap into its file. */
function fillHeatmap(round: Recording): void {
  const file = round.files.heatmap;
  restartFile(file);
  for (const line of round.heatmapHead) addLine(file, line);
  let index = 0;
  for (const cell of round.heatmap.cells) {
    const sum = cell.kills + cell.deaths;
    if (round.heatmapSums[index] !== sum) {
      round.heatmapSums[index] = sum;
      round.heatmapRows[index] = formatRow(
        HEATMAP_ROW,
        cell.cellX,
        cell.cellY,
        cell.team,
        cell.kills,
        cell.deaths,
      );
    }
    addRow(file, round.heatmapRows[index] ?? "");
    index += 1;
  }
  round.isHeatmapChanged = false;
}

function flushFile(round: Recording, kind: Kind): void {
  const file = round.files[kind];
  let result: FlushResult;
  if (kind === "heatmap") {
    if (!round.isHeatmapChanged) return;
    fillHeatmap(round);
    result = replaceFile(file);
    if (result !== "written") round.isHeatmapChanged = true;
  } else {
    if (kind === "engagements") releaseFightRows(true);
    result = flush(file);
  }
  debug(string.format("%s %s: %.0f bytes", kind, result, file.writtenBytes));
  if (result === "broken" || file.rowsLost > 0) declareLoss(round, kind);
}

function addTrailer(file: RoundFile, ending: Ending, round: Recording): void {
  addLine(file, numberLine("rows", file.rows));
  addLine(file, utcLine("ended_at", ending.endedAt));
  addLine(file, numberLine("end_ms", ending.endMs));
  addLine(file, headerLine("end_reason", ending.reason));
  if (ending.winnerTeam !== undefined) addLine(file, numberLine("winner_team", ending.winnerTeam));
  addLine(file, numberLine("rows_lost", file.rowsLost));
  const mean = round.frames > 0 ? (round.frameMs * 1000) / round.frames : 0;
  addLine(file, string.format("#frame_mean_us\t%.1f\n", mean));
  addLine(file, numberLine("frame_worst_ms", round.worstFrameMs));
  addLine(file, numberLine("heap_kb", collectgarbage("count")));
  addLine(file, numberLine("errors", errorCount()));
  addChecksum(file);
}

/** Completes one file: what is left, trailer, final name. */
function completeFile(round: Recording, kind: Kind, ending: Ending): void {
  const file = round.files[kind];
  let result: FlushResult;
  if (kind === "heatmap") {
    fillHeatmap(round);
    addTrailer(file, ending, round);
    result = replaceFile(file);
    if (result === "written") {
      restartFile(file);
      result = publish(file);
    }
  } else {
    addTrailer(file, ending, round);
    result = publish(file);
  }
  if (result !== "written") print(`${file.path} stays incomplete, the disk refuses it`);
}

function hasRows(round: Recording): boolean {
  // What the map does by itself, without any player, is no round.
  for (const kind of KINDS) if (kind !== "objectives" && round.files[kind].rows > 0) return true;
  return false;
}

/** The work of a frame: sums up a share of what came in, and writes or completes one file when it is due. */
export function workOnFiles(): void {
  if (recording === undefined) return;
  const round = recording;
  if (round.ending !== undefined) {
    completeNext(round, round.ending);
    return;
  }
  round.frames += 1;
  let full: Kind | undefined;
  for (const file of round.inOrder) {
    if (file.waitingBytes > 0) {
      packShare(file);
      if (isFull(file)) full = file.kind;
    }
  }
  if (round.frames < FEWEST_FRAMES || !(round.isCreated || hasRows(round))) return;
  let turn = KINDS[round.turn];
  if (turn === undefined) {
    turn = full;
    if (clock.levelMs >= round.nextFlushMs) {
      round.turn = 0;
      round.nextFlushMs = nextFlush();
    }
    if (turn === undefined) return;
  } else {
    round.turn += 1;
  }
  round.isCreated = true;
  flushFile(round, turn);
}

/** Takes the cost of a frame into account. */
export function addFrameCost(ms: number): void {
  if (recording === undefined || recording.ending !== undefined) return;
  recording.frameMs += ms;
  if (ms > recording.worstFrameMs) recording.worstFrameMs = ms;
}

function completeNext(round: Recording, ending: Ending): void {
  const kind = KINDS[round.turn];
  round.turn += 1;
  if (kind !== undefined) completeFile(round, kind, ending);
  else recording = undefined;
}

/**
 * Ends the recording. The files are completed one a frame, or at once by {@link completeRecording}. A round without
 * rows, or of artificial frames alone, leaves nothing.
 */
export function endRecording(reason: EndReason, winnerTeam: number | undefined): void {
  if (recording === undefined || recording.ending !== undefined) return;
  const isReal = recording.isCreated || (recording.frames >= FEWEST_FRAMES && hasRows(recording));
  if (!isReal) {
    recording = undefined;
    return;
  }
  recording.ending = { reason, winnerTeam, endedAt: os.time(), endMs: clock.roundMs };
  recording.turn = 0;
  debug(`the round ended: ${reason}`);
}

/** Completes all files of a round that has ended, at once: there will be no more frames. */
export function completeRecording(): void {
  // An error in one file does not keep the others from being completed: each turn goes on to the next.
  while (recording?.ending !== undefined) contain("completeFile", completeNext, recording, recording.ending);
}
