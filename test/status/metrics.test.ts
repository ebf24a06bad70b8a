import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect, test } from "vitest";

import { prometheusText } from "../../src/status/metrics.ts";
import type { ServerStatus } from "../../src/status/server-status.ts";
import { writeTextfile } from "../../src/status/write-textfile.ts";
import { parsePrometheus } from "../support/prometheus-text.ts";

const STATUS = {
  drift: ["one", "two"],
  lock: "held",
  rounds: {
    waitingRounds: 3,
    gaps: ["a"],
    lastPullAt: "2026-01-31T12:00:00.500Z",
    lastRoundAt: null,
  },
} as unknown as ServerStatus;

const DATABASE = {
  isReachable: true,
  lastImportAt: "2026-01-31T12:00:00.000Z",
  rejectedFiles: 4,
  trackers: [
    { serverName: "^1Red", errors: 5, frameWorstMs: 7, frameMeanUs: 80.25 },
    { serverName: "Blue", errors: 0, frameWorstMs: null, frameMeanUs: null },
  ],
};

test("servers and database become metrics that the format's grammar takes; what is not known is missing", () => {
  const servers = new Map<string, ServerStatus | undefined>([
    ["main", STATUS],
    ["down", undefined],
    ['a"\\\n', { ...STATUS, lock: undefined, drift: [] }],
  ]);
  const metrics = parsePrometheus(prometheusText({ servers, database: DATABASE, atMs: 1_769_860_800_250 }));
  const valuesOf = (name: string): Record<string, number> =>
    Object.fromEntries(metrics.get(`prox_${name}`)?.samples ?? []);
  const odd = String.raw`{server="a\"\\\n"}`;
  expect(valuesOf("status_timestamp_seconds")).toEqual({ "": 1_769_860_800.25 });
  expect(valuesOf("server_up")).toEqual({ '{server="main"}': 1, '{server="down"}': 0, [odd]: 1 });
  expect(valuesOf("rounds_waiting")).toEqual({ '{server="main"}': 3, [odd]: 3 });
  expect(valuesOf("rounds_incomplete")).toEqual({ '{server="main"}': 1, [odd]: 1 });
  expect(valuesOf("last_pull_timestamp_seconds")).toMatchObject({ '{server="main"}': 1_769_860_800.5 });
  expect(metrics.has("prox_last_round_timestamp_seconds")).toBe(false);
  expect(valuesOf("drift")).toEqual({ '{server="main"}': 2, [odd]: 0 });
  expect(valuesOf("locked")).toEqual({ '{server="main"}': 1, [odd]: 0 });
  expect(valuesOf("database_up")).toEqual({ "": 1 });
  expect(valuesOf("last_import_timestamp_seconds")).toEqual({ "": 1_769_860_800 });
  expect(valuesOf("rejected_files")).toEqual({ "": 4 });
  expect(valuesOf("tracker_errors")).toEqual({ '{game="Red"}': 5, '{game="Blue"}': 0 });
  expect(valuesOf("tracker_frame_worst_seconds")).toEqual({ '{game="Red"}': 0.007 });
  expect(valuesOf("tracker_frame_mean_seconds")).toEqual({ '{game="Red"}': 0.000_080_25 });
  expect([...metrics.values()].every(({ help, type }) => help !== "" && type === "gauge")).toBe(true);
});

test("an embedded database that does not run is no fault", () => {
  const nothing = {
    isReachable: null,
    lastImportAt: null,
    rejectedFiles: null,
    trackers: [],
  };
  const text = prometheusText({ servers: new Map(), database: nothing, atMs: 0 });
  expect([...parsePrometheus(text).keys()]).toEqual(["prox_status_timestamp_seconds"]);
});

test("the file is put in place whole, and nothing else is left in the folder", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "prox-textfile-"));
  const file = await writeTextfile(folder, "one\n");
  await writeTextfile(folder, "two\n");
  expect(readdirSync(folder)).toEqual(["prox.prom"]);
  expect(readFileSync(file, "utf8")).toBe("two\n");
  expect(statSync(file).mode & 0o444).toBe(0o444);
  rmSync(folder, { recursive: true });
  await expect(writeTextfile(folder, "")).rejects.toMatchObject({ code: "E_WRITE" });
  expect(existsSync(folder)).toBe(false);
});
