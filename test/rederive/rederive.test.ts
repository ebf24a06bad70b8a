/** Rules applied to stored rounds: which rounds, what stays, and who else works on them. */
import { spawnSync } from "node:child_process";
import path from "node:path";

import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { Sql } from "../../src/db/driver/connect.ts";
import { inTransaction } from "../../src/db/driver/transaction.ts";
import { lockRound } from "../../src/db/round-lock.ts";
import { rederive, type RederiveOptions } from "../../src/rederive/rederive.ts";
import { RULE_VERSIONS, RULES, type RuleName } from "../../src/rederive/rule-names.ts";
import { childProgram } from "../support/child-programs.ts";
import { createTestDatabase } from "../support/database.ts";
import { importPaths } from "../support/import.ts";
import { sharedRecording } from "../support/shared-recordings.ts";

let sql: Sql;
let roundIds: number[];
let folder: string;
let url: string;
beforeAll(async () => {
  ({ sql, url } = await createTestDatabase());
  ({ folder } = await sharedRecording("stopwatch-12"));
}, 120_000);
beforeEach(async () => {
  await sql`truncate rounds, players, import_files cascade`;
  await importPaths(sql, [folder]);
  const rows = await sql<{ round_id: number }[]>`select round_id from rounds order by started_at`;
  roundIds = rows.map((row) => row.round_id);
});

const ofRule = async (rule: RuleName, options: RederiveOptions = {}) => {
  const { rules } = await rederive(sql, { ...options, rules: [rule] });
  return rules[0];
};

/** Everything that rules find, and what follows from it, with who made it where that is asked for. */
async function contents(without: readonly string[] = ["derived_by"]): Promise<unknown[]> {
  const tables = [];
  for (const table of [
    "engagement_analysis",
    "engagement_participants",
    "proximity_events",
    "proximity_heatmap",
    "player_engagement_stats",
    "teammate_synergy",
  ]) {
    const rows = await sql`
      select to_jsonb(facts) - ${[...without]}::text[] as row from ${sql(table)} as facts order by 1`;
    tables.push([table, rows.map(({ row }) => row as unknown)]);
  }
  return tables;
}

/** Makes the rows of a round look as an earlier version of a rule would have left them. */
async function age(rule: RuleName, roundId: number): Promise<void> {
  await sql`update round_rules set version = ${RULE_VERSIONS[rule] - 1} where rule = ${rule} and round_id = ${roundId}`;
  if (rule === "engagement")
    await sql`update engagement_analysis set kills = kills + 1 where round_id = ${roundId}`;
  else
    await sql`update proximity_events set start_ms = 0 where record::text = ${rule} and round_id = ${roundId}`;
}

const rulesOf = async (roundId: number | undefined) => {
  const rows = await sql<{ rule: RuleName; version: number | null; derived_by: string }[]>`
    select rule, version, derived_by from round_rules where round_id = ${roundId ?? 0}`;
  return Object.fromEntries(rows.map((row) => [row.rule, `${row.derived_by} ${row.version}`]));
};

describe("which rounds", () => {
  test("none, where all was made by this version on the server", async () => {
    expect(await rulesOf(roundIds[0])).toEqual(
      Object.fromEntries(RULES.map((rule) => [rule, `server ${RULE_VERSIONS[rule]}`])),
    );
    expect(await rederive(sql)).toMatchObject({ rounds: 0, done: 0 });
  });

  test("those of an earlier version of a rule, of that rule alone; all that follows is derived", async () => {
    const before = await contents();
    const [first = 0, second] = roundIds;
    await age("engagement", first);
    await sql`update player_engagement_stats set engagements = 99 where round_id = ${first}`;
    const report = await rederive(sql);
    expect(report).toMatchObject({ rounds: 1, done: 1 });
    const [engagement, ...others] = report.rules;
    expect(engagement).toMatchObject({ rounds: 1, changedRounds: 1, betweenPositions: 0 });
    expect(engagement?.after).toBe(engagement?.before);
    for (const rule of others) expect(rule).toMatchObject({ rounds: 0, after: 0 });
    const isEqual = ["derived_by", "end_distance_units", "distance_units"];
    expect(without(await contents(), isEqual)).toEqual(without(before, isEqual));
    expect(await rulesOf(first)).toMatchObject({
      engagement: `prox ${RULE_VERSIONS.engagement}`,
      crossfire: `server ${RULE_VERSIONS.crossfire}`,
    });
    expect(await rulesOf(second)).toMatchObject({ engagement: `server ${RULE_VERSIONS.engagement}` });
    expect(await rederive(sql)).toMatchObject({ rounds: 0 });
  });

  test("not those of a later version", async () => {
    await sql`update round_rules set version = 99`;
    expect(await rederive(sql)).toMatchObject({ rounds: 0 });
  });

  test("where the server found nothing, its version is that of its other rounds", async () => {
    await sql`update round_rules set version = null where rule = 'bait' and round_id = ${roundIds[0] ?? 0}`;
    expect(await rederive(sql)).toMatchObject({ rounds: 0 });
    await sql`update round_rules set version = null where rule = 'bait'`;
    expect(await rederive(sql)).toMatchObject({ rounds: 2 });
  });

  test("where the rule failed on the server", async () => {
    await sql`update rounds set captures = captures || '{"trade": "failed"}' where round_id = ${roundIds[0] ?? 0}`;
    await sql`update round_rules set version = null where rule = 'trade' and round_id = ${roundIds[0] ?? 0}`;
    expect(await ofRule("trade")).toMatchObject({ rounds: 1 });
    expect(await ofRule("trade")).toMatchObject({ rounds: 0 });
  });

  test("those that are asked for", async () => {
    for (const id of roundIds) await age("trade", id);
    expect(await ofRule("trade", { roundIds: roundIds.slice(1) })).toMatchObject({ rounds: 1 });
    expect(await ofRule("trade")).toMatchObject({ rounds: 1 });
    expect(await ofRule("trade", { again: true })).toMatchObject({ rounds: 2, different: 0 });
  });

  test("an abort keeps what is done, and the next call goes on", async () => {
    for (const id of roundIds) await age("trade", id);
    const stop = new AbortController();
    const onProgress = (done: number): void => {
      if (done === 1) stop.abort(new Error("stopped"));
    };
    await expect(rederive(sql, { onProgress, signal: stop.signal })).rejects.toThrow("stopped");
    expect(await rulesOf(roundIds[0])).toMatchObject({ trade: `prox ${RULE_VERSIONS.trade}` });
    expect(await rulesOf(roundIds[1])).toMatchObject({ trade: `server ${RULE_VERSIONS.trade - 1}` });
    expect(await rederive(sql)).toMatchObject({ rounds: 1, done: 1 });
  });
});

