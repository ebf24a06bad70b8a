/**
 * The format of dumps: SQL text that `psql` could load into an empty schema of the same version, too. A comment with what the
 * dump is of, then each table as COPY gives it, followed by a comment with the number of its rows and the hash of its bytes,
 * and a last line, without which the dump is not whole.
 */
import { createHash } from "node:crypto";

import { ProxError } from "../../errors.ts";

/** What a dump is of. */
export interface DumpHeader {
  readonly format: 1;
  /** Of each migration that made the schema, in their order. */
  readonly migrations: readonly { readonly name: string; readonly checksum: string }[];
  readonly prox: string;
  /** Version of the server. */
  readonly server: string;
  readonly at: string;
}

/** A table of a dump, and its columns. */
export interface DumpTable {
  readonly name: string;
  readonly columns: readonly string[];
}

/** What stands behind the rows of a table. */
interface TableSum {
  readonly table: string;
  readonly rows: number;
  readonly sha256: string;
}

const HEADER = "-- prox dump ";
const TABLE = "-- table ";
const SUM = "-- sum ";
const END = "-- end of the dump";
const ROWS_END = Buffer.from("\n\\.\n");
const MAXIMUM_LINE_BYTES = 1 << 20;
const LINE_FEED = 10;

/** The error of a dump that cannot be used. */
export function badDump(label: string, reason: string, cause?: unknown): ProxError {
  return new ProxError("E_DUMP", `cannot use the dump ${label}: ${reason}`, {
    suggestions: ["use another dump; nothing was changed"],
    cause,
  });
}

/** Counts rows and hashes bytes as they pass by. */
class Sum {
  readonly #hash = createHash("sha256");
  #rows = 0;

  add(chunk: Buffer): void {
    this.#hash.update(chunk);
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) this.#rows++;
  }

  of(table: string): TableSum {
    return { table, rows: this.#rows, sha256: this.#hash.digest("hex") };
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The text before everything else. */
export function headerText(header: DumpHeader): Buffer {
  return Buffer.from(`${HEADER}${JSON.stringify(header)}\n`);
}

/** A table with its rows, as COPY gives them. `onRows` gets their number. */
export async function* tableText(
  table: DumpTable,
  rows: AsyncIterable<Buffer>,
  onRows: (rows: number) => void,
): AsyncGenerator<Buffer> {
  const { columns, name } = table;
  yield Buffer.from(
    `${TABLE}${JSON.stringify(table)}\ncopy ${quoted(name)} (${columns.map(quoted).join(", ")}) from stdin;\n`,
  );
  const sum = new Sum();
  for await (const chunk of rows) {
    sum.add(chunk);
    yield chunk;
  }
  const found = sum.of(name);
  onRows(found.rows);
  yield Buffer.from(`\\.\n${SUM}${JSON.stringify(found)}\n`);
}

/** The last line. */
export const END_TEXT = Buffer.from(`${END}\n`);

/** Reads a dump from its beginning to its end. */
export class DumpReader {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #label: string;
  #rest: Buffer = Buffer.alloc(0);
  #sum: Sum | undefined;

  constructor(chunks: AsyncIterable<Buffer>, label: string) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#label = label;
  }

  /** What the dump is of. To be called first. */
  async header(): Promise<DumpHeader> {
    const line = await this.#line();
    if (!line.startsWith(HEADER)) throw badDump(this.#label, "it is no dump of prox");
    const header = this.#parse(line.slice(HEADER.length)) as DumpHeader;
    if ((header.format as number) !== 1)
      throw badDump(this.#label, "a newer prox made it, in another format");
    return header;
  }

  /** The next table; undefined at the end of the dump. Its {@link rows} are to be read before the next one is asked for. */
  async table(): Promise<DumpTable | undefined> {
    const line = await this.#line();
    if (line === END) return undefined;
    if (!line.startsWith(TABLE)) throw badDump(this.#label, "it is damaged");
    const table = this.#parse(line.slice(TABLE.length)) as DumpTable;
    await this.#line();
    return table;
  }

  /** The bytes of the table's rows. */
  async *rows(): AsyncGenerator<Buffer> {
    const sum = new Sum();
    this.#sum = sum;
    // As if a line had ended before the first row: a table may have none.
    let before = true;
    for (;;) {
      while (this.#rest.length < ROWS_END.length && (await this.#more()));
      if (before && this.#rest.subarray(0, 3).equals(ROWS_END.subarray(1))) {
        this.#rest = this.#rest.subarray(3);
        return;
      }
      before = false;
      const end = this.#rest.indexOf(ROWS_END);
      const length = end >= 0 ? end + 1 : this.#rest.length - ROWS_END.length + 1;
      if (length <= 0) throw badDump(this.#label, "it is not whole");
      const chunk = this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(end >= 0 ? end + ROWS_END.length : length);
      sum.add(chunk);
      yield chunk;
      if (end >= 0) return;
      if (!(await this.#more())) throw badDump(this.#label, "it is not whole");
    }
  }

  /** How many rows the table has. To be called when they were read; throws where they are not those that were dumped. */
  async count({ name }: DumpTable): Promise<number> {
    const line = await this.#line();
    if (!line.startsWith(SUM)) throw badDump(this.#label, `it is damaged in table ${name}`);
    const said = this.#parse(line.slice(SUM.length)) as TableSum;
    const found = this.#sum?.of(name);
    if (found?.sha256 !== said.sha256 || found.rows !== said.rows || said.table !== name)
      throw badDump(this.#label, `it is damaged in table ${name}`);
    return said.rows;
  }

  #parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw badDump(this.#label, "it is damaged", cause);
    }
  }

  async #more(): Promise<boolean> {
    let next: IteratorResult<Buffer>;
    try {
      next = await this.#chunks.next();
    } catch (cause) {
      if (cause instanceof ProxError) throw cause;
      throw badDump(this.#label, cause instanceof Error ? cause.message : String(cause), cause);
    }
    if (next.done === true) return false;
    this.#rest = this.#rest.length === 0 ? next.value : Buffer.concat([this.#rest, next.value]);
    return true;
  }

  async #line(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf(LINE_FEED);
      if (end >= 0) {
        const line = this.#rest.toString("utf8", 0, end);
        this.#rest = this.#rest.subarray(end + 1);
        return line;
      }
      if (this.#rest.length > MAXIMUM_LINE_BYTES) throw badDump(this.#label, "it is no dump of prox");
      if (!(await this.#more())) throw badDump(this.#label, "it is not whole");
    }
  }
}
