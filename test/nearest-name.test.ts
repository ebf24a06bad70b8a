import { expect, test } from "vitest";

import { nearestName } from "../src/nearest-name.ts";

test.each([
  ["basepaht", ["basepath", "homepath"], "basepath"],
  ["BASEPATH", ["basepath", "homepath"], "basepath"],
  ["hostkye", ["host", "hostKey"], "hostKey"],
  ["ab", ["xy"], "xy"],
  ["abc", ["xyz"], undefined],
  ["dataFolderOfRounds", ["dataFolder", "port"], undefined],
  ["anything", [], undefined],
])("%s of %j means %s", (wrong, names, meant) => {
  expect(nearestName(wrong, names)).toBe(meant);
});
