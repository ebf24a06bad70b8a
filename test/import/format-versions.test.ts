/** Files of earlier versions of the format, imported by a prox and a schema whose own version is later. */
import { readdirSync } from "node:fs";

import { beforeAll, expect, test, vi } from "vitest";

import { KINDS } from "../../src/format/columns.ts";
import { kindsAt } from "../../src/format/versions.ts";
import { packagePath } from "../../src/package-root.ts";
import { setUpImports } from "../support/import.ts";
import { LATER, LATER_COLUMNS, LATER_EVENT } from "../support/later-format.ts";
import { SOME_ROWS, writeRound } from "../support/round-files.ts";

vi.mock("../../src/format/columns.ts", async (original) => {
  const { laterColumns } = await import("../support/later-format.ts");
  return laterColumns(await original());
});
vi.mock("../../src/format/file.ts", async (original) => {
  const { laterFile } = await import("../support/later-format.ts");
  return laterFile(await original());
});

const imports = setUpImports();
const { newKey, run } = imports;

/** The tables that have the made-up column of each kind. */
const TABLES = {
  positions: ["player_positions"],
  combat: ["combat_events"],
  engagements: ["engagement_analysis", "proximity_events"],
  heatmap: ["proximity_heatmap"],
  objectives: ["objective_events"],
} as const;

beforeAll(async () => {
  const { sql } = imports;
  await sql`alter type combat_event add value ${sql.unsafe(`'${LATER_EVENT}'`)}`;
  for (const kind of KINDS) {
    for (const table of TABLES[kind]) {
      await sql`alter table ${sql(table)} add column ${sql(LATER_COLUMNS[kind].name)} smallint`;
    }
  }
});

/** The values of the made-up columns in the rows of a round, sorted. */
async function laterValues(roundKey: string): Promise<Record<string, (number | null)[]>> {
  const { sql } = imports;
  const found: Record<string, (number | null)[]> = {};
  for (const kind of KINDS) {
    for (const table of TABLES[kind]) {
      const rows = await sql<{ value: number | null }[]>`
        select ${sql(LATER_COLUMNS[kind].name)} as value from ${sql(table)}
        where round_id = (select round_id from rounds where round_key = ${roundKey}) order by 1`;
      found[table] = rows.map(({ value }) => value);
    }
  }
  return found;
}

const versionsOf = (roundKey: string) => imports.sql<{ round: number; files: number[] }[]>`
  select format_version as round,
    (select array_agg(format_version::integer order by kind) from import_files
      where import_files.round_key = rounds.round_key and status = 'imported') as files
  from rounds where round_key = ${roundKey}`;

/** Rows of the later version: one of each kind has a value of its own. */
async function writeLater(roundKey: string, version: number): Promise<void> {
  const rowsOf = (kind: (typeof KINDS)[number]) =>
    SOME_ROWS[kind].map((row, index) => ({ ...row, [LATER_COLUMNS[kind].name]: index + 1 }));
  await writeRound(imports.folder, roundKey, {
    all: { version },
    ...Object.fromEntries(KINDS.map((kind) => [kind, { version, rows: rowsOf(kind) }])),
  });
}

test("what a file of the later version says is stored", async () => {
  const key = newKey();
  await writeLater(key, LATER);
  const report = await run([imports.folder]);
  expect(report.files.map(({ error }) => error)).toEqual(KINDS.map(() => null));
  expect(await laterValues(key)).toEqual({
    player_positions: [1, 2, 3, 4],
    combat_events: [1, 2, 3],
    // The rows of participants have no place for it.
    engagement_analysis: [1],
    proximity_events: [4],
    proximity_heatmap: [1, 2],
    objective_events: [1, 2],
  });
  expect(await versionsOf(key)).toEqual([{ round: LATER, files: KINDS.map(() => LATER) }]);
});

/** What the row of a round does not know of files of the first version. */
const NOT_IN_FIRST = ["format_version", "began_ms", "pieces", "objective_rows"];

test("what a file of the first version cannot say is null, and all else is stored as ever", async () => {
  const [old, late] = [newKey(), newKey()];
  await writeLater(late, LATER);
  await writeLater(old, 1);
  await run([imports.folder]);
  const without = async (key: string): Promise<unknown> => {
    const text = JSON.stringify(await imports.contents(key), (name, value: unknown) =>
      KINDS.some((kind) => LATER_COLUMNS[kind].name === name) || NOT_IN_FIRST.includes(name) ? null : value,
    );
    return { ...(JSON.parse(text) as Record<string, unknown>), objective_events: [] };
  };
  expect(await without(old)).toEqual(await without(late));
  expect(await laterValues(old)).toEqual({
    player_positions: [null, null, null, null],
    combat_events: [null, null, null],
    engagement_analysis: [null],
    proximity_events: [null],
    proximity_heatmap: [null, null],
    objective_events: [],
  });
  expect(await versionsOf(old)).toEqual([{ round: 1, files: kindsAt(1).map(() => 1) }]);
});

test("a round is of the lowest version of its files", async () => {
  const key = newKey();
  await writeRound(imports.folder, key, { all: { version: LATER }, heatmap: { version: 1 } });
  await run([imports.folder]);
  expect(await versionsOf(key)).toEqual([{ round: 1, files: [LATER, LATER, LATER, 1, LATER] }]);
});

test("the files that version 1 left behind import", async () => {
  const folder = packagePath("test/fixtures/format/v1");
  const report = await run([folder]);
  const files = readdirSync(folder).filter((name) => name.endsWith(".gz"));
  expect(report.files.filter(({ error }) => error === null)).toHaveLength(files.length);
});

test("a file of a version that is yet to come is refused, and the ledger says why", async () => {
  const key = newKey();
  const paths = await writeRound(imports.folder, key, { combat: { version: LATER + 1 } });
  const report = await run([imports.folder]);
  expect(report.files.filter(({ error }) => error !== null)).toMatchObject([
    { label: paths.combat, error: { code: "E_FORMAT_VERSION", line: 1 } },
  ]);
  const [entry] = await imports.sql<{ version: number | null; message: string }[]>`
    select format_version as version, error_message as message from import_files where label = ${paths.combat}`;
  expect(entry?.version).toBeNull();
  expect(entry?.message).toContain(`has format version ${LATER + 1}, and this prox reads up to ${LATER}`);
});
