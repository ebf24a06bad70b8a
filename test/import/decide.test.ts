import { describe, expect, test } from "vitest";

import { planKind, type FileVersion } from "../../src/import/decide.ts";

const file = (sha256: string, sizeBytes: number, isComplete: boolean): FileVersion => ({
  sha256,
  sizeBytes,
  isComplete,
});
const whole = file("whole", 100, true);
const otherWhole = file("other whole", 120, true);
const cut = file("cut", 50, false);
const longerCut = file("longer cut", 60, false);
const otherCut = file("other cut", 50, false);
const hugeCut = file("huge cut", 500, false);

type Case = readonly [
  title: string,
  stored: FileVersion | undefined,
  found: readonly FileVersion[],
  expected: { chosen?: FileVersion; skipped?: readonly FileVersion[]; conflicts?: readonly FileVersion[] },
];

describe("planKind", () => {
  test.each<Case>([
    ["nothing", undefined, [], {}],
    ["nothing new", whole, [], {}],
    ["a first file", undefined, [cut], { chosen: cut }],
    ["the same content", whole, [whole], { skipped: [whole] }],
    ["the same content, twice", undefined, [cut, cut], { chosen: cut, skipped: [cut] }],
    ["a whole file after a cut one", cut, [whole], { chosen: whole }],
    ["a whole file after a cut one that is larger", hugeCut, [whole], { chosen: whole }],
    ["a cut file after a whole one", whole, [cut], { skipped: [cut] }],
    ["a cut file after a whole one that is smaller", whole, [hugeCut], { skipped: [hugeCut] }],
    ["a longer cut file", cut, [longerCut], { chosen: longerCut }],
    ["a shorter cut file", longerCut, [cut], { skipped: [cut] }],
    ["another cut file of the same size", cut, [otherCut], { skipped: [otherCut] }],
    ["two cut files of the same size", undefined, [otherCut, cut], { chosen: otherCut, skipped: [cut] }],
    ["another whole file", whole, [otherWhole], { conflicts: [otherWhole] }],
    ["two whole files", undefined, [whole, otherWhole], { chosen: whole, conflicts: [otherWhole] }],
    [
      "a series",
      undefined,
      [cut, longerCut, whole, hugeCut, otherWhole],
      { chosen: whole, skipped: [cut, longerCut, hugeCut], conflicts: [otherWhole] },
    ],
  ])("%s", (_, stored, found, { chosen, skipped = [], conflicts = [] }) => {
    expect(planKind(stored, found, false)).toEqual({ chosen, skipped, conflicts });
  });

  test.each<Case>([
    ["another whole file", whole, [otherWhole], { chosen: otherWhole }],
    ["two whole files: the later", undefined, [whole, otherWhole], { chosen: otherWhole, skipped: [whole] }],
    ["the same content", whole, [whole], { skipped: [whole] }],
    ["a cut file after a whole one", whole, [hugeCut], { skipped: [hugeCut] }],
  ])("with replace: %s", (_, stored, found, { chosen, skipped = [], conflicts = [] }) => {
    expect(planKind(stored, found, true)).toEqual({ chosen, skipped, conflicts });
  });
});
