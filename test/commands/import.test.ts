import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { captureOutput } from "@oclif/test";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";

import { packagePath } from "../../src/package-root.ts";
import Import from "../../src/commands/import.ts";
import Validate from "../../src/commands/validate.ts";
import { EXIT_CODES } from "../../src/errors/exit-codes.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { SOME_ROWS, writeRound } from "../support/round-files.ts";
import { zstdOfRepeats } from "../support/zstd-of-repeats.ts";

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "prox-test-"));
});
afterEach(async () => {
  process.exitCode = undefined;
  await rm(folder, { recursive: true });
});

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: typeof process.exitCode;
}

async function run(command: typeof Import | typeof Validate, ...parameters: string[]): Promise<Outcome> {
  const options = { root: packagePath(".") };
  const { stderr, stdout } = await captureOutput(async (): Promise<unknown> =>
    command === Import ? Import.run(parameters, options) : Validate.run(parameters, options),
  );
  const { exitCode } = process;
  process.exitCode = undefined;
  return { stdout, stderr, exitCode };
}

const importFiles = (...parameters: string[]): Promise<Outcome> =>
  run(Import, "--database-url", database.url, ...parameters);

test("says what it did in one line, and nothing with --quiet", async () => {
  await writeRound(folder, "one-line");
  const first = await importFiles(folder);
  expect(first.stdout).toMatch(/^20\S+Z 1 round imported \(15 rows in \d+\.\d s\)\n$/);
  expect(first).toMatchObject({ stderr: "", exitCode: undefined });
  expect((await importFiles(folder)).stdout).toMatch(/^20\S+Z 1 round already imported\n$/);
  expect(await importFiles(folder, "--quiet")).toEqual({ stdout: "", stderr: "", exitCode: undefined });
});

test("without a path and without a pull there is nothing to import", async () => {
  process.env["PROX_DATA_FOLDER"] = path.join(folder, "data");
  try {
    const { exitCode, stderr } = await importFiles();
    expect(exitCode).toBe(EXIT_CODES.usage);
    expect(stderr).toContain("[E_NO_ROUNDS]");
    expect(stderr).toContain("prox pull");
  } finally {
    delete process.env["PROX_DATA_FOLDER"];
  }
});

test("names a bad file with line, column and reason, and ends with exit code 3, with --quiet too", async () => {
  const rows = [{ cell_x: 1, kills: "\u0007x" }];
  const { heatmap } = await writeRound(folder, "bad-file", { heatmap: { rows } });
  const { exitCode, stderr, stdout } = await importFiles(folder, "--quiet");
  expect(exitCode).toBe(EXIT_CODES.partial);
  expect(stdout).toBe("");
  expect(stderr).toContain(
    `${heatmap}: line 21, column 4 (kills): must be a whole number: "\\u{7}x" [E_SYNTAX]\n`,
  );
  expect(stderr).toMatch(/error: 1 round imported, 1 file rejected .* \[E_FILES_REJECTED\]/);
});

test("a few bytes that unpack to gigabytes are refused where the limit is, and the rest goes on", async () => {
  await writeRound(folder, "beside-a-bomb");
  const bomb = zstdOfRepeats(8000);
  await writeFile(path.join(folder, "bomb.zst"), bomb);
  const { exitCode, stderr } = await importFiles(folder);
  expect(exitCode).toBe(EXIT_CODES.partial);
  expect(stderr.replace(/\s+/g, " ")).toContain(
    "bomb.zst: unpacks to more than 1003.2 MB, from 32,006 bytes: prox stops there",
  );
  expect(stderr).toMatch(/error: 1 round imported, 1 file rejected .* \[E_FILES_REJECTED\]/);
});

test("says by what a transfer changed a file, and that prox read it as it was", async () => {
  const { combat } = await writeRound(folder, "changed");
  await writeFile(combat, (await readFile(combat, "latin1")).replaceAll("\n", "\r\n"), "latin1");
  const told = `${combat}: a transfer changed the file: its line ends are CRLF; prox read what it was before`;
  const validated = await run(Validate, folder);
  expect(validated.stdout).toContain(told);
  expect(validated.exitCode).toBeUndefined();
  const imported = await importFiles(folder, "--quiet");
  expect(imported).toMatchObject({ stdout: "", exitCode: undefined });
  expect(imported.stderr.replace(/\s+(?:›\s+)?/g, " ")).toContain(told);
  const again = await importFiles(folder, "--json");
  expect(JSON.parse(again.stdout)).toMatchObject({ result: { totals: { rounds: { skipped: 1 } } } });
  expect(await importFiles(folder, "--quiet")).toEqual({ stdout: "", stderr: "", exitCode: undefined });
});

