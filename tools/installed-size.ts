/** How large an installation of prox is, by package. */
import { lstatSync, readdirSync } from "node:fs";
import path from "node:path";

/** Bytes of a file or of all files below a folder; what the disk's blocks add is left out. */
function bytesOf(file: string): number {
  const stats = lstatSync(file);
  if (!stats.isDirectory()) return stats.size;
  return readdirSync(file).reduce((sum, name) => sum + bytesOf(path.join(file, name)), 0);
}

/** The packages in a folder `node_modules`, those with a scope too. */
function packagesIn(modules: string): string[] {
  return readdirSync(modules).flatMap((name) =>
    name.startsWith("@") ? readdirSync(path.join(modules, name)).map((inner) => `${name}/${inner}`) : [name],
  );
}

/** The size of one package, the files of others within it left out. */
export interface PackageSize {
  readonly name: string;
  readonly bytes: number;
}

/** The packages of an installed prox, the largest first. Throws where there is none. */
export function installedPackages(modules: string): PackageSize[] {
  const inner = path.join(modules, "prox", "node_modules");
  const others = packagesIn(inner)
    .filter((name) => !name.startsWith("."))
    .map((name) => ({ name, bytes: bytesOf(path.join(inner, name)) }));
  const own = { name: "prox", bytes: bytesOf(path.join(modules, "prox")) - bytesOf(inner) };
  return [own, ...others].sort((a, b) => b.bytes - a.bytes);
}
