/** Every recording through the tracker, held against what the recording itself says. */
import { beforeAll, describe, expect, test } from "vitest";

import { KINDS } from "../../src/format/columns.ts";
import { findRecording } from "../../src/simulate/recording.ts";
import { type TrueEvent, type TrueRound, readTruth } from "../support/recording-truth.ts";
import { type RoundText, checksumOf } from "../support/round-text.ts";
import { type SharedRecording, sharedRecording } from "../support/shared-recordings.ts";
import { loadRecording, readRounds } from "../support/simulations.ts";

/** Rows may wait this long for the disk, and a few frames for their turn. */
const FLUSH_MS = 5000 + 8 * 50;
const FIRST_ENTITY = 64;

/** What ends each round, in order; `cut` where the server died. */
const ENDS: Readonly<Record<string, readonly string[]>> = {
  "objective-16": ["finished"],
  "stopwatch-12": ["finished", "finished"],
  "pause-8": ["shutdown"],
  "restart-10": ["map_restart", "map_change", "shutdown"],
  "crash-10": ["cut"],
};
const load = loadRecording();
if (load !== undefined) Object.assign(ENDS, { [load]: ["shutdown"] });
else {
  test.skip("load-32: put its folder into PROX_RECORDINGS to play it too", () => undefined);
}

function slotText(slot: number | undefined): string {
  return slot === undefined || slot >= FIRST_ENTITY ? "" : String(slot);
}

/** The rows of the true list that a complete file holds, or those up to the last one in a file that was cut. */
function expectSame<T>(
  actual: readonly T[],
  expected: readonly T[],
  cutAfterMs: number | undefined,
  timeOf: (row: T) => number,
): void {
  if (cutAfterMs === undefined) {
    expect(actual).toEqual(expected);
    return;
  }
  expect(actual).toEqual(expected.slice(0, actual.length));
  const firstLost = expected[actual.length];
  if (firstLost !== undefined) expect(timeOf(firstLost)).toBeGreaterThanOrEqual(cutAfterMs - FLUSH_MS);
}

