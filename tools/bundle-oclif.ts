/**
 * The end of `npm run build`: puts oclif's core, two hundred modules, into one file of `dist`, and lets all of `dist` import that
 * one. To find and read the modules was most of the time in which prox starts. Sources and tests import the package itself.
 * oclif's list of commands, which each start reads, goes without its spaces.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { build } from "esbuild";

import { packagePath } from "../src/package-root.ts";

/** What `dist` imports of it. */
const NAMES = ["Args", "Command", "Errors", "Flags", "Help", "flush", "run", "ux"];
const IMPORT = /(?<=\bfrom |\bimport\()"@oclif\/core"/g;

const dist = packagePath("dist");
await build({
  entryPoints: ["@oclif/core"],
  absWorkingDir: packagePath("."),
  bundle: true,
  minify: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  // It asks for these only where a plugin is written in TypeScript.
  external: ["typescript", "ts-node"],
  legalComments: "inline",
  outfile: path.join(dist, "oclif-core.cjs"),
  logLevel: "warning",
});
// Required: before an import, Node looks through all of it for the names of its exports.
writeFileSync(
  path.join(dist, "oclif-core.js"),
  `import { createRequire } from "node:module";
export const { ${NAMES.join(", ")} } = createRequire(import.meta.url)("./oclif-core.cjs");
`,
);
for (const name of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
  const file = path.join(dist, name);
  if (!name.endsWith(".js")) continue;
  const text = readFileSync(file, "utf8");
  const to = path.relative(path.dirname(file), path.join(dist, "oclif-core.js")).replaceAll(path.sep, "/");
  const bundled = text.replace(IMPORT, JSON.stringify(to.startsWith(".") ? to : `./${to}`));
  if (bundled !== text) writeFileSync(file, bundled);
}
const manifest = packagePath("oclif.manifest.json");
writeFileSync(manifest, JSON.stringify(JSON.parse(readFileSync(manifest, "utf8"))));
