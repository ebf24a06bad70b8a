/** What each version of the format has, and what the definition must keep to so that old files stay readable. */
import { describe, expect, test } from "vitest";

import type { Column } from "../../src/format/column.ts";
import { COLUMNS, KINDS } from "../../src/format/columns.ts";
import type { FileField } from "../../src/format/field.ts";
import {
  checksumFields,
  FORMAT_VERSION,
  HEADER_KEYS,
  HEADER_NOTES,
  ROW_NOTES,
  TRAILER_KEYS,
} from "../../src/format/file.ts";
import { checksumAt, columnsOf, fieldsAt, kindsAt, notesAt } from "../../src/format/versions.ts";

test("a round of version 1 has four files, one of version 2 tells of objectives, too", () => {
  const four = ["positions", "combat", "engagements", "heatmap"];
  expect(kindsAt(1)).toEqual(four);
  expect(kindsAt(2)).toEqual([...four, "objectives"]);
});

describe("a version", () => {
  const base = { type: "integer", minimum: 0, maximum: 9, optional: false, description: "" } as const;
  const fields: FileField[] = [
    { ...base, name: "first" },
    { ...base, name: "third", since: 3 },
    { ...base, name: "second", since: 2 },
    {
      name: "word",
      type: "choice",
      choices: ["a", "b", "c"],
      choicesSince: { b: 2, c: 3 },
      optional: false,
      description: "",
    },
  ];
  const namesAt = (version: number): string[] =>
    fieldsAt(fields, version).map((field) =>
      field.type === "choice" ? `${field.name}: ${field.choices.join(" ")}` : field.name,
    );

  test("has what came with it and before, in the definition's order", () => {
    expect(namesAt(1)).toEqual(["first", "word: a"]);
    expect(namesAt(2)).toEqual(["first", "second", "word: a b"]);
    expect(namesAt(3)).toEqual(["first", "third", "second", "word: a b c"]);
  });

  test("has notes with the fields of that version", () => {
    const notes = [
      { name: "one", fields },
      { name: "two", since: 2, fields: [] },
    ];
    expect(notesAt(notes, 1)).toEqual([{ name: "one", fields: fieldsAt(fields, 1) }]);
    expect(notesAt(notes, 2).map(({ name }) => name)).toEqual(["one", "two"]);
  });

  test.each(KINDS)("has all columns of %s at the present one", (kind) => {
    expect(columnsOf(kind, FORMAT_VERSION)).toEqual(COLUMNS[kind]);
  });
});

describe("the definition", () => {
  const parts: (Column | FileField)[] = [
    ...KINDS.flatMap((kind) => COLUMNS[kind]),
    ...[HEADER_KEYS, TRAILER_KEYS, checksumFields(checksumAt(FORMAT_VERSION))].flat(),
    ...[...HEADER_NOTES, ...ROW_NOTES].flatMap((note) => note.fields),
  ];

  test("names no version that is yet to come", () => {
    const versions = [
      ...[...parts, ...HEADER_NOTES, ...ROW_NOTES].map(({ since = 1 }) => since),
      ...parts.flatMap((part) => (part.type === "choice" ? Object.values(part.choicesSince ?? {}) : [])),
    ];
    expect(versions.filter((version) => version < 1 || version > FORMAT_VERSION)).toEqual([]);
  });

  test("puts later words after earlier ones, whose numbers they would move", () => {
    for (const part of parts) {
      if (part.type !== "choice") continue;
      const versions = part.choices.map((choice) => part.choicesSince?.[choice] ?? 1);
      expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    }
  });
});
