/**
 * Export: rows a second and bytes, beside psql's \copy of the same tables to CSV. All take their turn in one run, on one private
 * server; the ratios count, not the numbers. The rounds are those of recordings, played to the tracker with a sample each so many ms;
 * of a folder of round files; or made up, every number drawn by lot, which nothing packs. Of the first two the rounds are stored in
 * turn until there are 68: each other one on another of 20 maps, so that no file holds the same round twice.
 *
 *     npm run build && node --import tsx bench/export.ts [ms, or a folder of round files] [turns] [folder of recordings]
 *     npm run build && node --import tsx bench/export.ts made-up [turns] [rounds]
 */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { createPool } from "../src/db/driver/connect.ts";
import { startCluster, stopCluster } from "../src/db/embedded/cluster.ts";
import { migrate } from "../src/db/migrations.ts";
import { quoted } from "../src/export/duckdb.ts";
import { filesOf, type Manifest } from "../src/export/manifest.ts";
import { exportTables } from "../src/export/tables.ts";
import { packagePath } from "../src/package-root.ts";
import { measuredRun, type MeasuredRun } from "./measured-run.ts";
import { repeatRounds } from "./repeat-rounds.ts";
import { serverCpuSeconds } from "./server-cpu.ts";
import { writeRoundFiles } from "./write-round-files.ts";

const [what = "1000", turns = "3", third] = process.argv.slice(2);
const MADE_UP_ROUNDS = 60;
const STORED_ROUNDS = 68;
const SIZE = { positions: 12_000, combat: 3000 };
const COPY = "psql \\copy to CSV";
const POSITIONS = "player_positions";

interface Measure extends MeasuredRun {
  readonly serverCpuSeconds: number;
  readonly bytes: number;
}

const folder = await mkdtemp(path.join(tmpdir(), "prox-bench-"));
// The server may run as another user, who must get through.
await chmod(folder, 0o755);
const url = await startCluster({ folder: path.join(folder, "cluster") });
const sql = createPool(url, { connections: 1 });

async function bytesBelow(parent: string): Promise<number> {
  const entries = await readdir(parent, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => (await stat(path.join(entry.parentPath, entry.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Runs a program that writes below a folder. */
async function measure(command: string, parameters: readonly string[], into: string): Promise<Measure> {
  await sql`checkpoint`;
  const before = await serverCpuSeconds(sql);
  const run = await measuredRun(command, parameters);
  // The CPU of a connection counts when its process has ended.
  await sleep(500);
  return {
    ...run,
    serverCpuSeconds: (await serverCpuSeconds(sql)) - before,
    bytes: await bytesBelow(into),
  };
}

const prox = (...parameters: string[]): [string, string[]] => [
  process.execPath,
  ["bin/run.js", ...parameters, "--quiet", "--database-url", url],
];
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

async function bytesOfPositions(parquet: string): Promise<string> {
  const manifest = JSON.parse(await readFile(path.join(parquet, "manifest.json"), "utf8")) as Manifest;
  const files = filesOf(manifest).filter(({ table }) => table === POSITIONS);
  const sum = (key: "rows" | "bytes"): number => files.reduce((all, file) => all + file[key], 0);
  const [stored] = await sql<
    { bytes: number }[]
  >`select pg_total_relation_size(${POSITIONS})::float8 as bytes`;
  const rows = sum("rows");
  return `${rows} positions: ${((stored?.bytes ?? NaN) / rows).toFixed(1)} bytes each in PostgreSQL, ${(sum("bytes") / rows).toFixed(1)} as Parquet`;
}

try {
  await migrate(sql);
  const files = what === "made-up" || /^\d+$/.test(what) ? path.join(folder, "files") : what;
  if (what === "made-up") {
    const rounds = Number(third ?? MADE_UP_ROUNDS);
    for (let index = 0; index < rounds; index++) await writeRoundFiles(files, index, SIZE);
  } else if (files !== what) {
    const recordings = third ?? packagePath("recordings");
    const names = (await readdir(recordings)).filter((name) => name.endsWith(".tsv.gz"));
    for (const name of names) {
      const into = path.join(files, path.basename(name, ".tsv.gz"));
      const setting = `prox_sample_ms=${what}`;
      const played = ["simulate", path.join(recordings, name), "--out", into, "--cvar", setting, "--quiet"];
      await measuredRun(process.execPath, ["bin/run.js", ...played]);
    }
  }
  await measuredRun(...prox("import", files));
  if (what !== "made-up") await repeatRounds(sql, STORED_ROUNDS);
  await sql`vacuum analyze`;
  const tables = await exportTables(sql);
  let rows = 0;
  for (const { name } of tables) {
    const [found] = await sql.unsafe<{ rows: number }[]>(`select count(*)::int as rows from ${quoted(name)}`);
    rows += found?.rows ?? 0;
  }
  const fresh = async (name: string): Promise<string> => {
    const made = path.join(folder, name);
    await rm(made, { recursive: true, force: true });
    await mkdir(made);
    return made;
  };
  const contestants: Record<string, () => Promise<Measure>> = {
    [COPY]: async () => {
      const into = await fresh("csv");
      const copies = tables.flatMap(({ name }) => [
        "-c",
        `\\copy (select * from ${quoted(name)}) to '${path.join(into, name)}.csv' (format csv, header)`,
      ]);
      return measure("psql", [url, "-q", ...copies], into);
    },
    "prox export": async () => {
      const into = await fresh("parquet");
      return measure(...prox("export", into), into);
    },
    "prox export again, nothing new": async () => {
      const into = path.join(folder, "parquet");
      return measure(...prox("export", into), into);
    },
    "prox export --format csv": async () => {
      const into = await fresh("csv.gz");
      return measure(...prox("export", into, "--format", "csv"), into);
    },
  };
  const results = new Map<string, Measure[]>();
  for (let turn = 0; turn < Number(turns); turn++) {
    for (const [name, run] of Object.entries(contestants)) {
      results.set(name, [...(results.get(name) ?? []), await run()]);
    }
  }
  console.log(`${what}: ${rows} rows of ${tables.length} tables, ${turns} turns, medians`);
  const of = (name: string, key: keyof Measure): number =>
    median((results.get(name) ?? []).map((one) => one[key]));
  const cpu = (name: string): number =>
    median((results.get(name) ?? []).map((one) => one.cpuSeconds + one.serverCpuSeconds));
  for (const name of results.keys()) {
    console.log(
      `${name.padEnd(32)} ${of(name, "seconds").toFixed(2)} s, CPU ${of(name, "cpuSeconds").toFixed(2)} s + server ${of(name, "serverCpuSeconds").toFixed(2)} s, ` +
        `${of(name, "peakMb").toFixed(0)} MB, ${(of(name, "bytes") / 1e6).toFixed(1)} MB; beside ${COPY}: rows a second ` +
        `${(of(COPY, "seconds") / of(name, "seconds")).toFixed(2)}, rows a CPU second ${(cpu(COPY) / cpu(name)).toFixed(2)}, ` +
        `bytes ${(of(name, "bytes") / of(COPY, "bytes")).toFixed(3)}`,
    );
  }
  console.log(await bytesOfPositions(path.join(folder, "parquet")));
} finally {
  await sql.end();
  await stopCluster({ folder: path.join(folder, "cluster") });
  await rm(folder, { recursive: true, force: true });
}
