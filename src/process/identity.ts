/** Who holds a lock: a process of a machine, told apart from a later process of the same number. */
import { readFileSync, readlinkSync } from "node:fs";
import { hostname, userInfo } from "node:os";

import { errorCodeOf } from "../errors.ts";

/** A process as a lock names it; it is written as JSON, for other processes and machines to read. */
export interface ProcessIdentity {
  readonly host: string;
  readonly user: string;
  readonly pid: number;
  /**
   * The id of the machine's boot, and when the process began by the machine's count since then; empty where the system
   * does not tell.
   */
  readonly started: string;
  /** In which list of processes `pid` stands: each container has one of its own. Missing where it is not known. */
  readonly namespace?: string;
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

function namespaceOf(): { namespace?: string } {
  try {
    return { namespace: readlinkSync("/proc/self/ns/pid") };
  } catch {
    return {};
  }
}

/** This process. */
export function thisProcess(): ProcessIdentity {
  return {
    host: hostname(),
    user: userInfo().username,
    pid: process.pid,
    started: startOf(process.pid),
    ...namespaceOf(),
  };
}

/** `unknown` of a process that cannot be seen from here: of another machine, or of another container. */
export type ProcessState = "lives" | "gone" | "unknown";

/** What became of a process. */
export function stateOf(identity: ProcessIdentity): ProcessState {
  const own = thisProcess();
  const isSameHost = identity.host === own.host;
  const [boot, ownBoot] = [identity, own].map(({ started }) => started.split(" ")[0]);
  const isSameBoot = boot === ownBoot && ownBoot !== "";
  // The same machine, restarted since.
  if (isSameHost && !isSameBoot && boot !== "" && ownBoot !== "") return "gone";
  // A machine may have been renamed, and a container has a name of its own: the boot tells more than the name.
  if (!isSameHost && !isSameBoot) return "unknown";
  const isSameNamespace = identity.namespace === own.namespace;
  if (!isSameNamespace && !(isSameHost && identity.namespace === undefined)) return "unknown";
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    // Another user's process takes no signals from here, but its start can be read.
    if (errorCodeOf(error) !== "EPERM") return errorCodeOf(error) === "ESRCH" ? "gone" : "unknown";
  }
  const started = startOf(identity.pid);
  return identity.started !== "" && started !== "" && started !== identity.started ? "gone" : "lives";
}

/** Whether a process is known to be gone. One that cannot be seen from here never is. */
export function isGone(identity: ProcessIdentity): boolean {
  return stateOf(identity) === "gone";
}
