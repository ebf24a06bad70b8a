/**
 * The folder of a site. Its manifest says which files prox wrote, part by part, and what each part was made of: a part whose stamp
 * is the same is left alone, a file with the same bytes is not written, and only files of the manifest are ever deleted.
 * Files on their way are named in a journal first: a build that is killed leaves nothing behind that the next one does not know.
 */
import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";

import { writingAdvice } from "../disk-advice.ts";
import { errorCodeOf, messageOf, ProxError } from "../errors.ts";

const MANIFEST = ".prox-site.json";
const JOURNAL = ".prox-site.journal";
/** The lock of a build. */
export const LOCK = ".prox-site.lock";
const FORMAT = 1;

/** A file as it was written. */
type Written = readonly [hash: string, bytes: number];

interface Part {
  /** What it was made of; empty for a part that is made each time. */
  readonly stamp: string;
  readonly files: Readonly<Record<string, Written>>;
}

/** What a build did with files. */
export interface FolderChanges {
  readonly written: readonly string[];
  readonly removed: readonly string[];
  readonly files: number;
  readonly bytes: number;
}

/** Puts a file of a part; `name` is below the folder, with `/`. */
export type Put = (name: string, content: string | Uint8Array) => void;

/** What a part's files are made with. */
export interface PartFiles {
  readonly put: Put;
  /** Keeps a file of this part whose name says its content; false where it is not there. */
  readonly reuse: (name: string) => boolean;
}

function refuse(folder: string, reason: string, suggestions: readonly string[]): ProxError {
  return new ProxError("E_SITE_FOLDER", `cannot build a site in ${folder}: ${reason}`, { suggestions });
}

function isHarmless(name: string): boolean {
  return (
    name !== "" && !path.isAbsolute(name) && !name.split("/").some((part) => part === ".." || part === "")
  );
}

/** The parts of the manifest; undefined where there is none. Throws `E_SITE_FOLDER`. */
function readParts(folder: string): Map<string, Part> | undefined {
  let text: string;
  try {
    text = readFileSync(path.join(folder, MANIFEST), "utf8");
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT" || errorCodeOf(error) === "ENOTDIR") return undefined;
    throw refuse(folder, messageOf(error), ["name a folder that you may write to"]);
  }
  try {
    const value = JSON.parse(text) as { readonly format: unknown; readonly parts: Record<string, Part> };
    const parts = new Map(Object.entries(value.parts));
    const names = [...parts.values()].flatMap(({ files }) => Object.keys(files));
    if (value.format === FORMAT && names.every(isHarmless)) return parts;
  } catch {
    // Told below.
  }
  throw refuse(folder, `${MANIFEST} in it is damaged, or of a newer prox`, [
    "remove the folder, and build the site again",
  ]);
}

/** The folder of a site while it is built. */
export class SiteFolder {
  readonly #folder: string;
  readonly #before: Map<string, Part>;
  readonly #now = new Map<string, Part>();
  readonly #written: string[] = [];
  /** Files that a killed build was about to write. */
  readonly #unsure: ReadonlySet<string>;

  private constructor(folder: string, before: Map<string, Part>, unsure: ReadonlySet<string>) {
    this.#folder = folder;
    this.#before = before;
    this.#unsure = unsure;
  }

