/**
 * What the tracker costs a server: the compiled module in native Lua 5.4, beside a hand-written logger of the same
 * rows. Needs lua5.4; takes load-32 where the tests find it.
 *
 * `npx tsx bench/tracker.ts [--minutes 2] [--players 64] [--runs 5] [--rates 1,20]` prints a Markdown table for
 * docs/performance.md, and how many rows of each record both wrote. 10 minutes are all of load-32; without players there
 * is no random match. The tracker is measured as it is, without objectives, and reading the server's log as well; the random match
 * has objectives, and lines in its log. `--recording FILE` plays that recording instead, without the logger.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";

import { compileLua } from "../src/build/compile-lua.ts";
import { packagePath } from "../src/package-root.ts";
import { KINDS } from "../src/format/columns.ts";
import { randomRecording } from "../src/simulate/random/random.ts";
import type { LuaModule } from "../src/simulate/simulate.ts";
import { nativeLua, playNatively } from "../test/support/native-lua.ts";
import { loadRecording, trackerModule } from "../test/support/simulations.ts";

/** A module, with the settings that it is measured with. */
interface Measured extends LuaModule {
  readonly cvars?: Readonly<Record<string, string>>;
}

/** Names of modules in the table. */
const FLOOR = "floor";
const WITHOUT = "without objectives";

const LUA = "lua5.4";
const FRAMES_PER_SECOND = 20;
/** A call of the engine's own gentity_get, which is C; the host's is Lua. Measured on a running server. */
const ENGINE_GET_US = 0.3;

interface Measurement {
  values: Map<string, number>;
  /** Live heap of host and module, KiB, every 250 frames. */
  heaps: number[];
  bytes: number;
  /** Rows by file and record, such as `combat fire`. */
  rows: Map<string, number>;
  /** Cost of each frame, microseconds. */
  frames: number[];
}

async function measure(
  mode: "time" | "collector" | "cold" | "count" | "instructions",
  module: Measured,
  recording: string,
  sampleMs: number,
): Promise<Measurement> {
  process.env["PROX_MEASURE"] = mode;
  const run = await playNatively(LUA, [module], recording, {
    cvars: { prox_sample_ms: String(sampleMs), ...module.cvars },
    measure: packagePath("bench/measure.lua"),
  });
  const errors = run.reports.filter(([kind]) => kind === "error");
  if (errors.length > 0) throw new Error(errors.map((error) => error.join(" ")).join("\n"));
  const folder = path.join(run.folder, "gamestats");
  const measured = run.reports.filter(([kind]) => kind === "measured");
  const result = {
    values: new Map(measured.map(([, name = "", value]) => [name, Number(value)] as const)),
    heaps: run.reports.filter(([kind]) => kind === "heap").map(([, kib]) => Number(kib)),
    bytes: 0,
    rows: new Map<string, number>(),
    frames: run.reports.filter(([kind]) => kind === "frame").map(([, us]) => Number(us)),
  };
  if (module.lua !== EMPTY.lua) {
    for (const name of readdirSync(folder)) {
      result.bytes += statSync(path.join(folder, name)).size;
      countRows(path.join(folder, name), result.rows);
    }
  }
  run.dispose();
  return result;
}

/** Adds the rows of a file, tracker's or logger's, to `counts`. */
function countRows(file: string, counts: Map<string, number>): void {
  const kind = KINDS.find((one) => path.basename(file).includes(`_${one}.`));
  if (kind === undefined) throw new Error(`${file} is no file of rows`);
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const record = kind === "combat" || kind === "engagements" ? ` ${line.split("\t")[1] ?? ""}` : "";
    counts.set(kind + record, (counts.get(kind + record) ?? 0) + 1);
  }
}

/** One line of how many rows of each record the modules wrote. */
function compareRows(rows: readonly Map<string, number>[]): string {
  const records = [...new Set(rows.flatMap((counts) => [...counts.keys()]))].sort();
  return records
    .map((record) => `${record} ${rows.map((counts) => cell(counts.get(record) ?? 0)).join("/")}`)
    .join(", ");
}

/** The hand-written logger behind the compiled rules, which it calls. */
function floorModule(): LuaModule {
  const rules = compileLua(packagePath("bench/rules/tsconfig.json"));
  const logger = readFileSync(packagePath("bench/floor-logger.lua"), "utf8");
  return { name: "floor-logger.lua", lua: `local rules = (function(...)\n${rules}\nend)()\n${logger}` };
}

