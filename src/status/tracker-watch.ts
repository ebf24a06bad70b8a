/**
 * Watches whether the game would still load the tracker that prox put on a server: what `prox pull` tells from cron, once
 * for each change. What was seen is kept on this machine, so that a look where nothing has changed reads no file.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path/posix";

import type { ServerSettings } from "../config/settings.ts";
import { sha1Of } from "../deploy/server-plan.ts";
import { ProxError } from "../errors.ts";
import type { RemoteEntry, RemoteFiles, RemoteStat } from "../remote/remote-files.ts";
import { serverFolders } from "../server/folders.ts";
import { readRevisions } from "../server/revisions.ts";
import { describeGone, readLists } from "./lists.ts";

/** What was seen at a path: `stat PATH` or `list PATH`, and what it was like. */
type Seen = Readonly<Record<string, string>>;

/** What is kept between two looks. */
interface WatchState {
  readonly seen: Seen;
  readonly problems: readonly string[];
  /** Whether the tracker was there once, as far as this machine knows, and prox did not take it off. */
  readonly wasThere: boolean;
}

/** What a look found. */
export interface TrackerWatch {
  /** Why the game would not load the tracker, in words that say what to do; empty where it would. */
  readonly problems: readonly string[];
  /** Whether this is another answer than the last time. */
  readonly isNews: boolean;
}

const NOTHING: WatchState = { seen: {}, problems: [], wasThere: false };

function readState(file: string): WatchState {
  try {
    return { ...NOTHING, ...(JSON.parse(readFileSync(file, "utf8")) as Partial<WatchState>) };
  } catch {
    // None yet, or one that was cut: the next look makes another.
    return NOTHING;
  }
}

const likeness = (stat: RemoteStat | undefined): string =>
  stat === undefined ? "nothing" : `${stat.kind} ${stat.size} ${stat.modifiedS}`;

function listLikeness(entries: readonly RemoteEntry[] | undefined): string {
  if (entries === undefined) return "nothing";
  const lines = entries.map(({ kind, modifiedS, name, size }) => `${name} ${kind} ${size} ${modifiedS}`);
  return sha1Of(Buffer.from(lines.sort().join("\n")));
}

/** The same files, and what is seen of them. A file in a folder that was listed is seen with it. */
function seeing(files: RemoteFiles): { files: RemoteFiles; seen: () => Seen } {
  const stats = new Map<string, string>();
  const lists = new Map<string, string>();
  const listed = new Set<string>();
  const stat = async (name: string): Promise<RemoteStat | undefined> => {
    const found = await files.stat(name);
    stats.set(name, likeness(found));
    return found;
  };
  const own: Pick<RemoteFiles, "list" | "read" | "stat"> = {
    stat,
    read: async (name) => {
      if (!stats.has(name)) await stat(name);
      return files.read(name);
    },
    list: async (folder) => {
      const entries = await files.list(folder);
      lists.set(folder, listLikeness(entries));
      // What a link leads to may change without the link.
      for (const { kind, name } of entries ?? []) if (kind === "file") listed.add(path.join(folder, name));
      return entries;
    },
  };
  const isInList = (name: string): boolean =>
    lists.has(path.dirname(name)) && (listed.has(name) || stats.get(name) === "nothing");
  return {
    files: new Proxy(files, {
      get: (target, name) => {
        const value: unknown = Reflect.get(name in own ? own : target, name);
        return typeof value === "function" ? (value.bind(name in own ? own : target) as unknown) : value;
      },
    }),
    seen: () =>
      Object.fromEntries([
        ...[...stats].filter(([name]) => !isInList(name)).map(([name, like]) => [`stat ${name}`, like]),
        ...[...lists].map(([folder, like]) => [`list ${folder}`, like]),
      ]) as Seen,
  };
}

/** Whether everything that was seen is as it was. */
async function isAsSeen(files: RemoteFiles, seen: Seen): Promise<boolean> {
  const looks = Object.entries(seen).map(async ([key, like]) => {
    const name = key.slice("stat ".length);
    const now = key.startsWith("list ")
      ? listLikeness(await files.list(name))
      : likeness(await files.stat(name));
    return now === like;
  });
  return looks.length > 0 && (await Promise.all(looks)).every(Boolean);
}

/** Looks whether the game would load what prox put on the server. */
async function lookFor(
  files: RemoteFiles,
  server: ServerSettings,
  wasThere: boolean,
): Promise<Omit<WatchState, "seen">> {
  const folders = serverFolders(server);
  const last = (await readRevisions(files, folders)).at(-1);
  if (last === undefined) {
    const gone =
      `the tracker and what prox keeps on the server are gone from ${folders.write}: a new container or another disk; ` +
      `to put the tracker back, run: prox deploy ${server.name}${server.leagueConfigs ? "" : " (with --league-configs, if it was so before)"}`;
    return { problems: wasThere ? [gone] : [], wasThere };
  }
  if (last.sha1 === null) return { problems: [], wasThere: false };
  const bytes = await files.read(path.join(folders.write, server.module));
  if (bytes === undefined) return { problems: [describeGone(server, last)], wasThere: true };
  const module = { bytes, sha1: sha1Of(bytes), version: null };
  const { reasons, takenOut } = await readLists(files, server, module, last, false);
  return { problems: [...reasons, ...takenOut], wasThere: true };
}

/**
 * Looks whether the game would load the tracker, and remembers the answer in `stateFile`. Undefined where that cannot be
 * found out, for example because the user who pulls may not read the game's files.
 */
export async function watchTracker(
  files: RemoteFiles,
  server: ServerSettings,
  stateFile: string,
): Promise<TrackerWatch | undefined> {
  const before = readState(stateFile);
  try {
    if (await isAsSeen(files, before.seen)) return { problems: before.problems, isNews: false };
    const { files: watched, seen } = seeing(files);
    const found = await lookFor(watched, server, before.wasThere);
    writeFileSync(`${stateFile}.new`, JSON.stringify({ ...found, seen: seen() }));
    renameSync(`${stateFile}.new`, stateFile);
    const isNews = JSON.stringify(found.problems) !== JSON.stringify(before.problems);
    return { problems: found.problems, isNews };
  } catch (error) {
    if (error instanceof ProxError) return undefined;
    throw error;
  }
}
