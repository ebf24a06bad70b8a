/** Brings a server's new rounds to this machine: each once, whole, and checked. */
import { rename, writeFile } from "node:fs/promises";
import path from "node:path";

import { type ServerSettings, roundsFolder } from "../config/settings.ts";
import { counted } from "../counts.ts";
import { serverFolders } from "../server/folders.ts";
import { writingAdvice } from "../disk-advice.ts";
import { errorCodeOf, messageOf, ProxError } from "../errors.ts";
import { makeFolder } from "../make-folder.ts";
import { lockedError, takeFileLock } from "../process/file-lock.ts";
import type { RemoteFiles } from "../remote/remote-files.ts";
import { isRefused } from "../remote/sftp-errors.ts";
import { forEachAtOnce } from "../work-pool.ts";
import { type PullFolders, fetchFile, FILES_AT_ONCE } from "./fetch-file.ts";
import { DiskRoom, sizeFault } from "./disk-room.ts";
import { PullLedger } from "./pull-ledger.ts";
import { clearIncoming, localFiles, syncFolder } from "./local-files.ts";
import { PullBounds } from "./pull-bounds.ts";
import type { PullFault } from "./pull-fault.ts";
import { putAway } from "./put-away.ts";
import type { RateLimit } from "./rate-limit.ts";
import { type RemoteRoundFile, type Selection, isSameFile, selectFiles } from "./select.ts";

/** A round that was not written to for so long was left behind, even when no other one came after it. */
export const ABANDONED_MINUTES = 360;
/** The ledger is saved after so many files. */
const SAVE_EVERY = 64;

/** How to pull. An abort by `signal` keeps what has arrived; the next pull goes on there. */
export interface PullOptions {
  /** What becomes of the server's files once they are safe here. */
  readonly afterwards: "keep" | "archive" | "delete";
  /** See `SelectionRules.abandonedS`. */
  readonly abandonedS: number;
  readonly signal: AbortSignal;
  /** How fast files may come, all pulls of the run together. */
  readonly rateLimit?: RateLimit | undefined;
  /** Bytes that have arrived, of all that will. */
  readonly progress?: (done: number, total: number) => void;
}

/** What a pull from one server did, as `prox pull --json` tells it. Rounds stand by their keys, the earliest first. */
export interface PullResult {
  readonly server: string;
  /** Where the rounds are on this machine. */
  readonly folder: string;
  /** Round files on the server, without those of waiting rounds. */
  readonly listed: number;
  readonly fetchedRounds: readonly string[];
  readonly fetchedFiles: number;
  readonly fetchedBytes: number;
  /** Rounds that are still being played. */
  readonly waiting: readonly string[];
  /** Rounds among the fetched ones that will never be whole. */
  readonly incomplete: readonly string[];
  /** Files that do not fit their own checksum, kept apart; told once. */
  readonly damaged: readonly PullFault[];
  /** Files that could not be fetched, archived or deleted; the next pull tries again. */
  readonly failed: readonly PullFault[];
  readonly archivedFiles: number;
  readonly deletedFiles: number;
  /** How many names in the server's folder are no round files. */
  readonly ignoredNames: number;
}

/** Where a server's rounds, and what pull keeps about them, are on this machine. */
export interface PullPaths extends PullFolders {
  readonly ledger: string;
  readonly state: string;
  /** Missing while pulls go well. */
  readonly outage: string;
  /** Whether the game would still load the tracker, as the last pull saw it. */
  readonly tracker: string;
  readonly lock: string;
}

/** The paths of one server. */
export function pullPaths(dataFolder: string, serverName: string): PullPaths {
  const own = path.join(dataFolder, "pull", serverName);
  return {
    rounds: path.join(roundsFolder(dataFolder), serverName),
    incoming: path.join(own, "incoming"),
    damaged: path.join(own, "damaged"),
    ledger: path.join(own, "ledger"),
    state: path.join(own, "last.json"),
    outage: path.join(own, "outage.json"),
    tracker: path.join(own, "tracker.json"),
    lock: path.join(own, "lock"),
  };
}

/** No rounds, where the game's own folder is there. Throws E_PULL_FOLDER where the settings name a wrong place. */
async function emptyIfGame(files: RemoteFiles, server: ServerSettings): Promise<[]> {
  const { output, write } = serverFolders(server);
  if ((await files.stat(write))?.kind === "folder") return [];
  throw new ProxError(
    "E_PULL_FOLDER",
    `cannot pull from "${server.name}": the game's folder ${write} is missing, so ${output} is too`,
    {
      suggestions: [`check basepath, homepath and game of server "${server.name}"`],
    },
  );
}

