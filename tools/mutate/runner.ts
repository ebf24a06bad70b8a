/**
 * Vitest's runner for `npm run mutate`: each test runs once as it is, and then with each mutant in turn that it reaches
 * and that no test has found. A mutant is found when a test fails with it. What becomes of them is written to a file, a
 * line of JSON each, as the process may not survive a mutant that never ends.
 */
import { appendFileSync, readFileSync } from "node:fs";

import { type RunnerTestCase, type SerializedConfig, TestRunner } from "vitest";

/** What the instrumented sources look at, in a global of the instrumenter's name. */
interface Switchboard {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  /** How often each mutant was come by: while a module loaded, and in each test. */
  mutantCoverage?: { static: Record<string, number>; perTest: Record<string, Record<string, number>> };
}

/** A line of the file. `try` comes before the mutant is tried, so that one which ends the process is known. */
export type Event =
  | { readonly kind: "try"; readonly id: string; readonly pid: number }
  | { readonly kind: "found"; readonly id: string; readonly by: string }
  | { readonly kind: "reached" | "loaded"; readonly ids: readonly string[] }
  | { readonly kind: "slow"; readonly test: string };

/** A loop that a mutant keeps from ending meets the mutant again and again: so many times more than without it. */
const HIT_FACTOR = 100;
const HITS_SPARE = 10_000;
/**
 * In time of the processor. Mutants are tried with the quick tests first, in a run of their own, and never with those that
 * take longer still: looking for a fault with those takes too long.
 */
const SLOW_MS = 30;
const SLOWEST_MS = 500;

/** The variables by which the runner knows the file, and whether this run is for the slow tests that another found. */
export const EVENTS_VARIABLE = "PROX_MUTANTS";
export const SLOW_VARIABLE = "PROX_MUTANTS_SLOW";

export function readEvents(file: string): Event[] {
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Event);
}

export default class MutantRunner extends TestRunner {
  readonly #file = process.env[EVENTS_VARIABLE] ?? "";
  readonly #board = ((globalThis as { __stryker__?: Switchboard }).__stryker__ ??= {});
  readonly #isSlowRun = process.env[SLOW_VARIABLE] !== undefined;
  readonly #found = new Set<string>();
  /** Tests that are slow, by their ids, which are the same in each run. */
  readonly #slow = new Set<string>();

  constructor(config: SerializedConfig) {
    super(config);
    for (const event of readEvents(this.#file)) {
      if (event.kind === "found") this.#found.add(event.id);
      if (event.kind === "slow") this.#slow.add(event.test);
    }
  }

  #write(event: Event): void {
    appendFileSync(this.#file, `${JSON.stringify(event)}\n`);
  }

  async runTask(test: RunnerTestCase): Promise<void> {
    const run = TestRunner.getTestFn(test);
    const board = this.#board;
    board.currentTestId = test.id;
    const before = process.cpuUsage();
    try {
      await run();
    } finally {
      board.currentTestId = undefined;
    }
    const { system, user } = process.cpuUsage(before);
    const takenMs = (system + user) / 1000;
    if (takenMs > SLOWEST_MS) return;
    const hits = board.mutantCoverage?.perTest[test.id] ?? {};
    this.#write({ kind: "reached", ids: Object.keys(hits) });
    if (!this.#isSlowRun && takenMs > SLOW_MS) {
      this.#slow.add(test.id);
      this.#write({ kind: "slow", test: test.id });
    }
    if (this.#slow.has(test.id) !== this.#isSlowRun) return;
    for (const [id, count] of Object.entries(hits)) {
      if (this.#found.has(id)) continue;
      this.#write({ kind: "try", id, pid: process.pid });
      board.activeMutant = id;
      board.hitCount = 0;
      board.hitLimit = count * HIT_FACTOR + HITS_SPARE;
      try {
        await run();
      } catch {
        this.#found.add(id);
        this.#write({ kind: "found", id, by: `${test.file.name}: ${test.name}` });
      } finally {
        board.activeMutant = undefined;
        board.hitCount = undefined;
      }
    }
  }

  override onAfterRunFiles(): void {
    super.onAfterRunFiles();
    this.#write({ kind: "loaded", ids: Object.keys(this.#board.mutantCoverage?.static ?? {}) });
  }
}
