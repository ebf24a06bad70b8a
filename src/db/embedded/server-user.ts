/**
 * Whom the embedded server runs as. PostgreSQL refuses to run as root; root runs it as an unprivileged user of the
 * system, which must be able to reach the server's programs and files.
 */
import { readFile, stat } from "node:fs/promises";
import path from "node:path";

import { ProxError } from "../../errors.ts";

/** A user of the system by numbers. */
export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Users that root may run the server as, the best first. */
const CANDIDATES = ["postgres", "nobody"] as const;

/**
 * The user that the server has to run as instead of ours, or undefined when ours will do. `users` is the system's list
 * of users. Throws E_EMBEDDED_ROOT for root where the list has none of the candidates.
 */
export async function serverUser(users = "/etc/passwd"): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const lines = (await readFile(users, "utf8")).split("\n").map((line) => line.split(":"));
  for (const candidate of CANDIDATES) {
    const entry = lines.find(([name]) => name === candidate);
    if (entry !== undefined) return { name: candidate, uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw new ProxError(
    "E_EMBEDDED_ROOT",
    `PostgreSQL does not run as root, and this system has neither user ${CANDIDATES.join(" nor ")}`,
    {
      suggestions: ["run prox as an ordinary user", "or give --database-url of a running PostgreSQL"],
    },
  );
}

/** Whether a user can look into a folder: every folder on the way must let it pass. Missing folders do. */
export async function canReach(user: ServerUser, folder: string): Promise<boolean> {
  const parts = path.resolve(folder).split(path.sep);
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const step = parts.slice(0, depth).join(path.sep) || path.sep;
    const found = await stat(step).catch(() => undefined);
    if (found === undefined) return true;
    const bit = found.uid === user.uid ? 0o100 : found.gid === user.gid ? 0o010 : 0o001;
    if ((found.mode & bit) === 0) return false;
  }
  return true;
}
