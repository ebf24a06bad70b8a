/** The table of rooms in docs/architecture.md is held against what the files of `src` import. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { expect, test } from "vitest";

import { packagePath } from "../../src/package-root.ts";

const source = packagePath("src");

/** The room that all that Node runs may import from, so that the table does not name it each time. */
const EVERYWHERE = "errors";

/** The room of a file of `src`; undefined for a file that lies in none. */
function roomOf(file: string): string | undefined {
  const [room, inside] = path.relative(source, file).split(path.sep);
  return inside === undefined ? undefined : room;
}

/** The other rooms that each room imports from, sorted, but for {@link EVERYWHERE}. */
function importedRooms(): Map<string, readonly string[]> {
  const imports = new Map<string, Set<string>>();
  for (const name of readdirSync(source, { recursive: true, encoding: "utf8" })) {
    const file = path.join(source, name);
    const room = roomOf(file);
    if (room === undefined || !name.endsWith(".ts")) continue;
    const others = imports.get(room) ?? new Set();
    imports.set(room, others);
    for (const [, specifier = ""] of readFileSync(file, "utf8").matchAll(
      /\b(?:from|import)\s*\(?\s*"(\.[^"]+)"/g,
    )) {
      const other = roomOf(path.resolve(path.dirname(file), specifier));
      if (other !== undefined && other !== room && other !== EVERYWHERE) others.add(other);
    }
  }
  return new Map([...imports].map(([room, others]) => [room, [...others].sort()]));
}

/** What the table says: the rooms of each line, and from where they import. */
function documentedRooms(): Map<string, readonly string[] | "all"> {
  const text = readFileSync(packagePath("docs/architecture.md"), "utf8");
  const lines = text.matchAll(/^\| `src\/(\w+)\/`[^|]*\|[^|]*\|([^|]*)\|$/gm);
  return new Map(
    [...lines].map(([, room = "", names = ""]): [string, readonly string[] | "all"] => {
      const listed = names.trim();
      if (listed === "all") return [room, listed];
      return [room, listed === "nothing" ? [] : listed.split(", ").sort()];
    }),
  );
}

test("every room imports from the rooms that the table names, and from no other", () => {
  const documented = documentedRooms();
  const found = importedRooms();
  expect([...found.keys()].sort()).toEqual([...documented.keys()].sort());
  for (const [room, rooms] of documented) {
    if (rooms !== "all") expect([room, found.get(room)]).toEqual([room, rooms]);
  }
});

test("no room imports from one that imports from it, directly or by way of others", () => {
  const found = importedRooms();
  const visit = (room: string, way: readonly string[]): void => {
    expect(way, "a circle").not.toContain(room);
    for (const other of found.get(room) ?? []) visit(other, [...way, room]);
  };
  for (const room of found.keys()) visit(room, []);
});
