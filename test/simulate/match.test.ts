import { SLOTS } from "../../src/format/column.ts";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";

import { captureOutput } from "@oclif/test";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { MEANS_OF_DEATH } from "../../src/engine/means-of-death.ts";
import { HIT_REGIONS } from "../../src/format/columns.ts";
import Simulate from "../../src/commands/simulate.ts";
import { randomMatch, savingTo, scriptedMatch } from "../../src/simulate/match.ts";
import { randomRecording } from "../../src/simulate/random/random.ts";
import { readRecordedRounds } from "../../src/simulate/scenario/recorded.ts";
import { Random } from "../../src/seeded-random.ts";
import { callsByVm, linesOf } from "./recording-lines.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-match-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = 0;
});

describe("random matches", { timeout: 180_000 }, () => {
  const options = { seed: 5, players: 6, minutes: 1 };
  const bytes = (seed: number): Buffer => Buffer.concat([...randomRecording({ ...options, seed })]);

  test("the same seed gives the same match, another seed another", () => {
    expect(bytes(5).equals(bytes(5))).toBe(true);
    expect(bytes(5).equals(bytes(6))).toBe(false);
  });

  test("they come piece by piece, long before the end", () => {
    const state = { playedMs: 0 };
    const pieces = randomRecording({ seed: 1, players: 64, minutes: 1440 }, state);
    for (let piece = 0; piece < 5; piece++)
      expect((pieces.next().value as Uint8Array).length).toBeLessThan(500_000);
    expect(state.playedMs).toBeLessThan(10_000);
    pieces.return(undefined);
  });

  test.each([
    [2, 3],
    [12, 5],
    [64, 1],
  ])("%i players for %i minutes do about what players do", (players, minutes) => {
    const [, round = []] = callsByVm(linesOf(randomRecording({ seed: 3, players, minutes })));
    const perPlayerMinute = (callback: string): number =>
      round.filter((call) => call.callback === callback).length / (players * minutes);
    expect(round.filter(({ callback }) => callback === "et_ClientConnect")).toHaveLength(players);
    if (players === 2) return;
    expect(perPlayerMinute("et_WeaponFire")).toBeGreaterThan(20);
    expect(perPlayerMinute("et_WeaponFire")).toBeLessThan(80);
    expect(perPlayerMinute("et_Damage")).toBeLessThan(perPlayerMinute("et_WeaponFire") * 0.5);
    expect(perPlayerMinute("et_Obituary")).toBeGreaterThan(0.5);
    expect(perPlayerMinute("et_Obituary")).toBeLessThan(5);
    expect(perPlayerMinute("et_Revive")).toBeLessThan(perPlayerMinute("et_Obituary"));
    expect(perPlayerMinute("et_ClientSpawn")).toBeGreaterThan(0.5);
  });

  test("only weapons whose hits have a region raise one, and no other takes more for the head", () => {
    const [, round = []] = callsByVm(linesOf(randomRecording({ seed: 3, players: 12, minutes: 5 })));
    const located = new Map<number, number>();
    const wrong: unknown[] = [];
    const mgDamages = new Set<number>();
    const seen = new Set<string | undefined>();
    for (const { callback, args, read } of round) {
      if (callback !== "et_Damage") continue;
      const [target = 0, attacker = 0, damage = 0, , meansNumber = 0] = args.map(Number);
      if (attacker >= SLOTS) continue;
      const means = MEANS_OF_DEATH[meansNumber];
      seen.add(means?.id);
      // Hits on the downed raise none.
      const raises = means?.hasRegion === true && Number(read(target, "health")) > 0;
      located.set(attacker, (located.get(attacker) ?? 0) + (raises ? 1 : 0));
      const counted = HIT_REGIONS.map((_name, region) =>
        Number(read(attacker, `pers.playerStats.hitRegions[${region}]`) ?? 0),
      ).reduce((sum, count) => sum + count, 0);
      if (counted !== located.get(attacker)) wrong.push({ target, attacker, means: means?.id, counted });
      if (means?.id === "mobile_mg42") mgDamages.add(damage);
    }
    expect(wrong.slice(0, 3)).toEqual([]);
    expect([...seen]).toEqual(expect.arrayContaining(["mp40", "panzerfaust", "mobile_mg42"]));
    expect([...mgDamages].sort((a, b) => a - b)).toEqual([14, 18]);
  });

  test("random numbers spread evenly and stay in their bounds", () => {
    const random = new Random(1);
    const counts = Array.from({ length: 6 }, () => 0);
    for (let draw = 0; draw < 60_000; draw++) {
      const value = random.integer(0, 5);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});

describe("saving a match", () => {
  test.each(["match.tsv", "match.tsv.gz"])("%s holds the recording that was played", async (name) => {
    const file = path.join(folder, name);
    const played: Uint8Array[] = [];
    for await (const piece of savingTo(file, scriptedMatch("crossfire").recording)) played.push(piece);
    const saved = readFileSync(file);
    expect((name.endsWith(".gz") ? gunzipSync(saved) : saved).equals(Buffer.concat(played))).toBe(true);
    expect(Buffer.concat(played).length).toBeGreaterThan(10_000);
  });

  test("a file that cannot be written is told", async () => {
    const pieces = savingTo(
      path.join(folder, "none", "match.tsv"),
      randomMatch({ seed: 1, players: 8, minutes: 1 }).recording,
    );
    await expect(
      (async () => {
        for await (const piece of pieces) expect(piece.length).toBeGreaterThan(0);
      })(),
    ).rejects.toMatchObject({ code: "E_WRITE", exit: "input" });
  });

  test("a file that cannot be written is told once, though nobody waits for it while a piece is played", async () => {
    const file = path.join(folder, "none", "match.tsv");
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => {
      unhandled.push(reason);
    };
    process.on("unhandledRejection", note);
    try {
      await expect(
        (async () => {
          for await (const piece of savingTo(file, [Buffer.from("# et-recording 1\n")])) {
            expect(piece.length).toBeGreaterThan(0);
            // As long as a piece is played the file's own opening has failed, too.
            for (let attempt = 0; attempt < 20; attempt++) {
              await expect(open(file, "w")).rejects.toMatchObject({ code: "ENOENT" });
            }
          }
        })(),
      ).rejects.toMatchObject({ code: "E_WRITE", exit: "input" });
    } finally {
      process.off("unhandledRejection", note);
    }
    expect(unhandled).toEqual([]);
  });
});

describe("prox simulate", { timeout: 300_000 }, () => {
  async function run(...flags: string[]): Promise<{ stdout: string; stderr: string; exitCode: unknown }> {
    const { stdout, stderr } = await captureOutput(async () =>
      Simulate.run([...flags, "--out", folder], { root: path.resolve(import.meta.dirname, "../..") }),
    );
    return { stdout, stderr, exitCode: process.exitCode };
  }

  test("--scenario holds the files against the expectations, and --json lists them", async () => {
    const { stdout } = await run("--scenario", "crossfire", "--json");
    const { ok, result } = JSON.parse(stdout) as { ok: boolean; result: { expectations: unknown[] } };
    expect(ok).toBe(true);
    expect(result.expectations).toHaveLength(4);
    expect(result.expectations[1]).toMatchObject({
      isMet: true,
      differences: [],
      line: expect.any(Number) as unknown,
    });
  });

  test("an expectation that is not met ends with exit code 7 and shows what was found", async () => {
    const file = path.join(folder, "mine.json");
    const scenario = JSON.parse(readFileSync("scenarios/crossfire.json", "utf8")) as {
      expect: { row: object }[];
    };
    scenario.expect[0] = { ...scenario.expect[0], row: { record: "crossfire", angle_deg: 80 } };
    writeFileSync(file, JSON.stringify(scenario, null, 1));
    const { stderr, exitCode } = await run("--scenario", file);
    expect(exitCode).toBe(7);
    expect(stderr).toContain("1 of 4 expectations are not met");
    expect(stderr).toMatch(/mine\.json:\d+: the second hit makes the crossfire/);
    expect(stderr).toContain("record crossfire, angle_deg 90.0 (not 80)");
  });

  test("--random writes files that an import takes, and --save the recording that was played", async () => {
    const saved = path.join(folder, "saved.tsv.gz");
    const { stdout } = await run("--random", "--players", "16", "--minutes", "1", "--save", saved);
    const files = [...stdout.matchAll(/gamestats\/\S+\.txt/g)].map(([name]) => name);
    const [round, ...others] = readRecordedRounds(folder, files);
    expect(others).toEqual([]);
    expect(round?.issues).toEqual([]);
    expect(round?.facts).toMatchObject({ is_complete: "1", end_reason: "finished", errors: "0" });
    expect(round?.rows.positions.length).toBeGreaterThan(500);
    expect(round?.rows.objective_notes).toHaveLength(18);
    const told = new Set(round?.rows.objectives.map(({ event }) => event));
    for (const event of ["carry_take", "spawn_capture", "construct_start", "vehicle_move", "exit"])
      expect([...told]).toContain(event);
    expect(round?.rows.positions.some(({ carrying }) => carrying === "1" || carrying === "2")).toBe(true);
    const recording = Buffer.concat([...randomRecording({ seed: 1, players: 16, minutes: 1 })]);
    expect(gunzipSync(readFileSync(saved)).equals(recording)).toBe(true);
  });

  test("one match at a time", async () => {
    expect(await run("objective-16", "--scenario", "crossfire")).toMatchObject({ exitCode: 2 });
    expect((await run("--scenario", "nothing")).stderr).toContain(
      "one of alive-of-the-same-frame, artificial-vm, bait, ",
    );
  });
});
