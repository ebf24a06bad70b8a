/** Dumps in files: written beside their place, read again to their end, and only then there. */
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";

import { writingAdvice } from "../../disk-advice.ts";
import { errorCodeOf, messageOf, ProxError } from "../../errors.ts";
import type { Sql } from "../driver/connect.ts";
import { inTransaction } from "../driver/transaction.ts";
import { checkDump, dumpText, type RowCounts, SNAPSHOT } from "./dump.ts";
import { badDump } from "./dump-file.ts";

/** Fast: rows of positions shrink to a quarter, and more would take thrice the time for little. */
const GZIP_LEVEL = 3;
/** Names that retention may remove, and no others. */
const DUMP_NAME = /^prox-\d{8}T\d{6}Z\.sql\.gz$/;

/** The name of a dump that is made now. */
export function dumpName(now: Date): string {
  return `prox-${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z.sql.gz`;
}

/** The text of a dump in a file. Throws `E_DUMP` where it cannot be read. */
export async function* readDump(file: string): AsyncGenerator<Buffer> {
  try {
    const unpacked = createGunzip();
    const reading = pipeline(createReadStream(file), unpacked);
    reading.catch(() => undefined);
    for await (const chunk of unpacked) yield chunk as Buffer;
    await reading;
  } catch (error) {
    throw error instanceof ProxError ? error : badDump(file, messageOf(error), error);
  }
}

/** Dumps a database into a file, which is there only when it could be read again whole. Returns the rows of each table. */
export async function dumpToFile(
  sql: Sql,
  file: string,
  options: { onRows?: (table: string, rows: number) => void; signal?: AbortSignal } = {},
): Promise<{ rows: RowCounts; bytes: number }> {
  const unfinished = `${file}.part-${process.pid}`;
  const written: RowCounts = {};
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await inTransaction(
      sql,
      async (transaction) => {
        const text = dumpText(transaction, (table, rows) => {
          written[table] = rows;
          options.onRows?.(table, rows);
        });
        const to = createWriteStream(unfinished, { flags: "wx", mode: 0o600 });
        await pipeline(text, createGzip({ level: GZIP_LEVEL }), to, { signal: options.signal });
      },
      `${SNAPSHOT} read only`,
    );
    const handle = await open(unfinished, "r");
    await handle.sync();
    await handle.close();
    const rows = await checkDump(readDump(unfinished), unfinished);
    for (const [table, count] of Object.entries(written))
      if (rows[table] !== count) throw badDump(unfinished, `it has other rows of ${table} than were written`);
    await rename(unfinished, file);
    return { rows, bytes: (await stat(file)).size };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!/^E[A-Z]+$/.test(errorCodeOf(error) ?? "")) throw error;
    throw new ProxError("E_WRITE", `cannot write ${file}: ${messageOf(error)}`, {
      suggestions: writingAdvice(error, ["name a file or folder that you may write to"]),
      cause: error,
    });
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** Removes all but the newest dumps of a folder, by their names; returns the names of those that it removed. */
export async function keepNewest(folder: string, keep: number): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => DUMP_NAME.test(name)).sort();
  const old = names.slice(0, Math.max(0, names.length - keep));
  for (const name of old) await rm(path.join(folder, name));
  return old;
}
