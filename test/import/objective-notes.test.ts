/** Notes of the objectives file: what a map has to fight for, and what it announced. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { importPaths } from "../support/import.ts";
import { roundFile, SOME_ROWS, type RoundFileValues } from "../support/round-files.ts";

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(path.join(tmpdir(), "prox-notes-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const OBJECTIVES = [
  "#objective\t126\texplosive\t^1Main \\tGate\t1\t-400\t-360\t64\t1",
  "#objective\t200\tspawn\t\t0\t-65536\t65536\t0\t1",
];
const keyed = (last: string): Readonly<Record<string, string>> => ({
  round_key: `2026-01-31-190500-supply-round-1-0000000${last}`,
  match_key: `2026-01-31-190500-supply-round-1-0000000${last}`,
});
const announcements = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `#announce\t${(from + index) * 10}\tnumber ${from + index}!`);

function write(name: string, values: RoundFileValues): string {
  const file = path.join(folder, `${name}_objectives.txt`);
  const key = `2026-01-31-190500-supply-round-1-0000000${values.version ?? 1}`;
  writeFileSync(
    file,
    roundFile("objectives", { ...values, header: { round_key: key, match_key: key, ...values.header } }),
  );
  return file;
}

const stored = async (): Promise<unknown> => ({
  objectives: [
    ...(await database.sql`select objective, kind::text, team, x, y, z, name, stands from objectives order by objective`),
  ],
  announcements: [
    ...(await database.sql<{ number: number; timeMs: number; text: string }[]>`
      select announcement_number as number, time_ms as "timeMs", text from announcements order by 1`),
  ].map(({ number, text, timeMs }) => [number, timeMs, text]),
});

const GATE = {
  objective: 126,
  kind: "explosive",
  team: 1,
  x: -400,
  y: -360,
  z: 64,
  name: "^1Main \tGate",
  stands: true,
};
const SPAWN = { objective: 200, kind: "spawn", team: 0, x: -65536, y: 65536, z: 0, name: "", stands: true };
const told = (count: number): unknown[] =>
  Array.from({ length: count }, (_, index) => [index + 1, (index + 1) * 10, `number ${index + 1}!`]);

test("the notes of all pieces are stored once, take the place of those before, and go with their round", async () => {
  const unloaded = { end_reason: "module_unloaded", end_ms: "100000", winner_team: undefined };
  const rows = [...OBJECTIVES, ...announcements(1, 1001), ...SOME_ROWS.objectives];
  const first = write("first", { rows, trailer: unloaded });
  await importPaths(database.sql, [first]);
  expect(await stored()).toEqual({ objectives: [GATE, SPAWN], announcements: told(1001) });

  // A later piece states them again: how they stood when the round began, only the first one saw.
  const again = [
    "#objective\t126\texplosive\tGate\t1\t0\t0\t0\t0",
    "#objective\t7\tdocuments\tTruck\t1\t1\t2\t3\t0",
  ];
  const second = write("second", {
    header: { piece: "2", began_ms: "100200" },
    rows: [...again, ...announcements(1002, 2)],
  });
  await importPaths(database.sql, [first, second]);
  const truck = { objective: 7, kind: "documents", team: 1, x: 1, y: 2, z: 3, name: "Truck", stands: false };
  expect(await stored()).toEqual({ objectives: [truck, GATE, SPAWN], announcements: told(1003) });

  await database.sql`delete from rounds`;
  expect(await stored()).toEqual({ objectives: [], announcements: [] });
});

test("a file of a version that does not say what stands has null there", async () => {
  const rows = ["#objective\t126\texplosive\tGate\t1\t-400\t-360\t64", ...SOME_ROWS.objectives];
  await importPaths(database.sql, [write("earlier", { version: 2, rows })]);
  expect(await stored()).toMatchObject({ objectives: [{ objective: 126, name: "Gate", stands: null }] });
  await database.sql`delete from rounds`;
});

test("what stands at the beginning is what the files say, and else what can be expected", async () => {
  const phases = async (): Promise<unknown> =>
    (
      await database.sql<{ objective: number; phase: string }[]>`
        select objective, phase::text from objective_phases order by objective, from_ms`
    ).map(({ objective, phase }) => `${objective} ${phase}`);
  const said = [
    "#objective\t7\tconstructible\tthe Bridge\t2\t0\t0\t0\t1",
    "#objective\t8\texplosive\tthe Wall\t1\t0\t0\t0\t0",
  ];
  await importPaths(database.sql, [write("said", { header: keyed("5"), rows: said })]);
  expect(await phases()).toEqual(["7 while", "8 before"]);
  await database.sql`delete from rounds`;

  const rows = said.map((line) => line.replace(/\t\d$/, ""));
  await importPaths(database.sql, [write("unsaid", { version: 2, header: keyed("6"), rows })]);
  expect(await phases()).toEqual(["7 before", "8 while"]);
});
