/**
 * How long each report takes on a database of made-up rounds, and whether it reads a big table from end to end.
 *
 *     node --import tsx bench/report.ts [rounds, by default 1000]
 *
 * The rounds stand on 20 maps; a report of a map looks at a twentieth of them. Writes one line a report: the median of
 * five runs, the slowest, and the big tables that were scanned sequentially (none is what should stand there).
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { createPool } from "../src/db/connect.ts";
import type { Sql } from "../src/db/connect.ts";
import { startCluster, stopCluster } from "../src/db/embedded/cluster.ts";
import { migrate } from "../src/db/migrations.ts";
import { drawHeatmap } from "../src/pictures/heatmap.ts";
import { renderPng } from "../src/pictures/png.ts";
import { loadReplay } from "../src/replay/load-replay.ts";
import { renderReplay } from "../src/replay/render.ts";
import { reportEngagements } from "../src/reports/engagements.ts";
import { resolveFilters } from "../src/reports/filter-request.ts";
import { reportHeatmap } from "../src/reports/heatmap.ts";
import { reportMovement } from "../src/reports/movement.ts";
import { reportPlayer } from "../src/reports/player.ts";
import { reportRound } from "../src/reports/round.ts";
import { listRounds } from "../src/reports/rounds.ts";
import { listSessions } from "../src/reports/sessions.ts";
import { reportTeamPlay } from "../src/reports/team-play.ts";
import { generateRounds } from "./generate-rounds.ts";

const MAP = "map_07";
const RUNS = 5;
const BIG_TABLES = [
  "player_positions",
  "combat_events",
  "engagement_analysis",
  "engagement_participants",
  "proximity_events",
];

/** The reports, for a player who played on the map. */
const reportsOf = (
  who: string,
): readonly (readonly [name: string, run: (sql: Sql) => Promise<unknown>])[] => [
  ["heatmap of kills, one map", (sql) => reportHeatmap(sql, { what: "kills", filters: { map: MAP } })],
  ["heatmap of shots, one map", (sql) => reportHeatmap(sql, { what: "shots", filters: { map: MAP } })],
  ["heatmap of presence, one map", (sql) => reportHeatmap(sql, { what: "presence", filters: { map: MAP } })],
  [
    "heatmap of presence as PNG",
    async (sql) => {
      const { picture } = await reportHeatmap(sql, { what: "presence", filters: { map: MAP } });
      return renderPng(drawHeatmap(picture));
    },
  ],
  ["player, one map", (sql) => reportPlayer(sql, who, { map: MAP })],
  ["player, all rounds", (sql) => reportPlayer(sql, who, {})],
  ["crossfire and synergy, one map", (sql) => reportTeamPlay(sql, { map: MAP })],
  ["engagements, one map", (sql) => reportEngagements(sql, { map: MAP }, "kills", 100)],
  ["engagements, one session", (sql) => reportEngagements(sql, { session: "latest" }, "time", 100)],
  ["movement, one map", (sql) => reportMovement(sql, { map: MAP }, 256)],
  ["round", (sql) => reportRound(sql, "latest")],
  ["replay of a round, as a page", async (sql) => renderReplay(await loadReplay(sql, "latest"))],
  ["rounds", async (sql) => listRounds(sql, (await resolveFilters(sql, {})).filters, 50)],
  ["sessions", (sql) => listSessions(sql)],
];

/** How often each big table was read from end to end so far. */
async function sequentialScans(sql: Sql): Promise<Map<string, number>> {
  const rows = await sql<{ table: string; scans: number }[]>`
    select relname as table, seq_scan as scans from pg_stat_user_tables where relname = any(${BIG_TABLES})`;
  return new Map(rows.map(({ scans, table }) => [table, scans]));
}

async function measure(url: string, run: (sql: Sql) => Promise<unknown>): Promise<number[]> {
  const sql = createPool(url);
  try {
    await run(sql);
    const times: number[] = [];
    for (let index = 0; index < RUNS; index++) {
      const startMs = performance.now();
      await run(sql);
      times.push(performance.now() - startMs);
    }
    return times.sort((a, b) => a - b);
  } finally {
    // A connection tells the server's statistics what it did when it ends.
    await sql.end();
  }
}

const rounds = Number(process.argv[2] ?? 1000);
const folder = await mkdtemp(path.join(tmpdir(), "prox-bench-report-"));
try {
  const url = await startCluster({ folder, isDurable: false });
  const sql = createPool(url, 1);
  await migrate(sql);
  await generateRounds(sql, rounds, (done) => {
    if (done % 100 === 0) console.error(`${done} rounds`);
  });
  await sql`update rounds set configuration = configuration || '{"prox_sample_ms": "1000"}'`;
  await sql`vacuum analyze`;
  console.log(`${rounds} rounds, of which ${Math.round(rounds / 20)} on the map`);
  const [player] = await sql<[{ guid: string }]>`
    select guid from players join round_players using (player_id) join rounds using (round_id)
    where map = ${MAP} group by guid order by count(*) desc, guid limit 1`;
  for (const [name, run] of reportsOf(player.guid)) {
    const before = await sequentialScans(sql);
    const times = await measure(url, run);
    const after = await sequentialScans(sql);
    const scanned = BIG_TABLES.filter((table) => after.get(table) !== before.get(table));
    const [median = 0, slowest = 0] = [times[Math.floor(RUNS / 2)], times.at(-1)];
    console.log(
      `${name.padEnd(32)} ${median.toFixed(0).padStart(6)} ms  at most ${slowest.toFixed(0).padStart(6)} ms` +
        `  whole tables read: ${scanned.length === 0 ? "none" : scanned.join(", ")}`,
    );
  }
  await sql.end();
} finally {
  await stopCluster({ folder });
  await rm(folder, { recursive: true, force: true });
}
