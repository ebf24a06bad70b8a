/** Locks between real processes: in every order one holds it, and never two. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { removeFileLock, takeFileLock } from "../../src/process/file-lock.ts";
import { thisProcess } from "../../src/process/identity.ts";
import { type LockOwner, newOwner } from "../../src/process/lock-owner.ts";
import { childProgram } from "../support/child-programs.ts";

/** No process has this number: it is above what Linux gives. */
const NOBODYS_PID = 4_194_305;

let folder: string;
let file: string;
let go: string;
let children: ChildProcess[];
/** What tries to take a lock. */
let program: string;

beforeAll(() => {
  program = childProgram(path.join(import.meta.dirname, "lock-contender.ts"));
});

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-lock-"));
  file = path.join(folder, "lock");
  go = path.join(folder, "go");
  children = [];
});

afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

interface Contender {
  readonly child: ChildProcess;
  /** Its next line. */
  readonly says: () => Promise<string>;
}

/** Starts a process that will try to take the lock; `wrapper` are words in front of its command. */
function contend(wrapper: readonly string[] = [], beatS = 15): Contender {
  const words = [...wrapper, process.execPath, program, file, go, String(beatS)];
  const child = spawn(words[0] ?? "", words.slice(1), { stdio: ["pipe", "pipe", "inherit"] });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, says: async () => String((await lines.next()).value) };
}

/** Starts some at once, lets all try at the same moment, and tells what each got. */
async function race(count: number): Promise<{ contender: Contender; said: string }[]> {
  const contenders = Array.from({ length: count }, () => contend());
  for (const { says } of contenders) expect(await says()).toBe("ready");
  writeFileSync(go, "");
  return Promise.all(contenders.map(async (contender) => ({ contender, said: await contender.says() })));
}

/** Lets one process try now. */
async function attempt(
  wrapper?: readonly string[],
  beatS?: number,
): Promise<{ contender: Contender; said: string }> {
  writeFileSync(go, "");
  const contender = contend(wrapper, beatS);
  expect(await contender.says()).toBe("ready");
  return { contender, said: await contender.says() };
}

async function kill({ child }: Contender): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

/** What is left beside the lock. */
function strays(): string[] {
  return readdirSync(folder).filter((name) => name !== "lock" && name !== "go");
}

function ownerOf(changes: Partial<LockOwner>): string {
  return JSON.stringify({ ...newOwner("test", { beatS: 15 }), pid: NOBODYS_PID, ...changes });
}

function holder(): LockOwner {
  return JSON.parse(readFileSync(file, "utf8")) as LockOwner;
}

describe("of several that try at once, one gets it", () => {
  const LOCKS: [string, () => void][] = [
    ["that nobody holds", () => undefined],
    [
      "whose owner is dead",
      () => {
        writeFileSync(file, ownerOf({ token: "dead" }));
      },
    ],
    [
      "whose owner is dead, and so is who was about to take it over",
      () => {
        writeFileSync(file, ownerOf({ token: "dead" }));
        writeFileSync(`${file}.dead`, ownerOf({ token: "heir" }));
        writeFileSync(`${file}.dead.heir`, ownerOf({ token: "heir-of-heir" }));
      },
    ],
    [
      "that was left empty",
      () => {
        writeFileSync(file, "");
      },
    ],
  ];

  test.each(LOCKS)("of a lock %s", async (_name, prepare) => {
    prepare();
    const results = await race(6);
    const winners = results.filter(({ said }) => said === "got");
    expect(winners).toHaveLength(1);
    expect(holder().pid).toBe(winners[0]?.contender.child.pid);
    expect(strays()).toEqual([]);
  });
});

test("it goes from one to the next, given back or not", async () => {
  const first = await attempt();
  expect(first.said).toBe("got");
  expect((await attempt()).said).toBe(`held ${first.contender.child.pid ?? 0}`);
  first.contender.child.stdin?.end();
  await once(first.contender.child, "exit");
  expect(existsSync(file)).toBe(false);
  const second = await attempt();
  expect(second.said).toBe("got");
  await kill(second.contender);
  expect((await attempt()).said).toBe("got");
  expect(strays()).toEqual([]);
});

