/**
 * Importing a folder of which every round is stored: what the files cost that are known by path, size and time, beside
 * `--verify`, which reads them. Needs `npm run build` first.
 *
 *     npx tsx bench/import-again.ts [rounds] [position rows a round]
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

const [rounds = 5000, positions = 60] = process.argv.slice(2).map(Number);
const folder = await mkdtemp(path.join(tmpdir(), "prox-bench-"));
// The server may run as another user, who must get through.
await chmod(folder, 0o755);
const files = path.join(folder, "files");
const url = await startCluster({ folder: path.join(folder, "cluster") });
const sql = createPool(url, { connections: 1 });
try {
  await migrate(sql);
  for (let index = 0; index < rounds; index++) await writeRoundFiles(files, index, { positions, combat: 20 });
  // What was written this moment is not trusted yet.
  await sleep(2500);
  console.log("| `prox import` of | s | CPU s | CPU s of the server | peak MB |");
  console.log("| --- | ---: | ---: | ---: | ---: |");
  for (const [name, ...flags] of [
    [`${rounds} new rounds`],
    ["the same again"],
    ["the same again"],
    ["the same again, `--verify`", "--verify"],
  ] as const) {
    const before = await serverCpuSeconds(sql);
    const { cpuSeconds, peakMb, seconds } = await measuredRun(process.execPath, [
      "bin/run.js",
      "import",
      files,
      "--database-url",
      url,
      "--quiet",
      ...flags,
    ]);
    // The CPU of a connection counts when its process has ended.
    await sleep(500);
    const server = (await serverCpuSeconds(sql)) - before;
    const numbers = [seconds, cpuSeconds, server].map((number) => number.toFixed(2));
    console.log(`| ${name} | ${numbers.join(" | ")} | ${peakMb.toFixed(0)} |`);
  }
} finally {
  await sql.end();
  await stopCluster({ folder: path.join(folder, "cluster") });
  await rm(folder, { recursive: true });
}
