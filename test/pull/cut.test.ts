/** Whatever cuts a pull: the next one goes on where it was. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

import { expect, test } from "vitest";

import { KINDS } from "../../src/format/columns.ts";
import { roundFileName } from "../../src/format/file.ts";
import { pullPaths } from "../../src/pull/pull.ts";
import { connect } from "../../src/remote/connect.ts";
import type { RemoteFiles } from "../../src/remote/remote-files.ts";
import { cuttingFiles } from "../support/game-server.ts";
import { roundFile, SOME_ROWS } from "../support/round-files.ts";
import { bytesOf, keyOf, setUpPulls } from "../support/pulls.ts";
import { refusal } from "../support/refusal.ts";

const pulls = setUpPulls();
const { here, incoming, local, pull, put, putRound, remote } = pulls;

test("a pull that is cut after any operation goes on where it was, and ends with the same files", async () => {
  const keys = [putRound(1), putRound(2)];
  const names = keys.flatMap((key) => KINDS.map((kind) => roundFileName(key, kind))).sort();
  let cuts = 0;
  for (let at = 1; ; at += 1) {
    rmSync(pulls.data, { recursive: true });
    mkdirSync(pulls.data);
    const fragile = await connect(pulls.server);
    const { files, count } = cuttingFiles(fragile, { at, cut: fragile.close });
    await pull({}, files).catch(() => undefined);
    fragile.close();
    for (const name of here()) {
      expect(readFileSync(local(name)).equals(readFileSync(remote(name)))).toBe(true);
    }
    await pull();
    expect(here()).toEqual(names);
    if (count() < at) break;
    cuts += 1;
  }
  expect(cuts).toBeGreaterThanOrEqual(9);
});

test("a pull that is cut in the middle of a file reads only the rest", async () => {
  const key = keyOf(1);
  const rows = Array.from({ length: 20_000 }, (_, index) => ({
    ...SOME_ROWS.positions[0],
    time_ms: index * 50,
  }));
  for (const kind of KINDS) put(roundFileName(key, kind), bytesOf(kind, key));
  const large = roundFile("positions", {
    header: { round_key: key },
    rows,
    trailer: { end_ms: "1000000" },
  });
  put(roundFileName(key, "positions"), large);
  const abort = new AbortController();
  let chunks = 0;
  const files = new Proxy(pulls.connection.files, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value === "function" && name !== "readRange") {
        return (value as (...values: unknown[]) => unknown).bind(target);
      }
      const readRange: RemoteFiles["readRange"] = (file, start, end, sink) =>
        target.readRange(file, start, end, (bytes) => {
          sink(bytes);
          if (file.includes("positions") && (chunks += 1) === 3) abort.abort(new Error("stop"));
        });
      return readRange;
    },
  });
  await expect(pull({ signal: abort.signal }, files)).rejects.toThrow("stop");
  const temporary = incoming().find((name) => name.includes("positions"));
  const kept = statSync(path.join(pullPaths(pulls.data, pulls.server.name).incoming, temporary ?? "")).size;
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(large.length);
  const again = await pull();
  expect(again.fetchedBytes).toBeLessThanOrEqual(large.length - kept + 3 * 5000);
  expect(readFileSync(local(roundFileName(key, "positions"))).equals(large)).toBe(true);
  expect(incoming()).toEqual([]);
});

test("a pull that is cut does not go on with the beginning of another version", async () => {
  const key = putRound(1);
  const name = roundFileName(key, "combat");
  const folder = pullPaths(pulls.data, pulls.server.name).incoming;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${name}.100-5`), "something else");
  // Even the right name does not help where the bytes are wrong: the checksum tells, and it is read again.
  const { size, mtimeMs } = statSync(remote(name));
  writeFileSync(path.join(folder, `${name}.${size}-${mtimeMs / 1000}`), "something else");
  await pull();
  expect(readFileSync(local(name)).equals(bytesOf("combat", key))).toBe(true);
  expect(here()).toHaveLength(KINDS.length);
  expect(incoming()).toEqual([]);
});

test("a pull that is cut by kill -9 leaves no lock that matters", async () => {
  putRound(1);
  const { lock } = pullPaths(pulls.data, pulls.server.name);
  mkdirSync(path.dirname(lock), { recursive: true });
  const script = `
    import { takeFileLock } from ${JSON.stringify(path.resolve(import.meta.dirname, "../../src/process/file-lock.ts"))};
    takeFileLock(process.argv[2]);
    process.send("locked");
    setInterval(() => undefined, 1000);`;
  const file = path.join(pulls.data, "hold.ts");
  writeFileSync(file, script);
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), file, lock], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await once(child, "message");
  const error = await refusal(pull());
  expect(error).toMatchObject({ code: "E_LOCKED", exit: "locked" });
  expect(error.message).toContain(`process ${child.pid ?? 0}`);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect((await pull()).fetchedFiles).toBe(KINDS.length);
  expect(existsSync(lock)).toBe(false);
});
