/**
 * Import: rows a second end to end, beside psql's \copy of the same rows ready-made and beside csv-parse with INSERT.
 * All take their turn in one run, on one private server; the ratios count, not the numbers.
 *
 *     npm run build && node --import tsx bench/import.ts [rounds] [turns] [position rows a round]
 */
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

import { createPool } from "../src/db/driver/connect.ts";
import { startCluster, stopCluster } from "../src/db/embedded/cluster.ts";
import { migrate } from "../src/db/migrations.ts";
import { measureDeriving } from "./derive-settings.ts";
import { measuredRun, type MeasuredRun } from "./measured-run.ts";
import { serverCpuSeconds } from "./server-cpu.ts";
import { writeRoundFiles } from "./write-round-files.ts";

const [rounds = 50, turns = 3, positions = 12_000] = process.argv.slice(2).map(Number);
const COMBAT_ROWS = 3000;
const COPY = "psql \\copy, ready-made rows";
/** \copy and INSERT beyond this many rows would take too long for INSERT. */
const MAXIMUM_INSERT_ROWS = 1_000_000;
const FACT_TABLES = [
  "player_positions",
  "combat_events",
  "engagement_analysis",
  "engagement_participants",
  "proximity_heatmap",
  "objective_events",
];

interface Measure extends MeasuredRun {
  readonly serverCpuSeconds: number;
  /** CPU of everything else on the machine: what it took from a contestant makes the ratio wrong. */
  readonly otherCpuSeconds: number;
}

const run = promisify(execFile);
const folder = await mkdtemp(path.join(tmpdir(), "prox-bench-"));
// The server may run as another user, who must get through.
await chmod(folder, 0o755);
const files = path.join(folder, "files");
const ready = path.join(folder, "ready");
await mkdir(ready);
const url = await startCluster({ folder: path.join(folder, "cluster") });
const sql = createPool(url, { connections: 1 });

/** CPU of all processes of the machine: user, nice and system. */
async function machineCpuSeconds(): Promise<number> {
  const [, ...ticks] = (await readFile("/proc/stat", "utf8")).split(/\s+/, 4);
  return ticks.reduce((sum, count) => sum + Number(count), 0) / 100;
}

/** Runs a program, and counts the CPU of the server and of the rest of the machine too. */
async function measure(command: string, parameters: readonly string[]): Promise<Measure> {
  const serverBefore = await serverCpuSeconds(sql);
  const machineBefore = await machineCpuSeconds();
  const run = await measuredRun(command, parameters);
  const machine = (await machineCpuSeconds()) - machineBefore;
  // The CPU of a connection counts when its process has ended.
  await sleep(500);
  const server = (await serverCpuSeconds(sql)) - serverBefore;
  return { ...run, serverCpuSeconds: server, otherCpuSeconds: machine - run.cpuSeconds - server };
}

const emptyFacts = async (): Promise<void> => {
  await sql`truncate ${sql(FACT_TABLES)}`;
  await sql`checkpoint`;
};
const emptyAll = async (): Promise<void> => {
  const ofRounds = await sql<{ name: string }[]>`
    select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'round_id'
    where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace`;
  const tables = new Set([...ofRounds.map(({ name }) => name), "players", "import_files"]);
  await sql`truncate ${sql([...tables])} restart identity cascade`;
  await sql`checkpoint`;
};
const prox = (from = files): Promise<Measure> =>
  measure(process.execPath, ["bin/run.js", "import", from, "--quiet", "--database-url", url]);

