/** What the tracker does when the disk is full, or refuses. */
import { beforeAll, describe, expect, test } from "vitest";
import { type LuaModule } from "../../src/simulate/simulate.ts";
import { trackerModule } from "../support/simulations.ts";
import { createMemoryServer, type MemoryServer } from "./memory-server.ts";
import { KINDS, expectHarmless, finishPlay, type Played } from "./played.ts";
import { beginPlay, createMatch, fight } from "./small-match.ts";

let tracker: LuaModule;
beforeAll(async () => {
  tracker = await trackerModule();
});

describe("the disk", () => {
  /** Plays for a while with a healthy disk, then with what `harm` does to it, then with a healthy one again. */
  async function playOn(
    harm: (server: MemoryServer) => void,
    harmMs: number,
    afterMs: number,
  ): Promise<Played> {
    const server = await createMemoryServer([tracker], { prox_flush_ms: "1000" });
    const match = createMatch();
    beginPlay(match);
    fight(match, 5000);
    server.play(match.take());
    harm(server);
    fight(match, harmMs);
    server.play(match.take());
    server.setCapacity(Number.MAX_SAFE_INTEGER);
    server.setRefusing(false);
    fight(match, afterMs);
    match.finishRound(1, 1000);
    match.quit();
    server.play(match.take());
    return finishPlay(server);
  }

  test("refuses for a while: nothing is lost", async () => {
    const healthy = await playOn(() => undefined, 10_000, 5000);
    const { rounds } = await playOn(
      (server) => {
        server.setRefusing(true);
      },
      10_000,
      5000,
    );
    for (const kind of KINDS) {
      const file = rounds[0]?.[kind];
      expect(file?.isSound).toBe(true);
      expect(file?.isPart).toBe(false);
      expect(file?.value("rows_lost")).toBe("0");
      expect(file?.rows).toEqual(healthy.rounds[0]?.[kind].rows);
    }
  });

  test("is full in the middle of a line: that file ends there, and the others say so", async () => {
    const { rounds, console } = await playOn(
      (server) => {
        server.setCapacity(server.usedBytes() + 100);
      },
      3000,
      5000,
    );
    const files = KINDS.map((kind) => rounds[0]?.[kind]);
    const cut = files.filter((file) => file?.isPart === true);
    expect(cut.length).toBeGreaterThanOrEqual(1);
    for (const file of cut) expect(file?.value("checksum")).toBeUndefined();
    const whole = files.filter((file) => file?.isPart === false);
    expect(whole.length).toBeGreaterThanOrEqual(1);
    for (const file of whole) {
      expect(file?.isSound).toBe(true);
      const failed = file?.lines.filter((line) => /^#capture\t.*\tfailed$/.test(line)) ?? [];
      expect(failed.length).toBeGreaterThan(0);
    }
    expect(console.join("\n")).toContain("the disk refuses gamestats/");
  });

  test("refuses all the time: no file, no error, one line for each file on the console", async () => {
    const server = await createMemoryServer([tracker], { prox_flush_ms: "1000" });
    const match = createMatch();
    server.setRefusing(true);
    beginPlay(match);
    fight(match, 20_000);
    match.finishRound(1, 1000);
    match.quit();
    server.play(match.take());
    server.finish();
    expectHarmless(server);
    expect(server.files().size).toBe(0);
    expect(server.reports("console").filter((line) => line.includes("stays incomplete"))).toHaveLength(
      KINDS.length,
    );
    server.close();
  });
});
