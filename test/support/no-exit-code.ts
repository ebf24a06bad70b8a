/**
 * Set-up of each test file: a test begins without the exit code that a command before it left behind, in its own file or in
 * another one of the same process.
 */
import { beforeEach } from "vitest";

beforeEach(() => {
  process.exitCode = undefined;
});
