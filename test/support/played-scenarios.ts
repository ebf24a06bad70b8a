/** Scenarios that ship with prox, each played through the built tracker and imported into a database of its own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { beforeAll } from "vitest";

import type { Sql } from "../../src/db/driver/connect.ts";
import { scriptedMatch } from "../../src/simulate/match.ts";
import { simulate } from "../../src/simulate/simulate.ts";
import { readTestDatabase, type TestDatabase } from "./database.ts";
import { importPaths } from "./import.ts";
import { trackerModule } from "./simulations.ts";

async function playInto(sql: Sql, scenario: string): Promise<void> {
  const outputFolder = await mkdtemp(path.join(tmpdir(), "prox-scenario-"));
  try {
    const modules = [await trackerModule()];
    await simulate({ modules, recording: scriptedMatch(scenario).recording, outputFolder });
    await importPaths(sql, [outputFolder]);
  } finally {
    await rm(outputFolder, { recursive: true, force: true });
  }
}

/**
 * Plays the scenarios before all tests of the file, unless another file of the run did. Returns what gives the database
 * with the rounds of one of them alone: most are the same moment of the same map.
 */
export function playScenarios<Scenario extends string>(
  scenarios: readonly Scenario[],
): (scenario: Scenario) => Sql {
  const databases = new Map<string, TestDatabase>();
  beforeAll(async () => {
    for (const scenario of scenarios) {
      databases.set(
        scenario,
        await readTestDatabase(`scenario_${scenario}`, (sql) => playInto(sql, scenario)),
      );
    }
  });
  return (scenario) => {
    const database = databases.get(scenario);
    if (database === undefined) throw new Error(`${scenario} was not played`);
    return database.sql;
  };
}