test("tells programs the same, as JSON", async () => {
  await writeRound(folder, "json", { heatmap: { rows: [{ kills: "x" }] } });
  const { exitCode, stdout } = await importFiles(folder, "--json");
  expect(exitCode).toBe(EXIT_CODES.partial);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    command: "import",
    error: { code: "E_FILES_REJECTED", exitCode: EXIT_CODES.partial },
    result: {
      dryRun: false,
      rounds: [
        {
          roundKey: "json",
          map: "supply",
          round: 1,
          status: "imported",
          complete: false,
          missing: ["heatmap"],
          rows: { positions: 4, combat: 3, engagements: 4, heatmap: null, objectives: 2 },
        },
      ],
      files: [
        { kind: "positions", fate: "imported", rows: 4, error: null },
        { kind: "combat" },
        { kind: "engagements" },
        { kind: "heatmap", fate: "rejected", error: { code: "E_SYNTAX", line: 21, column: 4 } },
        { kind: "objectives" },
      ],
      totals: { rows: 13, files: { imported: 4, rejected: 1 } },
    },
  });
});

test("without a terminal a rejected file is told once, and then only counted", async () => {
  await writeRound(folder, "told-once", { heatmap: { rows: [{ kills: "x" }] } });
  const first = await importFiles(folder);
  expect(first.exitCode).toBe(EXIT_CODES.partial);
  expect(first.stderr).toContain("_heatmap.txt: line 21");
  const second = await importFiles(folder);
  expect(second).toMatchObject({ exitCode: undefined, stderr: "" });
  expect(second.stdout).toContain("1 file rejected (1 of them as before)");
  const rehearsed = await importFiles(folder, "--dry-run");
  expect(rehearsed.exitCode).toBe(EXIT_CODES.partial);
  expect(rehearsed.stderr).toContain("_heatmap.txt: line 21");
  const { result } = JSON.parse((await importFiles(folder, "--json")).stdout) as {
    result: { files: { isKnown: boolean; fate: string }[] };
  };
  expect(result.files.filter(({ isKnown }) => isKnown)).toMatchObject([{ fate: "rejected" }]);
});

test("people are told of each file at once, and nothing is kept of it for the end; programs get the list", async () => {
  for (const name of ["a", "b"]) await writeFile(path.join(folder, `${name}_combat.txt`), `junk ${name}`);
  const options = { root: packagePath(".") };
  const parameters = [folder, "--database-url", database.url];
  let result: unknown;
  const { stderr } = await captureOutput(
    async () => (result = await Import.run([...parameters, "--dry-run"], options)),
  );
  expect(stderr).toMatch(/a_combat\.txt: .*\n.*b_combat\.txt: .*\nerror: 2 files rejected/);
  expect(result).toBeUndefined();
  await importFiles(folder);
  // Known by now, so that the command succeeds and returns what it kept.
  await captureOutput(async () => (result = await Import.run(parameters, options)));
  expect(result).toMatchObject({
    files: [],
    rounds: [],
    notListed: { files: 2 },
    totals: { files: { rejected: 2 } },
  });
  const { stdout } = await importFiles(folder, "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    result: { files: [{}, {}], notListed: { files: 0, rounds: 0 } },
  });
});

