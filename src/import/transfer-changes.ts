/**
 * What a transfer does to a round file that it takes for a text of another system, and how it is undone. What is undone is only
 * believed where the checksum in the trailer fits the bytes then.
 */
import { CHECKSUM_KEY, FILE_MARK } from "../format/file.ts";
import { RoundFileParser } from "../parsers/round-file.ts";
import { fileFaultOf, type FileFault } from "./file-fault.ts";
import type { Bytes } from "./streams.ts";

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const CR = 13;
const LF = 10;
/** What transfers put behind a text: blocks filled with zeros, line ends, Ctrl-Z. */
const FILLING: ReadonlySet<number> = new Set([0, LF, CR, 0x1a, 0x20]);
/** More filling than this is left where it is. */
const MOST_FILLING_BYTES = 1024 * 1024;
/** A checksum's line is no longer. */
const LAST_LINE_BYTES = 64;
const LAST_LINE = new RegExp(`\\n#${CHECKSUM_KEY}\\t(?:adler32\\t[0-9a-f]{8}|poly54\\t[0-9a-f]{16})$`);

/** A round file's bytes as they were before a transfer. */
export interface Undone {
  readonly bytes: Bytes;
  /** What was undone, in words; complete once the bytes were read to their end. */
  readonly changes: readonly string[];
}

/** Undoes one change, chunk by chunk. */
type Undo = (bytes: Bytes) => Bytes;

interface Change {
  readonly words: string;
  readonly undo: Undo;
  /** The same, for the beginning of a file. */
  readonly undoAtOnce: (head: Buffer) => Buffer;
}

function withoutMark(markBytes: number): Undo {
  return async function* (bytes) {
    let left = markBytes;
    for await (const chunk of bytes) {
      const skipped = Math.min(left, chunk.length);
      left -= skipped;
      if (skipped < chunk.length) yield chunk.subarray(skipped);
    }
  };
}

function decoded(encoding: string): Undo {
  return async function* (bytes) {
    const decoder = new TextDecoder(encoding);
    for await (const chunk of bytes) yield Buffer.from(decoder.decode(chunk, { stream: true }), "utf8");
    yield Buffer.from(decoder.decode(), "utf8");
  };
}

/** A change that is undone byte by byte. */
function bytewise(words: string, undoAtOnce: (chunk: Buffer) => Buffer): Change {
  return {
    words,
    undoAtOnce,
    async *undo(bytes) {
      for await (const chunk of bytes) yield undoAtOnce(chunk);
    },
  };
}

function wide(encoding: "utf-16le" | "utf-16be"): Change {
  return {
    words: "its encoding is UTF-16",
    undo: decoded(encoding),
    undoAtOnce: (head) => Buffer.from(new TextDecoder(encoding).decode(head.subarray(0, head.length & ~1))),
  };
}

const MARK: Change = {
  words: "a byte order mark stands before it",
  undo: withoutMark(BYTE_ORDER_MARK.length),
  undoAtOnce: (head) => head.subarray(BYTE_ORDER_MARK.length),
};
// No round file has a CR: names have it as an escape.
const CRLF = bytewise("its line ends are CRLF", (chunk) => Buffer.from(chunk.filter((byte) => byte !== CR)));
const LONE_CR = bytewise("its line ends are CR", (chunk) =>
  Buffer.from(chunk.map((byte) => (byte === CR ? LF : byte))),
);

/** What the beginning of a file shows of a change, the outermost; undefined where nothing is to be undone. */
function changeOf(head: Buffer): Change | undefined {
  const mark = Buffer.from(FILE_MARK);
  for (const encoding of ["utf-16le", "utf-16be"] as const) {
    // With a byte order mark, which the decoder takes away itself, or without.
    const start = new TextDecoder(encoding).decode(head.subarray(0, 2 + 2 * mark.length));
    if (start.startsWith(FILE_MARK)) return wide(encoding);
  }
  if (head.subarray(0, 3).equals(BYTE_ORDER_MARK) && head.subarray(3, 3 + mark.length).equals(mark))
    return MARK;
  if (!head.subarray(0, mark.length).equals(mark)) return undefined;
  const lineEnd = head.findIndex((byte) => byte === CR || byte === LF);
  if (head[lineEnd] !== CR) return undefined;
  let next = lineEnd;
  while (head[next] === CR) next++;
  return head[next] === LF ? CRLF : LONE_CR;
}

/** Where the filling at the end of these bytes begins. */
function textBytesOf(bytes: Buffer): number {
  let end = bytes.length;
  while (end > 0 && FILLING.has(bytes[end - 1] ?? -1)) end--;
  return end;
}

/** Takes away what stands behind the trailer, and gives it the line end that is missing. */
async function* withWholeEnd(bytes: Bytes, changes: string[]): AsyncGenerator<Buffer> {
  /** The last bytes of the text so far, in which its last line would be. */
  let text: Buffer = Buffer.alloc(0);
  /** What came behind them. */
  let filling: Buffer[] = [];
  let fillingBytes = 0;
  for await (const chunk of bytes) {
    const end = textBytesOf(chunk);
    let all = chunk.subarray(0, end);
    if (end > LAST_LINE_BYTES || fillingBytes > MOST_FILLING_BYTES) {
      yield* [text, ...filling].filter(({ length }) => length > 0);
      filling = [];
      fillingBytes = 0;
      text = Buffer.alloc(0);
    } else if (end > 0) {
      all = Buffer.concat([text, ...filling, all]);
      filling = [];
      fillingBytes = 0;
    }
    if (end > 0) {
      const kept = Math.max(0, all.length - LAST_LINE_BYTES);
      if (kept > 0) yield all.subarray(0, kept);
      text = Buffer.from(all.subarray(kept));
    }
    if (end === chunk.length) continue;
    filling.push(Buffer.from(chunk.subarray(end)));
    fillingBytes += chunk.length - end;
  }
  const behind = Buffer.concat(filling);
  const isLast = LAST_LINE.test(text.toString("latin1"));
  if (!isLast || (behind.length === 1 && behind[0] === LF)) {
    yield* [text, behind].filter(({ length }) => length > 0);
    return;
  }
  changes.push(
    behind.length === 0
      ? "its last line end is missing"
      : behind.includes(0)
        ? "zeros stand at its end"
        : "something stands behind its last line",
  );
  yield Buffer.concat([text, Buffer.from([LF])]);
}

