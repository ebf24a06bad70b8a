/** Where the embedded database lives. */
import { constants } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import path from "node:path";

import { writingAdvice } from "../../disk-advice.ts";
import { errorCodeOf, messageOf, ProxError } from "../../errors.ts";
import { makeFolder } from "../../make-folder.ts";
import { userFolder } from "../../user-folders.ts";
import { canReach, type ServerUser } from "./server-user.ts";

/** Where root keeps it, when nobody but root can look into root's home. */
export const ROOT_HOME = "/var/lib/prox";

/**
 * The folder of prox's own data: {@link userFolder}. Root, whose home is closed to the user that the server runs as, has
 * `/var/lib/prox` in place of the usual one.
 */
export async function dataHome(user: ServerUser | undefined): Promise<string> {
  const folder = userFolder("XDG_DATA_HOME");
  if (user === undefined || folder !== userFolder("XDG_DATA_HOME", {})) return folder;
  return (await canReach(user, folder)) ? folder : ROOT_HOME;
}

/** The numbers of the users whose files the server's user can trust: their own, and root's. */
export function trustedOwners(user: ServerUser | undefined): ReadonlySet<number> {
  return new Set([0, process.getuid?.() ?? 0, user?.uid ?? 0]);
}

/** The error of a folder that is not ours alone. */
export function foreignFolder(folder: string, reason: string): ProxError {
  return new ProxError("E_EMBEDDED_FOLDER", `cannot use ${folder} for the database: ${reason}`, {
    suggestions: [
      `look at ${folder}, and remove it if it is not yours`,
      "or set XDG_DATA_HOME to a folder of your own",
    ],
    details: { folder },
  });
}

/** The error of a folder in which nothing can be written. */
export function unwritableFolder(folder: string, cause: unknown): ProxError {
  return new ProxError(
    "E_EMBEDDED_FOLDER",
    `cannot write to ${folder}, where the database is: ${messageOf(cause)}`,
    {
      suggestions: [
        ...writingAdvice(cause, [`give yourself the right to write to ${folder}`]),
        "or set XDG_DATA_HOME to a folder of your own on another disk",
      ],
      details: { folder },
      cause,
    },
  );
}

/**
 * Makes a folder that belongs to whom the server runs as and is closed to all others. Throws E_EMBEDDED_FOLDER for one that
 * another user made, or a link: root would give away what it leads to.
 */
export async function makePrivateFolder(folder: string, user: ServerUser | undefined): Promise<void> {
  makeFolder(path.dirname(folder));
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    if (errorCodeOf(error) !== "EEXIST") throw error;
  });
  const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
  const handle = await open(folder, flags).catch((error: unknown) => {
    if (errorCodeOf(error) === "EACCES") throw foreignFolder(folder, "it belongs to another user");
    if (!["ELOOP", "ENOTDIR"].includes(errorCodeOf(error) ?? "")) throw error;
    throw foreignFolder(folder, "it is a link, or no folder");
  });
  try {
    if (!trustedOwners(user).has((await handle.stat()).uid))
      throw foreignFolder(folder, "it belongs to another user");
    if (user !== undefined) await handle.chown(user.uid, user.gid);
    await handle.chmod(0o700);
  } finally {
    await handle.close();
  }
}

/** Changes a file of the server's; one that is a link is left alone. */
export async function editFile(file: string, edit: (text: string) => string): Promise<void> {
  const handle = await open(file, constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    const text = await handle.readFile("utf8");
    const edited = edit(text);
    if (edited === text) return;
    await handle.truncate(0);
    await handle.write(edited, 0, "utf8");
  } finally {
    await handle.close();
  }
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
