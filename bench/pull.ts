/**
 * Fetching rounds from a real sshd on loopback: prox pull beside OpenSSH's sftp in batch mode and rsync, on the same
 * files, taken in turn. Then a second time with nothing new. Every tool runs as a command of its own, start-up
 * included; all files lie in memory where the system has such a place, so that no disk decides.
 *
 * With `PROX_BENCH_OTHER=FOLDER` another checkout of prox, built, takes its turn too: for before and after.
 *
 * Usage: npm run build && node --import tsx bench/pull.ts [ROUNDS] [TURNS]
 */
import { cpus } from "node:os";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { KINDS, type Kind } from "../src/format/columns.ts";
import { roundFileName } from "../src/format/file.ts";
import { headerLines, finishFile, rowLine } from "../test/support/round-files.ts";
import { startSshd } from "../test/support/sshd.ts";
import { type MeasuredRun, measuredRun } from "./measured-run.ts";

const rounds = Number(process.argv[2] ?? 1000);
const turns = Number(process.argv[3] ?? 3);
/** Rows of each kind: a round of ten minutes with six to eight players. */
const ROWS: Readonly<Record<Kind, number>> = {
  positions: 4000,
  combat: 2000,
  engagements: 120,
  heatmap: 60,
  objectives: 60,
};

/** A file as it would be recorded; its rows are alike, but its size and its checksum are real. */
function makeFile(kind: Kind): Buffer {
  const row = (index: number): string =>
    rowLine(kind, {
      time_ms: index * 100,
      slot: index % 8,
      x: (index * 7) % 3000,
      y: -((index * 11) % 2000),
    });
  return finishFile([...headerLines(kind), ...Array.from({ length: ROWS[kind] }, (_, index) => row(index))]);
}

const sshd = await startSshd({ asSelf: true });
const game = path.join(sshd.folder, "legacy");
const remote = path.join(game, "gamestats");
const local = path.join(sshd.folder, "local");
mkdirSync(remote, { recursive: true });
mkdirSync(local);
const files = Object.fromEntries(KINDS.map((kind) => [kind, makeFile(kind)])) as Record<Kind, Buffer>;
for (let index = 0; index < rounds; index += 1) {
  const day = String(1 + (index % 28)).padStart(2, "0");
  const key = `2026-01-${day}-${String(index).padStart(6, "0")}-supply-round-1-0123abcd`;
  for (const kind of KINDS) writeFileSync(path.join(remote, roundFileName(key, kind)), files[kind]);
}
const bytes = rounds * KINDS.reduce((sum, kind) => sum + files[kind].length, 0);

const knownHosts = path.join(sshd.folder, "known_hosts");
writeFileSync(knownHosts, `${sshd.knownHostsLine}\n`);
const ssh = ["-i", sshd.keyFile, "-o", `UserKnownHostsFile=${knownHosts}`, "-o", "StrictHostKeyChecking=yes"];
const config = path.join(sshd.folder, "prox.config.json");
writeFileSync(
  config,
  JSON.stringify({
    dataFolder: "local/prox",
    servers: {
      bench: {
        host: "127.0.0.1",
        port: sshd.port,
        user: sshd.user,
        key: sshd.keyFile,
        hostKey: sshd.fingerprint,
        basepath: sshd.folder,
      },
    },
  }),
);
const pull = (checkout: string): string[] => [
  process.execPath,
  path.join(checkout, "bin/run.js"),
  "pull",
  "bench",
  "--config",
  config,
];
const other = process.env["PROX_BENCH_OTHER"];
const batch = path.join(sshd.folder, "batch");
writeFileSync(batch, `get -p ${remote}/* ${local}/sftp/\n`);
const sftp = ["-q", "-b", batch, "-P", String(sshd.port), ...ssh];
const target = `${sshd.user}@127.0.0.1`;

/** Each tool: its command, and the folder that it fills. */
const TOOLS: Readonly<Record<string, { folder: string; command: string[] }>> = {
  "prox pull": { folder: "prox/rounds/bench", command: pull(path.resolve(import.meta.dirname, "..")) },
  ...(other === undefined
    ? {}
    : { "prox pull, other": { folder: "prox/rounds/bench", command: pull(other) } }),
  sftp: { folder: "sftp", command: ["sftp", ...sftp, target] },
  "sftp, prox's cipher": {
    folder: "sftp",
    command: ["sftp", "-c", "aes128-gcm@openssh.com", ...sftp, target],
  },
  rsync: {
    folder: "rsync",
    command: [
      "rsync",
      "-a",
      "-e",
      `ssh -p ${sshd.port} ${ssh.join(" ")}`,
      `${target}:${remote}/`,
      `${local}/rsync/`,
    ],
  },
};

function clear(): void {
  for (const folder of ["prox", "sftp", "rsync"])
    rmSync(path.join(local, folder), { recursive: true, force: true });
  for (const folder of ["sftp", "rsync"]) mkdirSync(path.join(local, folder));
}

/** Runs a tool; it must have brought everything. */
async function run(name: string): Promise<MeasuredRun> {
  const tool = TOOLS[name];
  if (tool === undefined) throw new Error(name);
  const [command = "", ...parameters] = tool.command;
  const measured = await measuredRun(command, parameters);
  const folder = path.join(local, tool.folder);
  const count = existsSync(folder) ? readdirSync(folder).length : 0;
  if (count !== rounds * KINDS.length) throw new Error(`${name} brought ${count} files`);
  return measured;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const runs = new Map<string, MeasuredRun[]>();
async function measure(name: string, what: string): Promise<void> {
  runs.set(what, [...(runs.get(what) ?? []), await run(name)]);
}
const ours = Object.keys(TOOLS).filter((name) => name.startsWith("prox"));
for (let turn = 0; turn < turns; turn += 1) {
  // The first one may find the machine in another state: each turn has another order.
  const names = Object.keys(TOOLS).map((_, index, all) => all[(index + turn) % all.length] ?? "");
  for (const name of names) {
    clear();
    await measure(name, name);
    if (name === "rsync" || ours.includes(name)) await measure(name, `${name}, nothing new`);
  }
}
await sshd.stop();

console.log(
  `${rounds} rounds, ${rounds * KINDS.length} files, ${(bytes / 1e6).toFixed(0)} MB, ${turns} turns, ${cpus().length} cores`,
);
const secondsOf = (what: string): number => median((runs.get(what) ?? []).map(({ seconds }) => seconds));
const base = { fetch: secondsOf("sftp"), idle: secondsOf("rsync, nothing new") };
for (const [what, measured] of [...runs].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const isIdle = what.endsWith("nothing new");
  const seconds = secondsOf(what);
  const cpu = median(measured.map(({ cpuSeconds }) => cpuSeconds));
  const ratio = (isIdle ? base.idle : base.fetch) / seconds;
  const speed = isIdle ? "" : `${(bytes / 1e6 / seconds).toFixed(0)} MB/s`.padStart(10);
  const beside = isIdle ? "rsync, nothing new" : "sftp";
  const numbers = `${seconds.toFixed(2).padStart(7)} s  ${cpu.toFixed(2).padStart(6)} s cpu`;
  console.log(`${what.padEnd(30)} ${numbers} ${speed.padEnd(10)}  ${ratio.toFixed(2)} x ${beside}`);
}
