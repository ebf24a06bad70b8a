/**
 * What it costs to know the tracker: its SHA-1 as `prox build` learns it, by compiling, and as all other commands do, from
 * the bundle that ships; beside them the start of prox itself. Needs `npm run build` first.
 *
 * `npx tsx bench/start.ts [--runs 5]` prints a Markdown table for docs/performance.md: medians, wall clock and processor
 * time of a process of its own, Node's start included.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

import { packagePath } from "../src/package-root.ts";

const built = (file: string): string => JSON.stringify(packagePath(`dist/${file}`));

/** What each process runs. */
const WAYS: readonly (readonly [name: string, script: string])[] = [
  ["Node alone", ""],
  [
    "`prox --version`",
    `process.argv.push("--version"); await import(${JSON.stringify(packagePath("bin/run.js"))});`,
  ],
  [
    "the SHA-1 by compiling",
    `const { buildTracker } = await import(${built("build/build-tracker.js")}); sha1 = (await buildTracker()).sha1;`,
  ],
  [
    "the SHA-1 from the bundle that ships",
    `const { loadModule } = await import(${built("cli/load-module.js")}); sha1 = (await loadModule()).sha1;`,
  ],
];

interface Run {
  wallMs: number;
  cpuMs: number;
  sha1: string;
}

/** Runs a script in a process of its own, which states its processor time at its end. */
function run(script: string): Run {
  const end = `process.on("exit", () => { const { system, user } = process.cpuUsage(); process.stderr.write(JSON.stringify([user + system, sha1])); });`;
  const startedMs = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--input-type=module", "-e", `let sha1 = ""; ${end} ${script}`],
    {
      encoding: "utf8",
    },
  );
  const wallMs = performance.now() - startedMs;
  if (status !== 0) throw new Error(stderr);
  const [cpuUs, sha1] = JSON.parse(stderr) as [number, string];
  return { wallMs, cpuMs: cpuUs / 1000, sha1 };
}

const median = (values: readonly number[]): string =>
  (values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN).toFixed(0);

const { values } = parseArgs({ options: { runs: { type: "string", default: "5" } } });
const signatures = new Set<string>();
console.log("| what | wall ms | processor ms |\n|---|--:|--:|");
for (const [name, script] of WAYS) {
  const runs = Array.from({ length: Number(values.runs) }, () => run(script));
  for (const { sha1 } of runs) if (sha1 !== "") signatures.add(sha1);
  console.log(
    `| ${name} | ${median(runs.map(({ wallMs }) => wallMs))} | ${median(runs.map(({ cpuMs }) => cpuMs))} |`,
  );
}
if (signatures.size !== 1) throw new Error(`the ways disagree: ${[...signatures].join(", ")}`);
