/** Where OpenSSH's server is, and which tests cannot run without it. */
import { accessSync, constants } from "node:fs";

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The program, or undefined where it is not installed. */
export const SSHD = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd"].find(isProgram);

/** The tests that talk to a real sshd. */
export const SSHD_TESTS = [
  "test/commands/server-commands.test.ts",
  "test/deploy/cut.test.ts",
  "test/deploy/deploy.test.ts",
  "test/deploy/full-disk.test.ts",
  "test/deploy/lock.test.ts",
  "test/deploy/reload.test.ts",
  "test/pull/cut.test.ts",
  "test/pull/pull.test.ts",
  "test/remote/connect.test.ts",
  "test/remote/sftp-files.test.ts",
  "test/remote/slow-line.test.ts",
];
