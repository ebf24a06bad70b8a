/** Passwords from a password file, `~/.pgpass`, by libpq's rules. */
import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

/** What a line of the file must fit. */
export interface Login {
  /** Host name, or the folder of a unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

const LINE = /^((?:[^:\\]|\\.)*):((?:[^:\\]|\\.)*):((?:[^:\\]|\\.)*):((?:[^:\\]|\\.)*):(.*)$/;

/** Host, port, database, user and password of a line; a backslash takes a colon or a backslash as it is. */
function fieldsOf(line: string): string[] {
  return (LINE.exec(line) ?? []).slice(1).map((field) => field.replaceAll(/\\(.)/g, "$1"));
}

/**
 * The password of the first line that fits, or undefined. A file that others can read counts as none, as with libpq;
 * `file` is the usual one unless given.
 */
export function passwordFor(
  { database, host, port, user }: Login,
  file = path.join(homedir(), ".pgpass"),
): string | undefined {
  let text: string;
  try {
    const stat = statSync(file);
    if (!stat.isFile() || (stat.mode & 0o077) !== 0) return undefined;
    text = readFileSync(file, "utf8");
  } catch {
    // Missing or unreadable: then the server says whether it wants a password.
    return undefined;
  }
  // A unix socket in a usual folder is `localhost` in this file.
  const isUsualSocket = host === "/var/run/postgresql" || host === "/run/postgresql" || host === "/tmp";
  const wanted = [isUsualSocket ? "localhost" : host, String(port), database, user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("#")) continue;
    const fields = fieldsOf(line);
    const isFit = wanted.every((value, index) => fields[index] === "*" || fields[index] === value);
    if (isFit && fields[4] !== "") return fields[4];
  }
  return undefined;
}
