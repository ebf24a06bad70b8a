/** Files of other trackers: those that ship, and more where a folder next to the project has them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";

import { packagePath } from "../../src/package-root.ts";

/** A file of another tracker. */
export interface ForeignSample {
  /** Path below the folder of samples, like `v6.11/…`. */
  readonly name: string;
  readonly file: string;
  /** Unpacked. */
  readonly bytes: Buffer;
}

/** The samples of a format below a folder of `PROX_FOREIGN`, next to the project, or in the fixtures. */
export function foreignSamples(format: string, pattern: RegExp): ForeignSample[] {
  const more = process.env["PROX_FOREIGN"] ?? packagePath("../shared/foreign");
  const folders = [packagePath("test/fixtures/foreign"), more].map((folder) => path.join(folder, format));
  const found = new Map<string, ForeignSample>();
  for (const folder of folders.filter((candidate) => existsSync(candidate))) {
    for (const entry of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      if (!/\.txt(?:\.gz)?$/.test(entry) || !pattern.test(entry)) continue;
      const file = path.join(folder, entry);
      const bytes = entry.endsWith(".gz") ? gunzipSync(readFileSync(file)) : readFileSync(file);
      const [version = ""] = entry.split("/");
      const name = `${version}/${path.basename(entry).replace(/\.gz$/, "")}`;
      const known = [...found.values()].some((sample) => sample.bytes.equals(bytes));
      if (!known) found.set(entry, { name, file, bytes });
    }
  }
  return [...found.values()];
}
