/**
 * What it costs to know the tracker: its SHA-1 as `prox build` learns it, by compiling, and as all other commands do, from
 * the bundle that ships; beside them the start of prox itself, and `prox status` as a whole, which needs that SHA-1, of a server
 * on loopback. Needs `npm run build` first.
 *
 * `npx tsx bench/start.ts [--runs 5]` prints a Markdown table for docs/performance.md: medians, wall clock and processor
 * time of a process of its own, Node's start included.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

import { EXIT_CODES } from "../src/errors/exit-codes.ts";
import { packagePath } from "../src/package-root.ts";
import { gameSettings, makeGameServer } from "../test/support/game-server.ts";
import { startSshd } from "../test/support/sshd.ts";

const built = (file: string): string => JSON.stringify(packagePath(`dist/${file}`));

const sshd = await startSshd({ asSelf: true });
const config = path.join(sshd.folder, "prox.config.json");
const { port, user, keyFile, fingerprint } = sshd;
const game = gameSettings(makeGameServer(sshd.folder, sshd.own));
const bench = { host: "127.0.0.1", port, user, key: keyFile, hostKey: fingerprint, ...game };
writeFileSync(config, JSON.stringify({ dataFolder: path.join(sshd.folder, "data"), servers: { bench } }));

const prox = (...argv: readonly string[]): string =>
  `process.argv.push("prox", ...${JSON.stringify(argv)}); await import(${JSON.stringify(packagePath("bin/run.js"))});`;

/** What each process runs. */
const WAYS: readonly (readonly [name: string, script: string])[] = [
  ["Node alone", ""],
  ["`prox --version`", prox("--version")],
  ["`prox status SERVER`", prox("status", "bench", "--config", config)],
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
  // The server has no tracker yet, as `prox status` says.
  if (status !== 0 && status !== EXIT_CODES.verification) throw new Error(stderr);
  const [cpuUs, sha1] = JSON.parse(stderr.slice(stderr.lastIndexOf("\n") + 1)) as [number, string];
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
await sshd.stop();
if (signatures.size !== 1) throw new Error(`the ways disagree: ${[...signatures].join(", ")}`);
