/** What a TrueType or OpenType font file says of its characters: which it has, and how wide they are. */
import { readFileSync } from "node:fs";

/** A font, as far as text is measured with it. */
export interface FontFile {
  readonly file: string;
  /** The width of a character in ems; undefined where the font does not have it. */
  readonly widthOf: (codePoint: number) => number | undefined;
}

/** Where tables lie: by tag, offset in bytes. In a collection, those of its first font. */
function tablesOf(data: Buffer): ReadonlyMap<string, number> {
  const start = data.toString("latin1", 0, 4) === "ttcf" ? data.readUInt32BE(12) : 0;
  const tables = new Map<string, number>();
  for (let at = 0; at < data.readUInt16BE(start + 4); at += 1) {
    const record = start + 12 + at * 16;
    tables.set(data.toString("latin1", record, record + 4), data.readUInt32BE(record + 8));
  }
  return tables;
}

/** Glyphs of a segment table (format 4): characters up to U+FFFF. */
function readSegments(data: Buffer, at: number, glyphs: Map<number, number>): void {
  const doubled = data.readUInt16BE(at + 6);
  for (let segment = 0; segment < doubled; segment += 2) {
    const last = data.readUInt16BE(at + 14 + segment);
    const first = data.readUInt16BE(at + 16 + doubled + segment);
    const delta = data.readUInt16BE(at + 16 + 2 * doubled + segment);
    const rangeAt = at + 16 + 3 * doubled + segment;
    const range = data.readUInt16BE(rangeAt);
    for (let code = first; code <= last && code < 0xff_ff; code += 1) {
      const listed = range === 0 ? code : data.readUInt16BE(rangeAt + range + 2 * (code - first));
      const glyph = range !== 0 && listed === 0 ? 0 : (listed + delta) & 0xff_ff;
      if (glyph !== 0) glyphs.set(code, glyph);
    }
  }
}

/** Glyphs of a table of groups (format 12): all characters. */
function readGroups(data: Buffer, at: number, glyphs: Map<number, number>): void {
  for (let group = 0; group < data.readUInt32BE(at + 12); group += 1) {
    const record = at + 16 + group * 12;
    const first = data.readUInt32BE(record);
    for (let code = first; code <= data.readUInt32BE(record + 4); code += 1)
      glyphs.set(code, data.readUInt32BE(record + 8) + code - first);
  }
}

/**
 * Reads a font file. Throws what reading gives, and a `RangeError` or an `Error` for a file that is no such font.
 * Source: Microsoft, "OpenType specification" 1.9: tables `cmap`, `head`, `hhea`, `hmtx`.
 */
export function readFontFile(file: string): FontFile {
  const data = readFileSync(file);
  const tables = tablesOf(data);
  const [cmap, head, hhea, hmtx] = ["cmap", "head", "hhea", "hmtx"].map((tag) => tables.get(tag));
  if (cmap === undefined || head === undefined || hhea === undefined || hmtx === undefined) {
    throw new Error("not a TrueType or OpenType font");
  }
  const glyphs = new Map<number, number>();
  for (let record = cmap + 4; record < cmap + 4 + 8 * data.readUInt16BE(cmap + 2); record += 8) {
    const at = cmap + data.readUInt32BE(record + 4);
    const format = data.readUInt16BE(at);
    // Platform 1 is of old Macintoshes, whose numbers are no Unicode.
    if (data.readUInt16BE(record) === 1) continue;
    if (format === 4) readSegments(data, at, glyphs);
    else if (format === 12) readGroups(data, at, glyphs);
  }
  const unitsPerEm = data.readUInt16BE(head + 18);
  const lastWidth = data.readUInt16BE(hhea + 34) - 1;
  return {
    file,
    widthOf: (codePoint) => {
      const glyph = glyphs.get(codePoint);
      return glyph === undefined
        ? undefined
        : data.readUInt16BE(hmtx + 4 * Math.min(glyph, lastWidth)) / unitsPerEm;
    },
  };
}
