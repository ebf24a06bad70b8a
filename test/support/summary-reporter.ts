/** Ends a test run with one plain line: `N passed, N failed` and, where there are any, `, N skipped`. */
import type { Reporter, SerializedError, TestModule } from "vitest/node";

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
    // After the default reporter's own summary, as the run's last line.
    process.on("exit", () => {
      process.stdout.write(`${counts.passed} passed, ${counts.failed} failed${tail}\n`);
    });
  }
}