  /** Opens a folder that holds a site, or nothing. Throws `E_SITE_FOLDER`. */
  static open(folder: string): SiteFolder {
    const before = readParts(folder);
    const journal = path.join(folder, JOURNAL);
    const unsure = existsSync(journal) ? readFileSync(journal, "utf8").split("\n").filter(isHarmless) : [];
    if (before === undefined && unsure.length === 0) {
      const others = existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith(LOCK)) : [];
      if (others.length > 0)
        throw refuse(folder, "it holds other files", [
          "name an empty folder, or one that does not exist yet",
        ]);
    }
    return new SiteFolder(folder, before ?? new Map<string, Part>(), new Set(unsure));
  }

  /** The names of the parts of the build before. */
  get partsBefore(): readonly string[] {
    return [...this.#before.keys()];
  }

  /** The files of all parts so far. */
  get files(): readonly string[] {
    return [...this.#now.values()].flatMap((part) => Object.keys(part.files)).sort();
  }

  /** Whether a part is there as it would be made. Keeps it then. */
  keep(name: string, stamp: string): boolean {
    const part = this.#before.get(name);
    if (part === undefined || stamp === "" || part.stamp !== stamp) return false;
    const isThere = Object.entries(part.files).every(
      ([file, [, bytes]]) => !this.#unsure.has(file) && this.#sizeOf(file) === bytes,
    );
    if (isThere) this.#now.set(name, part);
    return isThere;
  }

  /** Writes the files of a part that are not there as they are to be. */
  async make(
    name: string,
    stamp: string,
    work: (put: Put, files: PartFiles) => Promise<void> | void,
  ): Promise<void> {
    const files: Record<string, Written> = {};
    const before = this.#before.get(name)?.files ?? {};
    const put: Put = (file, content) => {
      if (!isHarmless(file)) throw new Error(`${file} is no name of a file of a site`);
      const bytes = typeof content === "string" ? Buffer.from(content) : content;
      const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 32);
      files[file] = [hash, bytes.length];
      const isSame =
        before[file]?.[0] === hash && !this.#unsure.has(file) && this.#sizeOf(file) === bytes.length;
      if (!isSame) this.#write(file, bytes);
    };
    const reuse = (file: string): boolean => {
      const written = before[file];
      if (written === undefined || this.#unsure.has(file) || this.#sizeOf(file) !== written[1]) return false;
      files[file] = written;
      return true;
    };
    await work(put, { put, reuse });
    this.#now.set(name, { stamp, files });
  }

  /** Removes what is no part of the site any more, and writes the manifest. */
  finish(): FolderChanges {
    const kept = new Map([...this.#now.values()].flatMap(({ files }) => Object.entries(files)));
    const known = [...[...this.#before.values()].flatMap(({ files }) => Object.keys(files)), ...this.#unsure];
    const removed = [...new Set(known)].filter((file) => !kept.has(file) && this.#sizeOf(file) !== undefined);
    const folders = new Set<string>();
    for (const file of this.#unsure) rmSync(path.join(this.#folder, `${file}.part`), { force: true });
    for (const file of removed) rmSync(path.join(this.#folder, file), { force: true });
    for (const file of [...removed, ...this.#unsure]) {
      for (let parent = path.posix.dirname(file); parent !== "."; parent = path.posix.dirname(parent))
        folders.add(parent);
    }
    for (const empty of [...folders].sort().reverse()) {
      try {
        rmdirSync(path.join(this.#folder, empty));
      } catch {
        // It still holds something.
      }
    }
    const parts = Object.fromEntries([...this.#now].sort(([a], [b]) => (a < b ? -1 : 1)));
    const text = `${JSON.stringify({ format: FORMAT, parts })}\n`;
    const manifest = path.join(this.#folder, MANIFEST);
    if (!existsSync(manifest) || readFileSync(manifest, "utf8") !== text) {
      writeFileSync(`${manifest}.part`, text);
      renameSync(`${manifest}.part`, manifest);
    }
    rmSync(path.join(this.#folder, JOURNAL), { force: true });
    const bytes = [...kept.values()].reduce((sum, [, size]) => sum + size, 0);
    return { written: this.#written, removed, files: kept.size, bytes };
  }

  #sizeOf(file: string): number | undefined {
    return statSync(path.join(this.#folder, file), { throwIfNoEntry: false })?.size;
  }

  #write(file: string, bytes: Uint8Array): void {
    const target = path.join(this.#folder, file);
    try {
      mkdirSync(path.dirname(target), { recursive: true });
      appendFileSync(path.join(this.#folder, JOURNAL), `${file}\n`);
      writeFileSync(`${target}.part`, bytes);
      renameSync(`${target}.part`, target);
    } catch (cause) {
      throw new ProxError("E_WRITE", `cannot write ${target}: ${messageOf(cause)}`, {
        suggestions: writingAdvice(cause, ["name a folder that you may write to with --out"]),
        cause,
      });
    }
    this.#written.push(file);
  }
}