/** Costs of the frames of a match, microseconds, from the cheapest on. */
interface FrameCosts {
  sorted: number[];
  meanUs: number;
  run: Measurement;
}

/**
 * Each frame's lowest cost in several runs: all do the same work in the same frame, and what else the machine does only
 * ever adds.
 */
async function frameCosts(
  times: number,
  mode: "time" | "collector" | "cold",
  module: Measured,
  recording: string,
  sampleMs: number,
): Promise<FrameCosts> {
  const runs: Measurement[] = [];
  for (let time = 0; time < times; time += 1) runs.push(await measure(mode, module, recording, sampleMs));
  const [run] = runs;
  if (run === undefined) throw new Error("no run");
  const lowest = run.frames.map((_, frame) =>
    Math.min(...runs.map(({ frames }) => frames[frame] ?? Infinity)),
  );
  const meanUs = lowest.reduce((sum, us) => sum + us, 0) / lowest.length;
  return { sorted: lowest.sort((a, b) => a - b), meanUs, run };
}

function share({ sorted }: FrameCosts, part: number): number {
  return sorted[Math.ceil(sorted.length * part) - 1] ?? NaN;
}

const EMPTY: LuaModule = { name: "empty.lua", lua: "function et_RunFrame() end" };

/** Writes a match's last round and what led to it, `minutes` long, to a file for the native runner. */
function writeMatches(folder: string, players: number, minutes: number): Map<string, string> {
  const matches = new Map<string, string>();
  const load = loadRecording();
  if (load === undefined) console.log("load-32 is not here: PROX_RECORDINGS may name its folder\n");
  else {
    const bytes = gunzipSync(readFileSync(load));
    // Ten minutes of even play: a share of the bytes is a share of the time.
    const share = bytes.subarray(0, Math.floor((bytes.length * Math.min(minutes, 10)) / 10));
    const cut = share.subarray(0, share.lastIndexOf("\n") + 1);
    const end = minutes >= 10 ? "" : "C\tet_ShutdownGame\t999999\t0\nC\tet_Quit\t999999\n";
    const file = path.join(folder, "load-32.tsv");
    writeFileSync(file, Buffer.concat([cut, Buffer.from(end)]));
    matches.set(`load-32, ${minutes} min`, file);
  }
  if (players === 0) return matches;
  const file = path.join(folder, "random.tsv");
  const random = [...randomRecording({ seed: 1, players, minutes }, { playedMs: 0 })];
  writeFileSync(file, Buffer.concat(random.map((piece) => Buffer.from(piece))));
  matches.set(`random, ${players} players, ${minutes} min`, file);
  return matches;
}

/** A recording for the native runner, to the end of its longest round: what is measured is the last. */
function unpackMatch(folder: string, recording: string): Map<string, string> {
  const file = path.join(folder, "recording.tsv");
  const bytes = readFileSync(recording);
  const text = (recording.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("latin1");
  const rounds = text.split(/(?<=^C\tet_Quit\t.*\n)/m);
  const longest = rounds.reduce(
    (best, round, at) => (round.length > (rounds[best] ?? "").length ? at : best),
    0,
  );
  writeFileSync(file, rounds.slice(0, longest + 1).join(""), "latin1");
  return new Map([[path.basename(recording), file]]);
}

function cell(value: number, digits = 0): string {
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

const HEAD = [
  "match",
  "rate",
  "module",
  "mean µs/frame",
  "of it, µs in gentity_get",
  "mean µs on a server",
  "99.9 % µs",
  "worst µs",
  "mean µs with collector",
  "99.9 % µs with collector",
  "worst µs with collector",
  "mean µs with cold caches",
  "shutdown µs",
  "own instructions/frame",
  "garbage KiB/s",
  "live heap KiB, most",
  "gentity_get/s",
  "bytes/s",
];

function main(): void {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "2" },
      runs: { type: "string", default: "5" },
      players: { type: "string", default: "64" },
      rates: { type: "string", default: "1,20" },
      recording: { type: "string" },
    },
  });
  const version = nativeLua(LUA);
  if (version === undefined) throw new Error(`${LUA} is not installed: apt-get install ${LUA}`);
  console.log(`${version}; ${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores\n`);
  console.log(`| ${HEAD.join(" | ")} |\n|${HEAD.map((_, index) => (index < 3 ? "---" : "--:")).join("|")}|`);
  const folder = mkdtempSync(path.join(tmpdir(), "prox-tracker-cost-"));
  const rates = values.rates.split(",").map(Number);
  const matches =
    values.recording === undefined
      ? writeMatches(folder, Number(values.players), Number(values.minutes))
      : unpackMatch(folder, values.recording);
  void run(matches, Number(values.runs), rates, values.recording === undefined).finally(() => {
    rmSync(folder, { recursive: true, force: true });
  });
}

