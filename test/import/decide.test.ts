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
/** Cut after the same line, in the middle of the next. */
const tornCut = file("torn cut", 55, false);
/** Of which nobody knows any more how it began. */
const forgotten = file("forgotten", 40, false);

/** Which of these files are beginnings of which. */
const BEGINNINGS: Readonly<Record<string, readonly FileVersion[]>> = {
  cut: [longerCut, whole, tornCut],
  "torn cut": [cut, longerCut, whole],
  "longer cut": [whole],
};
const isBeginning = (unfinished: FileVersion, other: FileVersion): Promise<boolean | undefined> =>
  Promise.resolve(other === forgotten ? undefined : (BEGINNINGS[unfinished.sha256] ?? []).includes(other));

type Case = readonly [
  title: string,
  stored: FileVersion | undefined,
  found: readonly FileVersion[],
  expected: {
    chosen?: FileVersion;
    skipped?: readonly FileVersion[];
    /** Each with the file that is in its way. */
    conflicts?: readonly (readonly [FileVersion, FileVersion])[];
  },
];

async function check(replace: boolean, [, stored, found, expected]: Case): Promise<void> {
  const { chosen, conflicts = [], skipped = [] } = expected;
  expect(await planKind(stored, found, replace, isBeginning)).toEqual({
    chosen,
    skipped,
    conflicts: conflicts.map(([file, other]) => ({ file, other })),
  });
}

describe("planKind", () => {
  test.each<Case>([
    ["nothing", undefined, [], {}],
    ["nothing new", whole, [], {}],
    ["a first file", undefined, [cut], { chosen: cut }],
    ["the same content", whole, [whole], { skipped: [whole] }],
    ["the same content, twice", undefined, [cut, cut], { chosen: cut, skipped: [cut] }],
    ["a whole file that goes on where one was cut", cut, [whole], { chosen: whole }],
    ["a whole file that does not", cut, [otherWhole], { conflicts: [[otherWhole, cut]] }],
    ["a whole file after a cut one that is larger", hugeCut, [whole], { conflicts: [[whole, hugeCut]] }],
    ["a cut file that is the beginning of a whole one", whole, [cut], { skipped: [cut] }],
    ["a cut file that is not", whole, [hugeCut], { conflicts: [[hugeCut, whole]] }],
    ["a longer cut file", cut, [longerCut], { chosen: longerCut }],
    ["a longer cut file that does not go on", cut, [hugeCut], { conflicts: [[hugeCut, cut]] }],
    ["a shorter cut file", longerCut, [cut], { skipped: [cut] }],
    ["a shorter cut file, when nobody can know", forgotten, [otherCut], { skipped: [otherCut] }],
    ["a whole file, when nobody can know", forgotten, [whole], { conflicts: [[whole, forgotten]] }],
    ["more of the line that another was cut in", cut, [tornCut], { chosen: tornCut }],
    ["less of the line that another was cut in", tornCut, [cut], { skipped: [cut] }],
    ["another cut file of the same size", cut, [otherCut], { conflicts: [[otherCut, cut]] }],
    [
      "two cut files of the same size",
      undefined,
      [otherCut, cut],
      { chosen: otherCut, conflicts: [[cut, otherCut]] },
    ],
    ["another whole file", whole, [otherWhole], { conflicts: [[otherWhole, whole]] }],
    ["two whole files", undefined, [whole, otherWhole], { chosen: whole, conflicts: [[otherWhole, whole]] }],
    [
      "a series",
      undefined,
      [cut, longerCut, whole, hugeCut, otherWhole],
      {
        chosen: whole,
        skipped: [cut, longerCut],
        conflicts: [
          [hugeCut, whole],
          [otherWhole, whole],
        ],
      },
    ],
  ])("%s", (...row) => check(false, row));

  test.each<Case>([
    ["another whole file", whole, [otherWhole], { chosen: otherWhole }],
    ["two whole files: the later", undefined, [whole, otherWhole], { chosen: otherWhole, skipped: [whole] }],
    ["the same content", whole, [whole], { skipped: [whole] }],
    ["a whole file that does not go on", cut, [otherWhole], { chosen: otherWhole }],
    ["a cut file that does not go on", cut, [otherCut], { chosen: otherCut }],
    ["a cut file after a whole one", whole, [hugeCut], { conflicts: [[hugeCut, whole]] }],
    ["a beginning", whole, [cut], { skipped: [cut] }],
  ])("with replace: %s", (...row) => check(true, row));
});
