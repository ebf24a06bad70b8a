import { describe, expect, test } from "vitest";

import { clansFromTags, clansOf, REGULAR_ROUNDS, tagsOf } from "../../src/reports/clans.ts";

/** Players with these names, by their place in the list, who played so many rounds. */
const players = (names: readonly string[], rounds = REGULAR_ROUNDS) =>
  names.map((name, playerId) => ({ playerId, name, rounds }));

describe("a tag", () => {
  test.each([
    ["^1[^7SaT^1]^7Birch", ["SaT"]],
    ["SaT.Birch", ["SaT"]],
    ["SaT Birch", ["SaT"]],
    ["=SaT=Birch", ["SaT"]],
    ["-=SaT=- Birch", ["SaT"]],
    ["^1|AG|^7.Bravo", ["AG"]],
    ["Birch {sat}", ["sat"]],
    ["Birch//SaT", ["SaT"]],
    ["{x}Birch", ["x"]],
    ["лев.Ольга", ["лев"]],
    ["[日本]プレイヤー", ["日本"]],
    // One word, numbers, a letter without brackets, and the names of those who have none.
    ["Birch", []],
    ["SaTBirch", []],
    ["Birch (2)", []],
    ["x.Birchwoods", []],
    ["UnnamedPlayer (1)", []],
    ["The Birchwoods", []],
    ["ET Player", []],
    ["", []],
    ["^1", []],
  ])("of %s", (name, tags) => {
    const found = tagsOf(name);
    for (const tag of tags) expect(found).toContain(tag);
    if (tags.length === 0) expect(found).toEqual([]);
  });

  test("may be either end", () => {
    expect(tagsOf("eF.bob")).toEqual(["eF", "bob"]);
  });
});

describe("a clan", () => {
  test("is a tag of three regulars, however they write it", () => {
    expect(clansFromTags(players(["[SaT]Birchwoods", "sat.Elderberry", "Marguerite|SaT", "Alder"]))).toEqual([
      { name: "SaT", key: "sat", members: [0, 1, 2] },
    ]);
  });

  test("is none with two, and none of letters that merely begin names", () => {
    expect(clansFromTags(players(["[SaT]Birchwoods", "[SaT]Elderberry"]))).toEqual([]);
    expect(clansFromTags(players(["Maria", "Marco", "Martin"]))).toEqual([]);
  });

  test("is none of guests; who is no regular belongs to one that is there", () => {
    const guests = players(["[SaT]Birchwoods", "[SaT]Elderberry", "[SaT]Marguerite"], REGULAR_ROUNDS - 1);
    expect(clansFromTags(guests)).toEqual([]);
    const regulars = guests.map((guest) => ({ ...guest, rounds: REGULAR_ROUNDS }));
    const newcomer = { playerId: 7, name: "[SaT]Newcomer", rounds: 1 };
    expect(clansFromTags([...regulars, newcomer])).toEqual([
      { name: "SaT", key: "sat", members: [0, 1, 2, 7] },
    ]);
  });

  test("has who wears two tags only once, in the larger", () => {
    const names = [
      "[A1]one",
      "[A1]two",
      "[A1]three",
      "[B1]four",
      "[B1]five",
      "[B1]six",
      "[A1]seven [B1]",
      "[B1]ate",
    ];
    const clans = clansFromTags(players(names));
    expect(clans).toEqual([
      { name: "B1", key: "b1", members: [3, 4, 5, 6, 7] },
      { name: "A1", key: "a1", members: [0, 1, 2] },
    ]);
  });

  test("of a roster is what the roster says", () => {
    const people = players([
      "[SaT]Birchwoods",
      "[SaT]Elderberry",
      "[SaT]Marguerite",
      "[SaT]Hawthorne",
      "Alder",
    ]);
    expect(clansOf(people, new Map([["Trees", [3, 4]]]))).toEqual([
      { name: "SaT", key: "sat", members: [0, 1, 2] },
      { name: "Trees", key: "trees", members: [3, 4] },
    ]);
    expect(clansOf(people, new Map([["S.a.T.", [4]]]))).toEqual([
      { name: "S.a.T.", key: "sat", members: [4] },
    ]);
  });
});
