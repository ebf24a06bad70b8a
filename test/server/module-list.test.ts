import { expect, test } from "vitest";

import { endsInSeparator, isSameModule, listItems, listsModule } from "../../src/server/module-list.ts";

test.each([
  ["", []],
  ["a.lua", ["a.lua"]],
  ["a.lua b.lua,c.lua;d", ["a.lua", "b.lua", "c.lua", "d"]],
  ["  a.lua ,, b.lua ", ["a.lua", "b.lua"]],
  // Only these three end an item: a tab is part of a name.
  ["a\tb", ["a\tb"]],
])("%j lists %j", (value, items) => {
  expect(listItems(value)).toEqual(items);
});

test.each([
  ["m", "m.lua", true],
  ["m.LUA", "m", true],
  ["M.lua", "m.lua", false],
  ["dir/m.lua", "m.lua", false],
  ["m.lua.lua", "m.lua", false],
  ["m.luac", "mc", false],
])("%s and %s are the same module: %s", (a, b, isSame) => {
  expect(isSameModule(a, b)).toBe(isSame);
  expect(listsModule(`x.lua ${a}`, b)).toBe(isSame);
});

test.each([
  ["a.lua", false],
  ["a.lua ", true],
  ["a.lua,", true],
  ["a.lua;", true],
  ["", false],
])("%j ends in a separator: %s", (value, doesEnd) => {
  expect(endsInSeparator(value)).toBe(doesEnd);
});
