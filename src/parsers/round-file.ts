/**
 * Reads one round file from chunks of bytes: a pure core without files, streams or waiting. What it finds comes out as
 * events in the order of the file; what makes the file unreadable is thrown as `RoundFileError`.
 */
import { LIMITS } from "../format/limits.ts";
import { checksumAt } from "../format/versions.ts";
import { createChecksum, type Checksum } from "./checksum.ts";
import {
  NoteReader,
  type NoteEvent,
  type PlayerNote,
  type RoundHeader,
  type RoundTrailer,
} from "./note-reader.ts";
import { refuse } from "./fault.ts";
import { recognise, RECOGNITION_BYTES } from "./recognise.ts";
import { refuseLongLine, RowBatcher, type RowEvent } from "./row-batcher.ts";

/** What the parser reads, as it comes: the header first, the trailer last. A file that was cut has no trailer. */
export type RoundFileEvent = NoteEvent | RowEvent;

/** What a file that was read to its end turned out to be. */
export interface RoundFileEnd {
  /** Undefined for a file that was cut. */
  readonly trailer: RoundTrailer | undefined;
  /** Good rows. */
  readonly rows: number;
  /** Rows that faults were raised for. */
  readonly badRows: number;
  /** Bytes of the last line of a cut file that was dropped because it has no LF. */
  readonly tornBytes: number;
  /** Time of the last row or player note, ms of round time. */
  readonly lastTimeMs: number;
  /** Bytes of the header, up to and with the names of the columns. */
  readonly headerBytes: number;
  /** Bytes of header, rows and notes: all whole lines before the trailer. */
  readonly bodyBytes: number;
}

/** How a file is read; without options all of it is checked, in the fast lane where that is possible. */
export interface RoundFileOptions {
  /**
   * `check` reads everything; `notes` only the lines that begin with `#`, at the speed of a memory search: it checks
   * neither rows nor their number nor the checksum.
   */
  readonly mode?: "check" | "notes";
  /** Whether rows may take the fast lane; tests switch it off to compare. */
  readonly useFastLane?: boolean;
  /** The most heatmap cells, or engagements, of a file; a million unless a test wants to see fewer refused. */
  readonly maximumNumberedRows?: number;
}

/** Of whole lines, so that it remembers nothing and all files share it. */
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const LF = 10;
const HASH = 35;
const NOTE_START = "\n#";
/** A round may end so much later than its rows and its time limit say: someone can have raised the limit. */
const LATEST_END_MS = 3_600_000;

/**
 * Reads one file: {@link RoundFileParser.push} for each chunk, walked to its end, then {@link RoundFileParser.end}.
 * Both throw `RoundFileError` for what makes the file unreadable; a wrong row is an event, and the next is read.
 */
export class RoundFileParser {
  readonly #isNotesOnly: boolean;
  readonly #useFastLane: boolean;
  readonly #maximumNumberedRows: number | undefined;
  readonly #notes = new NoteReader();
  /** Made when the first line has told the version. */
  #checksum: Checksum | undefined;
  /** Bytes of the line that the latest chunk ended in. */
  #rest: Buffer[] = [];
  #restBytes = 0;
  #line = 0;
  /** Bytes of the whole lines that were read. */
  #lineBytes = 0;
  #headerBytes = 0;
  /** Known when the trailer begins. */
  #bodyBytes: number | undefined;
  #rows = 0;
  #badRows = 0;
  #playerNotes = 0;
  #lastNoteMs = 0;
  #trailer: RoundTrailer | undefined;
  #header: RoundHeader | undefined;
  #rowBatcher: RowBatcher | undefined;

  constructor(options: RoundFileOptions = {}) {
    this.#isNotesOnly = options.mode === "notes";
    this.#useFastLane = options.useFastLane ?? true;
    this.#maximumNumberedRows = options.maximumNumberedRows;
  }

