import { describe, expect, test } from "vitest";

import { KINDS, type Kind } from "../../src/format/columns.ts";
import { kindsAt } from "../../src/format/versions.ts";
import type { LedgerFile, StoredFile, StoredKind } from "../../src/import/round-files.ts";
import { checkAgreement, roundValues, type EarlierFiles } from "../../src/import/round-row.ts";
import type { RoundHeader, RoundTrailer } from "../../src/parsers/note-reader.ts";

const HEADER: RoundHeader = {
  kind: "combat",
  formatVersion: 3,
  columns: [],
  roundKey: "round",
  matchKey: "match",
  map: "supply",
  round: 1,
  startedAt: "2026-01-31T19:05:00Z",
  gameType: 3,
  timeLimitMs: 720_000,
  serverName: "server",
  trackerVersion: "1.2.3",
  trackerSha1: null,
  engineVersion: "v2.83.1",
  luaVersion: "Lua 5.4",
  piece: 1,
  beganMs: 50,
  attackingTeam: 2,
  config: new Map([["prox_sample_ms", "1000"]]),
  captures: new Map([
    ["positions", "on"],
    ["fire", "on"],
  ]),
};
const TRAILER: RoundTrailer = {
  rows: 10,
  endedAt: "2026-01-31T19:15:00Z",
  endMs: 600_000,
  endReason: "finished",
  winnerTeam: 2,
  rowsLost: 0,
  frameMeanUs: 12.5,
  frameWorstMs: 1,
  heapKb: 512,
  errors: 0,
  checksum: "00000000",
};

/** A file of this transaction; without `trailer` it was cut. */
function storedFile(
  kind: Kind,
  trailer?: Partial<RoundTrailer>,
  header: Partial<RoundHeader> = {},
  more: Partial<StoredFile> = {},
): StoredFile {
  const endReason = trailer === undefined ? "cut" : (trailer.endReason ?? "finished");
  return {
    kind,
    file: {
      label: kind,
      source: { type: "passing", archive: "archive", entry: 0 },
      kind,
      roundKey: "round",
      matchKey: "match",
      map: "supply",
      round: 1,
      piece: header.piece ?? 1,
      sizeBytes: 1000,
      sha256: kind,
      endReason,
      beginningBytes: 900,
      isComplete: endReason === "finished",
    },
    notes: {
      header: { ...HEADER, kind, ...header },
      trailer: trailer === undefined ? undefined : { ...TRAILER, ...trailer },
      players: [],
      captures: [],
      objectives: [],
      announcements: [],
    },
    rows: 10,
    rowsRejected: 0,
    tornBytes: 0,
    lastTimeMs: 123_000,
    beginningSha256: null,
    ...more,
  };
}

/** The only file of a kind in this transaction. */
function stored(kind: Kind, trailer?: Partial<RoundTrailer>, more: Partial<StoredKind> = {}): StoredKind {
  return {
    kind,
    files: [storedFile(kind, trailer)],
    rows: 10,
    storedRows: 10,
    movementCellUnits: null,
    ...more,
  };
}

const kept = (kind: Kind, isComplete = true): LedgerFile => ({
  kind,
  piece: 1,
  label: kind,
  sha256: kind,
  sizeBytes: 1000,
  isComplete,
  beginningBytes: null,
  beginningSha256: null,
});

/** What the row says after files with a trailer. */
const EARLIER: EarlierFiles = {
  endReason: "finished",
  endedAt: new Date("2026-01-31T19:15:00Z"),
  winnerTeam: 1,
  endMs: 610_000,
  trackerErrors: 2,
  frameMeanUs: 11,
  frameWorstMs: 3,
  heapKb: 700,
  captures: { positions: "failed", hits: "off" },
};

