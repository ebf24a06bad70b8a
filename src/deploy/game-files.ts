/** Finds and reads files on the server as the game does. */
import path from "node:path/posix";

import type { RemoteFiles } from "../remote/remote-files.ts";
import type { ServerFolders } from "../server/folders.ts";

/** A file of the game. */
export interface GameFile {
  /** Absolute path with links followed: the file that must be edited. */
  readonly path: string;
  readonly bytes: Buffer;
  readonly mode: number;
  /** Number of the group that it belongs to. */
  readonly group: number;
  /** Whether the file itself is missing, and its old content was found beside it: an exchange was cut off. */
  readonly isAside: boolean;
  /** Files of the same name that the game does not see because of this one. */
  readonly shadowed: readonly string[];
}

/** The name under which the new content of a file waits to take its place. */
export function temporaryPath(file: string): string {
  return path.join(path.dirname(file), `.${path.basename(file)}.prox-new`);
}

/** The name of a file's old content while the two are exchanged on a server that cannot do it at once. */
export function asidePath(file: string): string {
  return path.join(path.dirname(file), `.${path.basename(file)}.prox-old`);
}

const ASIDE = /^\.(.+)\.prox-old$/;

/** Finds and reads files as the game does; each once. Files inside of pk3 archives are not seen. */
export class GameFiles {
  readonly #files: RemoteFiles;
  readonly #folders: ServerFolders;
  readonly #found = new Map<string, Promise<GameFile | undefined>>();

  constructor(files: RemoteFiles, folders: ServerFolders) {
    this.#files = files;
    this.#folders = folders;
  }

  /** A file by the game's name for it, undefined where there is none. */
  find(name: string): Promise<GameFile | undefined> {
    const known = this.#found.get(name);
    if (known !== undefined) return known;
    const found = this.#read(name);
    this.#found.set(name, found);
    return found;
  }

  async #read(name: string): Promise<GameFile | undefined> {
    // The engine takes no path out of its folders, and neither does prox.
    if (name.split("/").includes("..")) return undefined;
    const places = this.#folders.search.map((folder) => path.join(folder, name));
    const stats = await Promise.all(
      places.flatMap((place) => [this.#files.stat(place), this.#files.stat(asidePath(place))]),
    );
    const existing = places.flatMap((place, index) => {
      const [live, aside] = [stats[2 * index], stats[2 * index + 1]];
      if (live?.kind === "file") return [{ place, from: place, stat: live }];
      return live === undefined && aside?.kind === "file"
        ? [{ place, from: asidePath(place), stat: aside }]
        : [];
    });
    const first = existing[0];
    if (first === undefined) return undefined;
    const isAside = first.from !== first.place;
    const real = isAside ? first.place : await this.#files.realPath(first.place);
    const bytes = await this.#files.read(first.from);
    if (bytes === undefined) return undefined;
    const shadowed = existing.slice(1).map(({ place }) => place);
    const { group, mode } = first.stat;
    return { path: real, bytes, mode, group, isAside, shadowed };
  }

  /** Names in a folder of the game's search path, each once; also of files that lie aside since an exchange was cut off. */
  async list(folder: string, suffix: string): Promise<string[]> {
    const lists = await Promise.all(
      this.#folders.search.map((each) => this.#files.list(path.join(each, folder))),
    );
    const names = lists.flatMap((entries) =>
      (entries ?? []).map(({ name }) => ASIDE.exec(name)?.[1] ?? name),
    );
    return [...new Set(names)].filter((name) => name.endsWith(suffix)).sort();
  }
}
