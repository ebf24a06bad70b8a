/** Too little data is refused with the number that is needed and the number that is there. */
import { expect, test } from "vitest";

import { ProxError } from "../../src/errors.ts";
import { observationsNeeded, requireEnough, supplyOf } from "../../src/models/enough.ts";
import type { Observation } from "../../src/models/sample.ts";

const NEED = { of: "round", observations: 150, matches: 20, ofEachResult: 30 };

test("the published size for twelve features", () => {
  expect(observationsNeeded(12, 0.15)).toBe(659);
  expect(observationsNeeded(12, 0.25)).toBe(369);
});

test("what there is counts units, matches and the rarer result", () => {
  const moments = Array.from({ length: 12 }, (_, index): Observation & { readonly round: string } => ({
    round: `r${Math.floor(index / 3)}`,
    group: `m${Math.floor(index / 6)}`,
    features: [],
    isWon: index < 3,
    weight: 1 / 3,
  }));
  expect(supplyOf(moments, (index) => moments[index]?.round ?? "")).toEqual({
    observations: 4,
    matches: 2,
    ofRarerResult: 1,
  });
});

test("enough is enough", () => {
  expect(() => {
    requireEnough(NEED, { observations: 150, matches: 20, ofRarerResult: 30 }, []);
  }).not.toThrow();
});

test.each([
  [{ observations: 149, matches: 20, ofRarerResult: 30 }, "150 rounds are needed, 149 are there"],
  [{ observations: 150, matches: 19, ofRarerResult: 30 }, "they must be of 20 matches, and are of 19"],
  [
    { observations: 150, matches: 20, ofRarerResult: 29 },
    "of each result 30 are needed, and one came 29 times",
  ],
])("%o is too little", (supply, words) => {
  const refuse = (): void => {
    requireEnough(NEED, supply, ["import more"]);
  };
  expect(refuse).toThrow(ProxError);
  expect(refuse).toThrow(words);
});
