/** A round file as plain text, taken apart without the project's parsers, which have tests of their own. */
import { readFileSync } from "node:fs";

export interface RoundText {
  /** Values of the lines `#key<TAB>value`, the last one of each key. */
  header: Map<string, string>;
  /** Fields of the `player` notes. */
  players: string[][];
  /** Fields of the `objective` notes. */
  objectives: string[][];
  rows: Record<string, string>[];
  /** Number of each kind of line `#capture name state`. */
  captures: Map<string, string>;
  /** Everything before the checksum line. */
  body: Buffer;
}

export function readRoundText(file: string): RoundText {
  const bytes = readFileSync(file);
  const result: RoundText = {
    header: new Map(),
    players: [],
    objectives: [],
    rows: [],
    captures: new Map(),
    body: bytes.subarray(0, Math.max(bytes.lastIndexOf("#checksum\t"), 0)),
  };
  let columns: string[] = [];
  const lines = bytes.toString("utf8").split("\n");
  for (const line of lines.slice(0, -1)) {
    const fields = line.split("\t");
    if (!line.startsWith("#")) {
      result.rows.push(Object.fromEntries(columns.map((column, index) => [column, fields[index] ?? ""])));
    } else if (fields[0] === "#columns") columns = fields.slice(1);
    else if (fields[0] === "#player") result.players.push(fields.slice(1));
    else if (fields[0] === "#objective") result.objectives.push(fields.slice(1));
    else if (fields[0] === "#capture") result.captures.set(fields[1] ?? "", fields[2] ?? "");
    else result.header.set(fields[0]?.slice(1) ?? "", fields.slice(1).join("\t"));
  }
  return result;
}

/** Adler-32 (RFC 1950), 8 hex digits. */
function adler32(bytes: Uint8Array): string {
  let low = 1;
  let high = 0;
  for (const byte of bytes) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return (high * 65536 + low).toString(16).padStart(8, "0");
}

/** Checksums as the format's reference words them, for comparison with the product's: by the version of the format. */
export function checksumOf(bytes: Uint8Array, version: number): string {
  if (version === 1) return `adler32\t${adler32(bytes)}`;
  const sums = [
    [65599, 94899997],
    [1048583, 94899991],
  ].map(([base = 0, prime = 1]) => bytes.reduce((sum, byte) => (sum * base + byte) % prime, 1));
  return `poly54\t${sums.map((sum) => sum.toString(16).padStart(8, "0")).join("")}`;
}
