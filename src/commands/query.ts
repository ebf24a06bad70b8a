import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { finished } from "node:stream/promises";
import { text } from "node:stream/consumers";

import { Args, Flags } from "@oclif/core";

import { BaseCommand } from "../cli/base-command.ts";
import { renderCsv, renderTable, type TableColumn } from "../cli/render/table.ts";
import { plainLine, terminalOf } from "../cli/render/terminal.ts";
import { type AnswerRow, answerColumns } from "../cli/views/query-answer.ts";
import { writingAdvice } from "../disk-advice.ts";
import { messageOf, ProxError } from "../errors.ts";
import { type AnswerColumn, type AnswerReader, queryExport } from "../export/query.ts";

/** Rows that are kept for a table or for `--json`; CSV takes any number. */
const MOST_ROWS = 10_000;
const LINE_END = "\r\n";

/** Keeps the first rows of an answer. */
class KeptAnswer implements AnswerReader {
  readonly #limit: number;
  names: readonly AnswerColumn[] = [];
  readonly kept: AnswerRow[] = [];
  hasMore = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  columns(columns: readonly AnswerColumn[]): void {
    this.names = columns;
  }

  rows(rows: readonly AnswerRow[]): Promise<boolean> {
    const room = this.#limit - this.kept.length;
    this.kept.push(...rows.slice(0, room));
    this.hasMore = rows.length > room;
    return Promise.resolve(!this.hasMore);
  }
}

/** Writes an answer as CSV while it comes. */
class CsvAnswer implements AnswerReader {
  readonly #stream: NodeJS.WritableStream;
  #columns: TableColumn<AnswerRow>[] = [];
  count = 0;

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
  }

  columns(columns: readonly AnswerColumn[]): void {
    this.#columns = answerColumns(columns);
    this.#stream.write(renderCsv(this.#columns, []));
  }

  async rows(rows: readonly AnswerRow[]): Promise<boolean> {
    this.count += rows.length;
    const lines = renderCsv(this.#columns, rows);
    // Without the line of names.
    if (!this.#stream.write(lines.slice(lines.indexOf(LINE_END) + LINE_END.length)))
      await once(this.#stream, "drain");
    return true;
  }
}

export default class Query extends BaseCommand {
  static override summary = "ask an export with SQL, without any database";
  static override description =
    "runs one SELECT over the files that `prox export` wrote. The tables have the names of the database (docs/schema.md); those of " +
    "rounds have the columns month and map besides, and a query that names them reads only these files. The SQL is DuckDB's. A query " +
    "changes nothing, and reaches no other file and no network. Needs the package @duckdb/node-api";
  static override examples = [
    "<%= config.bin %> <%= command.id %> 'select map, count(*) as rounds from rounds group by map' --from /srv/prox-export",
    "<%= config.bin %> <%= command.id %> 'show tables' --from /srv/prox-export",
    "<%= config.bin %> <%= command.id %> - --from /srv/prox-export --csv answer.csv < question.sql",
  ];
  static override args = {
    sql: Args.string({ description: "the query; - reads it from standard input", required: true }),
  };
  static override flags = {
    from: Flags.string({
      summary: "folder of the export; by default the folder that you are in",
      helpValue: "DIR",
      default: ".",
    }),
    csv: Flags.string({ summary: "write all rows as CSV; - is standard output", helpValue: "FILE" }),
    limit: Flags.integer({ summary: "most rows of a table and of --json", default: MOST_ROWS, min: 1 }),
    memory: Flags.integer({
      summary: "most memory for the query, MB",
      helpValue: "MB",
      default: 1024,
      min: 64,
    }),
    timeout: Flags.integer({
      summary: "most time for the query, seconds",
      helpValue: "S",
      default: 300,
      min: 1,
      max: 86_400,
    }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Query);
    if (flags.csv === "-" && this.jsonEnabled())
      throw new ProxError(
        "E_USAGE",
        "cannot write two things to standard output: give --csv a file, or leave out --json",
      );
    const sql = args.sql === "-" ? await text(process.stdin) : args.sql;
    const overflow = await mkdtemp(path.join(tmpdir(), "prox-query-"));
    const ask = (reader: AnswerReader): Promise<void> =>
      queryExport(
        flags.from,
        sql,
        { memoryMb: flags.memory, timeoutS: flags.timeout, overflow, signal: this.interrupted },
        reader,
      );
    try {
      return flags.csv === undefined ? await this.#show(ask, flags.limit) : await this.#write(ask, flags.csv);
    } finally {
      await rm(overflow, { recursive: true, force: true });
    }
  }

  async #show(ask: (reader: AnswerReader) => Promise<void>, limit: number): Promise<object> {
    const answer = new KeptAnswer(limit);
    await ask(answer);
    const { hasMore, kept, names } = answer;
    if (names[1]?.name === "explain_value") {
      this.say(kept.flatMap(([, plan]) => (typeof plan === "string" ? plan.split("\n") : [])));
    } else {
      // As wide as it has to be: a column that does not fit would be missing.
      const terminal = { ...terminalOf(process.stdout), columns: Infinity };
      const lines = renderTable(answerColumns(names), kept, terminal);
      this.say(terminal.unicode ? lines : lines.map(plainLine));
    }
    if (hasMore) this.warn(`there are more rows than ${limit}: --csv FILE writes all, --limit shows more`);
    return { columns: names, rows: kept, hasMore };
  }

  async #write(ask: (reader: AnswerReader) => Promise<void>, file: string): Promise<object> {
    if (file === "-") {
      const answer = new CsvAnswer(process.stdout);
      await ask(answer);
      return { rows: answer.count };
    }
    const stream = createWriteStream(file);
    const written = finished(stream);
    const answer = new CsvAnswer(stream);
    try {
      // A file that cannot be written ends the wait for it.
      await Promise.race([ask(answer), written]);
      stream.end();
      await written;
    } catch (error) {
      written.catch(() => undefined);
      stream.destroy();
      if (error instanceof ProxError) throw error;
      throw new ProxError("E_WRITE", `cannot write ${file}: ${messageOf(error)}`, {
        suggestions: writingAdvice(error, ["name a file in an existing folder that you may write to"]),
        cause: error,
      });
    }
    this.logToStderr(`wrote ${file}`);
    return { file, rows: answer.count };
  }
}
