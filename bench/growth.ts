/**
 * What an import costs as an archive grows: rounds are written, imported and deleted portion by portion, and each portion is
 * measured. Nothing may cost more at the end than at the beginning.
 *
 *     npm run build && node --import tsx bench/growth.ts [rounds] [portions] [positions] [combat rows] [players] [sample ms]
 */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { createPool } from "../src/db/driver/connect.ts";
import { startCluster, stopCluster } from "../src/db/embedded/cluster.ts";
import { migrate } from "../src/db/migrations.ts";
import { measuredRun } from "./measured-run.ts";
import { serverCpuSeconds } from "./server-cpu.ts";
import { writeRoundFiles } from "./write-round-files.ts";

const numbers = process.argv.slice(2).map(Number);
const [rounds = 10_000, portions = 10, positions = 1200, combat = 300, players = 12, sampleMs = 1000] =
  numbers;
const folder = await mkdtemp(path.join(tmpdir(), "prox-bench-"));
// The server may run as another user, who must get through.
await chmod(folder, 0o755);
const cluster = { folder: path.join(folder, "cluster") };
const url = await startCluster(cluster);
const sql = createPool(url, { connections: 1 });

/** Bytes of a table with its indexes, in MB. */
async function megabytes(relation: string): Promise<string> {
  const [row] = await sql<{ bytes: string }[]>`select pg_total_relation_size(${relation}::regclass) as bytes`;
  return (Number(row?.bytes) / 1e6).toFixed(0);
}

try {
  await migrate(sql);
  console.log(
    `${rounds} rounds of ${positions} positions, ${players} players every ${sampleMs} ms, ${combat} combat rows`,
  );
  console.log(
    "| rounds stored | s | client ms CPU a round | server ms CPU a round | client peak MB | positions MB | database MB |",
  );
  console.log("|--:|--:|--:|--:|--:|--:|--:|");
  const perPortion = Math.ceil(rounds / portions);
  for (let first = 0; first < rounds; first += perPortion) {
    const last = Math.min(rounds, first + perPortion);
    const files = path.join(folder, "files");
    for (let index = first; index < last; index++)
      await writeRoundFiles(files, index, { positions, combat, players, sampleMs });
    const before = await serverCpuSeconds(sql);
    const run = await measuredRun(process.execPath, [
      ...["bin/run.js", "import", files, "--quiet", "--database-url", url],
    ]);
    // The CPU of a connection counts when its process has ended.
    await sleep(500);
    const server = (await serverCpuSeconds(sql)) - before;
    await rm(files, { recursive: true });
    const [size] = await sql<{ bytes: string }[]>`select pg_database_size(current_database()) as bytes`;
    const perRound = (seconds: number): string => ((1000 * seconds) / (last - first)).toFixed(1);
    const columns = [
      last,
      run.seconds.toFixed(1),
      perRound(run.cpuSeconds),
      perRound(server),
      run.peakMb.toFixed(0),
      await megabytes("player_positions"),
      (Number(size?.bytes) / 1e6).toFixed(0),
    ];
    console.log(`| ${columns.join(" | ")} |`);
  }
} finally {
  await sql.end();
  await stopCluster(cluster);
  await rm(folder, { recursive: true, force: true });
}
