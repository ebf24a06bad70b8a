/** Unpacks what only 7-Zip can: into a temporary folder, which lives as long as its files are worked with. */
import { createRequire } from "node:module";
import { chmod, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { Worker } from "node:worker_threads";

import { FileFaultError } from "./file-fault.ts";
import { temporaryFolder, unpackFailure } from "./spool.ts";
import type { UnpackingRoom } from "./unpacking-room.ts";

/** What the thread ends with when an archive unpacks to more than it may. */
const TOO_MUCH = "too much";

/**
 * Runs 7-Zip, compiled to WebAssembly, in a thread of its own: it works without a pause. It sees the archive's folder and the
 * folder to unpack to, and nothing else of this machine; links in the archive are not made. A text, because a thread needs
 * JavaScript wherever prox itself runs from its sources.
 */
const THREAD = `
const { parentPort, workerData } = require("node:worker_threads");
const lines = [];
let linkErrors = 0;
const print = (line) => {
  if (/^ERROR: Cannot (create \\w+ link|set file attribute)/.test(line)) linkErrors++;
  else if (lines.length < 200) lines.push(line);
};
require(workerData.library)({ print, printErr: print }).then((sevenZip) => {
  const { FS, NODEFS } = sevenZip;
  for (const [place, root] of Object.entries(workerData.folders)) {
    FS.mkdir(place);
    FS.mount(NODEFS, { root }, place);
  }
  FS.symlink = FS.link = FS.chmod = () => {};
  const write = FS.write;
  let bytes = 0;
  FS.write = (stream, buffer, offset, length, ...rest) => {
    // Beyond 1 and 2, its own words.
    if (stream.fd > 2 && (bytes += length) > workerData.mostBytes) throw new Error("${TOO_MUCH}");
    return write(stream, buffer, offset, length, ...rest);
  };
  const code = sevenZip.callMain(workerData.args);
  parentPort.postMessage({ code, lines, linkErrors, bytes });
});
`;

interface Outcome {
  readonly code: number;
  readonly lines: readonly string[];
  /** How many links it could not make, which is as it should be. */
  readonly linkErrors: number;
  /** How much it unpacked. */
  readonly bytes: number;
}

/** Whether all files came out. */
function isWhole({ code, lines, linkErrors }: Outcome): boolean {
  // 1: a warning, such as bytes behind the end. 2: errors, which may be of links alone.
  if (code <= 1) return true;
  const errors = lines
    .map((line) => /^Sub items Errors: (\d+)$/.exec(line)?.[1])
    .findLast((count) => count !== undefined);
  return code === 2 && Number(errors) === linkErrors;
}

/** It unpacks some 80 MB a second: what takes longer is made to take for ever. */
const LIMIT_MS = 1_800_000;

function runSevenZip(archive: string, folder: string, room: UnpackingRoom): Promise<Outcome> {
  const worker = new Worker(THREAD, {
    eval: true,
    workerData: {
      library: createRequire(import.meta.url).resolve("7z-wasm"),
      mostBytes: room.leftBytes,
      folders: { "/in": path.dirname(path.resolve(archive)), "/out": folder },
      // A password of no archive: without one it would ask.
      args: ["x", "-y", "-bso1", "-bsp0", "-p-", "-o/out", "--", `/in/${path.basename(archive)}`],
    },
  });
  const late = setTimeout(() => void worker.terminate(), LIMIT_MS);
  return new Promise<Outcome>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", (error: Error) => {
      reject(error.message === TOO_MUCH ? room.exceeded() : error);
    });
    worker.once("exit", () => {
      reject(new Error("7-Zip ended without an answer"));
    });
  }).finally(() => {
    clearTimeout(late);
    return worker.terminate();
  });
}

/** Why 7-Zip gave up. */
function failure(label: string, { lines }: Outcome): Error {
  const said = lines.filter((line) => /^(?:ERROR|Errors?|.*Can.?not open|.*Error)\b/i.test(line)).join(" ");
  if (/No space left|disk full/i.test(lines.join(" ")))
    return unpackFailure(label, new Error("no space left"));
  const message = /password/i.test(said)
    ? "cannot be unpacked: it needs a password"
    : `cannot be unpacked: ${reasonIn(lines) ?? "7-Zip gave up"}; nothing of it was taken`;
  return new FileFaultError({ code: "E_ARCHIVE", message, line: 0 });
}

/** The reason in what 7-Zip printed, without the name of the file. */
function reasonIn(lines: readonly string[]): string | undefined {
  const line = lines
    .map((each) => /^ERROR: (?!\/in\/)([^:]+)/.exec(each)?.[1])
    .find((found) => found !== undefined);
  return (
    line?.trim().toLowerCase() ??
    lines.find((each) => /^(?:Cannot|Can't|Unexpected|Is not)/.test(each))?.toLowerCase()
  );
}

/** Regular files below a folder, in order of names. */
async function* filesBelow(folder: string): AsyncGenerator<string> {
  await chmod(folder, 0o700);
  const entries = (await readdir(folder, { withFileTypes: true })).toSorted((one, other) =>
    one.name < other.name ? -1 : 1,
  );
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(file);
    else if (entry.isFile()) {
      await chmod(file, 0o600);
      yield file;
    }
  }
}

/** Unpacks an archive, gives its files, path on this machine and path in the archive, and deletes them at the end. */
export async function* unpackWithSevenZip(
  archive: string,
  label: string,
  room: UnpackingRoom,
): AsyncGenerator<{ readonly file: string; readonly name: string }> {
  const folder = await temporaryFolder(label);
  try {
    const outcome = await runSevenZip(archive, folder, room);
    room.take(outcome.bytes);
    if (!isWhole(outcome)) throw failure(label, outcome);
    for await (const file of filesBelow(folder)) yield { file, name: path.relative(folder, file) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
