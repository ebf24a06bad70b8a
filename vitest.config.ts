import { availableParallelism } from "node:os";
import path from "node:path";

import { defineConfig } from "vitest/config";

import LongestFirst from "./test/support/longest-first.ts";
import { PROFTPD } from "./test/support/find-proftpd.ts";
import { SSHD } from "./test/support/find-sshd.ts";
import { needsProftpd, needsSshd, PROJECTS, testFiles } from "./test/support/projects.ts";

const files = testFiles();
const leftOut: string[] = [];
for (const [program, name, packages, needs] of [
  [SSHD, "OpenSSH's sshd", "openssh-server", needsSshd],
  [PROFTPD, "ProFTPD", "proftpd-core proftpd-mod-crypto", needsProftpd],
] as const) {
  const without = program === undefined ? files.ssh.filter(needs) : [];
  leftOut.push(...without);
  if (without.length > 0) {
    process.stderr.write(
      `${name} is missing: ${without.length} test files are LEFT OUT. To run them: apt-get install ${packages}\n`,
    );
  }
}

// Compiled Lua is kept from run to run, and never among the user's own.
const cache = path.resolve(import.meta.dirname, "node_modules/.cache");
process.env["XDG_CACHE_HOME"] = cache;

/** Set-up of every file. */
const ofEveryFile = ["./test/support/see-errors.ts", "./test/support/no-exit-code.ts"];

const shared = {
  env: { XDG_CACHE_HOME: cache },
  disableConsoleIntercept: true,
  // Patience for a busy machine; no test waits this long on an idle one.
  testTimeout: 120_000,
  hookTimeout: 300_000,
};

export default defineConfig({
  test: {
    projects: PROJECTS.map((name) => ({
      test: {
        ...shared,
        name,
        include: files[name].filter((file) => !leftOut.includes(file)),
        ...(name === "fast"
          ? { isolate: false, setupFiles: [...ofEveryFile, "./test/support/nothing-but-node.ts"] }
          : {
              setupFiles: [...ofEveryFile, "./test/support/clean-up.ts"],
              isolate: name === "alone",
              globalSetup: ["./test/support/compile-once.ts"],
            }),
      },
    })),
    // Most tests wait for a server or a browser now and then. A percentage would be cut down to the number of cores.
    maxWorkers: 2 * availableParallelism(),
    sequence: { sequencer: LongestFirst },
    globalSetup: ["./test/support/database-folder.ts"],
    reporters: ["default", "./test/support/summary-reporter.ts"],
  },
});
