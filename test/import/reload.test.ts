/** A real match whose modules were reloaded in the middle of the round: through tracker and import, against its recording. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { KINDS } from "../../src/format/columns.ts";
import { packagePath } from "../../src/package-root.ts";
import { listRounds } from "../../src/reports/rounds.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { importPaths } from "../support/import.ts";
import { readTruth, type TrueRound } from "../support/recording-truth.ts";
import type { RoundText } from "../support/round-text.ts";
import { playRecording, readRounds } from "../support/simulations.ts";

/** Its VMs: warm-up; play until `lua_restart`; play to the end of the round; the warm-up that follows. */
const RECORDING = packagePath("test/fixtures/recordings/reload-10.tsv.gz");
const PLAYERS = 64;

let folder: string;
let truth: TrueRound[];
let pieces: Record<(typeof KINDS)[number], RoundText>[];
const played: string[] = [];

async function play(recording: string): Promise<string> {
  const { folder: output, simulation } = await playRecording(recording);
  played.push(output);
  expect(simulation.moduleErrors).toEqual([]);
  return output;
}

beforeAll(async () => {
  folder = await play(RECORDING);
  truth = readTruth(RECORDING);
  const files = readRounds(folder).map((round) => round.files as (typeof pieces)[number]);
  pieces = [...files].sort((one, other) => number(one.combat, "piece") - number(other.combat, "piece"));
});
afterAll(() => {
  for (const one of played) rmSync(one, { recursive: true, force: true });
});

const number = (file: RoundText, key: string): number => Number(file.header.get(key));

/** A round as reports list it, with when its events happened. */
async function stored({ sql }: TestDatabase) {
  const rounds = await listRounds(sql, { bots: "with" }, 10);
  const events = await sql<{ event: string; timeMs: number; slot: number | null; life: number | null }[]>`
    select event::text, time_ms as "timeMs", coalesce(target_slot, attacker_slot) as slot, target_life as life
    from combat_events where not coalesce(event = 'hit' and target_is_wounded, false)
    order by round_id, event_number`;
  const samples = await sql<{ timeMs: number; slot: number }[]>`
    select time_ms as "timeMs", slot from player_positions order by time_ms, slot`;
  return { rounds, events: [...events], samples: [...samples] };
}

/** What the recording says happened in these parts of it, as `stored` has it. */
function happened(parts: readonly TrueRound[]) {
  const events = (of: (part: TrueRound) => TrueRound["shots"], index: 0 | 1) =>
    parts.flatMap((part) => of(part).map(({ args, timeMs }) => `${timeMs} ${args[index] ?? ""}`));
  return {
    fire: events(({ shots }) => shots, 0),
    hit: events(
      ({ damage }) =>
        damage.filter(({ args, targetHealth }) => (args[0] ?? PLAYERS) < PLAYERS && targetHealth > 0),
      0,
    ),
    kill: events(({ obituaries }) => obituaries, 0),
    revive: events(({ revives }) => revives, 0),
  };
}

function told(events: Awaited<ReturnType<typeof stored>>["events"]) {
  const of = (asked: string): string[] =>
    events.filter(({ event }) => event === asked).map(({ slot, timeMs }) => `${timeMs} ${slot ?? ""}`);
  return { fire: of("fire"), hit: of("hit"), kill: of("kill"), revive: of("revive") };
}

describe("the files of the pieces", () => {
  test("are of one round, and say when each recording began and how it ended", () => {
    expect(truth).toHaveLength(2);
    expect(pieces).toHaveLength(2);
    const [before, after] = truth;
    const beganMs = [before, after].map((part) => part?.frames[0]?.timeMs);
    const endMs = [before, after].map((part) => part?.frames.at(-1)?.timeMs);
    // The second part saw nothing of what came before, and the gap is what nobody saw.
    expect(beganMs[1]).toBeGreaterThan(endMs[0] ?? Infinity);
    expect(beganMs[1]).toBeGreaterThan(10_000);
    for (const kind of KINDS) {
      const headers = pieces.map((files) => files[kind].header);
      for (const key of ["round_key", "match_key", "map", "round", "started_at"]) {
        expect(new Set(headers.map((header) => header.get(key))).size, `${kind}: ${key}`).toBe(1);
      }
      const stated = (key: string): (string | undefined)[] => headers.map((header) => header.get(key));
      expect(stated("piece"), kind).toEqual(["1", "2"]);
      expect(stated("began_ms"), kind).toEqual(beganMs.map(String));
      expect(stated("end_ms"), kind).toEqual(endMs.map(String));
      expect(stated("end_reason"), kind).toEqual(["module_unloaded", "finished"]);
      expect(stated("rows_lost"), kind).toEqual(["0", "0"]);
    }
  });
});