describe("roundValues", () => {
  test("the files of the first version are a complete round of it, and none of a later one", () => {
    const ofVersion = (formatVersion: number): StoredKind[] =>
      kindsAt(1).map((kind) => stored(kind, {}, { files: [storedFile(kind, {}, { formatVersion })] }));
    const isComplete = ([first, ...others]: StoredKind[]): boolean => {
      if (first === undefined) throw new Error("no kinds");
      return roundValues([first, ...others], [], undefined).is_complete;
    };
    expect([isComplete(ofVersion(1)), isComplete(ofVersion(2))]).toEqual([true, false]);
  });

  test("a whole file of each kind is a complete round", () => {
    const [first, ...others] = KINDS.map((kind) => stored(kind, {}));
    if (first === undefined) throw new Error("no kinds");
    expect(roundValues([first, ...others], [], undefined)).toEqual({
      match_key: "match",
      map: "supply",
      round: 1,
      started_at: "2026-01-31T19:05:00Z",
      game_type: 3,
      time_limit_ms: 720_000,
      server_name: "server",
      source: "prox",
      source_notes: [],
      began_ms: 50,
      pieces: 1,
      tracker_version: "1.2.3",
      tracker_sha1: null,
      engine_version: "v2.83.1",
      lua_version: "Lua 5.4",
      attacking_team: 2,
      ended_at: "2026-01-31T19:15:00Z",
      end_ms: 600_000,
      winner_team: 2,
      is_complete: true,
      end_reason: "finished",
      configuration: { prox_sample_ms: "1000" },
      captures: { positions: "on", fire: "on" },
      tracker_errors: 0,
      frame_mean_us: 12.5,
      frame_worst_ms: 1,
      heap_kb: 512,
      position_rows: 10,
      combat_rows: 10,
      engagement_rows: 10,
      heatmap_rows: 10,
      objective_rows: 10,
      positions_pruned_at: null,
      movement_cell_units: null,
    });
  });

  test("of errors and ends the larger counts", () => {
    const values = roundValues([stored("combat", { errors: 1, endMs: 5 })], [kept("positions")], EARLIER);
    expect(values).toMatchObject({ tracker_errors: 2, end_ms: 610_000 });
    const later = roundValues([stored("combat", { errors: 9, endMs: 700_000 })], [kept("heatmap")], EARLIER);
    expect(later).toMatchObject({ tracker_errors: 9, end_ms: 700_000 });
  });

  test("a file without trailer leaves what earlier ones said", () => {
    const values = roundValues([stored("combat")], [kept("positions")], EARLIER);
    expect(values).toMatchObject({
      ended_at: EARLIER.endedAt,
      winner_team: 1,
      end_ms: 610_000,
      frame_mean_us: 11,
      frame_worst_ms: 3,
      heap_kb: 700,
      end_reason: "cut",
      is_complete: false,
    });
  });

  test("a round of cut files ends with its last row", () => {
    const files = [
      stored("combat"),
      stored("heatmap", undefined, {
        files: [storedFile("heatmap", undefined, {}, { lastTimeMs: 124_000 })],
      }),
    ] as const;
    expect(roundValues([...files], [], undefined)).toMatchObject({
      end_ms: 124_000,
      ended_at: null,
      winner_team: null,
      frame_mean_us: null,
      heap_kb: null,
    });
  });

  test.each<
    [
      title: string,
      files: [StoredKind, ...StoredKind[]],
      kept: LedgerFile[],
      earlier: EarlierFiles["endReason"],
      reason: string,
    ]
  >([
    ["all finished", [stored("combat", {})], [kept("heatmap")], "finished", "finished"],
    [
      "one broken off",
      [stored("combat", {}), stored("heatmap", { endReason: "map_restart" })],
      [],
      "finished",
      "map_restart",
    ],
    [
      "one cut, one broken off",
      [stored("combat"), stored("heatmap", { endReason: "map_restart" })],
      [],
      "finished",
      "cut",
    ],
    ["one kept that was cut", [stored("combat", {})], [kept("heatmap", false)], "cut", "cut"],
    [
      "one kept that was broken off",
      [stored("combat", {})],
      [kept("heatmap", false)],
      "map_restart",
      "map_restart",
    ],
    // The one that was cut is replaced: what is kept is complete.
    ["none that is cut any more", [stored("combat", {})], [kept("heatmap")], "cut", "finished"],
  ])("the reason of the end: %s", (_, files, others, endReason, expected) => {
    expect(roundValues(files, others, { ...EARLIER, endReason }).end_reason).toBe(expected);
  });

  test("a round is complete with a complete file of each kind, stored now or earlier", () => {
    const others = [kept("positions"), kept("engagements"), kept("heatmap"), kept("objectives")];
    const combat = stored("combat", {});
    expect(roundValues([combat], others, EARLIER).is_complete).toBe(true);
    expect(roundValues([combat], others.slice(1), EARLIER).is_complete).toBe(false);
    expect(roundValues([combat], [kept("positions", false), ...others.slice(1)], EARLIER).is_complete).toBe(
      false,
    );
    expect(roundValues([stored("combat")], others, EARLIER).is_complete).toBe(false);
  });

  test("the worst state of a capture counts", () => {
    const combat = storedFile("combat", {});
    const captures = [{ name: "fire", state: "unavailable" } as const];
    const failed = stored("combat", {}, { files: [{ ...combat, notes: { ...combat.notes, captures } }] });
    expect(roundValues([failed], [kept("positions")], EARLIER).captures).toEqual({
      positions: "failed",
      hits: "off",
      fire: "unavailable",
    });
  });

  test("a round in pieces began with the first, ended with the last, and is incomplete for the gap", () => {
    const first = storedFile("combat", {
      endReason: "module_unloaded",
      endMs: 100_000,
      winnerTeam: null,
      rowsLost: 1,
    });
    const second = storedFile("combat", { rowsLost: 2 }, { piece: 2, beganMs: 100_200 });
    const values = roundValues([stored("combat", {}, { files: [first, second], rows: 20 })], [], undefined);
    expect(values).toMatchObject({
      began_ms: 50,
      pieces: 2,
      end_ms: 600_000,
      winner_team: 2,
      end_reason: "module_unloaded",
      is_complete: false,
      combat_rows: 20,
    });
  });

  test("a recording that began in the middle of the round says so, and an old one that nothing is known of it", () => {
    const late = storedFile("combat", {}, { beganMs: 126_000 });
    expect(roundValues([stored("combat", {}, { files: [late] })], [], undefined)).toMatchObject({
      began_ms: 126_000,
      end_reason: "began_late",
    });
    const old = storedFile("combat", {}, { beganMs: null });
    expect(roundValues([stored("combat", {}, { files: [old] })], [], undefined)).toMatchObject({
      began_ms: null,
      pieces: null,
      end_reason: "finished",
    });
  });

  test("positions bring how their movement is summed up; other files leave it", () => {
    const positions = stored("positions", {}, { movementCellUnits: 64 });
    expect(roundValues([positions], [], undefined)).toMatchObject({
      positions_pruned_at: null,
      movement_cell_units: 64,
    });
    expect(roundValues([stored("combat", {})], [], undefined)).not.toHaveProperty("positions_pruned_at");
  });
});

describe("checkAgreement", () => {
  test("files of one round agree, whatever else differs", () => {
    expect(() => {
      checkAgreement({ ...HEADER, kind: "positions", timeLimitMs: 1 }, HEADER);
      checkAgreement({ ...HEADER, startedAt: "2026-01-31T19:05:00.000Z" }, HEADER);
      checkAgreement(HEADER, undefined);
    }).not.toThrow();
  });

  test.each([
    ["matchKey", "other"],
    ["map", "goldrush"],
    ["round", 2],
    ["gameType", 5],
    ["serverName", "renamed"],
    ["startedAt", "2026-01-31T19:05:01Z"],
  ])("another %s is refused", (field, value) => {
    expect(() => {
      checkAgreement({ ...HEADER, [field]: value }, HEADER);
    }).toThrow(
      expect.objectContaining({
        fault: expect.objectContaining({
          code: "E_ROUND_DISAGREES",
          field,
          text: String(value),
        }) as unknown,
      }),
    );
  });
});