describe("kill -9 in the middle", () => {
  const program = childProgram(path.join(import.meta.dirname, "../support/killed-rederive.ts"));
  const kill = (at: number) =>
    spawnSync(process.execPath, [program, url, String(at)], { encoding: "utf8", timeout: 60_000 });
  const due = () => sql`update round_rules set version = 0, derived_by = 'server'`;

  test("leaves each round as it was or as it is to be, and the next run goes on", async () => {
    await due();
    const { stdout } = kill(0);
    const writes = Number(stdout);
    expect(writes).toBeGreaterThan(20);
    const wanted = await contents([]);
    const done = new Set<number>();
    for (const share of [0.3, 0.5, 0.55, 0.6, 0.8, 1]) {
      await sql`truncate rounds, players, import_files cascade`;
      await importPaths(sql, [folder]);
      await due();
      const before = await contents([]);
      expect(kill(Math.floor((writes - 1) * share)).signal).toBe("SIGKILL");
      const states = [];
      for (const { round_id: id } of await sql`select round_id from rounds order by started_at`)
        states.push(new Set(Object.values(await rulesOf(Number(id))).map((rule) => rule.split(" ")[0])));
      for (const state of states) expect(state.size).toBe(1);
      const through = states.filter((state) => state.has("prox")).length;
      if (through === 0) expect(await contents([])).toEqual(before);
      done.add(through);
      expect(await rederive(sql)).toMatchObject({ rounds: 2 - through, done: 2 - through });
      expect(comparable(await contents([]))).toEqual(comparable(wanted));
    }
    expect(done.size).toBeGreaterThan(1);
  });

  const IDS = [
    "round_id",
    "player_id",
    "partner_player_id",
    "enemy_player_id",
    "mate_player_id",
    "teammate_player_id",
  ];
  const comparable = (tables: unknown[]): unknown[] => without(tables, IDS);
});

function without(tables: readonly unknown[], columns: readonly string[]): unknown[] {
  return (tables as [string, Record<string, unknown>[]][]).map(([table, rows]) => [
    table,
    rows
      .map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !columns.includes(column))))
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  ]);
}

