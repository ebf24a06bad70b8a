/**
 * How long people wait for each report on a database of many rounds, and how the server answers it.
 *
 *     npm run build && node --import tsx bench/report.ts [--rounds 1000] [--files FOLDER] [--database-url URL]
 *
 * Every report is a whole command, `prox report …`: starting Node, connecting, asking, drawing, writing. Map, player,
 * round and fight are those that the database has most of. Prints a Markdown table: the median and the slowest of five
 * runs, and of one run the pages (8 KiB) of all tables and indexes that were looked at, and the scans of the big tables
 * as the server's statistics count them: by which index, or of the whole table, which is an error.
 *
 * The rounds are made up, see generate-rounds.ts, or with `--files` those of round files, repeated, see repeat-rounds.ts.
 *
 * Without a URL it works in a private server below the temporary files, which is deleted at the end. With one it adds
 * rounds until there are as many as asked for, see generate-rounds.ts.
 */
import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs, promisify } from "node:util";

import { packagePath } from "../src/package-root.ts";
import { createPool, type Sql } from "../src/db/driver/connect.ts";
import { deleteCluster, startCluster } from "../src/db/embedded/cluster.ts";
import { migrate } from "../src/db/migrations.ts";
import { generateRounds } from "./generate-rounds.ts";
import { repeatRounds } from "./repeat-rounds.ts";

const RUNS = 5;
/** Tables with more than a dozen rows a round. */
const BIG_TABLES = [
  "player_positions",
  "combat_events",
  "engagement_analysis",
  "engagement_participants",
  "proximity_events",
  "proximity_heatmap",
  "teammate_synergy",
  "player_lives",
  "player_movement",
];

const runFile = promisify(execFile);

/** What the reports are about: whatever the database has most of. */
interface Subject {
  readonly map: string;
  readonly guid: string;
  readonly round: string;
  readonly engagement: number;
}

async function chooseSubject(sql: Sql): Promise<Subject> {
  const [subject] = await sql<Subject[]>`
    with favourite as (select map from rounds group by map order by count(*) desc, map limit 1),
    latest as (
      select round_id, round_key, map from rounds join favourite using (map)
      where exists (select from engagement_analysis g where g.round_id = rounds.round_id)
      order by started_at desc limit 1)
    select map, round_key as round,
      (select min(engagement) from engagement_analysis g where g.round_id = latest.round_id) as engagement,
      (select p.guid from player_engagement_stats s join rounds r using (round_id) join players p using (player_id)
       where r.map = latest.map and not p.is_bot and p.guid is not null
       group by p.guid order by sum(s.kills) desc, p.guid limit 1) as guid
    from latest`;
  if (subject === undefined) throw new Error("the database holds no round with an engagement");
  return subject;
}

/** Each report with the words that ask for it; `FILE` stands for a file to write. */
function reportsOf({
  engagement,
  guid,
  map,
  round,
}: Subject): readonly (readonly [name: string, ...args: string[]])[] {
  const heatmap = ["heatmap", "--map", map, "--what"];
  return [
    ["heatmap of kills, terminal", ...heatmap, "kills"],
    ["heatmap of kills, PNG", ...heatmap, "kills", "--png", "FILE"],
    ["heatmap of deaths, SVG", ...heatmap, "deaths", "--svg", "FILE"],
    ["heatmap of shots, PNG", ...heatmap, "shots", "--png", "FILE"],
    ["heatmap of hits, PNG", ...heatmap, "hits", "--png", "FILE"],
    ["heatmap of presence, PNG", ...heatmap, "presence", "--png", "FILE"],
    [
      "presence, Axis less Allies, PNG",
      ...heatmap,
      "presence",
      "--team",
      "axis",
      "--versus",
      "team=allies",
      "--difference",
      "--png",
      "FILE",
    ],
    ["player on a map", "player", guid, "--map", map],
    ["player on a map, PNG", "player", guid, "--map", map, "--png", "FILE"],
    ["player, all rounds", "player", guid],
    ["engagements of a map", "engagements", "--map", map],
    ["engagements of a session", "engagements", "--session", "latest"],
    ["engagement, PNG", "engagement", `${round}#${engagement}`, "--png", "FILE"],
    ["crossfire on a map", "crossfire", "--map", map],
    ["synergy on a map", "synergy", "--map", map],
    ["situations on a map", "situations", "--map", map],
    ["situations, all rounds", "situations"],
    ["movement on a map, PNG", "movement", "--map", map, "--png", "FILE"],
    ["movement on a map in a phase", "movement", "--map", map, "--phase", "0:30-60:00"],
    ["round", "round", round],
    ["round, page with replay", "round", round, "--html", "FILE"],
    ["rounds", "rounds"],
    ["sessions", "sessions"],
  ];
}

