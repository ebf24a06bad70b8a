/**
 * Run as a process of its own: applies the rules to all stored rounds that are due, and kills itself (SIGKILL) instead of the
 * socket write of a number. Arguments: database URL, number. Prints how many writes there were when it got to its end alive.
 */
import { Socket } from "node:net";

import { createPool } from "../../src/db/driver/connect.ts";
import { rederive } from "../../src/rederive/rederive.ts";

const [url = "", at = "0"] = process.argv.slice(2);
let writes = 0;
const write = Reflect.get(Socket.prototype, "write") as (...parameters: unknown[]) => boolean;
Reflect.set(Socket.prototype, "write", function (this: Socket, ...parameters: unknown[]) {
  if (++writes === Number(at)) process.kill(process.pid, "SIGKILL");
  return write.apply(this, parameters);
});
const sql = createPool(url);
await rederive(sql);
await sql.end();
process.stdout.write(String(writes));
