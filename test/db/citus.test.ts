/**
 * On a real Citus cluster, named by `PROX_CITUS_URL`: prox distributes the positions, and everything is as on plain PostgreSQL,
 * import and reports to the last byte.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { listCorrected } from "../../src/care/players.ts";
import { chooseRounds, forgetRounds } from "../../src/care/rounds.ts";
import ReportRound from "../../src/commands/report/round.ts";
import { distributePositions } from "../../src/db/citus.ts";
import { createPool, type Sql } from "../../src/db/driver/connect.ts";
import { inTransaction } from "../../src/db/driver/transaction.ts";
import { migrate, readMigrations } from "../../src/db/migrations.ts";
import { prunePositions } from "../../src/db/prune.ts";
import { readContents } from "../../src/db/status.ts";
import { packagePath } from "../../src/package-root.ts";
import { postNews } from "../../src/posts/post-news.ts";
import { rederive } from "../../src/rederive/rederive.ts";
import { EVERY_POST, importAsked, nameAreas, putRight, SILENT } from "../support/asked-database.ts";
import { CITUS_URL, createCitusDatabase } from "../support/citus.ts";
import { childProgram } from "../support/child-programs.ts";
import { REFUSALS } from "../support/citus-refusals.ts";
import { createPlainDatabase, type TestDatabase } from "../support/database.ts";
import { storeEarlierFacts } from "../support/earlier-facts.ts";
import { exportTo, hashes, newFolder } from "../support/exports.ts";
import { importPaths, roundContents as contentsOf } from "../support/import.ts";
import { answerOf, ASKED_RECORDINGS, reportCalls } from "../support/report-calls.ts";
import { SOME_ROWS, writeRound } from "../support/round-files.ts";

if (CITUS_URL === undefined) {
  process.stderr.write(
    "No Citus: its tests are LEFT OUT. To run them: PROX_CITUS_URL=postgres://…, a coordinator with workers\n",
  );
}

const COMMENTS = `
  select c.relname, a.attname, coalesce(col_description(c.oid, a.attnum), '') as comment, obj_description(c.oid, 'pg_class') as table_comment
  from pg_class c join pg_attribute a on a.attrelid = c.oid
  where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'v') and a.attnum > 0 and not a.attisdropped
    and c.relname not in ('citus_tables', 'citus_schemas')
  order by 1, a.attnum`;

/** What a round holds, its players by GUID: their numbers depend on which round came first. */
async function roundContents(sql: Sql, key: string): Promise<unknown> {
  const players = await sql<{ id: number; guid: string }[]>`select player_id as id, guid from players`;
  const guids = new Map(players.map(({ guid, id }) => [id, guid]));
  return JSON.parse(JSON.stringify(await contentsOf(sql, key)), (name, value: unknown) =>
    /(?:^|_)player_id$/.test(name) && typeof value === "number" ? guids.get(value) : value,
  );
}

const isDistributed = async (sql: Sql): Promise<boolean> =>
  (await sql`select from pg_dist_partition where logicalrelid = 'player_positions'::regclass`).length === 1;

test("a database without the extension is refused", async () => {
  const { sql } = await createPlainDatabase();
  await expect(distributePositions(sql)).rejects.toMatchObject({
    code: "E_DATABASE_UNFIT",
    message: "cannot distribute the positions: this database does not have the extension citus",
  });
});

