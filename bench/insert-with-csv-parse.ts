/** The plain way to import, for comparison: csv-parse as a stream, rows as objects, INSERT of 1000 rows at a time. */
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";

import { parse } from "csv-parse";

import { createPool } from "../src/db/driver/connect.ts";
import { COLUMNS, type Kind } from "../src/format/columns.ts";

const BATCH_ROWS = 1000;
const TABLES: Partial<Record<Kind, string>> = { positions: "player_positions", combat: "combat_events" };
const [url = "", folder = ""] = process.argv.slice(2);
const sql = createPool(url, { connections: 1 });

/** Numbers for numbers, booleans where the table has them, null for an empty field: no other check. */
function toValue(name: string, field: string): string | number | boolean | null {
  if (field === "") return null;
  if (name.startsWith("is_") || name === "target_is_wounded") return field === "1";
  return /^[-\d]/.test(field) ? Number(field) : field;
}

const players = new Map<number, number>();
for (const row of await sql`select player_id, guid from players where guid like 'BENCH%'`) {
  players.set(Number(/^BENCH(\d+?)0*$/.exec(String(row["guid"]))?.[1]), Number(row["player_id"]));
}
const rounds = new Map<string, number>();
for (const row of await sql`select round_id, round_key from rounds`)
  rounds.set(String(row["round_key"]), Number(row["round_id"]));

for (const file of (await readdir(folder)).sort()) {
  const [roundKey = "", kind] = file.replace(".txt", "").split("_");
  const table = TABLES[kind as Kind];
  if (table === undefined) continue;
  const names = COLUMNS[kind as Kind].map(({ name }) => name);
  const records = createReadStream(path.join(folder, file)).pipe(
    parse({
      delimiter: "\t",
      quote: null,
      escape: null,
      comment: "#",
      comment_no_infix: true,
      relax_column_count: true,
    }),
  );
  await sql.begin(async (transaction) => {
    let batch: Record<string, unknown>[] = [];
    let row = 0;
    const flush = async (): Promise<void> => {
      if (batch.length > 0)
        await transaction`insert into ${transaction(table)} ${transaction(batch as never[])}`;
      batch = [];
    };
    for await (const fields of records as AsyncIterable<string[]>) {
      const values: Record<string, unknown> = { round_id: rounds.get(roundKey) };
      for (const [index, name] of names.entries()) values[name] = toValue(name, fields[index] ?? "");
      row++;
      if (table === "combat_events") values["event_number"] = row;
      else {
        values["player_id"] = players.get(Number(values["slot"])) ?? 1;
        values["team"] = 1;
      }
      batch.push(values);
      if (batch.length === BATCH_ROWS) await flush();
    }
    await flush();
  });
}
await sql.end();