  /** Reads the next chunk; once the generator has ended, the chunk's memory may be used again. */
  *push(chunk: Buffer): Generator<RoundFileEvent> {
    const lastLineEnd = chunk.lastIndexOf(LF);
    if (lastLineEnd < 0) {
      this.#keep(Buffer.from(chunk));
      return;
    }
    let start = 0;
    if (this.#restBytes > 0) {
      start = chunk.indexOf(LF) + 1;
      this.#keep(chunk.subarray(0, start));
      const line = Buffer.concat(this.#rest);
      this.#rest = [];
      this.#restBytes = 0;
      yield* this.#readLines(line);
    }
    if (start <= lastLineEnd) yield* this.#readLines(chunk.subarray(start, lastLineEnd + 1));
    if (lastLineEnd + 1 < chunk.length) this.#keep(Buffer.from(chunk.subarray(lastLineEnd + 1)));
  }

  /** Ends the file. Throws for one that has no whole header, or bytes after its trailer. */
  end(): RoundFileEnd {
    const torn = Buffer.concat(this.#rest);
    if (this.#line === 0) this.#refuseUnlessOurs(torn);
    if (this.#notes.isComplete && torn.length > 0) {
      refuse("E_AFTER_TRAILER", this.#line + 1, "bytes after the last line", {
        text: torn.toString("latin1"),
      });
    }
    if (!this.#notes.hasHeader)
      refuse("E_HEADER", this.#line + 1, "the file was cut before its header ended");
    return {
      trailer: this.#trailer,
      rows: this.#rows,
      badRows: this.#badRows,
      tornBytes: torn.length,
      lastTimeMs: Math.max(this.#rowBatcher?.rules.timeMs ?? 0, this.#lastNoteMs),
      headerBytes: this.#headerBytes,
      bodyBytes: this.#bodyBytes ?? this.#lineBytes,
    };
  }

  #keep(bytes: Buffer): void {
    this.#rest.push(bytes);
    this.#restBytes += bytes.length;
    if (this.#restBytes <= LIMITS.lineBytes + 1) return;
    const head = Buffer.concat(this.#rest);
    if (this.#line === 0) this.#refuseUnlessOurs(head);
    refuseLongLine(this.#line + 1, head);
  }

  /** Throws for a file whose first bytes show that it is none of ours. */
  #refuseUnlessOurs(head: Buffer): void {
    const recognition = recognise(head);
    switch (recognition.is) {
      case "round":
        return;
      case "empty":
        return refuse("E_EMPTY_FILE", 0, "the file is empty");
      case "readable":
        return refuse(
          "E_NOT_ROUND_FILE",
          1,
          `this is a file of another tracker: ${recognition.reader.source}`,
        );
      case "skipped":
        return refuse("E_FOREIGN_FORMAT", 1, `this is ${recognition.name}, which prox cannot read`);
      case "foreign": {
        const { advice, name } = recognition;
        return refuse("E_FOREIGN_FORMAT", 1, `this is ${name}, which prox cannot read: ${advice}`);
      }
      case "unknown":
        return refuse("E_NOT_ROUND_FILE", 1, "this is not a round file, and prox does not know its format", {
          text: head.toString("latin1", 0, Math.min(head.length, RECOGNITION_BYTES)).split("\n", 1)[0] ?? "",
        });
    }
  }

  /** Reads whole lines. */
  *#readLines(block: Buffer): Generator<RoundFileEvent> {
    if (this.#line === 0) this.#refuseUnlessOurs(block);
    let unsummed = 0;
    for (let at = 0; at < block.length;) {
      if (block[at] !== HASH) {
        const found = block.indexOf(NOTE_START, at, "latin1");
        const end = found < 0 ? block.length : found + 1;
        yield* this.#readRows(block, at, end);
        at = end;
        continue;
      }
      const lineEnd = block.indexOf(LF, at);
      const event = this.#readNote(block.subarray(at, lineEnd));
      if (event?.type === "header") this.#headerBytes = this.#lineBytes + lineEnd + 1;
      if (this.#notes.hasHeader && !this.#notes.isInRows) this.#bodyBytes ??= this.#lineBytes + at;
      if (event?.type === "trailer") {
        if (!this.#isNotesOnly) {
          this.#sum.update(block, unsummed, at);
          this.#checkTrailer(event.trailer);
        }
        unsummed = block.length;
      }
      if (event !== undefined) yield event;
      at = lineEnd + 1;
    }
    if (!this.#isNotesOnly && !this.#notes.isComplete) this.#sum.update(block, unsummed, block.length);
    this.#lineBytes += block.length;
  }

  get #sum(): Checksum {
    return (this.#checksum ??= createChecksum(checksumAt(this.#notes.version).algorithm));
  }

  #readNote(bytes: Buffer): RoundFileEvent | undefined {
    this.#line++;
    if (bytes.length > LIMITS.lineBytes) refuseLongLine(this.#line, bytes);
    const event = this.#notes.read(this.#decode(bytes), this.#line);
    if (event?.type === "header") {
      const { formatVersion, kind } = event.header;
      this.#header = event.header;
      this.#rowBatcher = new RowBatcher(kind, formatVersion, this.#useFastLane, this.#maximumNumberedRows);
    } else if (event?.type === "player") this.#addPlayer(event.player);
    else if (event?.type === "trailer") this.#trailer = event.trailer;
    return event;
  }

  #decode(bytes: Buffer): string {
    try {
      return UTF8.decode(bytes);
    } catch {
      return refuse("E_ENCODING", this.#line, "must be valid UTF-8", { text: bytes.toString("utf8") });
    }
  }

  #addPlayer(player: PlayerNote): void {
    const { slot, timeMs } = player;
    const rules = this.#rowBatcher?.rules;
    const earliest = Math.max(rules?.timeMs ?? 0, this.#lastNoteMs);
    if (timeMs < earliest) {
      const place = { column: 2, field: "time_ms", text: String(timeMs) };
      refuse("E_NOTE", this.#line, `must not be before ${earliest}`, place);
    }
    if (++this.#playerNotes > LIMITS.playerNotes) {
      refuse("E_TOO_MANY_PLAYERS", this.#line, `more than ${LIMITS.playerNotes} \`#player\` lines`);
    }
    this.#lastNoteMs = timeMs;
    rules?.addPlayer(slot);
  }

  /** Refuses a round that ended long after all that is known of it. */
  #checkEnd({ endMs, endedAt }: RoundTrailer, lastTimeMs: number): void {
    const { startedAt = endedAt, timeLimitMs } = this.#header ?? {};
    // Without a time limit it may go on for hours in which nobody plays.
    const limitMs =
      typeof timeLimitMs === "number" && timeLimitMs > 0
        ? timeLimitMs
        : Date.parse(endedAt) - Date.parse(startedAt);
    const likelyMs = Math.max(lastTimeMs, limitMs);
    if (endMs <= likelyMs + LATEST_END_MS) return;
    const message = `the trailer says that the round ended at ${endMs} ms, and rows and time limit end at ${likelyMs} ms`;
    refuse("E_TRAILER", this.#line, message, { field: "end_ms", text: String(endMs) });
  }

  #checkTrailer(trailer: RoundTrailer): void {
    const rows = this.#rows + this.#badRows;
    if (trailer.rows !== rows) {
      const message = `the trailer says ${trailer.rows} rows, and the file has ${rows}`;
      refuse("E_ROW_COUNT", this.#line, message);
    }
    const lastTimeMs = Math.max(this.#rowBatcher?.rules.timeMs ?? 0, this.#lastNoteMs);
    if (trailer.endMs < lastTimeMs) {
      const message = `the trailer says that the round ended at ${trailer.endMs} ms, and a row is from ${lastTimeMs} ms`;
      refuse("E_TIME_ORDER", this.#line, message);
    }
    this.#checkEnd(trailer, lastTimeMs);
    const checksum = this.#sum.digest();
    if (trailer.checksum !== checksum) {
      const message = `the file's bytes have the checksum ${checksum}`;
      refuse("E_CHECKSUM", this.#line, message, { column: 3, text: trailer.checksum });
    }
  }

  *#readRows(block: Buffer, start: number, end: number): Generator<RoundFileEvent> {
    if (!this.#notes.isInRows || this.#rowBatcher === undefined) {
      const place = this.#notes.hasHeader ? "within or after the trailer" : "before the header's end";
      const lineEnd = block.indexOf(LF, start);
      const text = block.toString("utf8", start, Math.min(lineEnd, start + 200));
      const code = this.#notes.hasHeader ? "E_AFTER_TRAILER" : "E_HEADER";
      refuse(code, this.#line + 1, `there is a row ${place}`, { text });
    }
    if (this.#isNotesOnly) {
      for (let at = start; at < end; at = block.indexOf(LF, at) + 1) this.#line++;
      return;
    }
    for (const event of this.#rowBatcher.read(block, start, end, this.#line, this.#rows + this.#badRows)) {
      if (event.type === "fault") this.#badRows++;
      else this.#rows += event.batch.count;
      yield event;
    }
    this.#line += this.#rowBatcher.linesRead;
  }
}
