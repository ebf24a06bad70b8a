/** Addresses of players: claimed once, kept for good, and forgotten with those who are hidden. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { Person } from "../../src/reports/queries/seen-people.ts";
import { claimSlugs, slugOf } from "../../src/site/slugs.ts";
import { refusal } from "../support/refusal.ts";

let folder: string;
let ledger: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-slugs-"));
  ledger = path.join(folder, "site.lock.json");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function person(playerId: number, name: string, more: Partial<Person> = {}): Person {
  return {
    ...{ playerId, name, playerIds: [playerId], guids: [`GUID${playerId}`], names: [name] },
    ...{ isBot: false, isHidden: false, firstSeenAt: new Date(0), lastSeenAt: new Date(0) },
    ...more,
  };
}

const claimed = (...people: Person[]) =>
  [...claimSlugs(ledger, people)].map(([id, { current, earlier }]) => [id, current, ...earlier]);

test.each([
  ["^1|AG|^7.Bravo", "ag-bravo"],
  ["Brävo Ñandú", "bravo-nandu"],
  ["日本", "player"],
  ["^1^2", "no-name"],
  ["../../etc", "etc"],
  ["W".repeat(500), "w".repeat(40)],
  ["a\u202Eb", "a-b"],
])("%j is %s", (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});

test("who comes first has the plain name, also when the ids of another database differ", () => {
  expect(claimed(person(1, "Al"), person(2, "^2al"), person(3, "AL"))).toEqual([
    [1, "al"],
    [2, "al-2"],
    [3, "al-3"],
  ]);
  expect(claimed(person(7, "AL", { guids: ["GUID3"] }), person(8, "Al", { guids: ["GUID1"] }))).toEqual([
    [7, "al-3"],
    [8, "al"],
  ]);
});

test("a new name gives a new address, the old one leads to it, and nobody else gets it", () => {
  claimed(person(1, "Al"));
  expect(claimed(person(1, "Bo"))).toEqual([[1, "bo", "al"]]);
  expect(claimed(person(1, "Bo"), person(2, "Al"))).toEqual([
    [1, "bo", "al"],
    [2, "al-2"],
  ]);
  expect(claimed(person(1, "Al"))).toEqual([[1, "al", "bo"]]);
});

test("the addresses of all GUIDs of a person lead to one", () => {
  claimed(person(1, "Al"), person(2, "Bo"));
  expect(claimed(person(1, "Al", { guids: ["GUID1", "GUID2"] }))).toEqual([[1, "al", "bo"]]);
});

test("who is hidden has no address, the ledger forgets it, and nobody else gets it", () => {
  claimed(person(1, "Shy Violet"));
  expect(claimed(person(1, "hidden player 1", { isHidden: true }), person(2, "Shy Violet"))).toEqual([
    [2, "shy-violet-2"],
  ]);
  claimed(person(1, "hidden player 1", { isHidden: true }));
  expect(readFileSync(ledger, "utf8")).not.toContain('"shy-violet"');
});

test("the ledger tells no GUID, and is for its owner alone", () => {
  claimed(person(1, "Al"));
  expect(readFileSync(ledger, "utf8")).not.toContain("GUID1");
  expect(statSync(ledger).mode & 0o077).toBe(0);
});

test("a damaged ledger is refused", async () => {
  for (const text of [
    "{",
    '{"format":1,"secret":"","people":{},"retired":[]}',
    '{"format":1,"secret":"0","people":{"x":["../x"]},"retired":[]}',
  ]) {
    writeFileSync(ledger, text);
    expect(await refusal(Promise.resolve().then(() => claimed(person(1, "Al"))))).toMatchObject({
      code: "E_SITE_FOLDER",
    });
  }
});
