/**
 * Run as a process of its own: imports a folder, and kills itself (SIGKILL) instead of the socket write of a number, or
 * when so many rounds are stored. Arguments: database URL, folder, `write` or `round`, number. Prints how many writes
 * there were when it got to its end alive.
 */
import { Socket } from "node:net";

import { createPool } from "../../src/db/driver/connect.ts";
import { importRounds } from "../../src/import/import-rounds.ts";
import { findPaths } from "../../src/import/find-paths.ts";

const [url = "", folder = "", moment = "", at = "0"] = process.argv.slice(2);
const dieAt = (reached: string, count: number): void => {
  if (reached === moment && count === Number(at)) process.kill(process.pid, "SIGKILL");
};
let writes = 0;
let rounds = 0;
const write = Reflect.get(Socket.prototype, "write") as (...parameters: unknown[]) => boolean;
Reflect.set(Socket.prototype, "write", function (this: Socket, ...parameters: unknown[]) {
  dieAt("write", ++writes);
  return write.apply(this, parameters);
});
const sql = createPool(url);
await importRounds(sql, findPaths([folder]), {
  badRows: "reject-file",
  replace: false,
  dryRun: false,
  progress: {
    surveyed: () => undefined,
    begin: () => undefined,
    rows: () => undefined,
    round: () => {
      dieAt("round", ++rounds);
    },
  },
});
await sql.end();
process.stdout.write(String(writes));
