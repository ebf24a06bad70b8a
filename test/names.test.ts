import { describe, expect, it } from "vitest";

import { nameRuns, plainName, safeText } from "../src/names.ts";
import { HOSTILE_NAMES } from "./support/hostile-names.ts";

describe("names", () => {
  it("splits a name into its colours", () => {
    expect(nameRuns("^2Ju^5li^6et")).toEqual([
      { text: "Ju", colour: [0, 255, 0] },
      { text: "li", colour: [0, 255, 255] },
      { text: "et", colour: [255, 0, 255] },
    ]);
    expect(nameRuns("Bravo")).toEqual([{ text: "Bravo", colour: undefined }]);
  });

  it("takes every character but ^ as a colour code, lower case like upper case", () => {
    expect(plainName("^ax^Ay^:z^/w")).toBe("xyzw");
    expect(nameRuns("^ax")).toEqual(nameRuns("^Ax"));
    expect(plainName("^^1x^")).toBe("^x^");
    expect(plainName(HOSTILE_NAMES["allColours"] ?? "")).toBe("0123456789abcdefghijklmnopqrstuvwxyz");
  });

  it("never leaves a character that acts, and never nothing", () => {
    for (const name of Object.values(HOSTILE_NAMES)) {
      expect(plainName(name)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(plainName(name)).not.toBe("");
    }
    expect(plainName("^1^2^3")).toBe("(no name)");
    expect(safeText("a\u202Eb")).toBe("a\uFFFDb");
    expect(safeText(`Z${"\u0301".repeat(40)}`)).toHaveLength(4);
  });
});
