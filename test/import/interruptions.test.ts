/** Whatever ends an import in the middle: every round is wholly in or wholly out, and running again finishes the work. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

import { createPool, type Sql } from "../../src/db/driver/connect.ts";
import { clusterState, startCluster, stopCluster } from "../../src/db/embedded/cluster.ts";
import { migrate } from "../../src/db/migrations.ts";
import { KINDS } from "../../src/format/columns.ts";
import { withDatabase } from "../../src/db/open.ts";
import { ProxError } from "../../src/errors.ts";
import type { ImportProgress } from "../../src/import/import-rounds.ts";
import { childProgram } from "../support/child-programs.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { importPaths } from "../support/import.ts";
import { putCluster } from "../support/made-cluster.ts";
import { SOME_ROWS, writeRound } from "../support/round-files.ts";

const KEYS = ["first", "second", "third", "fourth"];
/** Socket writes at which the process is killed; the long run takes every one, and every round. */
const KILLS = Number(process.env["PROX_KILLS"] ?? 3);
const KILLED_ROUNDS = KILLS > 3 ? [1, 2, 3, 4] : [2];
const ROWS = Object.values(SOME_ROWS).flat().length + 6000;

let database: TestDatabase;
let folder: string;
/** An import that kills itself. */
let killed: string;

beforeAll(async () => {
  killed = childProgram(path.join(import.meta.dirname, "../support/killed-import.ts"));
  database = await createTestDatabase();
});
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "prox-test-"));
  const rows = [
    ...SOME_ROWS.positions,
    ...Array.from({ length: 6000 }, (_, index) => ({ time_ms: 3000 + index, slot: index % 2 })),
  ];
  for (const key of KEYS) await writeRound(folder, key, { positions: { rows } });
  await database.sql`truncate rounds, players, import_files, player_positions, combat_events cascade`;
  return () => rm(folder, { recursive: true });
});

/** How many rows and ledger entries each round has. */
async function stored(sql: Sql): Promise<{ key: string; rows: number; files: number; notes: number }[]> {
  // Positions in a query of their own, which refers to nothing around it: they may lie on other servers.
  return sql`
    select round_key as key,
      (select count(*) from import_files where round_id = r.round_id and status = 'imported') as files,
      (select count(*) from round_players where round_id = r.round_id) as notes,
      coalesce(p.positions, 0)
      + (select count(*) from combat_events where round_id = r.round_id)
      + (select count(*) from engagement_analysis where round_id = r.round_id)
      + (select count(*) from engagement_participants where round_id = r.round_id)
      + (select count(*) from proximity_events where round_id = r.round_id)
      + (select count(*) from proximity_heatmap where round_id = r.round_id)
      + (select count(*) from objective_events where round_id = r.round_id) as rows
    from rounds r
    left join (select round_id, count(*) as positions from player_positions group by 1) p using (round_id)
    order by round_key`;
}

const whole = (key: string) => ({ key, files: KINDS.length, rows: ROWS, notes: 2 });

/** Nothing but whole rounds: no rows without a round either. */
async function expectWholeRounds(sql: Sql): Promise<string[]> {
  const found = await stored(sql);
  expect(found).toEqual(found.map(({ key }) => whole(key)));
  const [orphans] = await sql`
    select count(*)::integer as count from player_positions
    where round_id not in (select round_id from rounds)`;
  expect(orphans?.["count"]).toBe(0);
  return found.map(({ key }) => key);
}

async function expectFinishedByRunningAgain(sql: Sql): Promise<void> {
  const report = await importPaths(sql, [folder]);
  expect(report.totals.files.rejected).toBe(0);
  expect(await stored(sql)).toEqual([...KEYS].sort().map(whole));
}

function progressThat(onRows: (call: number) => void): ImportProgress {
  let calls = 0;
  return {
    surveyed: () => undefined,
    begin: () => undefined,
    round: () => undefined,
    rows: () => {
      onRows(++calls);
    },
  };
}

