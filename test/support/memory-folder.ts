/** Where files of tests lie in memory, so that no disk decides how long a test takes. */
import { statfsSync } from "node:fs";
import { tmpdir } from "node:os";

const MEMORY = "/dev/shm";
/** What a whole run may need there. Containers often have 64 MB. */
const NEEDED_BYTES = 4 * 1024 ** 3;

/** A folder in memory with room for a run of the tests, or else the one for temporary files. */
export function memoryFolder(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= NEEDED_BYTES ? MEMORY : tmpdir();
  } catch {
    // Not every system has it.
    return tmpdir();
  }
}
