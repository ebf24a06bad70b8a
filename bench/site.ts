/**
 * How long a site takes: from nothing, again with nothing new, and with one new round; each beside a plain copy of the output.
 *
 *     npm run build && node --import tsx bench/site.ts [--rounds 1000] [--replays all] [--fights 5] [--database-url URL]
 *
 * The rounds are those of generate-rounds.ts, in a private server that is deleted at the end, or in the database of the URL, which gets
 * as many as are missing. Every build is a whole command, `prox site build`. Prints a Markdown table.
 */
import { execFile } from "node:child_process";
import { chmod, cp, mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs, promisify } from "node:util";

import { createPool } from "../src/db/driver/connect.ts";
import { deleteCluster, startCluster } from "../src/db/embedded/cluster.ts";
import { migrate } from "../src/db/migrations.ts";
import { packagePath } from "../src/package-root.ts";
import { generateRounds } from "./generate-rounds.ts";

const runFile = promisify(execFile);

/** Seconds that work takes. */
async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function main(
  url: string,
  rounds: number,
  { fights, replays }: { readonly fights: string; readonly replays: string },
  folder: string,
): Promise<void> {
  const sql = createPool(url, { connections: 1 });
  await migrate(sql);
  await generateRounds(sql, rounds, (done) => process.stderr.write(`\r${done} of ${rounds} rounds`));
  const out = path.join(folder, "site");
  let files = "";
  const build = async (): Promise<void> => {
    const { stdout } = await runFile(
      process.execPath,
      [
        packagePath("bin/run.js"),
        ...["site", "build", "--out", out, "--replays", replays, "--fights", fights, "--json"],
      ],
      { maxBuffer: 2 ** 28, env: { ...process.env, DATABASE_URL: url } },
    );
    const { result } = JSON.parse(stdout) as { result: { written: string[]; files: number; bytes: number } };
    files = `${result.written.length} | ${result.files} | ${(result.bytes / 1e6).toFixed(0)}`;
  };
  console.log(
    `${rounds} rounds, replays: ${replays}, fights: ${fights}, load ${loadavg()[0]?.toFixed(1) ?? ""}\n`,
  );
  console.log(
    "| build | s | beside a copy | files written | files | MB | load |\n| --- | --: | --: | --: | --: | --: | --: |",
  );
  const report = async (name: string, seconds: number): Promise<void> => {
    const copy = path.join(folder, "copy");
    const copyS = await secondsOf(() => cp(out, copy, { recursive: true }));
    await rm(copy, { recursive: true });
    const load = loadavg()[0]?.toFixed(1) ?? "";
    console.log(`| ${name} | ${seconds.toFixed(1)} | ${(seconds / copyS).toFixed(1)} | ${files} | ${load} |`);
  };
  await report("from nothing", await secondsOf(build));
  await report("nothing new", await secondsOf(build));
  const [{ count }] = await sql<[{ count: number }]>`select count(*)::int as count from rounds`;
  await generateRounds(sql, count + 1);
  await report("one new round", await secondsOf(build));
  await sql.end();
}

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "1000" },
    replays: { type: "string", default: "all" },
    fights: { type: "string", default: "5" },
    "database-url": { type: "string" },
  },
});
const folder = await mkdtemp(path.join(tmpdir(), "prox-bench-"));
await chmod(folder, 0o711);
const cluster = { folder: path.join(folder, "postgres"), isDurable: false };
const isPrivate = values["database-url"] === undefined;
try {
  await main(values["database-url"] ?? (await startCluster(cluster)), Number(values.rounds), values, folder);
} finally {
  if (isPrivate) await deleteCluster(cluster);
  await rm(folder, { recursive: true, force: true });
}