/** Imports in a process of its own, which dies instead of a socket write or when a round is stored, if the number is reached. */
function runAndKill(
  moment: "write" | "round",
  at: number,
): { status: number | null; signal: string | null; stdout: string } {
  const url = `${database.url}${database.url.includes("?") ? "&" : "?"}application_name=killed`;
  const parameters = [killed, url, folder, moment, String(at)];
  return spawnSync(process.execPath, parameters, { encoding: "utf8" });
}

async function serverIsDoneWith(application: string): Promise<void> {
  for (;;) {
    const left = await database.sql`select from pg_stat_activity where application_name = ${application}`;
    if (left.length === 0) return;
    await sleep(20);
  }
}

/** Kills an import, and finds nothing but whole rounds, and the rest stored by the next. Returns how many there were. */
async function expectWholeRoundsAfterKill(moment: "write" | "round", at: number): Promise<number> {
  await database.sql`truncate rounds, players, import_files, player_positions, combat_events cascade`;
  const { signal, status } = runAndKill(moment, at);
  // How many writes there are varies: with fewer than this time the run ends well, and is as good as any other.
  if (moment === "round" || status !== 0) expect(signal).toBe("SIGKILL");
  await serverIsDoneWith("killed");
  const { length } = await expectWholeRounds(database.sql);
  await expectFinishedByRunningAgain(database.sql);
  return length;
}

test("kill -9 at any moment", async () => {
  const alive = runAndKill("write", 0);
  expect(alive.status).toBe(0);
  const writes = Number(alive.stdout);
  const kills = Math.min(KILLS, writes);
  for (let kill = 0; kill < kills; kill++) {
    const left = await expectWholeRoundsAfterKill("write", 1 + Math.floor((kill * writes) / kills));
    if (kill === 0) expect(left).toBe(0);
  }
}, 300_000);

test.each(KILLED_ROUNDS)("kill -9 when round %i is stored", async (round) => {
  expect(await expectWholeRoundsAfterKill("round", round)).toBeGreaterThanOrEqual(round);
});

test("several imports of the same folder at once store every round once, and all are content", async () => {
  const pools = [1, 2, 3].map(() => createPool(database.url));
  const reports = await Promise.all(pools.map((sql) => importPaths(sql, [folder])));
  await Promise.all(pools.map((sql) => sql.end()));
  expect(await stored(database.sql)).toEqual([...KEYS].sort().map(whole));
  expect(reports.map(({ totals }) => totals.files.rejected)).toEqual([0, 0, 0]);
  const imported = reports.map(({ totals }) => totals.rounds.imported).reduce((sum, count) => sum + count, 0);
  expect(imported).toBe(KEYS.length);
});

test("rounds of the same new players, in whatever order files name them, never wait in a circle", async () => {
  const players = Array.from({ length: 8 }, (_, slot) => {
    const guid = `${slot}`.padEnd(32, "F");
    return { slot, guid, name: guid };
  });
  await writeRound(folder, "circle-1", { all: { players } });
  await writeRound(folder, "circle-2", { all: { players: players.toReversed() } });
  // Slow enough that each of the two has made some players before the other is through.
  await database.sql.unsafe(`
    create function linger() returns trigger language plpgsql as $$ begin perform pg_sleep(0.02); return new; end $$;
    create trigger linger before insert on players for each row execute function linger()`);
  const deadlocks = () =>
    database.sql`select deadlocks from pg_stat_database where datname = current_database()`;
  const before = await deadlocks();
  const own = createPool(`${database.url}?application_name=circle`, { connections: 2 });
  await importPaths(own, [folder]);
  await own.end();
  // A connection that ends tells what it met.
  await serverIsDoneWith("circle");
  await database.sql.unsafe("drop trigger linger on players; drop function linger()");
  expect(await database.sql`select count(*) from rounds where is_complete`).toEqual([
    { count: KEYS.length + 2 },
  ]);
  expect(await deadlocks()).toEqual(before);
});