try {
  await migrate(sql);
  let rows = 0;
  for (let index = 0; index < rounds; index++)
    rows += await writeRoundFiles(files, index, { positions, combat: COMBAT_ROWS });
  const sizes = await Promise.all(
    (await readdir(files)).map(async (file) => (await stat(path.join(files, file))).size),
  );
  const mb = sizes.reduce((sum, size) => sum + size, 0) / 1e6;
  console.log(`${rounds} rounds, ${rows} rows, ${mb.toFixed(0)} MB`);

  const first = await prox();
  console.log(`first import, into an empty database: ${first.seconds.toFixed(2)} s`);
  for (const table of FACT_TABLES) {
    await run("psql", [
      url,
      "-qc",
      `\\copy (select * from ${table} order by 1, 2, 3) to '${path.join(ready, table)}'`,
    ]);
  }
  const copies = FACT_TABLES.flatMap((table) => ["-c", `\\copy ${table} from '${path.join(ready, table)}'`]);
  let arrivals = 0;
  const contestants: Record<string, () => Promise<Measure>> = {
    [COPY]: async () => {
      await emptyFacts();
      return measure("psql", [url, "-q", ...copies]);
    },
    "prox import": async () => {
      await emptyAll();
      return prox();
    },
    "prox import, all known": () => prox(),
    // What cron meets: the server runs, all other rounds are stored, one has arrived.
    "prox import, one new round": async () => {
      const arrived = path.join(folder, `arrived-${++arrivals}`);
      await writeRoundFiles(arrived, rounds + arrivals, { positions, combat: COMBAT_ROWS });
      return prox(arrived);
    },
  };
  if (rows <= MAXIMUM_INSERT_ROWS) {
    contestants["csv-parse + INSERT"] = async () => {
      await emptyFacts();
      return measure(process.execPath, ["--import", "tsx", "bench/insert-with-csv-parse.ts", url, files]);
    };
  }
  const results = new Map<string, Measure[]>();
  for (let turn = 0; turn < turns; turn++) {
    for (const [name, contest] of Object.entries(contestants)) {
      const result = await contest();
      const { cpuSeconds, seconds, serverCpuSeconds } = result;
      const cpu = `${cpuSeconds.toFixed(2)} + ${serverCpuSeconds.toFixed(2)} s CPU`;
      console.log(`turn ${turn + 1}: ${name}: ${seconds.toFixed(2)} s, ${cpu}`);
      results.set(name, [...(results.get(name) ?? []), result]);
    }
  }
  const median = (numbers: readonly number[]): number =>
    numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
  const secondsOf = (name: string): number => median((results.get(name) ?? []).map(({ seconds }) => seconds));
  const base = secondsOf(COPY);
  const cpuOf = (name: string): number[] =>
    (results.get(name) ?? []).map((it) => it.cpuSeconds + it.serverCpuSeconds);
  // Turn by turn, as the load of the machine changes in between.
  const cpuOfCopy = (name: string): number =>
    median(cpuOf(name).map((seconds, turn) => seconds / (cpuOf(COPY)[turn] ?? NaN)));
  console.log(
    "| way | s | slowest s | of \\copy | client CPU s | server CPU s | both, of \\copy | others' CPU s | peak MB |",
  );
  console.log("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
  for (const [name, measures] of results) {
    const seconds = secondsOf(name);
    const columns = [
      seconds.toFixed(2),
      Math.max(...measures.map((it) => it.seconds)).toFixed(2),
      // These two store other rows than \\copy.
      name.startsWith("prox import,") ? "" : (base / seconds).toFixed(2),
      median(measures.map((it) => it.cpuSeconds)).toFixed(2),
      median(measures.map((it) => it.serverCpuSeconds)).toFixed(2),
      name.startsWith("prox import,") ? "" : cpuOfCopy(name).toFixed(2),
      median(measures.map((it) => it.otherCpuSeconds)).toFixed(2),
      Math.max(...measures.map((it) => it.peakMb)).toFixed(0),
    ];
    console.log(`| ${name} | ${columns.join(" | ")} |`);
  }
  // The last contestant left facts without the players that they name.
  await emptyAll();
  await prox();
  const deriving = await measureDeriving(url, turns);
  console.log(
    deriving === undefined
      ? "deriving: this server has no compiler for queries (JIT), so prox's settings cannot be compared"
      : `deriving a round: ${deriving.ownMs.toFixed(0)} ms server CPU with prox's settings, ` +
          `${deriving.stockMs.toFixed(0)} ms with those of a stock server, ${(deriving.stockMs / deriving.ownMs).toFixed(0)} times as much`,
  );
} finally {
  await sql.end();
  await stopCluster({ folder: path.join(folder, "cluster") });
  await rm(folder, { recursive: true, force: true });
}