test("--dry-run and --bad-rows reach the import", async () => {
  await writeRound(folder, "flags", { heatmap: { rows: [{ kills: "x" }, { kills: 2 }] } });
  const rehearsal = await importFiles(folder, "--dry-run", "--bad-rows", "skip");
  expect(rehearsal.stdout).toMatch(/^20\S+Z 1 round to import \(14 rows/);
  expect(await database.sql`select from rounds where round_key = 'flags'`).toHaveLength(0);
  const { exitCode, stderr, stdout } = await importFiles(folder, "--bad-rows", "skip");
  expect(exitCode).toBeUndefined();
  expect(stdout).toMatch(/^20\S+Z 1 round imported \(14 rows/);
  expect(stderr).toMatch(/warning: .*_heatmap\.txt: 1 bad row left out, the first at line 21/);
});

test("a path that does not exist is exit code 9", async () => {
  expect((await importFiles(path.join(folder, "nowhere"))).exitCode).toBe(EXIT_CODES.input);
});

/** Runs `prox import` as a process of its own. */
function start(...parameters: string[]) {
  const env = { ...process.env, PROX_DATA_FOLDER: path.join(folder, "data"), PROX_DATABASE_TELL_AFTER: "2" };
  const child = spawn(process.execPath, [packagePath("bin/run.js"), "import", ...parameters], { env });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  // When all that it said has been read, too.
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return { child, ended, output: () => output };
}

test("a database that is down is exit code 5 each time, told once, and once when it is back", async () => {
  const rounds = path.join(folder, "rounds");
  await writeRound(rounds, "down");
  const { hostname, pathname, port: ownPort, username } = new URL(database.url);
  const host = decodeURIComponent(hostname);
  const connectServer = (): Socket =>
    host.startsWith("/") ? connect(path.join(host, `.s.PGSQL.${ownPort}`)) : connect(Number(ownPort), host);
  const clients = new Set<Socket>();
  const proxy = createServer((client) => {
    clients.add(client);
    const server = connectServer();
    client.pipe(server).pipe(client);
    for (const end of [client, server]) end.on("error", () => client.destroy());
  });
  const listen = async (port: number): Promise<number> => {
    proxy.listen(port, "127.0.0.1");
    await once(proxy, "listening");
    return (proxy.address() as AddressInfo).port;
  };
  const port = await listen(0);
  const url = `postgres://${username}@127.0.0.1:${port}${pathname}`;
  const watched = path.join(folder, "watched");
  await mkdir(watched);
  const watch = start("--watch", watched, "--database-url", url);
  await vi.waitFor(
    () => {
      expect(watch.output()).toContain("watching");
    },
    { timeout: 20_000 },
  );
  proxy.close();
  for (const client of clients) client.destroy();
  await writeRound(watched, "watched");
  const importRound = async (): Promise<[number | null, string]> => {
    const { ended, output } = start(rounds, "--database-url", url);
    return [await ended, output()];
  };
  // Each waits for the database for 20 s; they fail one after another.
  const failures = await Promise.all(
    [0, 1, 2, 3].map(async (turn) => {
      await sleep(turn * 1500);
      return importRound();
    }),
  );
  expect(failures.map(([code]) => code)).toEqual(Array(4).fill(EXIT_CODES.database));
  const told = failures.filter(([, said]) => said !== "");
  expect(told.map(([, said]) => said)).toEqual([
    expect.stringMatching(/^error: database error: .*ECONNREFUSED.*\[E_DATABASE\]\n/),
  ]);
  expect(failures[0]?.[1]).toBe("");
  await listen(port);
  try {
    const back = await importRound();
    expect(back).toEqual([
      0,
      expect.stringMatching(/^warning: the database takes imports again; they failed since 20.*, 4 times\n/),
    ]);
    expect(back[1]).toContain("1 round imported");
    expect(await importRound()).toEqual([0, expect.stringMatching(/^20\S+Z 1 round already imported\n$/)]);
    // What watches has waited for it.
    await vi.waitFor(
      () => {
        expect(watch.output()).toContain("1 round imported");
      },
      { timeout: 60_000 },
    );
    expect(watch.output().match(/^warning: .*/gm)).toEqual([
      expect.stringMatching(/^warning: database error: /),
      expect.stringMatching(/^warning: the database takes imports again; /),
    ]);
  } finally {
    watch.child.kill("SIGINT");
    await watch.ended;
    proxy.close();
  }
});

test("- takes paths from standard input", async () => {
  const paths = Object.values(await writeRound(folder, "from-stdin"));
  const { child, ended, output } = start("-", "--database-url", database.url);
  child.stdin.end(`${paths.join("\n")}\n`);
  expect(await ended).toBe(0);
  expect(output()).toContain("1 round imported");
});

test("--watch follows a folder until it is told to stop", async () => {
  const { child, ended, output } = start("--watch", folder, "--database-url", database.url);
  const until = async (condition: () => Promise<boolean> | boolean): Promise<void> => {
    while (!(await condition())) {
      if (child.exitCode !== null) throw new Error(output());
      await sleep(50);
    }
  };
  const complete = async (key: string): Promise<boolean> =>
    (await database.sql`select from rounds where round_key = ${key} and is_complete`).length === 1;
  try {
    await until(() => output().includes("watching"));
    await writeRound(folder, "watched-1");
    await until(() => complete("watched-1"));
    const file = path.join(folder, "later_positions.txt");
    await writeFile(file, "");
    await until(() => output().includes("E_EMPTY_FILE"));
    const { positions } = await writeRound(path.join(folder, "sub"), "watched-2");
    await writeFile(file, await readFile(positions));
    await until(() => complete("watched-2"));
  } finally {
    child.kill("SIGINT");
  }
  expect(await ended).toBe(0);
});

test("prox validate names every problem of every file, without a database", async () => {
  const { combat } = await writeRound(folder, "valid", {
    combat: { rows: ["rubbish", { event: "kick" }, ...SOME_ROWS.combat] },
    heatmap: null,
  });
  const bad = await run(Validate, folder);
  expect(bad.exitCode).toBe(EXIT_CODES.partial);
  expect(bad.stdout.split("\n")).toEqual([
    `${combat}: line 23: a row must have 40 fields, this one has 1: "rubbish" [E_FIELD_COUNT]`,
    expect.stringMatching(/line 24, column 2 \(event\): must be one of .*: "kick" \[E_CHOICE\]$/),
    "round valid: no file of heatmap",
    "",
  ]);
  // The good rows of the invalid file are not among them.
  expect(bad.stderr).toContain("3 valid round files with 10 rows, 1 invalid [E_FILES_INVALID]");
  await writeRound(folder, "valid");
  const good = await run(Validate, folder, "--json");
  expect(good.exitCode).toBeUndefined();
  expect(JSON.parse(good.stdout)).toMatchObject({
    ok: true,
    result: { totals: { valid: 5, invalid: 0, rows: 15 }, incompleteRounds: [] },
  });
});