/** What the server's statistics have counted so far. */
interface Counters {
  readonly pages: number;
  /** Scans of the big tables, by index or of `ALL of` a table. */
  readonly scans: ReadonlyMap<string, number>;
}

async function readCounters(sql: Sql): Promise<Counters> {
  // Backends that just ended hand over their counts first.
  await sql`select pg_stat_clear_snapshot()`;
  const [io] = await sql<[{ pages: number }]>`
    select sum(heap_blks_hit + heap_blks_read + coalesce(idx_blks_hit + idx_blks_read, 0))::float8 as pages
    from pg_statio_user_tables`;
  const scans = await sql<{ name: string; scans: number }[]>`
    select 'ALL of ' || relname as name, seq_scan as scans from pg_stat_user_tables where relname = any(${BIG_TABLES}::text[])
    union all
    select indexrelname, idx_scan from pg_stat_user_indexes where relname = any(${BIG_TABLES}::text[])`;
  return { pages: io.pages, scans: new Map(scans.map((row) => [row.name, row.scans])) };
}

async function main(url: string, rounds: number, folder: string, files: string | undefined): Promise<void> {
  const sql = createPool(url, { connections: 1 });
  await migrate(sql);
  const show = (done: number): unknown => process.stderr.write(`\r${done} of ${rounds} rounds`);
  if (files === undefined) await generateRounds(sql, rounds, show);
  else {
    await runFile(process.execPath, [packagePath("bin/run.js"), "import", files, "--database-url", url]);
    await repeatRounds(sql, rounds, show);
  }
  const [sizes] = await sql<[{ version: string; rounds: number; positions: number; mib: number }]>`
    select current_setting('server_version') as version, (select count(*) from rounds) as rounds,
      (select sum(position_rows) from rounds)::float8 as positions,
      round(pg_database_size(current_database()) / 2.0 ^ 20)::int as mib`;
  const subject = await chooseSubject(sql);
  const [chosen] = await sql<[{ rounds: number }]>`
    select count(*) as rounds from rounds where map = ${subject.map}`;
  console.log(
    `PostgreSQL ${sizes.version}, ${sizes.rounds} rounds, ${sizes.positions.toLocaleString("en")} positions, ` +
      `${sizes.mib} MiB; ${chosen.rounds} rounds on ${subject.map}\n\n` +
      "| report | median s | at most s | KB | pages | scans of the big tables |\n| --- | --: | --: | --: | --: | --- |",
  );

  /** Runs prox and returns the seconds that it took. */
  const prox = async (...args: string[]): Promise<number> => {
    const start = performance.now();
    await runFile(process.execPath, [packagePath("bin/run.js"), ...args], {
      maxBuffer: 2 ** 26,
      env: { ...process.env, DATABASE_URL: url },
    });
    return (performance.now() - start) / 1000;
  };
  const file = path.join(folder, "report.out");
  const wholeTables: string[] = [];
  for (const [name, ...words] of [["prox --version", "--version"], ...reportsOf(subject)] as const) {
    const isReport = words[0] !== "--version";
    const args = [...(isReport ? ["report"] : []), ...words.map((word) => (word === "FILE" ? file : word))];
    await rm(file, { force: true });
    await prox(...args);
    const before = await readCounters(sql);
    const times = [await prox(...args)];
    const after = await readCounters(sql);
    while (times.length < RUNS) times.push(await prox(...args));
    times.sort((a, b) => a - b);
    const scans = [...after.scans.keys()].filter((key) => after.scans.get(key) !== before.scans.get(key));
    wholeTables.push(...scans.filter((scan) => scan.startsWith("ALL")).map((scan) => `${name}: ${scan}`));
    const size = words.includes("FILE") ? String(Math.round((await stat(file)).size / 1000)) : "";
    const [median = NaN, slowest = NaN] = [times[Math.floor(RUNS / 2)], times.at(-1)];
    console.log(
      `| ${name} | ${median.toFixed(2)} | ${slowest.toFixed(2)} | ${size} | ${after.pages - before.pages} | ` +
        `${scans.map((scan) => `\`${scan}\``).join(", ")} |`,
    );
  }
  await sql.end();
  if (wholeTables.length > 0) {
    console.error(`big tables were read whole:\n${wholeTables.join("\n")}`);
    process.exitCode = 1;
  }
}

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "1000" },
    files: { type: "string" },
    "database-url": { type: "string" },
  },
});
const folder = await mkdtemp(path.join(tmpdir(), "prox-bench-"));
await chmod(folder, 0o711);
const cluster = { folder: path.join(folder, "postgres"), isDurable: false };
const isPrivate = values["database-url"] === undefined;
try {
  await main(
    values["database-url"] ?? (await startCluster(cluster)),
    Number(values.rounds),
    folder,
    values.files,
  );
} finally {
  if (isPrivate) await deleteCluster(cluster);
  await rm(folder, { recursive: true, force: true });
}
