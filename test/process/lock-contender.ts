/**
 * A process that tries to take a lock: `FILE GO BEAT_S`. Waits for the file GO, tries once, prints `got` or `held PID`, and
 * holds what it got until its input ends (then it gives it back) or it is killed. Prints `lost` when it was taken away.
 */
import { existsSync } from "node:fs";

import { takeFileLock } from "../../src/process/file-lock.ts";

const [file = "", go = "", beatS = "15"] = process.argv.slice(2);
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
say("ready");
while (!existsSync(go)) await new Promise((resolve) => setTimeout(resolve, 1));
const lock = takeFileLock(file, "test", { beatS: Number(beatS) });
if ("heldBy" in lock) {
  say(`held ${lock.heldBy.pid}`);
} else {
  say("got");
  lock.lost.addEventListener("abort", () => {
    say("lost");
  });
  for await (const chunk of process.stdin) if (String(chunk) === "") break;
  lock.release();
}
process.exit();
