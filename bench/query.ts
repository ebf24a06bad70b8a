/**
 * Times the questions that people ask of a database of many rounds, and shows how the server answers them: which scans
 * of the two big tables, how many pages. Data are made up, see generate-rounds.ts.
 *
 *     npx tsx bench/query.ts [--rounds 50] [--database-url URL]
 *
 * Without a URL it works in a private server below the temporary files, which is deleted at the end. With one it adds
 * rounds until there are as many as asked for, so that a second run has nothing to make.
 */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

import { createPool, type Sql } from "../src/db/driver/connect.ts";
import { deleteCluster, startCluster } from "../src/db/embedded/cluster.ts";
import { migrate } from "../src/db/migrations.ts";
import { generateRounds, PLAYERS_PER_ROUND, SECONDS_PER_ROUND } from "./generate-rounds.ts";

const REPETITIONS = 5;

const ROUND_IDS = "any (array(select round_id from rounds where map = 'map_07'))";
const PLAYER = "(select player_id from players where name = 'bench 7')";

const QUERIES: readonly (readonly [name: string, text: string])[] = [
  [
    "kill heatmap of a map",
    `select floor(attacker_x / 256), floor(attacker_y / 256), attacker_team, count(*) from combat_events
     where round_id = ${ROUND_IDS} and event = 'kill' group by 1, 2, 3`,
  ],
  [
    "presence heatmap of a map",
    `select floor(x / 256), floor(y / 256), team, count(*) from player_positions
     where round_id = ${ROUND_IDS} group by 1, 2, 3`,
  ],
  [
    "the same as a join with rounds",
    `select floor(x / 256), floor(y / 256), team, count(*) from player_positions join rounds using (round_id)
     where map = 'map_07' group by 1, 2, 3`,
  ],
  [
    "presence of one player on a map",
    `select floor(x / 256), floor(y / 256), count(*) from player_positions
     where player_id = ${PLAYER} and round_id = ${ROUND_IDS} group by 1, 2`,
  ],
  ["a player's profile", `select * from player_profiles where player_id = ${PLAYER}`],
  ["a player against each opponent", `select * from head_to_head where player_id = ${PLAYER}`],
  [
    "crossfire duos of everybody",
    "select * from teammate_duos order by crossfires desc, player_id, teammate_player_id limit 20",
  ],
  [
    "a session's engagements",
    "select * from session_engagements where session_started_at = (select max(session_started_at) from sessions)",
  ],
  ["hotspots of a map", "select * from map_hotspots where map = 'map_07' order by kills desc limit 20"],
  [
    "all positions of a round, in order of time",
    "select * from player_positions where round_id = (select max(round_id) from rounds) order by time_ms, slot",
  ],
  [
    "who stood where at one moment",
    `select slot, x, y, z from player_positions
     where round_id = (select max(round_id) from rounds) and time_ms = 500000`,
  ],
  [
    "nearest enemy of each sample of a round",
    `select a.slot, avg(least_units) from player_positions a
     cross join lateral (
       select min(sqrt((a.x - b.x) ^ 2 + (a.y - b.y) ^ 2 + (a.z - b.z) ^ 2)) as least_units
       from player_positions b where b.round_id = a.round_id and b.time_ms = a.time_ms and b.team <> a.team
     ) nearest
     where a.round_id = (select max(round_id) from rounds) group by a.slot`,
  ],
];

interface PlanNode {
  "Node Type": string;
  "Relation Name"?: string;
  "Index Name"?: string;
  "Shared Hit Blocks"?: number;
  "Shared Read Blocks"?: number;
  Plans?: PlanNode[];
}

interface Explained {
  Plan: PlanNode;
  "Execution Time": number;
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

async function explain(sql: Sql, text: string): Promise<Explained> {
  const [row] = await sql.unsafe<{ "QUERY PLAN": Explained[] }[]>(
    `explain (analyze, buffers, format json) ${text}`,
  );
  const [explained] = row?.["QUERY PLAN"] ?? [];
  if (explained === undefined) throw new Error(`no plan for ${text}`);
  return explained;
}

async function measure(sql: Sql, text: string): Promise<{ ms: number; pages: number; scans: string }> {
  const times: number[] = [];
  let plan: PlanNode | undefined;
  for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
    const explained = await explain(sql, text);
    times.push(explained["Execution Time"]);
    plan = explained.Plan;
  }
  const scans = nodesOf(plan ?? { "Node Type": "none" })
    .filter((node) => node["Node Type"] === "Seq Scan" || node["Index Name"] !== undefined)
    .filter(({ "Relation Name": relation, "Index Name": index }) =>
      /^(player_positions|combat_events)/.test(relation ?? index ?? ""),
    )
    .map((node) => node["Index Name"] ?? `ALL of ${node["Relation Name"] ?? "?"}`);
  const sorted = times.sort((a, b) => a - b);
  return {
    ms: sorted[Math.floor(REPETITIONS / 2)] ?? NaN,
    pages: (plan?.["Shared Hit Blocks"] ?? 0) + (plan?.["Shared Read Blocks"] ?? 0),
    scans: [...new Set(scans)].join(", ") || "-",
  };
}

async function main(url: string, rounds: number): Promise<void> {
  const sql = createPool(url, { connections: 1 });
  await migrate(sql);
  await generateRounds(sql, rounds, (done) => {
    process.stderr.write(`\r${done} of ${rounds} rounds`);
  });
  process.stderr.write("\n");
  const [sizes] = await sql<{ version: string; total: number; positions: number }[]>`
    select current_setting('server_version') as version, pg_database_size(current_database()) as total,
      pg_total_relation_size('player_positions') as positions`;
  const rows = rounds * PLAYERS_PER_ROUND * SECONDS_PER_ROUND;
  console.log(
    `PostgreSQL ${sizes?.version ?? ""}, ${rounds} rounds, ${rows} positions: ${Math.round((sizes?.total ?? 0) / 2 ** 20)} MiB, ` +
      `${((sizes?.positions ?? 0) / rows).toFixed(0)} bytes a position with its indexes`,
  );
  console.log("| question | ms | pages | scans of the big tables |\n| --- | --: | --: | --- |");
  for (const [name, text] of QUERIES) {
    const { ms, pages, scans } = await measure(sql, text);
    console.log(`| ${name} | ${ms.toFixed(1)} | ${pages} | ${scans} |`);
  }
  await sql.end();
}

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "50" }, "database-url": { type: "string" } },
});
const rounds = Number(values.rounds);
if (values["database-url"] === undefined) {
  const folder = await mkdtemp(path.join(tmpdir(), "prox-bench-"));
  await chmod(folder, 0o711);
  const cluster = { folder: path.join(folder, "postgres") };
  try {
    await main(await startCluster(cluster), rounds);
  } finally {
    await deleteCluster(cluster);
    await rm(folder, { recursive: true, force: true });
  }
} else {
  await main(values["database-url"], rounds);
}
