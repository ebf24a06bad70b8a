/** What readers of other trackers' formats share: the text of a file, names of maps, and the hash of what it says. */
import { createHash } from "node:crypto";

import { refuse } from "../fault.ts";
import { decodeMixed } from "./mixed-text.ts";

/** A file of a longer text is none of a round: the largest that was seen has 10 MB. */
const LONGEST_TEXT_BYTES = 64 << 20;
/** The longest name of a map, as in the engine. */
const LONGEST_MAP = 64;

/** All of a file as Latin-1, a character a byte. Throws `RoundFileError` for a file that is too long. */
export async function wholeText(
  bytes: AsyncIterable<Buffer>,
  longestBytes = LONGEST_TEXT_BYTES,
): Promise<string> {
  const parts: string[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > longestBytes) {
      refuse("E_FOREIGN_FILE", 0, `it has more than ${longestBytes} bytes, which no round has`);
    }
    parts.push(chunk.toString("latin1"));
  }
  return parts.join("");
}

/** A name of a map, which identifies a round with its start. Throws `RoundFileError` for one that no map has. */
export function readMapName(latin1: string, line: number): string {
  const map = decodeMixed(latin1).trim();
  if (map === "" || map.length > LONGEST_MAP || /\p{Cc}/u.test(map)) {
    refuse("E_FOREIGN_FILE", line, "it names no map", { field: "map", text: latin1 });
  }
  return map;
}

/** Hash of what a file says of a round: text as Latin-1, whose line ends do not matter. */
export function contentHash(latin1: string): string {
  return createHash("sha256").update(latin1.replaceAll("\r\n", "\n"), "latin1").digest("hex");
}