describe.skipIf(CITUS_URL === undefined)("Citus", () => {
  let plain: TestDatabase;
  let citus: TestDatabase;

  describe("the schema", () => {
    beforeAll(async () => {
      plain = await createPlainDatabase();
    });

    test("is distributed once, and keeps every comment", async () => {
      citus = await createCitusDatabase({ isEmpty: true });
      await migrate(citus.sql);
      expect(await distributePositions(citus.sql)).toMatchObject({ isNew: true });
      expect(await distributePositions(citus.sql)).toMatchObject({ isNew: false });
      expect(await isDistributed(citus.sql)).toBe(true);
      expect([...(await citus.sql.unsafe(COMMENTS))]).toEqual([...(await plain.sql.unsafe(COMMENTS))]);
    });

    test("of every earlier version is upgraded with its data, distributed before or after", async () => {
      const shipped = await readMigrations();
      const database = await createCitusDatabase({ isEmpty: true });
      for (const { version } of shipped) {
        for (const isBefore of [true, false]) {
          const schema = `of_version_${version}_${isBefore ? "before" : "after"}`;
          await database.sql`create schema ${database.sql(schema)}`;
          const sql = createPool(`${database.url}?search_path=${schema}`, { connections: 1 });
          await migrate(sql, shipped.slice(0, version));
          await storeEarlierFacts(sql, version);
          if (isBefore) await distributePositions(sql);
          await migrate(sql);
          await distributePositions(sql);
          const [positions] = await sql`select count(*), sum(x::float8) from player_positions`;
          const [lives] = await sql`
            select sum(samples)::int as samples, (select count(*) from combat_events) as events from player_lives`;
          expect([version, positions, lives]).toEqual([
            version,
            { count: 2, sum: 3 },
            { samples: 2, events: 1 },
          ]);
          expect([...(await sql.unsafe(COMMENTS))]).toEqual([...(await plain.sql.unsafe(COMMENTS))]);
          await sql.end();
        }
      }
    }, 1_800_000);
  });

  describe("reports and sample queries", () => {
    const compared: string[] = [];
    beforeAll(async () => {
      plain = await createPlainDatabase();
      citus = await createCitusDatabase();
      for (const { sql } of [plain, citus]) {
        await importAsked(sql, ASKED_RECORDINGS);
        await nameAreas(sql);
        await putRight(sql);
        // Of what both have only the times of the work itself differ.
        await sql`update rounds set imported_at = '2026-12-01'`;
        await sql`update round_rules set derived_at = '2026-12-01' where derived_at is not null`;
        await sql`update rounds set excluded_at = '2026-12-01' where excluded_at is not null`;
      }
    }, 900_000);
    afterAll(async () => {
      const file = process.env["PROX_CITUS_TABLE"];
      if (file === undefined) return;
      const [{ version } = { version: "" }] = await citus.sql<{ version: string }[]>`
        select split_part(citus_version(), ' on ', 1) || ', PostgreSQL ' || current_setting('server_version') as version`;
      await writeFile(
        file,
        `${version}, ${new Date().toISOString()}\n\n| what | bytes | SHA-256, plain | Citus |\n| --- | --: | --- | --- |\n${compared.join("")}`,
      );
    });

    /** Expects the same of both, to the last byte, and notes it. */
    function expectEqual(what: string, [own, others]: readonly [citus: string, plain: string]): void {
      const sum = createHash("sha256").update(others).digest("hex").slice(0, 16);
      const cell = what.replaceAll("|", "\\|");
      compared.push(
        `| \`${cell}\` | ${Buffer.byteLength(others)} | ${sum} | ${own === others ? "equal" : "DIFFERENT"} |\n`,
      );
      expect(own).toBe(others);
    }
    /** The same question to both. */
    const ofBoth = async (ask: (database: TestDatabase) => Promise<unknown>): Promise<[string, string]> => [
      JSON.stringify(await ask(citus)),
      JSON.stringify(await ask(plain)),
    ];

    test("every table holds the same", async () => {
      const keys = await plain.sql<{ key: string }[]>`select round_key as key from rounds order by round_id`;
      expect(keys.length).toBeGreaterThan(12);
      for (const { key } of keys)
        expectEqual(`tables of ${key}`, await ofBoth(({ sql }) => roundContents(sql, key)));
    });

    test.each(reportCalls().map((call) => [call.text, call] as const))("%s", async (_, call) => {
      const answer = await answerOf(call, plain.url);
      // Ratings and predictions want more rounds than these.
      const refused = /"code": "E_(?:NOTHING_FOUND|TOO_LITTLE_DATA|NOT_FOUND)"/;
      if (call.text.includes("--json") && !refused.test(answer)) expect(answer).toContain('"ok": true');
      expectEqual(call.text, [await answerOf(call, citus.url), answer]);
    });

    test("report round of every round, of totals of other trackers too", async () => {
      const keys = await plain.sql<{ key: string; source: string }[]>`
        select round_key as key, source from rounds where excluded_at is null and same_as_round_id is null order by round_id`;
      expect(keys.map(({ source }) => source)).toEqual(expect.arrayContaining(["c0rnp0rn", "prox"]));
      for (const { key } of keys) {
        const call = { text: "", command: ReportRound, argv: [key, "--bots", "--json"] };
        const answer = await answerOf(call, plain.url);
        expect(answer).toContain('"ok": true');
        expectEqual(`report round ${key} --bots --json`, [await answerOf(call, citus.url), answer]);
      }
    });

    test.each(REFUSALS.map((refusal) => [refusal.what, refusal] as const))(
      "still refused: %s",
      async (_, { example, says }) => {
        await plain.sql.unsafe(`explain ${example}`);
        await expect(inTransaction(citus.sql, (transaction) => transaction.unsafe(example))).rejects.toThrow(
          says,
        );
      },
    );

    test("every sample query", async () => {
      for (const file of await readdir(packagePath("sql/samples"))) {
        const text = await readFile(packagePath(`sql/samples/${file}`), "utf8");
        expectEqual(`sql/samples/${file}`, await ofBoth(async ({ sql }) => [...(await sql.unsafe(text))]));
      }
    });

    test("db status, people put right, and what is told to chats", async () => {
      const status = async ({ sql }: TestDatabase) => {
        const { lastImportAt, sizeBytes, ...contents } = (await readContents(sql)) ?? {};
        expect([lastImportAt, sizeBytes]).not.toContain(undefined);
        return contents;
      };
      expectEqual("db status", await ofBoth(status));
      expectEqual("player list", await ofBoth(async ({ sql }) => listCorrected(sql)));
      for (const kind of ["session", "round"] as const) {
        const tell = async ({ sql }: TestDatabase) => {
          const posted = await postNews(sql, SILENT, { ...EVERY_POST, kind });
          expect(posted.messages.length).toBeGreaterThan(1);
          expect((await postNews(sql, SILENT, { ...EVERY_POST, kind })).messages).toEqual([]);
          return posted.messages;
        };
        expectEqual(`discord post --kind ${kind}`, await ofBoth(tell));
      }
    });

    test("an export: every file of it, and nothing to write the second time", async () => {
      const files = async ({ sql }: TestDatabase) => {
        const folder = newFolder();
        await exportTo(sql, folder);
        expect((await exportTo(sql, folder)).rounds).toMatchObject({ new: 0, changed: 0 });
        return Object.entries(hashes(folder)).filter(([name]) => name.endsWith(".parquet"));
      };
      const [own, others] = await ofBoth(files);
      expect((JSON.parse(others) as unknown[]).length).toBeGreaterThan(30);
      expectEqual("export", [own, others]);
    });

    test("rules applied again", async () => {
      expectEqual("db rederive --again", await ofBoth(({ sql }) => rederive(sql, { again: true })));
      const keys = await plain.sql<{ key: string }[]>`select round_key as key from rounds order by round_id`;
      for (const { key } of keys)
        expectEqual(
          `tables of ${key}, rules applied again`,
          await ofBoth(({ sql }) => roundContents(sql, key)),
        );
    }, 600_000);

    test("rounds forgotten: what is left", async () => {
      const forget = async ({ sql }: TestDatabase) => {
        const rounds = await chooseRounds(sql, { map: "arena20" });
        const forgotten = await forgetRounds(sql, rounds, {
          reason: "",
          signal: new AbortController().signal,
        });
        expect(forgotten.rounds).toBeGreaterThan(0);
        const left = await sql`select round_id, count(*) from player_positions group by 1 order by 1`;
        return [forgotten, [...left], [...(await sql`select round_key from rounds order by 1`)]];
      };
      expectEqual("round forget", await ofBoth(forget));
    });
  });

  describe("an import", () => {
    let folder: string;
    const KEYS = ["first", "second", "third", "fourth"];
    const positions = (count: number) => ({
      rows: [
        ...SOME_ROWS.positions,
        ...Array.from({ length: count }, (_, index) => ({ time_ms: 3000 + index, slot: index % 2 })),
      ],
    });
    beforeAll(async () => {
      plain = await createPlainDatabase();
      citus = await createCitusDatabase();
    }, 60_000);
    beforeEach(async () => {
      folder = await mkdtemp(path.join(tmpdir(), "prox-test-"));
      for (const { sql } of [plain, citus]) {
        await emptied(sql);
      }
      return () => rm(folder, { recursive: true });
    });

    const emptied = async (sql: Sql): Promise<void> => {
      await sql`truncate rounds, players, import_files, known_paths, combat_events cascade`;
      await sql`truncate player_positions`;
    };

    /** Imports into both and expects the same of both; what it said of the rounds. */
    async function importBoth(
      options: Parameters<typeof importPaths>[2] = {},
      paths = [folder],
    ): Promise<string[]> {
      const [own, others] = [
        await importPaths(citus.sql, paths, options),
        await importPaths(plain.sql, paths, options),
      ];
      const said = ({ files, rounds }: typeof own) => ({
        files: files.map(({ error, fate }) => [fate, error?.code, error?.message]).sort(),
        rounds: rounds.map(({ complete, roundKey, rows, status }) => ({ complete, roundKey, rows, status })),
      });
      expect(said(own)).toEqual(said(others));
      await expectSame();
      return own.rounds.map(({ status }) => status);
    }

    async function expectSame(): Promise<void> {
      for (const key of KEYS)
        expect(await roundContents(citus.sql, key)).toEqual(await roundContents(plain.sql, key));
      const ledger = (sql: Sql) => sql`
        select round_key, kind::text, status::text, is_complete, rows, error_code from import_files
        order by round_key, kind, status, size_bytes, sha256`;
      expect([...(await ledger(citus.sql))]).toEqual([...(await ledger(plain.sql))]);
    }

    test("twice, dry, growing, superseded, in conflict and with --replace is as on plain PostgreSQL", async () => {
      for (const key of KEYS) await writeRound(path.join(folder, key), key, { all: { cutBytes: 3 } });
      expect(await importBoth({ dryRun: true })).toEqual(KEYS.map(() => "imported"));
      expect(await importBoth()).toEqual(KEYS.map(() => "imported"));
      expect(await importBoth()).toEqual(KEYS.map(() => "skipped"));
      for (const key of KEYS) await writeRound(path.join(folder, key), key, { positions: positions(500) });
      expect(await importBoth()).toEqual(KEYS.map(() => "replaced"));
      for (const key of KEYS)
        await writeRound(path.join(folder, "other", key), key, { positions: positions(400) });
      const other = [path.join(folder, "other")];
      expect(await importBoth({}, other)).toEqual(KEYS.map(() => "rejected"));
      expect(await importBoth({ replace: true }, other)).toEqual(KEYS.map(() => "replaced"));
      const [count] = await citus.sql`select count(*) from player_positions`;
      expect(count).toEqual({ count: KEYS.length * (SOME_ROWS.positions.length + 400) });
    });

    test("prune takes the positions, and they come back with --replace", async () => {
      for (const key of KEYS) await writeRound(path.join(folder, key), key);
      await importBoth();
      const before = new Date("2100-01-01");
      const pruned = await prunePositions(plain.sql, before);
      expect(pruned).toMatchObject({ rounds: KEYS.length });
      expect(await prunePositions(citus.sql, before)).toEqual(pruned);
      expect([...(await citus.sql`select count(*) from player_positions`)]).toEqual([{ count: 0 }]);
      for (const key of KEYS) await writeRound(path.join(folder, key), key, { positions: positions(10) });
      await importBoth({ replace: true });
    });

    test("kill -9 at any moment: nothing but whole rounds, and the next import does the rest", async () => {
      for (const key of KEYS) await writeRound(path.join(folder, key), key, { positions: positions(3000) });
      const program = childProgram(path.join(import.meta.dirname, "../support/killed-import.ts"));
      const url = `${citus.url}?application_name=killed`;
      const run = (at: number) =>
        spawnSync(process.execPath, [program, url, folder, "write", String(at)], { encoding: "utf8" });
      const writes = Number(run(0).stdout);
      expect(writes).toBeGreaterThan(20);
      await importPaths(plain.sql, [folder]);
      await expectSame();
      for (const part of [0.2, 0.4, 0.6, 0.8]) {
        await emptied(citus.sql);
        run(Math.floor(writes * part));
        while ((await citus.sql`select from pg_stat_activity where application_name = 'killed'`).length > 0)
          await sleep(50);
        const [orphans] = await citus.sql`
          select count(*) from player_positions where round_id not in (select round_id from rounds)`;
        expect(orphans).toEqual({ count: 0 });
        const report = await importPaths(citus.sql, [folder]);
        expect(report.totals.files.rejected).toBe(0);
        await expectSame();
      }
    });

    /** Doubles the rows of the only round on its worker in a transaction that is prepared, and commits it after 8 s. */
    async function prepareDoubled(): Promise<{ committed: Promise<unknown> }> {
      const [worker] = await citus.sql<{ host: string; port: number; shard: string }[]>`
        select nodename as host, nodeport as port, shard_name as shard from citus_shards
        where table_name = 'player_positions'::regclass
          and shardid = get_shard_id_for_distribution_column('player_positions', (select round_id from rounds))`;
      const { host = "", port, shard = "" } = worker ?? {};
      const url = Object.assign(new URL(citus.url), { hostname: host, port: String(port) });
      const on = createPool(url.href, { connections: 1 });
      await on`set citus.enable_manual_changes_to_shards = on`;
      // Of another cluster's coordinator: ours would end what it does not know.
      const name = `citus_9_${Date.now()}`;
      await on
        .unsafe(`begin; insert into ${shard} select * from ${shard}; prepare transaction '${name}'`)
        .simple();
      const committed = sleep(8000)
        .then(() => on.unsafe(`commit prepared '${name}'`))
        .finally(() => on.end());
      return { committed };
    }
    const countPositions = async () =>
      (await citus.sql<{ count: number }[]>`select count(*) from player_positions`)[0]?.count;

    // As a commit leaves it that lost the worker between its two steps: rows that nobody sees yet.
    test("what a worker has prepared and not committed is waited for before rows are replaced", async () => {
      await writeRound(folder, "first", { all: { cutBytes: 3 } });
      await importBoth();
      const { committed } = await prepareDoubled();
      await writeRound(folder, "first");
      expect((await importPaths(citus.sql, [folder])).rounds).toMatchObject([{ status: "replaced" }]);
      await committed;
      expect(await countPositions()).toBe(SOME_ROWS.positions.length);
    });

    test("an import ends when all that it stored can be read", async () => {
      await writeRound(folder, "first");
      await importBoth();
      const { committed } = await prepareDoubled();
      await writeRound(path.join(folder, "second"), "second");
      await importPaths(citus.sql, [folder]);
      expect(await countPositions()).toBe(3 * SOME_ROWS.positions.length);
      await committed;
    });

    test("workers end their connections in the middle: the import goes on, and loses nothing", async () => {
      const keys = Array.from({ length: 12 }, (_, index) => `round-${index}`);
      for (const key of keys) await writeRound(path.join(folder, key), key, { positions: positions(4000) });
      const killer = createPool(citus.url, { connections: 1 });
      let ended = 0;
      const progress = {
        surveyed: () => undefined,
        begin: () => undefined,
        round: () => undefined,
        rows: () => {
          // Less often than an import tries again.
          if (++ended % 10 !== 3 || ended > 50) return;
          void killer`
            select run_command_on_workers($$
              select count(pg_terminate_backend(pid)) from pg_stat_activity
              where pid <> pg_backend_pid() and datname = current_database() and application_name like 'citus_internal%'$$)`.catch(
            () => undefined,
          );
        },
      };
      const report = await importPaths(citus.sql, [folder], { progress });
      expect(ended).toBeGreaterThan(4);
      expect(report.totals).toMatchObject({ rounds: { imported: keys.length }, files: { rejected: 0 } });
      await importPaths(plain.sql, [folder]);
      for (const key of keys)
        expect(await roundContents(citus.sql, key)).toEqual(await roundContents(plain.sql, key));
      await killer.end();
    });
  });
});
