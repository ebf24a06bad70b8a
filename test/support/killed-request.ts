/**
 * Loaded into a prox process in front of everything else (`node --import`): kills that process with SIGKILL at the
 * moment when the answer of a number, `PROX_TEST_KILL_AT`, has arrived, before prox gets to know of it.
 */
import ssh2, { type Client } from "ssh2";

import { onEachAnswer } from "./sftp-requests.ts";

const killAt = Number(process.env["PROX_TEST_KILL_AT"]);
const prototype = ssh2.Client.prototype;
// The original is called with its own client below.
// eslint-disable-next-line @typescript-eslint/unbound-method
const open = prototype.sftp;
prototype.sftp = function (this: Client, ...args: unknown[]): Client {
  const done = args.at(-1) as Parameters<typeof open>[0];
  return open.call(this, (error, sftp) => {
    if (error === undefined) {
      onEachAnswer(sftp, (count) => {
        if (count === killAt) process.kill(process.pid, "SIGKILL");
      });
    }
    done(error, sftp);
  });
};