describe("what stays", () => {
  test("everything, of a dry run that says what would change", async () => {
    const [first = 0] = roundIds;
    await age("crossfire", first);
    const before = await contents([]);
    expect(await ofRule("crossfire", { isDryRun: true })).toMatchObject({ rounds: 1, changedRounds: 1 });
    expect(await contents([])).toEqual(before);
    expect(await rulesOf(first)).toMatchObject({ crossfire: `server ${RULE_VERSIONS.crossfire - 1}` });
  });

  test.each<[string, RuleName[], (id: number) => Promise<unknown>]>([
    ["no combat file", [...RULES], (id) => sql`update rounds set combat_rows = null where round_id = ${id}`],
    [
      "hits not recorded (hit: off)",
      ["engagement", "crossfire", "bait"],
      (id) => sql`update rounds set captures = captures || '{"hit": "off"}' where round_id = ${id}`,
    ],
    [
      "kills not recorded (kill: unknown)",
      [...RULES],
      (id) => sql`update rounds set captures = captures - 'kill' where round_id = ${id}`,
    ],
    [
      "positions pruned",
      ["bait"],
      async (id) => {
        await sql`update rounds set positions_pruned_at = now() where round_id = ${id}`;
        await sql`delete from player_positions where round_id = ${id}`;
      },
    ],
    ["no positions", ["bait"], (id) => sql`update rounds set position_rows = 0 where round_id = ${id}`],
    [
      "positions not recorded (positions: failed)",
      ["bait"],
      (id) => sql`update rounds set captures = captures || '{"positions": "failed"}' where round_id = ${id}`,
    ],
    [
      "rows of combat are missing",
      [...RULES],
      (id) => sql`update import_files set rows_rejected = 1 where kind = 'combat' and round_id = ${id}`,
    ],
    [
      "rows of positions are missing",
      ["bait"],
      (id) => sql`update import_files set rows_lost = 2 where kind = 'positions' and round_id = ${id}`,
    ],
    [
      "a file of the round is cut",
      ["bait"],
      async (id) => {
        await sql`update rounds set end_reason = 'cut' where round_id = ${id}`;
        await sql`update import_files set is_complete = false where kind = 'positions' and round_id = ${id}`;
      },
    ],
    [
      "recorded in several pieces",
      ["engagement", "crossfire", "bait", "trade"],
      (id) => sql`update rounds set pieces = 2 where round_id = ${id}`,
    ],
  ])("what a rule found, where it cannot be applied: %s", async (reason, rules, spoil) => {
    const [first = 0] = roundIds;
    await spoil(first);
    const before =
      await sql`select to_jsonb(e) as row from proximity_events e where record = 'bait' order by 1`;
    const report = await rederive(sql, { roundIds: [first], again: true });
    const stuck = report.rules.filter(({ cannot }) => (cannot[reason] ?? 0) > 0).map(({ rule }) => rule);
    expect(stuck).toEqual(rules);
    for (const { cannot, rounds } of report.rules)
      expect(rounds).toBe(Object.keys(cannot).length === 0 ? 1 : 0);
    const stored = await rulesOf(first);
    for (const rule of RULES) expect(stored[rule]).toContain(rules.includes(rule) ? "server" : "prox");
    const after =
      await sql`select to_jsonb(e) as row from proximity_events e where record = 'bait' order by 1`;
    if (rules.includes("bait")) {
      const comparable = (rows: typeof before) =>
        rows.map(({ row }) => ({ ...(row as object), engagement: null }));
      expect(comparable(after)).toEqual(comparable(before));
    }
  });

  test("with --exact, where positions lie further apart than the rule looks", async () => {
    const { rules } = await rederive(sql, { again: true, isExact: true });
    const stuck = rules.filter(({ rounds }) => rounds === 0);
    expect(stuck.map(({ cannot, rule }) => [rule, cannot])).toEqual([
      ["bait", { "positions only every 1000 ms": 2 }],
    ]);
  });

  test("what others found together names fights that are there", async () => {
    await rederive(sql, { rules: ["engagement"], again: true });
    await rederive(sql, { rules: ["crossfire"], again: true });
    const [lost] = await sql<{ acts: number; lost: number; tied: number }[]>`
      select count(*) as acts, count(*) filter (where g.engagement is null and v.engagement is not null) as lost,
        count(*) filter (where g.engagement is not null) as tied
      from proximity_events v left join engagement_analysis g using (round_id, engagement)`;
    expect(lost?.lost).toBe(0);
    expect(lost?.tied).toBe(lost?.acts);
  });
});

describe("others at work", () => {
  test("an import of the round is waited for", async () => {
    const [{ round_key: key } = { round_key: "" }] = await sql<{ round_key: string }[]>`
      select round_key from rounds where round_id = ${roundIds[0] ?? 0}`;
    let done = false;
    let applied: Promise<unknown> = Promise.resolve();
    await inTransaction(sql, async (transaction) => {
      await lockRound(transaction, key);
      applied = rederive(sql, { roundIds: roundIds.slice(0, 1), again: true }).then(() => {
        done = true;
      });
      for (let waiting = 0; waiting === 0;) {
        const [found] = await sql<{ waiting: number }[]>`
          select count(*) as waiting from pg_locks
          where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`;
        waiting = found?.waiting ?? 0;
      }
      expect(done).toBe(false);
    });
    await applied;
    expect(await rulesOf(roundIds[0])).toMatchObject({ engagement: `prox ${RULE_VERSIONS.engagement}` });
  });

  test("files of rules that come later take the place of what prox found", async () => {
    const before = await contents([]);
    await rederive(sql, { again: true });
    await sql`delete from import_files where kind in ('engagements', 'heatmap')`;
    await importPaths(sql, [folder]);
    expect(await contents([])).toEqual(before);
    expect(await rulesOf(roundIds[0])).toMatchObject({
      engagement: `server ${RULE_VERSIONS.engagement}`,
      heatmap: `server ${RULE_VERSIONS.heatmap}`,
    });
  });

  test("facts that come later are what prox's rules stand on", async () => {
    await rederive(sql, { again: true });
    const rederived = await contents([]);
    await sql`update proximity_events set start_ms = 0`;
    await sql`update proximity_heatmap set kills = 99`;
    await sql`delete from import_files where kind = 'combat'`;
    await importPaths(sql, [folder]);
    expect(await contents([])).toEqual(rederived);
  });
});
