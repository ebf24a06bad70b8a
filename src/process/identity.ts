/** Who holds a lock: a process of a machine, told apart from a later process of the same number. */
import { readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";

import { errorCodeOf } from "../errors.ts";

/** A process as a lock names it; it is written as JSON, for other processes and machines to read. */
export interface ProcessIdentity {
  readonly host: string;
  readonly user: string;
  readonly pid: number;
  /** When the process began, by the machine's own count since it was booted; empty where the system does not tell. */
  readonly started: string;
}

/** The boot of the machine and the start of a process in it (Linux), or an empty text. */
function startOf(pid: number): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    // The fields after the command's name in parentheses, which may itself hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)?.split(" ");
    return `${boot} ${fields?.[19] ?? ""}`;
  } catch {
    return "";
  }
}

/** This process. */
export function thisProcess(): ProcessIdentity {
  return { host: hostname(), user: userInfo().username, pid: process.pid, started: startOf(process.pid) };
}

/** Whether a process is known to be gone. One of another machine is never known to be. */
export function isGone(identity: ProcessIdentity): boolean {
  if (identity.host !== hostname()) return false;
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    // Another user's process takes no signals from here, but its start can be read.
    if (errorCodeOf(error) !== "EPERM") return errorCodeOf(error) === "ESRCH";
  }
  const started = startOf(identity.pid);
  return identity.started !== "" && started !== "" && started !== identity.started;
}
