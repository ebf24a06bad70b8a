/**
 * Reads tar archives (ustar, pax, GNU) from strangers, one entry after the other and without reading ahead: entries before a
 * damage come out whole, memory is bounded whatever headers say, and names are nothing but text.
 */

/** A chunk is valid until the next one is asked for. */
type Bytes = AsyncIterable<Buffer>;

/** An entry that holds a file's bytes. */
export interface TarFile {
  /** As the archive has it; never a path to write to. */
  readonly name: string;
  /** Its place among the archive's entries, from 0. */
  readonly entry: number;
  /** To be read, or left, before the next entry is asked for. */
  readonly bytes: Bytes;
}

/** A header, and the unit in which the bytes of files are padded. */
export const TAR_BLOCK_BYTES = 512;
/** Names and attributes that are longer are an attack, or damage. */
const MAX_METADATA_BYTES = 64 * 1024;
const TYPE = { file: "0", oldFile: "\0", contiguousFile: "7", pax: "x", longName: "L" } as const;
const FILES: readonly string[] = [TYPE.file, TYPE.oldFile, TYPE.contiguousFile];
/** Entries of these types have no bytes, whatever their size says: links, devices, folders, pipes. */
const WITHOUT_BYTES = /^[1-6]$/;

const CUT = "the archive ends before its end mark";

/** Takes bytes off a stream in the portions that are asked for. */
class Portions {
  readonly #iterator: AsyncIterator<Buffer>;
  #chunk: Buffer = Buffer.alloc(0);

  constructor(bytes: Bytes) {
    this.#iterator = bytes[Symbol.asyncIterator]();
  }

  /** Up to so many bytes; none at the end of the stream. */
  async some(most: number): Promise<Buffer> {
    while (this.#chunk.length === 0) {
      const next = await this.#iterator.next();
      if (next.done === true) return Buffer.alloc(0);
      this.#chunk = next.value;
    }
    const taken = this.#chunk.subarray(0, most);
    this.#chunk = this.#chunk.subarray(taken.length);
    return taken;
  }

  /** So many bytes, in memory of their own; fewer at the end of the stream. */
  async exactly(length: number): Promise<Buffer> {
    const bytes = Buffer.alloc(length);
    let filled = 0;
    while (filled < length) {
      const taken = await this.some(length - filled);
      if (taken.length === 0) break;
      filled += taken.copy(bytes, filled);
    }
    return bytes.subarray(0, filled);
  }

  async leave(): Promise<void> {
    await this.#iterator.return?.();
  }
}

/** A text field: up to its first NUL. */
function textIn(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString("utf8", 0, end === -1 ? bytes.length : end);
}

/** A number field: octal digits, or big-endian bytes after a set bit. Throws for any other, and for one that is no size. */
function sizeIn(bytes: Buffer): number {
  const isBinary = ((bytes[0] ?? 0) & 0x80) !== 0;
  const digits = bytes.toString("latin1").replaceAll(/[\0 ]+$|^ +/g, "");
  const size = isBinary
    ? bytes.subarray(1).reduce((value, byte) => value * 256 + byte, (bytes[0] ?? 0) & 0x7f)
    : /^[0-7]*$/.test(digits)
      ? Number.parseInt(`0${digits}`, 8)
      : Number.NaN;
  if (!Number.isSafeInteger(size)) throw new Error("an entry of the archive has an invalid size");
  return size;
}

/** Throws unless the header's checksum, of its bytes with blanks in the checksum's place, is right. */
function checkSum(header: Buffer): void {
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  if (sum !== sizeIn(header.subarray(148, 156)))
    throw new Error("a header of the archive does not match its checksum");
}

/** Whether these bytes begin with a header whose checksum is right: also of an archive without the mark `ustar`. */
export function isTarHeader(head: Buffer): boolean {
  const header = head.subarray(0, TAR_BLOCK_BYTES);
  if (header.length < TAR_BLOCK_BYTES || header[0] === 0) return false;
  try {
    checkSum(header);
    return true;
  } catch {
    return false;
  }
}

/** The attributes `path` and `size` of a pax header: records `LENGTH KEY=VALUE\n`. */
function paxIn(bytes: Buffer): { name?: string; size?: number } {
  const found: { name?: string; size?: number } = {};
  for (let start = 0; start < bytes.length;) {
    const length = Number.parseInt(bytes.toString("latin1", start, start + 8), 10);
    const record =
      length > 0 && start + length <= bytes.length ? bytes.toString("utf8", start, start + length) : "";
    const [, key, value = ""] = /^\d+ ([^=]+)=([^]*)\n$/.exec(record) ?? [];
    if (key === undefined) throw new Error("a pax header of the archive is damaged");
    if (key === "path") found.name = value;
    if (key === "size") {
      found.size = Number(value);
      if (!/^\d+$/.test(value) || !Number.isSafeInteger(found.size))
        throw new Error("an entry of the archive has an invalid size");
    }
    start += length;
  }
  return found;
}

/** The files in a tar archive. Throws where it is damaged or cut, after what came before. */
export async function* readTar(bytes: Bytes): AsyncGenerator<TarFile> {
  const portions = new Portions(bytes);
  try {
    let said: { name?: string; size?: number } = {};
    let entry = 0;
    for (let emptyBlocks = 0; emptyBlocks < 2;) {
      const header = await portions.exactly(TAR_BLOCK_BYTES);
      if (header.length < TAR_BLOCK_BYTES) throw new Error(CUT);
      if (header.every((byte) => byte === 0)) {
        emptyBlocks++;
        continue;
      }
      emptyBlocks = 0;
      checkSum(header);
      const type = header.toString("latin1", 156, 157);
      const size = WITHOUT_BYTES.test(type) ? 0 : (said.size ?? sizeIn(header.subarray(124, 136)));
      const padding = -size & (TAR_BLOCK_BYTES - 1);
      if (type === TYPE.pax || type === TYPE.longName) {
        if (size > MAX_METADATA_BYTES) throw new Error(`a name in the archive has ${size} bytes`);
        const metadata = await portions.exactly(size + padding);
        if (metadata.length < size + padding) throw new Error(CUT);
        const content = metadata.subarray(0, size);
        said = type === TYPE.pax ? { ...said, ...paxIn(content) } : { ...said, name: textIn(content) };
        continue;
      }
      const prefix =
        header.toString("latin1", 257, 263) === "ustar\0" ? textIn(header.subarray(345, 500)) : "";
      const own = textIn(header.subarray(0, 100));
      const name = said.name ?? (prefix === "" ? own : `${prefix}/${own}`);
      said = {};
      let left = size;
      const content = async function* (): AsyncGenerator<Buffer> {
        while (left > 0) {
          const chunk = await portions.some(left);
          if (chunk.length === 0) throw new Error(CUT);
          left -= chunk.length;
          yield chunk;
        }
      };
      if (FILES.includes(type) && !name.endsWith("/")) yield { name, entry, bytes: content() };
      entry++;
      // What nobody read of it goes by.
      for (left += padding; left > 0;) {
        const chunk = await portions.some(left);
        if (chunk.length === 0) throw new Error(CUT);
        left -= chunk.length;
      }
    }
    // Only at the very end of a compressed archive is it known to be whole.
    while ((await portions.some(TAR_BLOCK_BYTES)).length > 0);
  } finally {
    await portions.leave();
  }
}
