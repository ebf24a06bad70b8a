/** The server of SSH that most tests of a file share. */
import { afterAll, beforeAll } from "vitest";

import { type Sshd, startSshd } from "./sshd.ts";

/**
 * Starts sshd before the tests of the file and stops it after them, whatever became of their set-up. To be called at the
 * top of the file or of a `describe`, before its other hooks; what it returns can be read in hooks and tests only.
 */
export function useSshd(): Sshd {
  let started: Sshd | undefined;
  beforeAll(async () => {
    started = await startSshd();
  });
  afterAll(() => started?.stop());
  return new Proxy({} as Sshd, {
    get: (_target, key) => {
      if (started === undefined) throw new Error("sshd is started before the tests, and not earlier");
      return Reflect.get(started, key) as unknown;
    },
  });
}
