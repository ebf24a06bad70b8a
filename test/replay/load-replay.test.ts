import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { captureOutput } from "@oclif/test";
import { beforeAll, describe, expect, it } from "vitest";

import ReportRound from "../../src/commands/report/round.ts";
import { packReplay } from "../../src/replay/pack.ts";
import { buildRound, type Round } from "../../src/replay/page/round.ts";
import { identityAt, lifeAt, positionAt } from "../../src/replay/page/track.ts";
import { loadReplay } from "../../src/replay/load-replay.ts";
import type { ReplayData } from "../../src/replay/replay-data.ts";
import { findRecording } from "../../src/simulate/recording.ts";
import { Browser, findChromium } from "../support/browser.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { importPaths } from "../support/import.ts";
import { readTruth, type TruePlayer, type TrueRound } from "../support/recording-truth.ts";
import { sharedRecording, type SharedRecording } from "../support/shared-recordings.ts";
import { readRounds } from "../support/simulations.ts";

const RECORDING = "objective-16";
const PROJECT = path.resolve(import.meta.dirname, "../..");
const chromium = findChromium();
const SPRINT_UPS = 352;

describe("a recorded match, through tracker and database", () => {
  let database: TestDatabase;
  let played: SharedRecording;
  let data: ReplayData;
  let round: Round;
  let truth: TrueRound;

  beforeAll(async () => {
    [database, played] = await Promise.all([createTestDatabase(), sharedRecording(RECORDING)]);
    await importPaths(database.sql, [played.folder]);
    data = await loadReplay(database.sql, "latest");
    round = buildRound(packReplay(data));
    const [first] = readTruth(findRecording(RECORDING));
    if (first === undefined) throw new Error("the recording has no round");
    truth = first;
  });

  it("holds every row of the files", () => {
    const files = readRounds(played.folder)[0]?.files;
    const rowsOf = (record: string): number =>
      files?.engagements?.rows.filter((row) => row["record"] === record).length ?? -1;
    expect(data.samples).toHaveLength(files?.positions?.rows.length ?? -1);
    expect(data.events).toHaveLength(files?.combat?.rows.length ?? -1);
    const located = files?.combat?.rows.map((row) => row["hit_region"]).filter((region) => region !== "");
    expect(new Set(located).size).toBeGreaterThan(1);
    expect(data.events.filter(({ isHeadshot }) => isHeadshot)).toHaveLength(
      located?.filter((region) => region === "head").length ?? -1,
    );
    expect(data.engagements).toHaveLength(rowsOf("engagement"));
    expect(data.engagements.flatMap(({ participants }) => participants)).toHaveLength(rowsOf("participant"));
    expect(data.teamPlay).toHaveLength(rowsOf("crossfire") + rowsOf("bait") + rowsOf("trade"));
    expect(data.events.filter(({ event }) => event === "fire")).toHaveLength(truth.shots.length);
    expect(round.kills).toHaveLength(truth.obituaries.length);
  });

  it("shows, at every server frame, those alive who were, on the side that they were on", () => {
    // A moment at which something happens to a player belongs to both states.
    const changes = new Set(
      round.packed.events.map(({ target, timeMs }) => `${round.tracks[target ?? -1]?.slot ?? ""}:${timeMs}`),
    );
    const wrong: string[] = [];
    let compared = 0;
    for (const { alive, timeMs } of truth.frames) {
      for (const track of round.tracks) {
        if (changes.has(`${track.slot}:${timeMs}`)) continue;
        const isShown = lifeAt(track, timeMs).life === "alive";
        const team = isShown ? identityAt(track, timeMs)?.team : undefined;
        const truly = alive.get(track.slot)?.team;
        if (team !== truly) wrong.push(`slot ${track.slot} at ${timeMs}: ${team ?? "-"} for ${truly ?? "-"}`);
        compared += 1;
      }
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(30_000);
  });

  it("shows them where they were: to the unit when sampled, close to it in between", () => {
    const errors: number[] = [];
    const sampled: number[] = [];
    for (const { alive, timeMs } of truth.frames) {
      for (const track of round.tracks) {
        const there = alive.get(track.slot);
        const shown = positionAt(track, timeMs, round.sampleIntervalMs);
        if (there === undefined || shown === undefined) continue;
        const error = Math.hypot(shown.x - there.x, shown.y - there.y, shown.z - there.z);
        if (track.samples.some((sample) => sample.timeMs === timeMs)) sampled.push(error);
        errors.push(error);
      }
    }
    errors.sort((a, b) => a - b);
    expect(sampled).toHaveLength(data.samples.length);
    expect(Math.max(...sampled)).toBeLessThan(1);
    expect(errors.length).toBeGreaterThan(25_000);
    expect(errors[errors.length >> 1]).toBeLessThan(15);
    // Nobody strays further from the straight way between two samples than half the way that a sprint covers.
    expect(errors.at(-1)).toBeLessThan(SPRINT_UPS / 2);
  });

  it.skipIf(chromium === undefined)("becomes a page by `report round --html`", async () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), "prox-replay-")), "replay.html");
    const { error, result, stderr } = await captureOutput(() =>
      ReportRound.run(["latest", "--html", file, "--database-url", database.url], { root: PROJECT }),
    );
    expect(error).toBeUndefined();
    expect(result).toMatchObject({ round: { map: "arena" } });
    expect(stderr).toContain(`wrote ${file}`);

    const browser = await Browser.start(chromium ?? "");
    try {
      const page = await browser.newPage();
      await page.open(`${pathToFileURL(file).href}#t=60`);
      const { players } = await page.evaluate<{
        players: { slot: number; life: string; position: { x: number; y: number } | null }[];
      }>("proxReplay.snapshot()");
      const frame = truth.frames.find(({ timeMs }) => timeMs === 60_000);
      const alive = frame?.alive ?? new Map<number, TruePlayer>();
      const living = players.filter(({ life }) => life === "alive");
      expect(living.map(({ slot }) => slot)).toEqual([...alive.keys()].sort((a, b) => a - b));
      for (const { position, slot } of living) {
        expect(Math.abs((position?.x ?? NaN) - (alive.get(slot)?.x ?? NaN))).toBeLessThan(1);
        expect(Math.abs((position?.y ?? NaN) - (alive.get(slot)?.y ?? NaN))).toBeLessThan(1);
      }
      expect(await page.problems()).toEqual([]);
    } finally {
      await browser.close();
      rmSync(path.dirname(file), { recursive: true });
    }
  });
});
