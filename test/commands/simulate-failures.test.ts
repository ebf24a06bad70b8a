/** How `prox simulate` and `prox demo` end when the match does not go as it should. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { captureOutput } from "@oclif/test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type * as BuildTracker from "../../src/build/build-tracker.ts";
import Demo from "../../src/commands/demo.ts";
import Simulate from "../../src/commands/simulate.ts";
import { packagePath } from "../../src/package-root.ts";
import { createTestDatabase } from "../support/database.ts";

const tracker = vi.hoisted(() => ({ replacement: undefined as string | undefined }));
vi.mock("../../src/build/build-tracker.ts", async (importActual) => {
  const actual = await importActual<typeof BuildTracker>();
  return {
    ...actual,
    trackerModule: async () =>
      tracker.replacement === undefined
        ? actual.trackerModule()
        : { ...(await actual.trackerModule()), lua: tracker.replacement },
  };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-failures-"));
});
afterEach(() => {
  tracker.replacement = undefined;
  process.exitCode = undefined;
  rmSync(folder, { recursive: true, force: true });
});

interface Envelope {
  error?: { code: string; exitCode: number; message: string; suggestions: string[] };
  result?: { expectations?: unknown[] };
}

async function simulate(...args: string[]): Promise<Envelope> {
  const { stdout } = await captureOutput(async () =>
    Simulate.run([...args, "--out", folder, "--json"], { root: packagePath(".") }),
  );
  return JSON.parse(stdout) as Envelope;
}

test("an unknown scenario is an error that names the known ones", async () => {
  const { error } = await simulate("--scenario", "crossfires");
  expect(error).toMatchObject({ code: "E_SCENARIO_NOT_FOUND", exitCode: 9 });
  expect(error?.suggestions.join()).toContain("crossfire");
});

test("a row that a scenario expects and the tracker does not write is told with its line", async () => {
  const scenario = path.join(folder, "wrong.json");
  writeFileSync(
    scenario,
    JSON.stringify(
      {
        description: "nobody shoots",
        players: [
          { slot: 0, name: "Anna", team: "axis", at: [500, 0, 24] },
          { slot: 2, name: "Carl", team: "allies", at: [0, 0, 24] },
        ],
        rounds: [{ actions: [], end: { time_ms: 8000, reason: "finished", winner: "axis" } }],
        expect: [
          { that: "one round", in: "rounds" },
          { that: "a hit that never was", in: "combat", row: { event: "hit" } },
        ],
      },
      undefined,
      1,
    ),
  );
  const { error, result } = await simulate("--scenario", scenario);
  expect(error).toMatchObject({ code: "E_EXPECTATION", exitCode: 7 });
  expect(error?.message).toMatch(/^1 of 3 expectations .*\n.*wrong\.json:\d+: a hit that never was/);
  expect(result?.expectations).toHaveLength(3);
});

test("a tracker that fails in the match is told with its error", async () => {
  tracker.replacement = 'function et_RunFrame() error("a fault in the tracker") end';
  const { error } = await simulate("pause-8");
  expect(error).toMatchObject({ code: "E_MODULE", exitCode: 7 });
  expect(error?.message).toContain("a fault in the tracker");
});

test("a demo whose round the database does not keep says so", async () => {
  const database = await createTestDatabase();
  await database.sql.unsafe(`
    create function forget() returns trigger language plpgsql as 'begin return null; end';
    create trigger forget before insert on combat_events for each row execute function forget();
  `);
  const { stdout } = await captureOutput(async () =>
    Demo.run(["--out", path.join(folder, "demo"), "--database-url", database.url, "--json"], {
      root: packagePath("."),
    }),
  );
  const { error, result } = JSON.parse(stdout) as Envelope & { result: { imported: unknown } };
  expect(error).toMatchObject({ code: "E_DEMO", exitCode: 7 });
  expect(JSON.stringify(result)).toContain("E_STORED_COUNT");
});
