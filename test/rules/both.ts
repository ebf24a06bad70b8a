/** The rules in Node and, compiled, in Lua: every test plays its facts in both, which must agree. */
import { afterAll, beforeAll, expect } from "vitest";

import { createLuaPlayer } from "./facts.ts";
import type { LuaPlayer } from "./facts.ts";
import { play } from "./play.ts";
import type { Fact, Report } from "./play.ts";

/** Slots: 0 to 2 for Axis, 8 to 10 for Allies. */
export const [A, B, C, X, Y, Z] = [0, 1, 2, 8, 9, 10] as const;

/** Mutants are in Node alone: what tests expect has to find them, and not that Lua says otherwise. */
const isInLua = process.env["PROX_MUTANTS"] === undefined;

/** Numbers of both must agree but for the last bits of a root or an arc cosine. */
function rounded(reports: readonly Report[]): Report[] {
  return reports.map(({ kind, values }) => ({
    kind,
    values: values.map((value) => Number(value.toFixed(6))),
  }));
}

/** Readies Lua for a test file; the function returned plays facts and returns the values of one kind of report. */
export function useBoth(): (kind: string, ...facts: readonly (Fact | Fact[])[]) => number[][] {
  let lua: LuaPlayer | undefined;
  beforeAll(async () => {
    if (isInLua) lua = await createLuaPlayer();
  });
  afterAll(() => {
    lua?.close();
  });
  return (kind, ...facts) => {
    const all = facts.flat();
    const reports = rounded(play(all));
    if (isInLua) expect(lua && rounded(lua.play(all))).toEqual(reports);
    return reports.filter((report) => report.kind === kind).map((report) => report.values);
  };
}