describe("imported", () => {
  test("they are one round, in order, incomplete with the reason, with all that was seen", async () => {
    const database = await createTestDatabase();
    const report = await importPaths(database.sql, [folder]);
    expect(report.files.filter(({ error }) => error !== null)).toEqual([]);
    const { events, rounds, samples } = await stored(database);
    expect(rounds).toHaveLength(1);
    expect(rounds[0]).toMatchObject({
      isComplete: false,
      endReason: "module_unloaded",
      beganMs: truth[0]?.frames[0]?.timeMs,
      endMs: truth[1]?.frames.at(-1)?.timeMs,
      pieces: 2,
      players: 10,
      bots: 0,
      rowsLost: 0,
    });
    expect(told(events)).toEqual(happened(truth));
    const times = events.map(({ timeMs }) => timeMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(samples).toEqual(
      pieces.flatMap(({ positions }) =>
        positions.rows.map((row) => ({ timeMs: Number(row["time_ms"]), slot: Number(row["slot"]) })),
      ),
    );
    const lives = new Map<number, number>();
    for (const { event, life, slot } of events) {
      if (event !== "spawn" || slot === null || life === null) continue;
      expect(life, `slot ${slot}`).toBeGreaterThan(lives.get(slot) ?? 0);
      lives.set(slot, life);
    }
    expect(Math.max(...lives.values())).toBeGreaterThan(1);
  });

  test("in any order of the files, and again, nothing is another", async () => {
    const database = await createTestDatabase();
    const files = readdirSync(path.join(folder, "gamestats")).map((name) =>
      path.join(folder, "gamestats", name),
    );
    await importPaths(database.sql, files.reverse());
    const first = await stored(database);
    const again = await importPaths(database.sql, [folder]);
    expect(again.totals).toMatchObject({
      rows: 0,
      files: { imported: 0, rejected: 0, skipped: 2 * KINDS.length },
    });
    expect(await stored(database)).toEqual(first);
    expect(first.rounds).toMatchObject([{ pieces: 2, endReason: "module_unloaded" }]);
    expect(told(first.events)).toEqual(happened(truth));
  });

  test("the part after the reload by itself is not called complete; with the one before, its players are the same", async () => {
    const database = await createTestDatabase();
    const files = readdirSync(path.join(folder, "gamestats"));
    const after = files
      .filter((name) => name.includes(".2_"))
      .map((name) => path.join(folder, "gamestats", name));
    expect(after).toHaveLength(KINDS.length);
    await importPaths(database.sql, after);
    const { events, rounds } = await stored(database);
    const began = truth[1]?.frames[0]?.timeMs;
    expect(rounds).toMatchObject([{ isComplete: false, endReason: "began_late", beganMs: began, pieces: 1 }]);
    expect(told(events)).toEqual(happened(truth.slice(1)));
    await importPaths(database.sql, [folder]);
    const together = await stored(database);
    expect(together.rounds).toMatchObject([{ pieces: 2, players: 10 }]);
    expect(told(together.events)).toEqual(happened(truth));
    // Nobody is left over of those whose GUID only the first part knows.
    expect(
      await database.sql`select guid is null as "isUnnamed", count(*)::int from players group by 1`,
    ).toEqual([{ isUnnamed: false, count: 10 }]);
  });
});

test("a module that was loaded in the middle of the round and knows of no part before is not called complete", async () => {
  const text = gunzipSync(readFileSync(RECORDING)).toString("utf8");
  const starts = [...text.matchAll(/^# et-recording/gm)].map(({ index }) => index);
  expect(starts).toHaveLength(4);
  const own = mkdtempSync(path.join(tmpdir(), "prox-late-"));
  played.push(own);
  const late = path.join(own, "late.tsv");
  writeFileSync(late, text.slice(starts[2]));
  const database = await createTestDatabase();
  const output = await play(late);
  await importPaths(database.sql, [output]);
  const { events, rounds } = await stored(database);
  const [seen] = readTruth(late);
  expect(rounds).toMatchObject([
    { isComplete: false, endReason: "began_late", beganMs: seen?.frames[0]?.timeMs, pieces: 1 },
  ]);
  // When play began it reckons from the round's clock: to the second.
  const startedMs = (truth[0]?.unixTime ?? 0) * 1000;
  expect(Math.abs((rounds[0]?.startedAt.getTime() ?? 0) - startedMs)).toBeLessThanOrEqual(1000);
  expect(told(events)).toEqual(happened(truth.slice(1)));
});