describe.each(Object.keys(ENDS))("%s", (name) => {
  const ends = ENDS[name] ?? [];
  let played: SharedRecording;
  let truth: TrueRound[];
  let rounds: ReturnType<typeof readRounds>;

  beforeAll(async () => {
    played = await sharedRecording(name);
    truth = readTruth(findRecording(name));
    rounds = readRounds(played.folder);
  }, 600_000);

  /** Calls a function for each round with its files and its truth. */
  function eachRound(
    check: (
      files: Record<(typeof KINDS)[number], RoundText>,
      round: TrueRound,
      cutAfterMs: number | undefined,
    ) => void,
  ): void {
    expect(rounds).toHaveLength(truth.length);
    for (const [index, round] of truth.entries()) {
      const files = rounds[index]?.files;
      for (const kind of KINDS) expect(files?.[kind], `${kind} of round ${index + 1}`).toBeDefined();
      const cutAfterMs = ends[index] === "cut" ? round.frames.at(-1)?.timeMs : undefined;
      check(files as Record<(typeof KINDS)[number], RoundText>, round, cutAfterMs);
    }
  }

  test("the tracker raises no error, leaks no file, leaves no global", () => {
    const { moduleErrors, leakedFiles, strangeGlobals, drop, isCrash } = played.simulation;
    expect({ moduleErrors, leakedFiles, strangeGlobals, drop }).toEqual({
      moduleErrors: [],
      leakedFiles: [],
      strangeGlobals: [],
      drop: undefined,
    });
    expect(isCrash).toBe(ends.includes("cut"));
  });

  test("each round has its four files, which say why it ended and prove that they are whole", () => {
    eachRound((files, round, cutAfterMs) => {
      for (const kind of KINDS) {
        const { header, rows, body } = files[kind];
        expect(header.get("map")).toBe(round.map);
        expect(header.get("started_at")).toBe(
          new Date(round.unixTime * 1000).toISOString().replace(".000", ""),
        );
        if (cutAfterMs !== undefined) {
          expect(header.has("end_reason")).toBe(false);
          continue;
        }
        expect(header.get("end_ms")).toBe(String(round.frames.at(-1)?.timeMs));
        expect(header.get("rows")).toBe(String(rows.length));
        expect(header.get("rows_lost")).toBe("0");
        expect(header.get("errors")).toBe("0");
        expect(header.get("checksum")).toBe(checksumOf(body, 2));
      }
    });
    const reasons = rounds.map(({ files }) => files.combat?.header.get("end_reason") ?? "cut");
    expect(reasons).toEqual(ends);
  });

  test("every shot, in order, with shooter, weapon and time", () => {
    eachRound(({ combat }, round, cutAfterMs) => {
      const rows = combat.rows
        .filter((row) => row["event"] === "fire")
        .map((row) => [row["time_ms"], row["attacker_slot"], row["weapon"]].join(" "));
      const shots = round.shots.map((shot) => [shot.timeMs, shot.args[0], shot.args[1]].join(" "));
      expectSame(rows, shots, cutAfterMs, (row) => Number(row.split(" ")[0]));
    });
  });

  test("every hit on a living player, with damage, effective damage and means of death", () => {
    eachRound(({ combat }, round, cutAfterMs) => {
      const rows = combat.rows
        .filter((row) => row["event"] === "hit" && row["target_is_wounded"] === "0")
        .map((row) =>
          [
            "time_ms",
            "target_slot",
            "attacker_slot",
            "damage",
            "damage_effective",
            "damage_flags",
            "means_of_death",
          ]
            .map((column) => row[column])
            .join(" "),
        );
      const isOnLiving = ({ args, targetHealth }: TrueEvent): boolean =>
        (args[0] ?? FIRST_ENTITY) < FIRST_ENTITY && targetHealth > 0;
      const hits = round.damage.filter(isOnLiving).map(({ timeMs, args, targetHealth }) => {
        const [target, attacker, damage = 0, flags, means] = args;
        const effective = Math.min(damage, targetHealth);
        return [timeMs, target, slotText(attacker), damage, effective, flags, means].join(" ");
      });
      expect(hits.length).toBeGreaterThan(50);
      expectSame(rows, hits, cutAfterMs, (row) => Number(row.split(" ")[0]));
    });
  });

  test("every kill, with victim, killer and means of death", () => {
    eachRound(({ combat }, round, cutAfterMs) => {
      const rows = combat.rows
        .filter((row) => row["event"] === "kill")
        .map((row) =>
          ["time_ms", "target_slot", "attacker_slot", "means_of_death"]
            .map((column) => row[column])
            .join(" "),
        );
      const kills = round.obituaries.map(({ timeMs, args }) =>
        [timeMs, args[0], slotText(args[1]), args[2]].join(" "),
      );
      expect(kills.length).toBeGreaterThan(10);
      expectSame(rows, kills, cutAfterMs, (row) => Number(row.split(" ")[0]));
    });
  });

  test("every revive", () => {
    eachRound(({ combat }, round, cutAfterMs) => {
      const rows = combat.rows
        .filter((row) => row["event"] === "revive")
        .map((row) => ["time_ms", "target_slot", "attacker_slot"].map((column) => row[column]).join(" "));
      const revives = round.revives.map(({ timeMs, args }) => [timeMs, args[0], args[1]].join(" "));
      expectSame(rows, revives, cutAfterMs, (row) => Number(row.split(" ")[0]));
    });
  });

  test("every player, with name", () => {
    eachRound(({ positions }, round) => {
      const stated = positions.players.filter((note) => note[4] === "1" || note[4] === "2");
      const slots = new Set(stated.map((note) => Number(note[1])));
      expect([...slots].sort((a, b) => a - b)).toEqual([...round.players].sort((a, b) => a - b));
      for (const slot of slots) {
        const last = stated.filter((note) => Number(note[1]) === slot).at(-1);
        expect(last?.[3]).toBe(round.names.get(slot));
      }
    });
  });

  test("for each second of play, who was alive, how healthy, and where", () => {
    eachRound(({ positions }, round, cutAfterMs) => {
      const endMs = round.frames.at(-1)?.timeMs ?? 0;
      const lastMs = cutAfterMs === undefined ? endMs : Number(positions.rows.at(-1)?.["time_ms"]);
      if (cutAfterMs !== undefined) expect(lastMs).toBeGreaterThan(cutAfterMs - FLUSH_MS - 1000);
      let at = 0;
      let next = 0;
      let seconds = 0;
      for (let second = 0; second * 1000 <= lastMs; second += 1) {
        while ((round.frames[at]?.timeMs ?? Infinity) < second * 1000) at += 1;
        const frame = round.frames[at];
        if (frame === undefined) break;
        const rows = [];
        for (; Number(positions.rows[next]?.["time_ms"]) < (second + 1) * 1000; next += 1) {
          rows.push(positions.rows[next]);
        }
        expect(rows.map((row) => Number(row?.["slot"]))).toEqual([...frame.alive.keys()]);
        for (const row of rows) {
          const player = frame.alive.get(Number(row?.["slot"]));
          expect(row?.["time_ms"]).toBe(String(frame.timeMs));
          expect(row?.["health"]).toBe(String(player?.health));
          for (const axis of ["x", "y", "z"] as const) {
            expect(Math.abs(Number(row?.[axis]) - (player?.[axis] ?? NaN))).toBeLessThanOrEqual(0.0501);
          }
        }
        if (rows.length > 0) seconds += 1;
      }
      expect(next).toBe(positions.rows.length);
      expect(seconds).toBeGreaterThan(20);
    });
  });
});

test("stopwatch-12 is two rounds of one match", async () => {
  const played = await sharedRecording("stopwatch-12");
  const headers = readRounds(played.folder).map(({ files }) => files.combat?.header);
  expect(headers.map((header) => header?.get("round"))).toEqual(["1", "2"]);
  expect(headers.map((header) => header?.get("game_type"))).toEqual(["3", "3"]);
  expect(new Set(headers.map((header) => header?.get("match_key"))).size).toBe(1);
  expect(new Set(headers.map((header) => header?.get("round_key"))).size).toBe(2);
});

test("in pause-8 nothing is recorded during the pause, and round time stands still", async () => {
  const played = await sharedRecording("pause-8");
  const combat = readRounds(played.folder)[0]?.files.combat;
  const [truth] = readTruth(findRecording("pause-8"));
  const paused = truth?.pausedFrames ?? [];
  const lengthMs = (paused.at(-1)?.levelMs ?? 0) - (paused[0]?.levelMs ?? 0);
  expect(lengthMs).toBeGreaterThan(20_000);

  const rows = combat?.rows ?? [];
  const at = rows.findIndex((row) => row["event"] === "pause");
  expect(rows[at + 1]?.["event"]).toBe("resume");
  expect(rows[at + 1]?.["time_ms"]).toBe(rows[at]?.["time_ms"]);
  // The client who left meanwhile is missed as soon as the match goes on.
  expect(rows[at + 2]?.["event"]).toBe("leave");
  expect(rows.filter((row) => row["event"] === "pause" || row["event"] === "resume")).toHaveLength(2);
  // The clock of level time ran on: without the pause it would be this much later.
  const levelMs = (truth?.frames.at(-1)?.levelMs ?? 0) - (truth?.frames[0]?.levelMs ?? 0);
  expect(Number(combat?.header.get("end_ms"))).toBeLessThan(levelMs - lengthMs + 200);
});
