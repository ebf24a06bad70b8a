/** How long rows wait for the disk while the round runs: it is looked at after every frame. */
import { beforeAll, expect, test } from "vitest";

import { randomRecording } from "../../src/simulate/random/random.ts";
import { FRAME_MS } from "../../src/simulate/script/server.ts";
import { type LuaModule } from "../../src/simulate/simulate.ts";
import { trackerModule } from "../support/simulations.ts";
import { createMemoryServer, type MemoryServer } from "./memory-server.ts";
import { KINDS, eventsOf, expectHarmless, roundsOf, type Kind } from "./played.ts";
import { beginPlay, createMatch, fight } from "./small-match.ts";

/** The most that the completion of a round adds. */
const LONGEST_ENDING_MS = 500;

let tracker: LuaModule;
beforeAll(async () => {
  tracker = await trackerModule();
});

/** The most that passes between the end of a fight and the look at which it is over: the silence time and a look. */
const LONGEST_FIGHT_MS = 5000 + 500;

/** A row, or a kill in the heatmap, with when it happened and when it was on the disk: level time, ms. */
interface Arrival {
  readonly kind: Kind;
  readonly row: string;
  readonly happenedMs: number;
  readonly arrivedMs: number;
  /** Whether the round still ran then. */
  readonly isLive: boolean;
}

/** A recording in pieces that end with a frame of the engine. */
function* framesOf(recording: Iterable<Uint8Array>): Generator<{ lines: string; levelMs: number }> {
  let lines = "";
  for (const line of Buffer.concat([...recording])
    .toString("latin1")
    .split("\n")
    .slice(0, -1)) {
    lines += `${line}\n`;
    const [, callback, , levelMs] = line.split("\t");
    if (callback !== "et_RunFrame") continue;
    yield { lines, levelMs: Number(levelMs) };
    lines = "";
  }
}

/** Plays a recording of one round without a pause, and notes when each row is on the disk. */
function watch(server: MemoryServer, recording: Iterable<Uint8Array>): Arrival[] {
  const arrivals: Arrival[] = [];
  const heatmap: Pick<Arrival, "arrivedMs" | "isLive">[] = [];
  const seen = { positions: 0, combat: 0, engagements: 0, objectives: 0 };
  let startMs = 0;
  let disk = "";
  let isLive = true;
  for (const { levelMs, lines } of framesOf(recording)) {
    startMs = Number(/^G\t11\t(\d+)$/m.exec(lines)?.[1] ?? startMs);
    if (/^V\tgamestate\t3$/m.test(lines)) isLive = false;
    server.play(Buffer.from(lines, "latin1"));
    // A heatmap that is written again can be as long as before.
    const found = [server.usedBytes(), ...server.files("_heatmap").values()].join("\n");
    if (found === disk) continue;
    disk = found;
    const [round] = roundsOf(server);
    for (const kind of KINDS) {
      const file = round?.[kind];
      const columns = file?.value("columns")?.split("\t") ?? [];
      if (kind === "heatmap") {
        const kills = file?.rows.reduce((sum, row) => sum + Number(row[columns.indexOf("kills")]), 0);
        while (heatmap.length < (kills ?? 0)) heatmap.push({ arrivedMs: levelMs, isLive });
        continue;
      }
      for (const row of file?.rows.slice(seen[kind]) ?? []) {
        const isFight = row[1] === "engagement" || row[1] === "participant";
        const knownMs = isFight ? LONGEST_FIGHT_MS : 0;
        const happenedMs = startMs + Number(row[columns.indexOf("time_ms")]) + knownMs;
        arrivals.push({ kind, row: row.join(" "), happenedMs, arrivedMs: levelMs, isLive });
      }
      seen[kind] = file?.rows.length ?? 0;
    }
  }
  // Cells tell no time: the nth kill of an enemy is there when the kills of all cells are n.
  const kills = arrivals.filter(({ kind, row }) => kind === "combat" && / kill \d+ \d+ enemy /.test(row));
  expect(heatmap).toHaveLength(kills.length);
  for (const [index, arrival] of heatmap.entries()) {
    const { happenedMs, row } = kills[index] ?? { happenedMs: Number.NaN, row: "" };
    arrivals.push({ kind: "heatmap", row, happenedMs, ...arrival });
  }
  return arrivals;
}

test.each([
  { flushMs: 500, players: 64, sampleMs: 1000 },
  { flushMs: 1000, players: 12, sampleMs: 1000 },
  { flushMs: 2000, players: 16, sampleMs: 50 },
  { flushMs: 5000, players: 24, sampleMs: 1000 },
  { flushMs: 20_000, players: 12, sampleMs: 1000 },
])(
  "every row is on the disk within prox_flush_ms and a frame: $flushMs, $players players, a sample each $sampleMs ms",
  { timeout: 120_000 },
  async ({ flushMs, players, sampleMs }) => {
    const server = await createMemoryServer([tracker], {
      prox_flush_ms: String(flushMs),
      prox_sample_ms: String(sampleMs),
    });
    const arrivals = watch(server, randomRecording({ seed: 5, players, minutes: 1 }, { playedMs: 0 }));
    // What is left at the end of the round is spread over some more frames.
    const late = arrivals.filter(
      ({ arrivedMs, happenedMs, isLive }) =>
        !(arrivedMs - happenedMs <= flushMs + FRAME_MS + (isLive ? 0 : LONGEST_ENDING_MS)),
    );
    expect(late).toEqual([]);
    for (const kind of KINDS) {
      // Little happens to objectives.
      if (kind === "objectives") continue;
      const waits = arrivals.filter((row) => row.kind === kind).map((row) => row.arrivedMs - row.happenedMs);
      expect(waits.length, kind).toBeGreaterThan(5);
      // Rows do wait: a portion for each of them would cost the server its frames.
      if (flushMs >= 1000) expect(Math.max(...waits), kind).toBeGreaterThan(flushMs / 4);
    }
    server.finish();
    expectHarmless(server);
    server.close();
  },
);

test("a pause, in which round time stands still, holds nothing back", async () => {
  const server = await createMemoryServer([tracker], { prox_flush_ms: "5000" });
  const match = createMatch();
  beginPlay(match);
  fight(match, 7300);
  match.pause();
  let waitedMs = 0;
  for (; waitedMs < 20_000; waitedMs += FRAME_MS) {
    match.frame();
    server.play(match.take());
    if (eventsOf(roundsOf(server)[0], "pause").length > 0) break;
  }
  expect(waitedMs).toBeLessThanOrEqual(5000 + FRAME_MS);
  expect(eventsOf(roundsOf(server)[0], "fire").length).toBeGreaterThan(100);
  server.close();
});
