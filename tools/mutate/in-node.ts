/** Mutants of modules that run in Node: the tests that reach a mutant run with it until one fails. */
import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { startVitest } from "vitest/node";

import { packagePath } from "../../src/package-root.ts";
import { testFiles } from "../../test/support/projects.ts";
import { filesBeginning } from "./groups.ts";
import type { Fates, Mutant } from "./mutants.ts";
import { EVENTS_VARIABLE, readEvents, SLOW_VARIABLE } from "./runner.ts";

/** A test that takes longer than this with a mutant never ends. */
const HUNG_MS = 45_000;
const NEVER_ENDS = "it never ends";

/** Kills the process that has tried one mutant for too long; the mutant counts as found. */
function killHung(events: string): void {
  if (Date.now() - statSync(events).mtimeMs < HUNG_MS) return;
  const last = readEvents(events).at(-1);
  if (last?.kind !== "try") return;
  appendFileSync(events, `${JSON.stringify({ kind: "found", id: last.id, by: NEVER_ENDS })}\n`);
  process.kill(last.pid, "SIGKILL");
}

/** Runs the quick or the slow tests with each mutant that they reach. Throws where a test fails without any. */
async function runTests(
  instrumented: ReadonlyMap<string, string>,
  tests: readonly string[],
  events: string,
  isSlow: boolean,
): Promise<void> {
  const root = packagePath(".");
  const before = readEvents(events).length;
  const watch = setInterval(killHung, 1000, events);
  const vitest = await startVitest(
    "test",
    [],
    {
      root,
      config: false,
      watch: false,
      include: [...tests],
      env: { [EVENTS_VARIABLE]: events, ...(isSlow ? { [SLOW_VARIABLE]: "1" } : {}), PROX_FUZZ_RUNS: "50" },
      runner: packagePath("tools/mutate/runner.ts"),
      setupFiles: [packagePath("test/support/nothing-but-node.ts")],
      // Large files first, as they find most; not what took longest before.
      cache: false,
      pool: "forks",
      isolate: false,
      maxWorkers: 1,
      // A test runs with many mutants, one after the other.
      testTimeout: 0,
      disableConsoleIntercept: true,
      dangerouslyIgnoreUnhandledErrors: true,
      reporters: ["dot"],
    },
    {
      plugins: [
        { name: "mutants", enforce: "pre", transform: (_, id) => instrumented.get(path.relative(root, id)) },
      ],
    },
  );
  clearInterval(watch);
  await vitest.close();
  process.exitCode = 0;
  const hasHung = readEvents(events)
    .slice(before)
    .some((event) => event.kind === "found" && event.by === NEVER_ENDS);
  if (hasHung) await runTests(instrumented, tests, events, isSlow);
  else if (vitest.state.getCountOfFailedTests() > 0) throw new Error("tests fail without any mutant");
}

/**
 * Tries the mutants, of which `instrumented` has the texts of their files (see `mutantsOf`), with tests whose paths begin
 * in one of some ways: those of them that need nothing but Node, and the rules' without their Lua.
 */
export async function judgeInNode(
  mutants: readonly Mutant[],
  instrumented: ReadonlyMap<string, string>,
  tests: readonly string[],
): Promise<Fates> {
  const { fast } = testFiles();
  const include = filesBeginning("test", tests, ".test.ts").filter(
    (file) => fast.includes(file) || file.startsWith("test/rules/"),
  );
  const folder = mkdtempSync(path.join(tmpdir(), "prox-mutants-"));
  try {
    const events = path.join(folder, "events");
    writeFileSync(events, "");
    await runTests(instrumented, include, events, false);
    await runTests(instrumented, include, events, true);
    const fates: Fates = new Map(mutants.map(({ id }) => [id, { kind: "unreached" }]));
    const all = readEvents(events);
    for (const event of all)
      if (event.kind === "loaded") for (const id of event.ids) fates.set(id, { kind: "unjudged" });
    for (const event of all)
      if (event.kind === "reached") for (const id of event.ids) fates.set(id, { kind: "survived" });
    for (const event of all) if (event.kind === "found") fates.set(event.id, { kind: "found", by: event.by });
    return fates;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
