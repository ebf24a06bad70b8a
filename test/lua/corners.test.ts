/** What the tracker does in corners that no other test comes to. */
import { beforeAll, describe, expect, test } from "vitest";

import { FRAME_MS } from "../../src/simulate/script/server.ts";
import type { LuaModule } from "../../src/simulate/simulate.ts";
import { trackerModule } from "../support/simulations.ts";
import { createMemoryServer } from "./memory-server.ts";
import { finishPlay, play, roundsOf } from "./played.ts";
import { beginPlay, createMatch } from "./small-match.ts";

let tracker: LuaModule;
beforeAll(async () => {
  tracker = await trackerModule();
});

test("a jump uses up stamina, and is no sprint", async () => {
  const { rounds } = await play(
    [tracker],
    (match) => {
      beginPlay(match);
      for (let second = 0; second < 5; second += 1) {
        match.client(0)?.jump();
        for (let passedMs = 0; passedMs < 1000; passedMs += FRAME_MS) match.frame();
      }
    },
    // A sample at each tick sees every jump.
    { cvars: { prox_sample_ms: "100" } },
  );
  const [round] = rounds;
  const columns = round?.positions.value("columns")?.split("\t") ?? [];
  const [slot, sprint] = [columns.indexOf("slot"), columns.indexOf("is_sprinting")];
  const own = round?.positions.rows.filter((row) => row[slot] === "0") ?? [];
  expect(own.length).toBeGreaterThan(30);
  expect(own.filter((row) => row[sprint] !== "0")).toEqual([]);
});

describe("the second round of stopwatch has the match key that was carried", () => {
  test.each([
    ["from the same map", "oasis first-key", "first-key"],
    ["but not from another one", "radar first-key", undefined],
  ])("%s", async (_, carried, expected) => {
    const match = createMatch({ gameType: 3 });
    beginPlay(match);
    for (let passedMs = 0; passedMs < 3000; passedMs += FRAME_MS) match.frame();
    const server = await createMemoryServer([tracker], {
      prox_flush_ms: "500",
      prox_match_key: carried,
    });
    const text = Buffer.from(match.take()).toString("latin1");
    const second = text.replace("V\tg_currentRound\t0\n", "V\tg_currentRound\t1\n");
    expect(second).not.toBe(text);
    server.play(Buffer.from(second, "latin1"));
    const [round] = finishPlay(server).rounds;
    const combat = round?.combat;
    expect(combat?.value("round")).toBe("2");
    expect(combat?.value("match_key")).toBe(expected ?? combat?.value("round_key"));
  });
});

test("64 KiB that wait are written before their time", async () => {
  const server = await createMemoryServer([tracker], { prox_flush_ms: "20000", prox_sample_ms: "50" });
  const match = createMatch();
  beginPlay(match);
  let passedMs = 0;
  let onDisk = 0;
  for (; passedMs < 25_000 && onDisk === 0; passedMs += FRAME_MS) {
    match.frame();
    server.play(match.take());
    onDisk = roundsOf(server)[0]?.positions.lines.join("\n").length ?? 0;
  }
  // Four players at 20 Hz fill it in some eight seconds, and a row has a hundred bytes.
  expect(passedMs).toBeLessThan(15_000);
  expect(onDisk).toBeGreaterThanOrEqual(65_536);
  expect(onDisk).toBeLessThan(2 * 65_536);
  server.close();
});