describe("Ctrl-C", () => {
  test.each([1, 2, 5, 7])("at the rows of call %i", async (at) => {
    const interruption = new AbortController();
    const stopped = new ProxError("E_INTERRUPTED", "stopped");
    const progress = progressThat((call) => {
      if (call === at) interruption.abort(stopped);
    });
    const work = importPaths(database.sql, [folder], { progress, signal: interruption.signal });
    await expect(work).rejects.toBe(stopped);
    expect((await expectWholeRounds(database.sql)).length).toBeLessThan(KEYS.length);
    await expectFinishedByRunningAgain(database.sql);
  });
});

test("connections that break are made again, and the round begun again", async () => {
  const own = createPool(`${database.url}?application_name=broken`, { connections: 2 });
  let breaks = 0;
  const progress = progressThat((call) => {
    if (call % 3 !== 0 || breaks === 2) return;
    breaks++;
    void database.sql`
      select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'broken'`.execute();
  });
  const report = await importPaths(own, [folder], { progress });
  await own.end({ timeout: 1 });
  expect(breaks).toBe(2);
  expect(report.totals.files).toMatchObject({ imported: KINDS.length * KEYS.length, rejected: 0 });
  expect(await stored(database.sql)).toEqual([...KEYS].sort().map(whole));
});

/** Stops the server of a cluster while this process stands still, so that what it is at meets the loss. */
function stopMeanwhile(folder: string): void {
  const pidFile = path.join(folder, "data", "postmaster.pid");
  process.kill(Number.parseInt(readFileSync(pidFile, "utf8"), 10), "SIGINT");
  const clock = new Int32Array(new SharedArrayBuffer(4));
  while (existsSync(pidFile)) Atomics.wait(clock, 0, 0, 20);
}

test("our own server is killed: the import starts it again, and goes on", async () => {
  const home = await mkdtemp(path.join(tmpdir(), "prox-test-"));
  await chmod(home, 0o711);
  vi.stubEnv("XDG_DATA_HOME", home);
  vi.stubEnv("DATABASE_URL", "");
  try {
    await withDatabase({ isWriter: true }, async ({ embedded, recover, sql }) => {
      expect(embedded).toBe(true);
      const { folder: cluster } = await clusterState();
      const pidFile = path.join(cluster, "data", "postmaster.pid");
      const progress = progressThat((call) => {
        if (call === 4) process.kill(Number.parseInt(readFileSync(pidFile, "utf8"), 10), "SIGKILL");
      });
      const report = await importPaths(sql, [folder], { progress, recover });
      expect(report.totals.files).toMatchObject({ imported: KINDS.length * KEYS.length, rejected: 0 });
      expect(await stored(sql)).toEqual([...KEYS].sort().map(whole));
    });
  } finally {
    await stopCluster();
    vi.unstubAllEnvs();
    await rm(home, { recursive: true, force: true });
  }
}, 180_000);

test("a server that goes away and comes back", async () => {
  const home = await mkdtemp(path.join(tmpdir(), "prox-test-"));
  // Run by root, the server works as another user, who has to get in.
  await chmod(home, 0o711);
  const cluster = { folder: path.join(home, "cluster"), isDurable: false };
  await putCluster(cluster.folder);
  const url = await startCluster(cluster);
  const sql = createPool(url, { connections: 2 });
  try {
    await migrate(sql);
    let restart: Promise<string> | undefined;
    const progress = progressThat((call) => {
      if (call !== 4) return;
      stopMeanwhile(cluster.folder);
      restart = startCluster(cluster);
    });
    const report = await importPaths(sql, [folder], { progress });
    expect(await restart).toBe(url);
    expect(report.totals.files).toMatchObject({ imported: KINDS.length * KEYS.length, rejected: 0 });
    expect(await stored(sql)).toEqual([...KEYS].sort().map(whole));
  } finally {
    await sql.end({ timeout: 1 });
    await stopCluster(cluster);
    await rm(home, { recursive: true, force: true });
  }
}, 120_000);
