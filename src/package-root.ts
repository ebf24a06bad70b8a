/** Where prox itself lies: the folder with `package.json`, in a checkout and as an installed package. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Absolute path of a file or folder that ships with prox, for example `src/lua`. */
export function packagePath(relative: string): string {
  // One level up from both src/ and dist/.
  return fileURLToPath(new URL(`../${relative}`, import.meta.url));
}

let version: string | undefined;

/** The version of prox, which is the tracker's version as well. */
export function packageVersion(): string {
  return (version ??= readVersion());
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(packagePath("package.json"), "utf8"));
  if (
    typeof manifest !== "object" ||
    manifest === null ||
    !("version" in manifest) ||
    typeof manifest.version !== "string"
  ) {
    throw new Error(`${packagePath("package.json")} states no version`);
  }
  return manifest.version;
}
