/**
 * Import of other trackers' files in large numbers: for each kind 300 rounds, made of the samples with other starts, and one round
 * that is larger than any. Prints the peak of the process for each; the server is another process, and private.
 *
 *     npm run build && node --import tsx bench/foreign.ts [proximity|oksii|match|c0rnp0rn|game-log|large-proximity] [--rounds 300]
 */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";

import { createPool } from "../src/db/driver/connect.ts";
import { deleteCluster, startCluster } from "../src/db/embedded/cluster.ts";
import { migrate } from "../src/db/migrations.ts";
import { packagePath } from "../src/package-root.ts";
import { measuredRun } from "./measured-run.ts";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string", default: "300" } },
});
const ROUNDS = Number(values.rounds);
/** Rounds begin so far apart, s. */
const APART_S = 900;
/** A match of a league has three maps, a long one sixteen rounds. */
const MATCH_ROUNDS = 16;

async function sample(name: string): Promise<string> {
  const bytes = await readFile(packagePath(`test/fixtures/foreign/${name}`));
  return (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("latin1");
}

const clock = (unix: number): string =>
  new Date(unix * 1000).toISOString().slice(0, 19).replace("T", "-").replaceAll(":", "");

interface Payload {
  readonly round_info: Readonly<Record<string, unknown>>;
  readonly player_stats: unknown;
}

const payload = async (): Promise<Payload> =>
  JSON.parse(
    await sample("oksii/2.6.0-stopwatch-stats-1795360784-2026-11-22-151944-arena1-round-1.json.gz"),
  ) as Payload;

const START = 1_600_000_000;
const at = (one: Payload, round: number): Payload => ({
  ...one,
  round_info: { ...one.round_info, round_start_unix: START + round * APART_S },
});

/** A round of a log from its first line, with another start. */
async function logRound(): Promise<(round: number) => string> {
  const text = await sample("gamelog/stopwatch-12_etconsole.log.gz");
  const lines = text.split("\n");
  const exit = lines.findIndex((line) => line.includes("Exit: "));
  const whole = `${lines.slice(0, exit + 1).join("\n")}\n`;
  return (round) => {
    const told = new Date((START + round * APART_S) * 1000).toUTCString();
    const [, day = "", month = "", year = "", time = ""] = told.split(" ");
    return whole.replace(/gametime: .*/g, `gametime: ${told.slice(0, 3)} ${month} ${day} ${time} ${year}`);
  };
}

/** Each writes files below a folder, and returns what to import. */
const CASES: Readonly<Record<string, (folder: string) => Promise<string>>> = {
  async proximity(folder) {
    const text = await sample("proximity/v6.11/2026-11-22-151941-arena1-round-1_engagements.txt.gz");
    for (let round = 0; round < ROUNDS; round++) {
      const moved = text.replace(/^(# round_(start|end)_unix=).*$/gm, (_, key: string, which: string) =>
        [key, START + round * APART_S + (which === "end" ? 60 : 0)].join(""),
      );
      const name = `${clock(START + round * APART_S + 60)}-arena1-round-1_engagements.txt`;
      await writeFile(path.join(folder, name), moved, "latin1");
    }
    return folder;
  },
  async oksii(folder) {
    const one = await payload();
    for (let round = 0; round < ROUNDS; round++)
      await writeFile(path.join(folder, `stats-${round}.json`), JSON.stringify(at(one, round)), "latin1");
    return folder;
  },
  async match(folder) {
    const one = await payload();
    const rounds = Array.from({ length: MATCH_ROUNDS }, (_, round) => ({ round_data: at(one, round) }));
    const file = path.join(folder, "match.json");
    await writeFile(file, JSON.stringify({ match: { match_id: 1, rounds } }), "latin1");
    return file;
  },
  async c0rnp0rn(folder) {
    const text = await sample("c0rnp0rn/2025-11-01-224514-supply-round-1.txt");
    for (let round = 0; round < ROUNDS; round++) {
      const name = `${clock(START + round * APART_S)}-supply-round-1.txt`;
      await writeFile(path.join(folder, name), text.replace(/^[^\\]*/, `server ${round}`), "latin1");
    }
    return folder;
  },
  async "game-log"(folder) {
    const made = await logRound();
    const file = path.join(folder, "etconsole.log");
    const texts = Array.from({ length: ROUNDS }, (_, round) => made(round));
    await writeFile(file, texts.join(""), "latin1");
    return file;
  },
  async "large-proximity"(folder) {
    const text = await sample("proximity/v6.11/2026-11-22-151941-arena1-round-1_engagements.txt.gz");
    const shots = /\n# SHOT_FIRED\n(?:#[^\n]*\n)+((?:[^\n#]+\n)+)/.exec(text)?.[1] ?? "";
    const file = path.join(folder, "2026-11-22-151941-arena1-round-1_engagements.txt");
    await writeFile(
      file,
      text.replace(shots, () => shots.repeat(500)),
      "latin1",
    );
    return file;
  },
};

async function sizeOf(found: string): Promise<string> {
  const isFolder = (await stat(found)).isDirectory();
  const files = isFolder ? (await readdir(found)).map((name) => path.join(found, name)) : [found];
  let bytes = 0;
  for (const file of files) bytes += (await stat(file)).size;
  return `${files.length} ${files.length === 1 ? "file" : "files"}, ${(bytes / 1e6).toFixed(1)} MB`;
}

const folder = await mkdtemp(path.join(tmpdir(), "prox-bench-"));
// The server may run as another user, who must get through.
await chmod(folder, 0o755);
const cluster = { folder: path.join(folder, "cluster"), isDurable: false };
try {
  const url = await startCluster(cluster);
  const sql = createPool(url, { connections: 1 });
  await migrate(sql);
  console.log(
    "| what | files | rounds | rows | s | client CPU s | client peak MB |\n|---|---|--:|--:|--:|--:|--:|",
  );
  for (const name of positionals.length > 0 ? positionals : Object.keys(CASES)) {
    const make = CASES[name];
    if (make === undefined) throw new Error(`no case ${name}`);
    await mkdir(path.join(folder, name));
    const found = await make(path.join(folder, name));
    const parameters = ["bin/run.js", "import", found, "--quiet", "--database-url", url];
    const { cpuSeconds, peakMb, seconds } = await measuredRun(process.execPath, parameters);
    const [counted] = await sql<{ rounds: number; rows: number }[]>`
      select count(*)::int as rounds, (
        coalesce(sum(position_rows), 0) + coalesce(sum(combat_rows), 0)
        + (select count(*) from player_totals))::int as rows
      from rounds`;
    const numbers = [seconds.toFixed(1), cpuSeconds.toFixed(1), peakMb.toFixed(0)];
    const row = [name, await sizeOf(found), counted?.rounds ?? 0, counted?.rows ?? 0, ...numbers];
    console.log(`| ${row.join(" | ")} |`);
    await sql`truncate rounds, players, import_files, player_positions, combat_events cascade`;
    await rm(path.join(folder, name), { recursive: true });
  }
  await sql.end();
} finally {
  await deleteCluster(cluster);
  await rm(folder, { recursive: true, force: true });
}
