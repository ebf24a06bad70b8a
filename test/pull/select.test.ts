import { describe, expect, test } from "vitest";

import { isSameFile, selectFiles } from "../../src/pull/select.ts";
import type { RemoteEntry } from "../../src/remote/remote-files.ts";

const KINDS = ["positions", "combat", "engagements", "heatmap", "objectives"];
const FIRST = "20260101T200000Z_a";
const SECOND = "20260101T210000Z_b";
const ABANDONED_S = 3600;

function entry(name: string, modifiedS = 1000, kind: RemoteEntry["kind"] = "file"): RemoteEntry {
  return { name, kind, size: name.length, modifiedS };
}

/** The four files of a round; those of the kinds in `parts` are still `.part`. */
function round(key: string, modifiedS: number, parts: readonly string[] = []): RemoteEntry[] {
  return KINDS.map((kind) => entry(`${key}_${kind}.txt${parts.includes(kind) ? ".part" : ""}`, modifiedS));
}

/** What becomes of the entries at a time, as names and keys. */
function select(
  entries: readonly RemoteEntry[],
  { nowS = 1000, here = [] as readonly string[] } = {},
): Record<"fetch" | "had" | "waiting" | "incomplete" | "ignored", readonly string[]> {
  const rules = { nowS, abandonedS: ABANDONED_S };
  const { fetch, had, ...others } = selectFiles(entries, ({ name }) => here.includes(name), rules);
  return { fetch: fetch.map(({ name }) => name), had: had.map(({ name }) => name), ...others };
}

const NOTHING = { fetch: [], had: [], waiting: [], incomplete: [], ignored: [] };
const names = (key: string): string[] => round(key, 0).map(({ name }) => name);

describe("a whole round", () => {
  test("is fetched at once; rounds come in the order in which they were played, files by kind", () => {
    const listed = [...round(SECOND, 5), ...round(FIRST, 9).reverse()];
    expect(select(listed)).toEqual({ ...NOTHING, fetch: [...names(FIRST), ...names(SECOND)] });
  });

  test("of which files are here: only the others are fetched", () => {
    const [positions = "", combat = "", ...others] = names(FIRST);
    expect(select(round(FIRST, 1), { here: [combat, positions] })).toEqual({
      ...NOTHING,
      fetch: others,
      had: [positions, combat],
    });
  });

  test("is whole however many `.part` lie beside it, wherever they are listed", () => {
    const parts = round(FIRST, 1, KINDS);
    expect(select([...parts, ...round(FIRST, 1)])).toEqual({ ...NOTHING, fetch: names(FIRST) });
    expect(select([...round(FIRST, 1), ...parts])).toEqual({ ...NOTHING, fetch: names(FIRST) });
  });

  test("keeps size and time of each file", () => {
    const { fetch } = selectFiles(round(FIRST, 77), () => false, { nowS: 0, abandonedS: 0 });
    expect(fetch[0]).toEqual({
      name: `${FIRST}_positions.txt`,
      roundKey: FIRST,
      kind: "positions",
      isPart: false,
      size: `${FIRST}_positions.txt`.length,
      modifiedS: 77,
    });
  });
});

describe("a round that is not whole", () => {
  const cut = round(FIRST, 1000, ["heatmap"]);
  const cutNames = cut.map(({ name }) => name);

  test.each([
    ["just written", 1000, false],
    ["at the last second", 1000 + ABANDONED_S, false],
    ["after it", 1001 + ABANDONED_S, true],
  ])("is waited for, but not for ever: %s", (_name, nowS, isLeft) => {
    expect(select(cut, { nowS })).toEqual(
      isLeft ? { ...NOTHING, fetch: cutNames, incomplete: [FIRST] } : { ...NOTHING, waiting: [FIRST] },
    );
  });

  test("is as young as its youngest file", () => {
    const mixed = cut.map((file, index) => ({ ...file, modifiedS: index === 1 ? 5000 : 1000 }));
    expect(select(mixed, { nowS: 5000 + ABANDONED_S }).waiting).toEqual([FIRST]);
  });

  test.each([
    ["a later round that was written to since", SECOND, 1001, true],
    ["a later round that was written to in the same second", SECOND, 1000, true],
    ["a later round that was written to before", SECOND, 999, false],
    ["an earlier round that was written to since", "20260101T190000Z_0", 1001, false],
  ])("beside %s", (_name, otherKey, modifiedS, isLeft) => {
    const found = select([...cut, ...round(otherKey, modifiedS)]);
    expect(found.incomplete).toEqual(isLeft ? [FIRST] : []);
    expect(found.waiting).toEqual(isLeft ? [] : [FIRST]);
    expect(found.fetch).toEqual(expect.arrayContaining(names(otherKey)));
  });

  test("because a file is missing counts as one that is cut", () => {
    const [, ...three] = round(FIRST, 1000);
    expect(select(three).waiting).toEqual([FIRST]);
    expect(select(three, { nowS: 1001 + ABANDONED_S })).toMatchObject({
      fetch: three.map(({ name }) => name),
      incomplete: [FIRST],
    });
  });

  test("is among those here, and incomplete, when all that there is of it was fetched", () => {
    expect(select(cut, { nowS: 1001 + ABANDONED_S, here: cutNames })).toEqual({
      ...NOTHING,
      had: cutNames,
      incomplete: [FIRST],
    });
  });
});

test("names that are no round files, folders and links are told, and nothing else becomes of them", () => {
  const [link] = names(FIRST);
  const listed = [
    entry("readme.txt"),
    entry(`${FIRST}_stats.txt`),
    entry(`../${FIRST}_combat.txt`),
    entry(link ?? "", 1, "other"),
    entry(`${SECOND}_combat.txt`, 1, "folder"),
  ];
  expect(select(listed)).toEqual({ ...NOTHING, ignored: listed.map(({ name }) => name) });
});

test("a file is the same by size and time, and none without an entry", () => {
  const [file] = selectFiles(round(FIRST, 77), () => false, { nowS: 0, abandonedS: 0 }).fetch;
  if (file === undefined) throw new Error("files were expected");
  const same = { name: file.name, size: file.size, modifiedS: 77, state: "whole", at: "" } as const;
  expect(isSameFile(same, file)).toBe(true);
  expect(isSameFile({ ...same, size: file.size + 1 }, file)).toBe(false);
  expect(isSameFile({ ...same, modifiedS: 78 }, file)).toBe(false);
  expect(isSameFile(undefined, file)).toBe(false);
});
