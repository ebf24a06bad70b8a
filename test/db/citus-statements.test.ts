/** No statement of import, reports, derivation and sample queries has a shape that Citus refuses: known without a cluster. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { beforeAll, expect, test } from "vitest";

import { chooseRounds, forgetRounds } from "../../src/care/rounds.ts";
import ReportRound from "../../src/commands/report/round.ts";
import { createPool } from "../../src/db/driver/connect.ts";
import { prunePositions } from "../../src/db/prune.ts";
import { readContents } from "../../src/db/status.ts";
import { packagePath } from "../../src/package-root.ts";
import { postNews } from "../../src/posts/post-news.ts";
import { rederive } from "../../src/rederive/rederive.ts";
import { EVERY_POST, importAsked, nameAreas, putRight, SILENT } from "../support/asked-database.ts";
import { REFUSALS, refusalsOf } from "../support/citus-refusals.ts";
import { createPlainDatabase } from "../support/database.ts";
import { exportTo, newFolder } from "../support/exports.ts";
import { importPaths } from "../support/import.ts";
import { answerOf, reportCalls, SMALL_RECORDINGS } from "../support/report-calls.ts";
import { writeRound } from "../support/round-files.ts";
import { sharedRecording } from "../support/shared-recordings.ts";
import { recordStatements, type Recorder } from "../support/statements.ts";

/** Each statement with the shapes that it has. */
const refused = (texts: Iterable<string>): [string, string[]][] =>
  [...texts].flatMap((text): [string, string[]][] => {
    const shapes = refusalsOf(text);
    return shapes.length === 0 ? [] : [[text, shapes]];
  });
const aboutPositions = (texts: Iterable<string>): string[] =>
  [...texts].filter((text) => text.includes("player_positions"));

let recorder: Recorder;
beforeAll(async () => {
  recorder = await recordStatements((await createPlainDatabase()).url);
});

test.each(REFUSALS.map((refusal) => [refusal.what, refusal] as const))(
  "%s is known again",
  (what, { example }) => {
    expect(refusalsOf(example)).toContain(what);
  },
);

test.each([
  ["of one round, told twice", "where a.round_id = $1 and b.round_id = $1", []],
  ["of the same round, told by the other", "where a.round_id = $1 and b.round_id = a.round_id", []],
  [
    "of the same round, told by a third",
    "join rounds r on r.round_id = b.round_id where r.round_id = a.round_id",
    [],
  ],
  ["of any rounds", "", ["positions of different rounds joined with each other"]],
  [
    "of two",
    "where a.round_id = $1 and b.round_id = $2",
    ["positions of different rounds joined with each other"],
  ],
])("positions joined with each other: %s", (_what, condition, shapes) => {
  const join = `select count(*) from player_positions a join player_positions b using (time_ms) ${condition}`;
  expect(refusalsOf(join)).toEqual(shapes);
  expect(refusalsOf(`select * from rounds where 0 < (${join})`)).toEqual(expect.arrayContaining(shapes));
});

test("import, again, with --replace, and prune", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "prox-test-"));
  const sql = createPool(recorder.url);
  await writeRound(folder, "one", { all: { cutBytes: 3 } });
  await importPaths(sql, [folder]);
  await writeRound(folder, "one");
  await importPaths(sql, [folder]);
  await writeRound(path.join(folder, "other"), "one", { positions: { rows: [] } });
  await importPaths(sql, [path.join(folder, "other")], { replace: true });
  await prunePositions(sql, new Date("2100-01-01"));
  await sql.end();
  await rm(folder, { recursive: true });
  expect(aboutPositions(recorder.statements).length).toBeGreaterThan(5);
  expect(refused(recorder.statements)).toEqual([]);
});

test("rules applied again", async () => {
  const sql = createPool(recorder.url);
  const [name] = SMALL_RECORDINGS;
  await importPaths(sql, [(await sharedRecording(name)).folder]);
  const before = new Set(recorder.statements);
  const { rules } = await rederive(sql, { again: true });
  await sql.end();
  expect(rules[0]?.rounds).toBeGreaterThan(0);
  const seen = [...recorder.statements].filter((text) => !before.has(text));
  expect(aboutPositions(seen).length).toBeGreaterThan(0);
  expect(refused(seen)).toEqual([]);
}, 120_000);

test("every report with every filter", async () => {
  const sql = createPool(recorder.url);
  for (const name of SMALL_RECORDINGS) await importPaths(sql, [(await sharedRecording(name)).folder]);
  await nameAreas(sql);
  await sql.end();
  const before = new Set(recorder.statements);
  const seen = new Set<string>();
  // What two calls of a report with the same filters differ in is no other statement.
  for (const call of reportCalls()) await answerOf(call, recorder.url);
  for (const text of recorder.statements) if (!before.has(text)) seen.add(text);
  expect(aboutPositions(seen).length).toBeGreaterThan(20);
  expect(refused(seen)).toEqual([]);
}, 600_000);

test("rounds and totals of other trackers, people and evenings put right, status, posts, an export, rounds forgotten", async () => {
  const sql = createPool(recorder.url);
  const before = new Set(recorder.statements);
  await importAsked(sql, ["crash-10"]);
  await putRight(sql);
  await readContents(sql);
  const rounds = await sql<{ key: string }[]>`
    select round_key as key from rounds where excluded_at is null and same_as_round_id is null`;
  for (const { key } of rounds) {
    const call = { text: "", command: ReportRound, argv: [key, "--bots", "--json"] };
    expect(await answerOf(call, recorder.url)).toContain('"ok": true');
  }
  const posted = await postNews(sql, SILENT, { ...EVERY_POST, kind: "session" });
  expect(posted.messages.length).toBeGreaterThan(1);
  await exportTo(sql, newFolder());
  await forgetRounds(sql, await chooseRounds(sql, {}), { reason: "", signal: new AbortController().signal });
  await sql.end();
  const seen = [...recorder.statements].filter((text) => !before.has(text));
  for (const table of ["player_totals", "posts", "player_aliases", "forgotten_rounds"])
    expect([table, seen.some((text) => text.includes(table))]).toEqual([table, true]);
  expect(aboutPositions(seen).length).toBeGreaterThan(3);
  expect(refused(seen)).toEqual([]);
}, 240_000);

test("sample queries", async () => {
  for (const file of await readdir(packagePath("sql/samples"))) {
    expect([file, refusalsOf(await readFile(packagePath(`sql/samples/${file}`), "utf8"))]).toEqual([
      file,
      [],
    ]);
  }
});
