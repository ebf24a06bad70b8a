/** How often a file of another tracker is read that holds many rounds; counted at the reader of real matches. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";

import { beforeEach, expect, test, vi } from "vitest";

import type { ForeignFile, ForeignReader } from "../../src/parsers/foreign/foreign-round.ts";
import { FOREIGN_FOLDER } from "../support/foreign-files.ts";
import { setUpImports } from "../support/import.ts";

const reads = vi.hoisted(() => ({ files: 0, bytes: 0, rounds: 0 }));
vi.mock("../../src/parsers/foreign/readers.ts", async (original) => {
  const { FOREIGN_READERS } = await original<{ FOREIGN_READERS: readonly ForeignReader[] }>();
  const counting = (reader: ForeignReader): ForeignReader => ({
    ...reader,
    async *readRounds(bytes: AsyncIterable<Buffer>, file: ForeignFile) {
      reads.files++;
      const counted = async function* (): AsyncGenerator<Buffer> {
        for await (const chunk of bytes) {
          reads.bytes += chunk.length;
          yield chunk;
        }
      };
      for await (const round of reader.readRounds(counted(), file)) {
        reads.rounds++;
        yield round;
      }
    },
  });
  return { FOREIGN_READERS: FOREIGN_READERS.map(counting) };
});

const imports = setUpImports();

const SAMPLE = "oksii/2.1.0-stopwatch-stats-1795360784-2026-11-22-151944-arena1-round-1.json.gz";
const ROUNDS = 8;
const APART_S = 900;

interface Payload {
  readonly round_info: Readonly<Record<string, unknown>>;
  readonly gamelog: readonly { readonly label: string }[];
}
const whole = JSON.parse(
  gunzipSync(readFileSync(path.join(FOREIGN_FOLDER, SAMPLE))).toString("latin1"),
) as Payload;
// Most events are hits, which take time to store and show nothing here.
const payload = { ...whole, gamelog: whole.gamelog.filter(({ label }) => label !== "damage") };
/** Kills of the sample, counted in its events. */
const KILLS = payload.gamelog.filter(({ label }) => ["kill", "suicide", "teamkill"].includes(label)).length;

let matches = 0;
let startUnix = 0;
beforeEach(() => {
  startUnix = 1_600_000_000 + matches++ * 1_000_000;
  Object.assign(reads, { files: 0, bytes: 0, rounds: 0 });
});

const startOf = (round: number): number => startUnix + round * APART_S;

/** A match of rounds that are the sample with other starts, each with the name of a configuration. */
function match(rounds: readonly number[], configOf: (round: number) => string = () => "one"): string {
  const all = rounds.map((round) => ({
    round_data: {
      ...payload,
      round_info: { ...payload.round_info, round_start_unix: startOf(round), config: configOf(round) },
    },
  }));
  // A round a line, so that what is read of the file comes in many pieces.
  return JSON.stringify({ match: { match_id: 1, rounds: all } }).replaceAll(
    '{"round_data"',
    '\n{"round_data"',
  );
}

function write(name: string, text: string): string {
  const file = path.join(imports.folder, name);
  writeFileSync(file, text, "latin1");
  return file;
}

const ALL = Array.from({ length: ROUNDS }, (_, round) => round);

/** The starts and kills of what is stored of the match. */
async function stored(): Promise<{ start: number; kills: number }[]> {
  const rows = await imports.sql<{ start: number; kills: number }[]>`
    select extract(epoch from started_at)::integer as start,
      (select count(*)::integer from combat_events c where c.round_id = r.round_id and event = 'kill') as kills
    from rounds r
    where started_at between to_timestamp(${startUnix}) and to_timestamp(${startOf(ROUNDS)})
    order by 1`;
  return [...rows];
}

const WHOLE = (): unknown => ALL.map((round) => ({ start: startOf(round), kills: KILLS }));

test("is read once to survey it, and once to store all its rounds", async () => {
  const text = match(ALL);
  const report = await imports.run([write("match.json", text)]);
  expect(report.rounds.map(({ status }) => status)).toEqual(ALL.map(() => "imported"));
  expect(KILLS).toBeGreaterThan(0);
  expect(await stored()).toEqual(WHOLE());
  expect(reads).toEqual({ files: 2, rounds: 2 * ROUNDS, bytes: 2 * text.length });
});

test("in an archive is read as often, in a dry run and to replace what is stored, too", async () => {
  const text = match(ALL);
  write("match.json", text);
  execFileSync("tar", ["czf", "match.tgz", "match.json"], { cwd: imports.folder });
  const archive = path.join(imports.folder, "match.tgz");
  const once = { files: 2, rounds: 2 * ROUNDS, bytes: 2 * text.length };
  const dry = await imports.run([archive], { dryRun: true });
  expect(reads).toEqual(once);
  expect(await stored()).toEqual([]);
  Object.assign(reads, { files: 0, bytes: 0, rounds: 0 });
  expect((await imports.run([archive])).rounds).toEqual(dry.rounds);
  expect(reads).toEqual(once);
  expect(await stored()).toEqual(WHOLE());
  Object.assign(reads, { files: 0, bytes: 0, rounds: 0 });
  const replacing = write(
    "other.json",
    match(ALL, () => "other"),
  );
  const report = await imports.run([replacing], { replace: true });
  expect(report.rounds.map(({ status }) => status)).toEqual(ALL.map(() => "replaced"));
  expect(reads).toMatchObject({ files: 2, rounds: 2 * ROUNDS });
  expect(await stored()).toEqual(WHOLE());
});

test("is read from its start again where its rounds are wanted in another order", async () => {
  const first = write("a.json", match([4, 0]));
  const second = write("b.json", match(ALL));
  const report = await imports.run([first, second], { replace: true });
  expect(report.totals.rounds).toMatchObject({ imported: ROUNDS, rejected: 0 });
  expect(await stored()).toEqual(WHOLE());
});

test("that changed after it was surveyed is refused from where it did", async () => {
  const file = write("match.json", match(ALL));
  const changed = match(ALL, (round) => (round < 3 ? "one" : "other"));
  const report = await imports.run([file], {
    progress: {
      surveyed: () => undefined,
      begin: () => {
        writeFileSync(file, changed, "latin1");
      },
      rows: () => undefined,
      round: () => undefined,
    },
  });
  expect(report.rounds.map(({ status }) => status)).toEqual(
    ALL.map((round) => (round < 3 ? "imported" : "rejected")),
  );
  expect(report.files.flatMap(({ error }) => (error === null ? [] : [error.code]))).toEqual(
    ALL.slice(3).map(() => "E_FILE_CHANGED"),
  );
  expect((await stored()).map(({ start }) => start)).toEqual([0, 1, 2].map(startOf));
});
