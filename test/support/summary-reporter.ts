/** Ends a test run with the files that took longest, and one plain line: `N passed, N failed` and, where there are any, `, N skipped`. */
import type { Reporter, SerializedError, TestModule } from "vitest/node";

const SHOWN_FILES = 10;

/** The files that took longest, hooks and imports included, one line each. */
function slowest(modules: readonly TestModule[]): string[] {
  return modules
    .map((module) => {
      const { collectDuration, duration } = module.diagnostic();
      return { module, seconds: (collectDuration + duration) / 1000 };
    })
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, SHOWN_FILES)
    .map(({ module, seconds }) => {
      const { name } = module.project;
      return `${seconds.toFixed(1).padStart(7)} s  ${name.padEnd(8)}  ${module.relativeModuleId}`;
    });
}

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state] += 1;
      // A file that does not load and a set-up that fails have no failed test, and still are failures.
      for (const suite of [module, ...module.children.allSuites()]) {
        if (suite.errors().length > 0) counts.failed += 1;
      }
    }
    const skipped = counts.skipped + counts.pending;
    const tail = skipped > 0 ? `, ${skipped} skipped` : "";
    const lines = modules.length > 1 ? ["what took longest", ...slowest(modules)] : [];
    // After the default reporter's own summary, as the run's last lines.
    process.on("exit", () => {
      process.stdout.write(
        [...lines, `${counts.passed} passed, ${counts.failed} failed${tail}`, ""].join("\n"),
      );
    });
  }
}
