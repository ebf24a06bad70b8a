/**
 * Rows of numbers, many of them, as COPY gives them: positions of a round are ten thousand rows, and an object of texts for each
 * would take most of the time.
 */
import type postgres from "postgres";

import { copyFrom } from "./driver/copy.ts";

const TAB = 9;
const NEWLINE = 10;

/**
 * Reads a `copy (select …) to stdout` whose columns are all numbers, in a transaction: until it has ended, the connection takes no
 * other query.
 * @param take gets the numbers of each row, in an array that the next row uses again; null is NaN.
 */
export async function readCopiedNumbers(
  copy: postgres.PendingQuery<postgres.Row[]>,
  columns: number,
  take: (values: Readonly<Float64Array>) => void,
): Promise<void> {
  const values = new Float64Array(columns);
  let column = 0;
  let rest = "";
  for await (const chunk of await copyFrom(copy)) {
    const text = rest + (chunk as Buffer).toString("latin1");
    let start = 0;
    for (let at = rest.length; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code !== TAB && code !== NEWLINE) continue;
      // Null is written \N.
      values[column] = Number(text.slice(start, at));
      start = at + 1;
      column += 1;
      if (code === TAB) continue;
      if (column !== columns) throw new Error(`a row has ${column} columns, not ${columns}`);
      take(values);
      column = 0;
    }
    rest = text.slice(start);
  }
}
