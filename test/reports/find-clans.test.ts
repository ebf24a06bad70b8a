/** Clans of a database: tags and a roster over people who were merged, renamed or hidden. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { hidePlayer, mergePlayers } from "../../src/care/players.ts";
import { chooseClan, clansOfPeople, readClans } from "../../src/reports/find-clans.ts";
import { resolvePlayer } from "../../src/reports/players.ts";
import { listPeople } from "../../src/reports/queries/seen-people.ts";
import { readRoster } from "../../src/reports/roster.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addRound, type HandPlayer } from "../support/hand-made.ts";

const NAMES = ["[SaT]Birch", "sat.Elder", "Hazel|SaT", "[SaT]Alder", "[SaT]Ivy", "Maple", "[SaT]bot"];
const guidOf = (index: number): string => index.toString(16).padStart(32, "A");

let database: TestDatabase;
let folder: string;
let ids: readonly number[];

beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(path.join(tmpdir(), "prox-clans-"));
  const players = NAMES.map((name, index): HandPlayer => ({
    ...{ guid: guidOf(index), name, isBot: name.endsWith("bot") },
    team: index % 2 === 0 ? 1 : 2,
  }));
  for (let number = 0; number < 5; number += 1) {
    const round = await addRound(database.sql, {
      key: `clans-${number}`,
      startedAt: `2026-10-0${number + 1}T20:00:00Z`,
      // Ivy plays once.
      players: players.filter((_, index) => index !== 4 || number === 0),
    });
    if (number === 0) ids = round.playerIds;
  }
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The members of the clan that a name means. */
const membersOf = async (name: string): Promise<readonly number[]> =>
  [...chooseClan(await readClans(database.sql), name).playerIds].sort((a, b) => a - b);

test("a tag of regulars finds all who wear it but bots, however it is written", async () => {
  for (const name of ["SaT", "^1[sat]", "sa"]) expect(await membersOf(name)).toEqual(ids.slice(0, 5));
  await expect(membersOf("SaTa")).rejects.toMatchObject({
    code: "E_NOT_FOUND",
    suggestions: expect.arrayContaining(["did you mean SaT?"]) as unknown,
  });
});

test("a roster in CSV or JSON says otherwise", async () => {
  const csv = path.join(folder, "roster.csv");
  const json = path.join(folder, "roster.json");
  writeFileSync(
    csv,
    `\uFEFFclan,player\r\n"Trees, the", maple\r\n"Trees, the",${guidOf(0).toLowerCase()}\r\n`,
  );
  writeFileSync(json, JSON.stringify({ "Trees, the": ["Maple", guidOf(0)] }));
  expect(readRoster(csv).get("Trees, the")).toEqual(["maple", guidOf(0).toLowerCase()]);
  const people = await listPeople(database.sql);
  for (const file of [csv, json]) {
    const clans = clansOfPeople(people, () => 5, readRoster(file));
    expect(clans.map(({ members, name }) => [name, [...members].sort()])).toEqual([
      ["SaT", [ids[1], ids[2], ids[3], ids[4]]],
      ["Trees, the", [ids[0], ids[5]]],
    ]);
  }
  for (const faulty of ["Trees", "a,b,c", ",b", '["Maple"]', '{ "Trees": "Maple" }', '{ "Trees"']) {
    writeFileSync(csv, faulty);
    expect(() => readRoster(csv), faulty).toThrow(/cannot use the roster/);
  }
});

test("merged players are one member, and hidden ones are none", async () => {
  const [alder, ivy] = await Promise.all([
    resolvePlayer(database.sql, "Alder"),
    resolvePlayer(database.sql, "Ivy"),
  ]);
  await mergePlayers(database.sql, [alder, ivy], { isForced: true, reason: "the same person" });
  const clan = chooseClan(await readClans(database.sql), "sat");
  expect([...clan.members].sort((a, b) => a - b)).toEqual(ids.slice(0, 4));
  expect([...clan.playerIds].sort((a, b) => a - b)).toEqual(ids.slice(0, 5));
  await hidePlayer(database.sql, await resolvePlayer(database.sql, "Birch"), "asked for it");
  expect(await membersOf("sat")).toEqual(ids.slice(1, 5));
});
