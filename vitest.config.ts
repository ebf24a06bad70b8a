import path from "node:path";

import { configDefaults, defineConfig } from "vitest/config";

import { SSHD, SSHD_TESTS } from "./test/support/find-sshd.ts";

const leftOut = SSHD === undefined ? SSHD_TESTS : [];
if (leftOut.length > 0) {
  process.stderr.write(
    `OpenSSH's sshd is missing: ${leftOut.length} test files are LEFT OUT. To run them: apt-get install openssh-server\n`,
  );
}

// Compiled Lua is kept from run to run, and never among the user's own.
const cache = path.resolve(import.meta.dirname, "node_modules/.cache");
process.env["XDG_CACHE_HOME"] = cache;

export default defineConfig({
  test: {
    env: { XDG_CACHE_HOME: cache },
    include: ["test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, ...leftOut],
    disableConsoleIntercept: true,
    // Most tests wait for a server or a browser now and then, so that no core is left over for them.
    maxWorkers: "100%",
    globalSetup: ["./test/support/database-folder.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ["default", "./test/support/summary-reporter.ts"],
  },
});
