/**
 * Set-up of each test file: sees which errors prox makes and for which reasons an import refuses files while its tests run,
 * and fails the test file when one that it is to provoke (see provoked-errors.ts) is not among them. It loads nothing else
 * of prox: some tests replace modules before they are loaded.
 */
import path from "node:path";

import { afterAll, type RunnerTestSuite } from "vitest";

import { ProxError } from "../../src/errors.ts";
import { PROVOKED_BY } from "./provoked-errors.ts";

declare global {
  /** Codes of the errors that prox made, and of the reasons for which an import refused files. */
  var seenErrors: Set<string>;
}

const root = path.resolve(import.meta.dirname, "../..");
// Another set for each test file, which import.ts finds too: a module may be shared by several of them.
const seen = new Set<string>();
globalThis.seenErrors = seen;

/** Whether prox itself makes the error that is being made, rather than a test. */
function isOfProx(): boolean {
  const frames = new Error().stack?.split("\n").slice(1) ?? [];
  const maker = frames.find((frame) => !/\/test\/support\/see-errors\.ts|\/src\/errors\.ts/.test(frame));
  return maker?.includes(`${root}/src/`) ?? false;
}

class SeenError extends Error {
  constructor(...parameters: ConstructorParameters<typeof Error>) {
    super(...parameters);
    if (!isOfProx()) return;
    // Its code is set when the constructor of ProxError goes on.
    queueMicrotask(() => seen.add((this as Error & { code?: string }).code ?? ""));
  }
}
// What `super` in the constructor of ProxError calls.
Object.setPrototypeOf(ProxError, SeenError);

/** Whether all tests of a suite ran: with a filter, or where something is missing on this machine, some do not. */
const isWhole = (suite: Readonly<RunnerTestSuite>): boolean =>
  suite.tasks.every((task) =>
    task.type === "suite"
      ? isWhole(task)
      : task.mode !== "skip" && task.mode !== "todo" && task.result?.state === "pass",
  );

afterAll(({}, suite) => {
  const file = path.relative(root, suite.file.filepath).replaceAll(path.sep, "/");
  const due = Object.entries(PROVOKED_BY).filter(([, by]) => by === file);
  const missing = due.map(([code]) => code).filter((code) => !seen.has(code));
  if (missing.length > 0 && isWhole(suite.file))
    throw new Error(
      `prox made none of these errors here, though provoked-errors.ts says so: ${missing.join(", ")}`,
    );
});
