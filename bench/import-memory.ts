/**
 * Memory of the import where there is much of something: one huge file, one archive of thousands of rounds, a thousand
 * files. Prints the peak of the process for each; the server is another process, and private.
 *
 *     npm run build && node --import tsx bench/import-memory.ts [file|archive|files …] [--scale 1]
 *
 * All three take some minutes and 10 GB below TMPDIR; `--scale 0.01` tries them out.
 */
import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs, promisify } from "node:util";

import { createPool } from "../src/db/driver/connect.ts";
import { deleteCluster, startCluster } from "../src/db/embedded/cluster.ts";
import { migrate } from "../src/db/migrations.ts";
import { measuredRun } from "./measured-run.ts";
import { writeRoundFiles } from "./write-round-files.ts";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { scale: { type: "string", default: "1" } },
});
const scale = Number(values.scale);

/** Each makes its files in a folder and returns the path to import. */
const CASES: Readonly<Record<string, (folder: string) => Promise<string>>> = {
  async file(folder) {
    await writeRoundFiles(folder, 0, { positions: Math.ceil(24_000_000 * scale), combat: 3000 });
    return folder;
  },
  async archive(folder) {
    for (let round = 0; round < 10_000 * scale; round++)
      await writeRoundFiles(folder, round, { positions: 120, combat: 30 });
    const archive = `${folder}.tar.gz`;
    await promisify(execFile)("tar", ["-czf", archive, "-C", folder, "."]);
    await rm(folder, { recursive: true });
    return archive;
  },
  async files(folder) {
    for (let round = 0; round < 250 * scale; round++)
      await writeRoundFiles(folder, round, { positions: 12_000, combat: 3000 });
    return folder;
  },
};

async function largest(found: string): Promise<string> {
  const isFolder = (await stat(found)).isDirectory();
  const files = isFolder ? (await readdir(found)).map((name) => path.join(found, name)) : [found];
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return `${files.length} files, the largest of ${(Math.max(...sizes) / 1e6).toFixed(0)} MB`;
}

const folder = await mkdtemp(path.join(tmpdir(), "prox-bench-"));
// The server may run as another user, who must get through.
await chmod(folder, 0o755);
const cluster = { folder: path.join(folder, "cluster"), isDurable: false };
try {
  const url = await startCluster(cluster);
  const sql = createPool(url, { connections: 1 });
  await migrate(sql);
  console.log("| what | rows | s | client CPU s | client peak MB |\n|---|--:|--:|--:|--:|");
  for (const name of positionals.length > 0 ? positionals : Object.keys(CASES)) {
    const make = CASES[name];
    if (make === undefined) throw new Error(`no case ${name}`);
    const found = await make(path.join(folder, name));
    const parameters = ["bin/run.js", "import", found, "--quiet", "--database-url", url];
    const { cpuSeconds, peakMb, seconds } = await measuredRun(process.execPath, parameters);
    const [counted] = await sql<{ rounds: number; rows: number }[]>`
      select count(*) as rounds,
        coalesce(sum(position_rows + combat_rows + engagement_rows + heatmap_rows), 0)::bigint as rows
      from rounds`;
    const what = `${await largest(found)}: ${counted?.rounds ?? 0} rounds`;
    const numbers = [counted?.rows ?? 0, seconds.toFixed(1), cpuSeconds.toFixed(1), peakMb.toFixed(0)];
    console.log(`| ${what} | ${numbers.join(" | ")} |`);
    await sql`truncate rounds, players, import_files, player_positions, combat_events cascade`;
    await rm(found, { recursive: true });
  }
  await sql.end();
} finally {
  await deleteCluster(cluster);
  await rm(folder, { recursive: true, force: true });
}
