/** Bounds of what a server can make this machine store. */
import { statfsSync } from "node:fs";

import type { ServerSettings } from "../config/settings.ts";
import { ProxError } from "../errors.ts";
import type { RemoteRoundFile } from "./select.ts";

const MB = 1e6;

/** Why a file is too large to be fetched, undefined where it is not. What a server says of a size may be made up. */
export function sizeFault({ size }: RemoteRoundFile, { maximumFileMb }: ServerSettings): string | undefined {
  if (size <= maximumFileMb * MB) return undefined;
  return `has ${Math.ceil(size / MB)} MB on the server, and the limit is ${maximumFileMb} MB: raise maximumFileMb if that size is right`;
}

/** Gives out the room on a disk, so that files on their way at once do not count on the same bytes. */
export class DiskRoom {
  readonly #folder: string;
  readonly #keepFreeBytes: number;
  /** Bytes promised to files that are on their way. */
  #promised = 0;

  /** `folder` lies on the disk. */
  constructor(folder: string, { keepFreeMb }: ServerSettings) {
    this.#folder = folder;
    this.#keepFreeBytes = keepFreeMb * MB;
  }

  /** Fetches a file of this size if there is room for it. Throws E_DATA_FOLDER where there is none. */
  async use<T>(size: number, fetch: () => Promise<T>): Promise<T> {
    const { bavail, bsize } = statfsSync(this.#folder);
    const missing = this.#promised + size + this.#keepFreeBytes - bavail * bsize;
    if (missing > 0) {
      throw new ProxError(
        "E_DATA_FOLDER",
        `cannot fetch more into ${this.#folder}: ${Math.ceil(missing / MB)} MB of disk space are missing`,
        {
          suggestions: [
            `make room: a pull leaves ${this.#keepFreeBytes / MB} MB free (keepFreeMb)`,
            "the next pull goes on where this one stopped",
          ],
        },
      );
    }
    this.#promised += size;
    try {
      return await fetch();
    } finally {
      this.#promised -= size;
    }
  }
}