/** The modules to compare: the tracker with more and less to do at objectives, and the floor where it is wanted. */
async function modulesOf(hasFloor: boolean): Promise<Map<string, Measured>> {
  const tracker = await trackerModule();
  const modules = new Map<string, Measured>([
    ["tracker", tracker],
    [WITHOUT, { ...tracker, cvars: { prox_objectives: "0" } }],
    ["with the log", { ...tracker, cvars: { prox_announce: "1" } }],
  ]);
  if (hasFloor) modules.set(FLOOR, floorModule());
  return modules;
}

async function run(
  matches: ReadonlyMap<string, string>,
  runs: number,
  rates: readonly number[],
  hasFloor: boolean,
): Promise<void> {
  const modules = await modulesOf(hasFloor);
  const rowLines: string[] = [];
  for (const [match, recording] of matches) {
    const host = (await measure("count", EMPTY, recording, 1000)).heaps;
    const clockUs = (await frameCosts(runs, "time", EMPTY, recording, 1000)).meanUs;
    console.log(`| ${match} | | nothing | ${cell(clockUs, 1)} |${" |".repeat(HEAD.length - 4)}`);
    for (const sampleMs of rates.map((rate) => 1000 / rate)) {
      const means = new Map<string, number>();
      const rows: Map<string, number>[] = [];
      for (const [name, module] of modules) {
        const time = await frameCosts(runs, "time", module, recording, sampleMs);
        const collector = await frameCosts(runs, "collector", module, recording, sampleMs);
        const cold = await frameCosts(runs, "cold", module, recording, sampleMs);
        const count = await measure("count", module, recording, sampleMs);
        const instructions = await measure("instructions", module, recording, sampleMs);
        const frames = time.sorted.length;
        const seconds = frames / FRAMES_PER_SECOND;
        const value = (run: Measurement, key: string): number => run.values.get(key) ?? NaN;
        const heap = Math.max(...count.heaps.map((kib, index) => kib - (host[index] ?? NaN)));
        const getsPerFrame = value(count, "gets") / frames;
        const getsUs = getsPerFrame * value(count, "getUs");
        const meanUs = time.meanUs - clockUs - getsUs + getsPerFrame * ENGINE_GET_US;
        means.set(name, meanUs);
        rows.push(time.run.rows);
        const cells = [
          cell(time.meanUs, 1),
          cell(getsUs, 1),
          cell(meanUs, 1),
          cell(share(time, 0.999)),
          cell(share(time, 1)),
          cell(collector.meanUs, 1),
          cell(share(collector, 0.999)),
          cell(share(collector, 1)),
          cell(cold.meanUs, 1),
          cell(value(time.run, "shutdownUs")),
          cell(value(instructions, "instructions")),
          cell(value(time.run, "garbageKib") / seconds, 1),
          cell(heap),
          cell(value(count, "gets") / seconds),
          cell(time.run.bytes / seconds),
        ];
        console.log(`| ${[match, `${1000 / sampleMs} Hz`, name, ...cells].join(" | ")} |`);
      }
      rowLines.push(
        `${match}, ${1000 / sampleMs} Hz, rows of ${[...modules.keys()].join("/")}: ${compareRows(rows)}`,
      );
      if (!hasFloor) continue;
      // The floor records no objectives.
      const ratio = (means.get(WITHOUT) ?? NaN) / (means.get(FLOOR) ?? NaN);
      console.log(`| | | ratio | ${ratio.toFixed(2)} |${" |".repeat(HEAD.length - 4)}`);
    }
  }
  console.log(`\n${rowLines.join("\n")}`);
}

main();