/** What is to be done, found out by listing only. */
export async function planPull(
  files: RemoteFiles,
  server: ServerSettings,
  paths: Pick<PullPaths, "rounds">,
  ledger: PullLedger,
  abandonedS: number,
): Promise<Selection> {
  const { output } = serverFolders(server);
  // The files here are looked at while the server lists its own; an error of the server waits until then.
  const listing = files.list(output);
  listing.catch(() => undefined);
  const local = localFiles(paths.rounds);
  // The tracker makes the folder with the first round that it records.
  const entries = (await listing) ?? (await emptyIfGame(files, server));
  const isHere = (file: RemoteRoundFile): boolean => {
    const entry = ledger.get(file.name);
    const here = local.get(file.name);
    if (isSameFile(entry, file)) {
      // A file that is here, but not as it was fetched, was cut by a crash of this machine.
      return here === undefined || entry?.state === "damaged" || here.size === file.size;
    }
    // Fetched by a run that could not write it down any more.
    return here?.size === file.size && here.modifiedS === file.modifiedS;
  };
  return selectFiles(entries, isHere, { nowS: Date.now() / 1000, abandonedS });
}

function localFault(error: unknown, folder: string): unknown {
  if (error instanceof ProxError || !/^E[A-Z]+$/.test(errorCodeOf(error) ?? "")) return error;
  return new ProxError("E_DATA_FOLDER", `cannot write to ${folder}: ${messageOf(error)}`, {
    suggestions: [
      ...writingAdvice(error, [
        `give yourself the right to write there, or choose another folder with dataFolder`,
      ]),
      "the next pull goes on where this one stopped",
    ],
    cause: error,
  });
}

/** Fetches what is new. Throws E_LOCKED where another pull of the same server is at work, and what the server refuses. */
export async function pullServer(
  files: RemoteFiles,
  server: ServerSettings,
  dataFolder: string,
  options: PullOptions,
): Promise<PullResult> {
  const paths = pullPaths(dataFolder, server.name);
  try {
    for (const folder of [paths.rounds, paths.incoming, paths.damaged]) makeFolder(folder);
  } catch (error) {
    throw localFault(error, dataFolder);
  }
  let lock: ReturnType<typeof takeFileLock>;
  try {
    lock = takeFileLock(paths.lock, "prox pull");
  } catch (error) {
    throw localFault(error, dataFolder);
  }
  if ("heldBy" in lock) {
    throw lockedError(`the pull of "${server.name}"`, lock.heldBy, [
      "wait: the other pull fetches everything that is new",
      `or, if you know that it no longer runs, run: prox unlock ${server.name} --pull`,
    ]);
  }
  try {
    return await pullLocked(files, server, paths, {
      ...options,
      signal: AbortSignal.any([options.signal, lock.lost]),
    });
  } catch (error) {
    throw localFault(error, paths.rounds);
  } finally {
    lock.release();
  }
}

/** What fetching came to. */
interface Fetched {
  readonly files: readonly RemoteRoundFile[];
  readonly bytes: number;
  readonly damaged: readonly PullFault[];
  readonly failed: readonly PullFault[];
}

async function pullLocked(
  files: RemoteFiles,
  server: ServerSettings,
  paths: PullPaths,
  options: PullOptions,
): Promise<PullResult> {
  const bounds = new PullBounds(server, (error) => {
    files.abort(error);
  });
  try {
    return await pullWithin(bounds, files, server, paths, options);
  } finally {
    bounds.stop();
  }
}

async function pullWithin(
  bounds: PullBounds,
  files: RemoteFiles,
  server: ServerSettings,
  paths: PullPaths,
  options: PullOptions,
): Promise<PullResult> {
  const { afterwards } = options;
  const ledger = new PullLedger(paths.ledger);
  const selection = await planPull(files, server, paths, ledger, options.abandonedS);
  await clearIncoming(paths.incoming, selection.fetch);
  rememberFetched(selection.had, ledger);
  const fetched = await fetchSelected(files, server, paths, ledger, selection.fetch, options, bounds);
  const put =
    afterwards === "keep" || bounds.reached !== undefined
      ? { archivedFiles: 0, deletedFiles: 0, faults: [] }
      : await putAway(files, server, paths.rounds, [...selection.had, ...fetched.files], ledger, afterwards);
  const rounds = [...new Set(fetched.files.map(({ roundKey }) => roundKey))].sort();
  const result: PullResult = {
    server: server.name,
    folder: paths.rounds,
    listed: selection.fetch.length + selection.had.length,
    fetchedRounds: rounds,
    fetchedFiles: fetched.files.length,
    fetchedBytes: fetched.bytes,
    waiting: selection.waiting,
    incomplete: selection.incomplete.filter((key) => rounds.includes(key)),
    damaged: fetched.damaged,
    failed: [...fetched.failed, ...put.faults],
    archivedFiles: put.archivedFiles,
    deletedFiles: put.deletedFiles,
    ignoredNames: selection.ignored.length,
  };
  await writeState(paths.state, result);
  return result;
}

