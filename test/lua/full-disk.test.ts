/** A disk that is really full: a small file system in memory, which only root may mount. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Kind } from "../../src/format/columns.ts";
import { type Simulation, simulate } from "../../src/simulate/simulate.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { importPaths } from "../support/import.ts";
import { trackerModule } from "../support/simulations.ts";
import { mountSmallDisk } from "../support/small-disk.ts";
import { beginPlay, createMatch, fight } from "./small-match.ts";

const probe = await mountSmallDisk(1);
await probe?.remove();
if (probe === undefined) {
  process.stderr.write(
    "LEFT OUT: the tracker on a full disk, because this user may not mount one; root may\n",
  );
}

/** Two rounds of 12 s; `harm` comes after 5 s of the first, `repair` at its end. */
async function playTwo(folder: string, harm: () => void, repair: () => void): Promise<Simulation> {
  function* recording(): Generator<Uint8Array> {
    const match = createMatch();
    beginPlay(match);
    fight(match, 5000);
    yield match.take();
    harm();
    fight(match, 7000);
    match.finishRound(1, 1000);
    match.leaveIntermission();
    yield match.take();
    repair();
    beginPlay(match);
    fight(match, 12_000);
    match.finishRound(1, 1000);
    match.quit();
    yield match.take();
  }
  return simulate({
    modules: [await trackerModule()],
    cvars: { prox_flush_ms: "1000" },
    recording: recording(),
    outputFolder: folder,
  });
}

/** The rows of each kind in each round, by the files' names in order. */
function rowsIn(folder: string): Record<Kind, string[]>[] {
  const gamestats = path.join(folder, "gamestats");
  const rounds = new Map<string, Record<Kind, string[]>>();
  for (const name of readdirSync(gamestats).sort()) {
    const [, key = "", kind = ""] = /^(.*)_([a-z]+)\.txt(?:\.part)?$/.exec(name) ?? [];
    // A portion of the heatmap that the disk did not take whole.
    if (key === "") continue;
    const lines = readFileSync(path.join(gamestats, name), "utf8").split("\n").slice(0, -1);
    const round = rounds.get(key) ?? {
      positions: [],
      combat: [],
      engagements: [],
      heatmap: [],
      objectives: [],
    };
    round[kind as Kind] = lines.filter((line) => !line.startsWith("#"));
    rounds.set(key, round);
  }
  return [...rounds.values()];
}

describe.skipIf(probe === undefined)("a full disk in the middle of a round", () => {
  let database: TestDatabase;
  let healthy: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    healthy = mkdtempSync(path.join(tmpdir(), "prox-healthy-"));
  });
  afterAll(() => {
    rmSync(healthy, { recursive: true, force: true });
  });

  test(
    "keeps what was written, says what is lost, and the next round is whole",
    { timeout: 120_000 },
    async () => {
      const disk = await mountSmallDisk(1);
      if (disk === undefined) throw new Error("the disk cannot be mounted");
      try {
        await playTwo(
          healthy,
          () => undefined,
          () => undefined,
        );
        const simulation = await playTwo(
          disk.folder,
          () => {
            disk.fill(0);
            expect(statfsSync(disk.folder).bavail).toBe(0);
          },
          disk.free,
        );
        const { drop, leakedFiles, moduleErrors } = simulation;
        expect({ drop, leakedFiles, moduleErrors }).toEqual({
          drop: undefined,
          leakedFiles: [],
          moduleErrors: [],
        });
        expect(simulation.console.join("\n")).toContain("the disk refuses gamestats/");

        const [cut, next] = rowsIn(disk.folder);
        const [whole, nextWhole] = rowsIn(healthy);
        expect(next).toEqual(nextWhole);
        for (const kind of ["positions", "combat", "engagements"] as const)
          expect(cut?.[kind]).toEqual(whole?.[kind].slice(0, cut?.[kind].length ?? 0));
        // All that was a second old when the disk was full, and not all of the round.
        for (const kind of ["positions", "combat"] as const) {
          const rows = cut?.[kind] ?? [];
          expect(Number(rows.at(-1)?.split("\t")[0])).toBeGreaterThanOrEqual(4000);
          expect(rows.length).toBeLessThan(whole?.[kind].length ?? 0);
        }

        const { rounds, totals } = await importPaths(database.sql, [disk.folder]);
        expect(totals.files.rejected).toBe(0);
        expect(rounds.map(({ complete }) => complete)).toEqual([false, true]);
        expect(rounds[0]?.rows.combat).toBe(cut?.combat.length);
        expect(rounds[0]?.rows.positions).toBe(cut?.positions.length);
        expect(rounds[1]?.endReason).toBe("finished");
      } finally {
        await disk.remove();
      }
    },
  );
});