/** Undoes what the beginning and the end of a file show of a transfer; anything but our own files stays as it is. */
export function undoTransfer(head: Buffer, bytes: Bytes): Undone {
  const changes: string[] = [];
  let undone = bytes;
  let start = head;
  for (let change = changeOf(start); change !== undefined; change = changeOf(start)) {
    changes.push(change.words);
    undone = change.undo(undone);
    start = change.undoAtOnce(start);
  }
  if (!start.subarray(0, FILE_MARK.length + 1).equals(Buffer.from(`${FILE_MARK}\t`)))
    return { bytes, changes: [] };
  return { bytes: closing(withWholeEnd(undone, changes), bytes), changes };
}

/** A stream that closes another one, also where nobody began to read. */
function closing(bytes: AsyncGenerator<Buffer>, source: Bytes): Bytes {
  const rest: AsyncIterator<Buffer> = {
    next: () => bytes.next(),
    async return() {
      await bytes.return(undefined);
      await source[Symbol.asyncIterator]().return?.();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => rest };
}

/** The bytes of characters that Windows-1252 has where Latin-1 has controls. */
const WINDOWS_BYTES: ReadonlyMap<number, number> = new Map(
  Array.from({ length: 32 }, (_, index) => {
    const byte = 0x80 + index;
    return [new TextDecoder("windows-1252").decode(Uint8Array.of(byte)).codePointAt(0) ?? 0, byte];
  }),
);

/** Takes text whose characters are the bytes of UTF-8 back to these bytes. */
async function* onceEncoded(bytes: Bytes): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const back = (text: string): Buffer =>
    Buffer.from(
      Array.from(text, (character) => {
        const code = character.codePointAt(0) ?? 0;
        return code <= 0xff ? code : (WINDOWS_BYTES.get(code) ?? 0x3f);
      }),
    );
  for await (const chunk of bytes) yield back(decoder.decode(chunk, { stream: true }));
  yield back(decoder.decode());
}

async function* fromLatin1(bytes: Bytes): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) yield Buffer.from(chunk.toString("latin1"), "utf8");
}

/** Changes of the encoding, which a file's beginning need not show. */
const ENCODING_CHANGES = {
  "its encoding is UTF-8 twice": onceEncoded,
  "its encoding is Windows-1252": decoded("windows-1252"),
  "its encoding is Latin-1": fromLatin1,
} as const satisfies Readonly<Record<string, Undo>>;
/** A change of the encoding, in words. */
export type EncodingChange = keyof typeof ENCODING_CHANGES;

/** Undoes a change of the encoding. */
export const undoEncoding = (change: EncodingChange, bytes: Bytes): Bytes => ENCODING_CHANGES[change](bytes);

/** Whether a part of a file looks as if its UTF-8 had been taken for Latin-1 and encoded again. */
export function looksTwiceEncoded(chunk: Buffer): boolean {
  return /[\u00c2\u00c3][\u0080-\u00bf](?:\u00e2[\u0080-\u00bf]|[\u00c2\u00c5\u00c6\u00cb])[\u0080-\u00bf]/.test(
    chunk.toString("latin1"),
  );
}

/** Whether the checksum in the trailer fits the bytes, and all else is right. */
async function isProven(bytes: Bytes): Promise<boolean> {
  const parser = new RoundFileParser();
  try {
    for await (const chunk of bytes)
      for (const event of parser.push(chunk)) if (event.type === "fault") return false;
    return parser.end().trailer !== undefined;
  } catch (error) {
    if (fileFaultOf(error) === undefined) throw error;
    return false;
  }
}

/** Which change of the encoding a file went through, where its checksum proves it; undefined where none does, or it went through none. */
export async function findEncodingChange(open: () => Bytes): Promise<EncodingChange | undefined> {
  if (await isProven(open())) return undefined;
  for (const change of Object.keys(ENCODING_CHANGES) as EncodingChange[])
    if (await isProven(undoEncoding(change, open()))) return change;
  return undefined;
}

/** What prox read a changed file as. */
export const describeChanges = (changes: readonly string[]): string =>
  `a transfer changed the file: ${changes.join(", ")}; prox read what it was before, as its checksum proves; transfer in binary mode`;

/** The fault of a file in which a change was undone, and that is not right all the same, or cannot be proven. */
export function transferFault(
  changes: readonly string[],
  fault: FileFault | undefined,
): FileFault | undefined {
  if (changes.length === 0) return fault;
  const why =
    fault === undefined
      ? "it was cut, so that no checksum proves what it was"
      : `with this undone it is not what it was: ${fault.message}`;
  return {
    ...(fault ?? { line: 0 }),
    code: "E_TRANSFER",
    message: `a transfer changed the file: ${changes.join(", ")}; ${why}`,
  };
}
