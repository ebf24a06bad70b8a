/** Where the embedded database lives. */
import { createHash } from "node:crypto";
import { chmod, chown, lstat, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { ProxError } from "../../errors.ts";
import { userFolder } from "../../user-folders.ts";
import { canReach, type ServerUser } from "./server-user.ts";

/** Where root keeps it, when nobody but root can look into root's home. */
const ROOT_HOME = "/var/lib/prox";
/** A socket's path may be this long; the name of the file is part of it. */
const LONGEST_SOCKET_PATH = 107;
const SOCKET_FILE = "/.s.PGSQL.5432";

/**
 * The folder of prox's own data: {@link userFolder}. Root, whose home is closed to the user that the server runs as, has
 * `/var/lib/prox` in place of the usual one.
 */
export async function dataHome(user: ServerUser | undefined): Promise<string> {
  const folder = userFolder("XDG_DATA_HOME");
  if (user === undefined || folder !== userFolder("XDG_DATA_HOME", {})) return folder;
  return (await canReach(user, folder)) ? folder : ROOT_HOME;
}

/** Makes a folder that belongs to whom the server runs as and is closed to all others. */
async function makePrivateFolder(folder: string, user: ServerUser | undefined): Promise<void> {
  await mkdir(folder, { recursive: true });
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  await chmod(folder, 0o700);
}

/** Makes the folder of a cluster; root's must be within reach of the user that the server runs as. */
export async function makeClusterFolder(folder: string, user: ServerUser | undefined): Promise<void> {
  const parent = path.dirname(folder);
  if (parent === ROOT_HOME) await mkdir(ROOT_HOME, { recursive: true, mode: 0o755 });
  await makePrivateFolder(folder, user);
  if (user === undefined || (await canReach(user, folder))) return;
  throw new ProxError(
    "E_EMBEDDED_FOLDER",
    `cannot use ${folder}: root runs the embedded database as user ${user.name}, who cannot look into it`,
    {
      suggestions: [
        `give others the right to pass: chmod o+x on each folder above it`,
        "or set XDG_DATA_HOME to a folder that everybody can look into",
        "or run prox as an ordinary user",
      ],
    },
  );
}

/**
 * The folder of the server's socket: below the cluster's folder, or a private folder among the temporary files where
 * that path would be too long for a socket. Its name follows from the cluster's folder.
 */
export function socketFolder(folder: string): string {
  const usual = path.join(folder, "run");
  if (usual.length + SOCKET_FILE.length <= LONGEST_SOCKET_PATH) return usual;
  const name = createHash("sha256").update(folder).digest("hex").slice(0, 12);
  return path.join(tmpdir(), `prox-${name}`);
}

/** Makes the socket's folder. Refuses one that somebody else made among the temporary files. */
export async function makeSocketFolder(folder: string, user: ServerUser | undefined): Promise<void> {
  const owner = user?.uid ?? process.getuid?.();
  const found = await lstat(folder).catch(() => undefined);
  if (found !== undefined && (!found.isDirectory() || (found.uid !== owner && found.uid !== 0))) {
    throw new ProxError("E_EMBEDDED_FOLDER", `${folder} belongs to someone else`, {
      suggestions: [`remove ${folder}`, "or set TMPDIR to a folder of your own"],
    });
  }
  await makePrivateFolder(folder, user);
}
