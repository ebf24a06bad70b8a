/**
 * What the tracker writes of fights is what an implementation finds that was written from the words of docs/metrics.md, on the facts
 * of the combat file: in Lua, in whole recordings, each fight with each participant.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { factsOfCombatFile } from "../../bench/rules/facts.ts";
import { randomRecording } from "../../src/simulate/random/random.ts";
import { simulate } from "../../src/simulate/simulate.ts";
import { readRoundText } from "../support/round-text.ts";
import { sharedRecording } from "../support/shared-recordings.ts";
import { loadRecording, trackerModule } from "../support/simulations.ts";
import { type ReferenceFight, referenceFights } from "./reference-fights.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function playRandom(seed: number, players: number, minutes: number): Promise<string> {
  const outputFolder = mkdtempSync(path.join(tmpdir(), "prox-fights-"));
  folders.push(outputFolder);
  const recording = randomRecording({ seed, players, minutes }, { playedMs: 0 });
  await simulate({ modules: [await trackerModule()], cvars: {}, recording, outputFolder });
  return outputFolder;
}

/** A line a fight, and one a participant, of the engagements file. */
function linesOfFile(file: string): string[] {
  const lines: string[] = [];
  for (const row of readRoundText(file).rows) {
    const of = (...columns: string[]): string => columns.map((column) => row[column]).join(" ");
    if (row["record"] === "engagement") {
      const what = of("engagement", "start_ms", "time_ms", "team", "attackers", "defenders", "outcome");
      lines.push(`${what} ${row["winner_team"] ?? ""} ${of("slot", "enemy_slot")}`);
    } else if (row["record"] === "participant") {
      const sums = of("damage_given", "damage_received", "hits_given", "kills", "deaths");
      lines.push(`${of("engagement", "slot", "team", "start_ms")} ${sums}`);
    }
  }
  return lines.sort();
}

function linesOfReference(fights: readonly ReferenceFight[]): string[] {
  const lines: string[] = [];
  for (const fight of fights) {
    const { number, startMs, team, label, outcome, winner, opener, target } = fight;
    lines.push(
      [number, startMs, fight.endMs, team, ...label, outcome, winner ?? "", opener, target].join(" "),
    );
    for (const one of fight.people) lines.push([number, ...one].join(" "));
  }
  return lines.sort();
}

/** The distances at the end, by number of the fight. */
function distancesOfFile(file: string): number[] {
  const fights = readRoundText(file).rows.filter((row) => row["record"] === "engagement");
  const byNumber = fights.sort((one, other) => Number(one["engagement"]) - Number(other["engagement"]));
  return byNumber.map((row) => Number(row["end_distance_units"]));
}

/** Compares all rounds below a folder that were recorded in one piece, to their end; returns how many fights they have. */
function compare(folder: string): number {
  const files = path.join(folder, "gamestats");
  let count = 0;
  // A round that was cut has not told its last fights; one of several pieces has numbers of its own.
  for (const name of readdirSync(files).filter((one) => one.endsWith("_engagements.txt"))) {
    const file = path.join(files, name);
    const { header } = readRoundText(file);
    if (header.get("end_reason") === "module_unloaded" || /\.\d+_engagements/.test(name)) continue;
    const facts = factsOfCombatFile(file.replace("_engagements", "_combat"));
    const fights = referenceFights(facts, Number(header.get("end_ms")));
    expect(linesOfFile(file)).toEqual(linesOfReference(fights));
    // Positions in the file are rounded.
    const distances = distancesOfFile(file);
    const apart = fights.map(({ endDistance }, index) => Math.abs(endDistance - (distances[index] ?? NaN)));
    expect(Math.max(0, ...apart)).toBeLessThan(0.3);
    count += fights.length;
  }
  return count;
}

const load = loadRecording();

describe("the fights of docs/metrics.md", { timeout: 600_000 }, () => {
  test.each(["objective-16", "stopwatch-12", "restart-10", "pause-8", "objectives-12"])(
    "are those of %s",
    async (name) => {
      expect(compare((await sharedRecording(name)).folder)).toBeGreaterThan(2);
    },
  );

  test.each([
    [7, 12, 6],
    [3, 64, 2],
  ])("are those of random match %i of %i players", async (seed, players, minutes) => {
    expect(compare(await playRandom(seed, players, minutes))).toBeGreaterThan(20);
  });

  test.skipIf(load === undefined)("are those of load-32", async () => {
    expect(compare((await sharedRecording(load ?? "")).folder)).toBeGreaterThan(100);
  });
});