test.each([
  "",
  "{",
  "null",
  "[]",
  "{}",
  '"text"',
  "\0\0\0\0",
  `{"pid":"1","host":"x"}`,
  ownerOf({}).slice(0, -9),
])("a file that says %j is no lock of anybody", (text) => {
  writeFileSync(file, text);
  const lock = takeFileLock(file, "test");
  expect(lock).not.toHaveProperty("heldBy");
  if (!("heldBy" in lock)) lock.release();
  expect(readdirSync(folder)).toEqual([]);
});

describe("an owner of another host name", () => {
  test("of this boot is told by its process: the machine was renamed", () => {
    writeFileSync(file, ownerOf({ host: "as-it-was-called", pid: process.pid }));
    expect(takeFileLock(file, "test")).toMatchObject({ heldBy: { host: "as-it-was-called" } });
    writeFileSync(file, ownerOf({ host: "as-it-was-called" }));
    expect(takeFileLock(file, "test")).not.toHaveProperty("heldBy");
  });

  const elsewhere = { host: "elsewhere", started: "another-boot 1" };

  test("of another machine counts as gone when it has given no sign of life for a minute", () => {
    const ago = (seconds: number): void => {
      const time = new Date(Date.now() - seconds * 1000);
      utimesSync(file, time, time);
    };
    writeFileSync(file, ownerOf(elsewhere));
    ago(50);
    expect(takeFileLock(file, "test")).toMatchObject({ heldBy: { host: "elsewhere" } });
    ago(70);
    expect(takeFileLock(file, "test")).not.toHaveProperty("heldBy");
    // As earlier versions wrote it.
    const { host, pid, started, user } = JSON.parse(ownerOf(elsewhere)) as LockOwner;
    writeFileSync(file, JSON.stringify({ host, user, pid, started }));
    ago(3000);
    expect(takeFileLock(file, "test")).toMatchObject({ heldBy: { host: "elsewhere" } });
    ago(4000);
    expect(takeFileLock(file, "test")).not.toHaveProperty("heldBy");
  });
});

/** A process with a list of processes of its own, as in a container: only root may start one. */
const IN_CONTAINER = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];
const canContain =
  process.getuid?.() === 0 && spawnSync("unshare", [...IN_CONTAINER.slice(1), "true"]).status === 0;

describe.runIf(canContain)("in another list of processes", () => {
  test("a live owner keeps the lock, whatever its number means here; a dead one loses it", async () => {
    const inside = await attempt(IN_CONTAINER, 0.3);
    expect(inside.said).toBe("got");
    expect(holder().namespace).not.toBe(thisProcess().namespace);
    // It gives signs of life: four of them would be missing by now.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(takeFileLock(file, "test")).toHaveProperty("heldBy");
    await kill(inside.contender);
    await expect.poll(() => "heldBy" in takeFileLock(file, "test"), { timeout: 20_000 }).toBe(false);
  });

  test("a contender leaves the lock of a live owner alone", async () => {
    const outside = takeFileLock(file, "test");
    expect((await attempt(IN_CONTAINER)).said).toBe(`held ${process.pid}`);
    if (!("heldBy" in outside)) outside.release();
    expect((await attempt(IN_CONTAINER)).said).toBe("got");
  });
});

test("a lock can be taken away, and its owner notices", async () => {
  const { contender } = await attempt([], 0.1);
  expect(removeFileLock(file)).toMatchObject({ pid: contender.child.pid, what: "test" });
  expect(await contender.says()).toBe("lost");
  const next = takeFileLock(file, "next");
  // What it gives back is not what it has lost.
  contender.child.stdin?.end();
  await once(contender.child, "exit");
  expect(holder().what).toBe("next");
  if (!("heldBy" in next)) next.release();
  expect(removeFileLock(file)).toBeUndefined();
  writeFileSync(file, "torn");
  expect(removeFileLock(file)).toBe("nameless");
  expect(existsSync(file)).toBe(false);
});