/** Adds files to the ledger that an earlier run fetched without being able to write that down. */
function rememberFetched(had: readonly RemoteRoundFile[], ledger: PullLedger): void {
  for (const file of had) {
    if (isSameFile(ledger.get(file.name), file)) continue;
    ledger.add(toEntry(file, file.isPart ? "incomplete" : "whole"));
  }
}

/** Fetches the files, some at once, and keeps the ledger up to date on the way and after an error. */
async function fetchSelected(
  files: RemoteFiles,
  server: ServerSettings,
  paths: PullPaths,
  ledger: PullLedger,
  selected: readonly RemoteRoundFile[],
  { signal, afterwards, progress, rateLimit }: PullOptions,
  bounds: PullBounds,
): Promise<Fetched> {
  const { output } = serverFolders(server);
  const room = new DiskRoom(paths.incoming, server);
  const [fetched, damaged, failed]: [RemoteRoundFile[], PullFault[], PullFault[]] = [[], [], []];
  let [fetchedBytes, doneBytes, unsaved] = [0, 0, 0];
  const totalBytes = selected.reduce((sum, { size }) => sum + size, 0);
  const save = async (): Promise<void> => {
    unsaved = 0;
    await syncFolder(paths.rounds);
    await ledger.save();
  };
  const arrived = (bytes: number): void => {
    bounds.arrived(bytes);
  };
  const mayAsk =
    rateLimit === undefined
      ? {}
      : {
          mayAsk: async (bytes: number): Promise<void> => {
            bounds.heldBack();
            await rateLimit.take(bytes, signal);
            bounds.heldBack();
          },
        };
  const fetchOne = async (file: RemoteRoundFile): Promise<void> => {
    const isDurable = afterwards !== "keep";
    const {
      state,
      fault,
      fetchedBytes: bytes,
    } = await room.use(file.size, () =>
      fetchFile(files, output, paths, file, { signal, isDurable, arrived, ...mayAsk }),
    );
    fetchedBytes += bytes;
    ledger.add(toEntry(file, state));
    if (fault === undefined) fetched.push(file);
    else damaged.push({ name: file.name, message: `${fault}; kept in ${paths.damaged}` });
  };
  bounds.fetching();
  try {
    await forEachAtOnce(selected, FILES_AT_ONCE, async (file) => {
      signal.throwIfAborted();
      const tooLarge = sizeFault(file, server);
      if (tooLarge !== undefined) {
        failed.push({ name: file.name, message: tooLarge });
        return;
      }
      try {
        await fetchOne(file);
      } catch (error) {
        if (!isRefused(error)) throw error;
        failed.push({ name: file.name, message: error.message });
      }
      bounds.done();
      doneBytes += file.size;
      progress?.(doneBytes, totalBytes);
      if ((unsaved += 1) >= SAVE_EVERY) await save();
    });
  } catch (error) {
    // What has arrived is worth an import: the pull did not fail altogether.
    if (bounds.reached === undefined || fetched.length === 0) throw error;
    const left = selected.length - fetched.length - damaged.length - failed.length;
    failed.push({
      name: counted(left, "file"),
      message: `left for the next pull: ${bounds.reached.message}`,
    });
  } finally {
    bounds.fetched();
    await save();
  }
  return { files: fetched, bytes: fetchedBytes, damaged, failed };
}

/** Keeps for `prox status` what this pull did. */
async function writeState(file: string, { fetchedFiles, waiting }: PullResult): Promise<void> {
  const state = { at: new Date().toISOString(), fetchedFiles, waiting: waiting.length };
  await writeFile(`${file}.new`, JSON.stringify(state));
  await rename(`${file}.new`, file);
}

function toEntry({ name, size, modifiedS }: RemoteRoundFile, state: "whole" | "incomplete" | "damaged") {
  return { name, size, modifiedS, state, at: new Date().toISOString() };
}
