/**
 * The server's socket, and that it is the server's: another user who could listen there would get all data and could
 * give any.
 */
import { lstat, mkdtemp, realpath, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { foreignFolder, makePrivateFolder, trustedOwners } from "./folders.ts";
import type { ServerUser } from "./server-user.ts";

/** A socket's path may be this long; the name of the file is part of it. */
const LONGEST_SOCKET_PATH = 107;
const SOCKET_FILE = ".s.PGSQL.5432";
const WRITABLE_BY_GROUP = 0o020;
const WRITABLE_BY_ALL = 0o002;
const STICKY = 0o1000;

/** Where the socket lies unless its path is too long: in the cluster's own folder, which is closed to others. */
export function usualSocketFolder(folder: string): string {
  return path.join(folder, "run");
}

function isTooLong(folder: string): boolean {
  return path.join(folder, SOCKET_FILE).length > LONGEST_SOCKET_PATH;
}

/** Whether another user could put another folder in the place of this one: into one of the folders above it. */
async function replaceableBecauseOf(folder: string): Promise<string | undefined> {
  for (let above = await realpath(path.dirname(folder)); ; above = path.dirname(above)) {
    const { gid, mode, uid } = await lstat(above);
    // The group that has a user for its only member is that user.
    const others =
      gid === process.getgid?.() || gid === 0 || gid === uid
        ? WRITABLE_BY_ALL
        : WRITABLE_BY_ALL | WRITABLE_BY_GROUP;
    if ((mode & others) !== 0 && (mode & STICKY) === 0) return above;
    if (above === path.dirname(above)) return undefined;
  }
}

/** Why a folder, and the socket in it, may belong to another user; undefined where they are the server's alone. */
async function faultOf(folder: string, user: ServerUser | undefined): Promise<string | undefined> {
  const owners = trustedOwners(user);
  const found = await lstat(folder);
  if (!found.isDirectory()) return "it is a link, or no folder";
  if (!owners.has(found.uid)) return `it belongs to user ${found.uid}`;
  if ((found.mode & (WRITABLE_BY_ALL | WRITABLE_BY_GROUP)) !== 0) return "others may write into it";
  const above = await replaceableBecauseOf(folder);
  if (above !== undefined) return `others may write into ${above}`;
  const socket = await lstat(path.join(folder, SOCKET_FILE)).catch(() => undefined);
  if (socket === undefined || (socket.isSocket() && owners.has(socket.uid))) return undefined;
  return `what stands for the socket in it belongs to user ${socket.uid}`;
}

/**
 * Whether the server's socket is there and surely its own, before the first byte is sent. Node cannot ask who listens, so
 * the owners of folder and socket must tell, and nobody else may be able to replace either. Throws E_EMBEDDED_FOLDER where
 * the cluster's own folder is not safe; a folder among the temporary files may belong to another user by now, and
 * counts as missing.
 */
export async function socketState(
  socketFolder: string,
  folder: string,
  user: ServerUser | undefined,
): Promise<"present" | "missing"> {
  try {
    await lstat(path.join(socketFolder, SOCKET_FILE));
  } catch {
    return "missing";
  }
  const fault = await faultOf(socketFolder, user);
  if (fault === undefined) return "present";
  if (socketFolder !== usualSocketFolder(folder)) return "missing";
  throw foreignFolder(socketFolder, fault);
}

/**
 * Makes the folder for the socket of the server that is about to start, and returns it. `last` is where the server had
 * it before: it is used again where it is still ours, so that connections find the server by the same address.
 */
export async function makeSocketFolder(
  folder: string,
  last: string,
  user: ServerUser | undefined,
): Promise<string> {
  const usual = usualSocketFolder(folder);
  if (!isTooLong(usual)) {
    await makePrivateFolder(usual, user);
    return usual;
  }
  const isOurs = last !== usual && (await faultOf(last, user).catch(() => "it is gone")) === undefined;
  if (isOurs) return last;
  // A name that nobody can know before, among the temporary files.
  const made = await mkdtemp(path.join(tmpdir(), "prox-"));
  await makePrivateFolder(made, user);
  const fault = isTooLong(made) ? "its path is too long for a socket" : await faultOf(made, user);
  if (fault === undefined) return made;
  await rmdir(made);
  throw foreignFolder(made, `${fault}; set TMPDIR to another folder`);
}

/** Removes what {@link makeSocketFolder} made among the temporary files. */
export async function removeSocketFolder(folder: string, socket: string): Promise<void> {
  if (socket !== usualSocketFolder(folder)) await rmdir(socket).catch(() => undefined);
}

/** The text of a `pg_hba.conf` in which no address is trusted: others of this machine could connect to a port. */
export function refuseTcpTrust(text: string): string {
  return text.replaceAll(/^(\s*host\w*\s[^#\n]*\s)(?:trust|"trust")(\s*(?:#.*)?)$/gm, "$1reject$2");
}
