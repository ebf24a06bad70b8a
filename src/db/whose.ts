/** Whose database a command asked: everybody has an embedded one of their own, so a second user of a project finds it empty. */
import { readFile, stat } from "node:fs/promises";
import path from "node:path";

import { loadSettings } from "../config/settings.ts";
import { redactUrl } from "./address/address.ts";
import { clusterState } from "./embedded/cluster.ts";
import { ROOT_HOME, trustedOwners } from "./embedded/folders.ts";
import { serverUser } from "./embedded/server-user.ts";

/** Which database was asked, and what nearby belongs to other users. */
export interface Whose {
  /** The database in words: its folder and owner, or its address without password. */
  readonly asked: string;
  /** Folders of other users that hold data, each with its owner, in words. */
  readonly others: readonly string[];
}

/** The name of a user, by their number. */
async function userName(uid: number): Promise<string> {
  const users = await readFile("/etc/passwd", "utf8").catch(() => "");
  const line = users.split("\n").find((entry) => entry.split(":")[2] === String(uid));
  return line === undefined ? `number ${uid}` : (line.split(":")[0] ?? "");
}

/** Whose the database is that a command without `--database-url` asks: `url` is undefined for the embedded one. */
export async function whoseDatabase(url: string | undefined): Promise<Whose> {
  if (url !== undefined) return { asked: redactUrl(url), others: [] };
  const { folder } = await clusterState();
  const { dataFolder } = await loadSettings();
  const own = trustedOwners(await serverUser());
  // What root owns is another user's to all but root.
  const isOwn = (uid: number): boolean => uid === process.getuid?.() || (uid !== 0 && own.has(uid));
  const others: string[] = [];
  for (const place of [dataFolder, path.join(ROOT_HOME, "postgres")]) {
    const uid = place === folder ? undefined : (await stat(place).catch(() => undefined))?.uid;
    if (uid !== undefined && !isOwn(uid)) others.push(`${place} belongs to user ${await userName(uid)}`);
  }
  const owner = await userName(process.getuid?.() ?? 0);
  return { asked: `the embedded database of user ${owner} in ${folder}`, others };
}

/** What to do where the data are in the database of another user. */
export const SHARE_ADVICE: readonly string[] = [
  "run prox as the user who imported the rounds",
  "or use one PostgreSQL server together: set databaseUrl in prox.config.json, or DATABASE_URL",
];
