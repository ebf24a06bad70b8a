/** Files of earlier versions of the format, read by a prox whose own version is later. Both lanes go by the version. */
import { describe, expect, test, vi } from "vitest";

import { COLUMNS, KINDS } from "../../src/format/columns.ts";
import { FORMAT_VERSION } from "../../src/format/file.ts";
import { columnsOf, kindsAt } from "../../src/format/versions.ts";
import { KEY_COLUMNS, NULL_KEY } from "../../src/parsers/row-values.ts";
import { LATER, LATER_COLUMNS, LATER_EVENT, LATER_KEYS } from "../support/later-format.ts";
import { readRoundFile, type ReadResult } from "../support/read-round-file.ts";
import { finishFile, headerLines, roundFile, rowLine, SOME_ROWS } from "../support/round-files.ts";

vi.mock("../../src/format/columns.ts", async (original) => {
  const { LATER: since, laterColumns } = await import("../support/later-format.ts");
  const later = laterColumns(await original());
  // A column that both lanes keep the value of, and that sums are made of.
  const positions = later.COLUMNS.positions.map((column) =>
    column.name === "stationary_ms" ? { ...column, since } : column,
  );
  return { ...later, COLUMNS: { ...later.COLUMNS, positions } };
});
vi.mock("../../src/format/file.ts", async (original) => {
  const { laterFile } = await import("../support/later-format.ts");
  return laterFile(await original());
});

const VERSIONS = [1, LATER] as const;

/** Reads a file in both lanes, which must agree. */
function read(bytes: Buffer): ReadResult {
  const result = readRoundFile(bytes);
  expect(readRoundFile(bytes, { useFastLane: false })).toEqual(result);
  return result;
}

test("the made-up version is the present one, and has more than the first", () => {
  expect(FORMAT_VERSION).toBe(LATER);
  for (const kind of KINDS) {
    expect(columnsOf(kind, LATER)).toHaveLength(COLUMNS[kind].length);
    expect(columnsOf(kind, 1).map(({ name }) => name)).not.toContain(LATER_COLUMNS[kind].name);
  }
});

test("a kind of a later version is refused in a file of the first", () => {
  const { fatal } = read(roundFile("objectives", { version: 1 }));
  expect(fatal).toMatchObject({ code: "E_HEADER", line: 1, column: 2, text: "objectives" });
});

describe.each(VERSIONS)("a file of version %i", (version) => {
  test.each(kindsAt(version))("of %s is read by that version's columns", (kind) => {
    const rows = SOME_ROWS[kind];
    const { end, fatal, faults, notes, rows: found } = read(roundFile(kind, { version, rows }));
    expect({ fatal, faults }).toEqual({ fatal: undefined, faults: [] });
    expect(end?.rows).toBe(rows.length);
    expect(found.map(({ line }) => line)).toEqual(rows.map((row) => `${rowLine(kind, row, version)}\n`));
    const columns = columnsOf(kind, version).map(({ name }) => name);
    expect(notes[0]).toMatchObject({ header: { formatVersion: version, columns } });
  });

  test.each(kindsAt(version))("of %s: the columns of the other version are refused", (kind) => {
    const other = version === 1 ? LATER : 1;
    const columns = headerLines(kind, {}, other).at(-1) ?? "";
    const lines = [...headerLines(kind, {}, version).slice(0, -1), columns];
    const { fatal } = read(finishFile(lines, {}, version));
    expect(fatal).toMatchObject({ code: "E_COLUMNS", line: lines.length });
  });

  test.each(kindsAt(version))(
    "of %s: a wrong field is told by its place in that version, in every column",
    (kind) => {
      for (const [index, { name, type }] of columnsOf(kind, version).entries()) {
        const row = { ...SOME_ROWS[kind][0], [name]: "nonsense" };
        const { faults } = read(roundFile(kind, { version, rows: [row] }));
        const code = type === "choice" ? "E_CHOICE" : "E_SYNTAX";
        expect(faults).toMatchObject([{ code, field: name, column: index + 1 }]);
      }
    },
  );

  test("keeps no value of a column that the version does not have", () => {
    const rows = [{ ...SOME_ROWS.positions[0], stationary_ms: 7 }];
    const { rows: found } = read(roundFile("positions", { version, rows }));
    const key = KEY_COLUMNS.positions.indexOf("stationary_ms");
    expect(found[0]?.keys[key]).toBe(version === 1 ? NULL_KEY : 7);
  });

  test("a word of the later version", () => {
    const { faults } = read(roundFile("combat", { version, rows: [{ event: LATER_EVENT }] }));
    expect(faults.map(({ code, field }) => [code, field])).toEqual(
      version === 1 ? [["E_CHOICE", "event"]] : [],
    );
  });

  test.each([`#${LATER_KEYS.header}\tone`, `#capture\t${LATER_KEYS.capture}\ton`])(
    "%j in the header is of the later version",
    (line) => {
      const lines = headerLines("heatmap", {}, version).filter(
        (text) => !text.startsWith(`#${LATER_KEYS.header}`),
      );
      const at = lines.findIndex((text) => text.startsWith("#config"));
      const key = version === LATER && line.startsWith("#capture") ? [`#${LATER_KEYS.header}\tone`] : [];
      const bytes = finishFile([...lines.slice(0, at), ...key, line, ...lines.slice(at)], {}, version);
      expect(read(bytes).fatal?.code).toBe(version === 1 ? "E_HEADER" : undefined);
    },
  );

  test("a note of the later version", () => {
    const rows = [`#${LATER_KEYS.note}\tgold`];
    expect(read(roundFile("heatmap", { version, rows })).fatal?.code).toBe(
      version === 1 ? "E_NOTE" : undefined,
    );
  });

  test("a field more or less in a player note", () => {
    const other = version === 1 ? LATER : 1;
    const [note = ""] = roundFile("positions", { version: other })
      .toString()
      .split("\n")
      .filter((text) => text.startsWith("#player"));
    const lines = [...headerLines("positions", {}, version), note];
    expect(read(finishFile(lines, {}, version)).fatal).toMatchObject({ code: "E_NOTE" });
  });

  test("a key of the trailer", () => {
    const values = { [LATER_KEYS.trailer]: "3" };
    const good = roundFile("heatmap", { version, trailer: values });
    expect(read(good).end?.trailer?.endReason).toBe("finished");
    const other = finishFile(headerLines("heatmap", {}, version), values, version === 1 ? LATER : 1);
    expect(read(other).fatal).toMatchObject({ code: "E_TRAILER" });
  });
});

test.each([LATER + 1, 999_999_999])(
  "a file of version %i is refused with the version that is needed",
  (version) => {
    const bytes = Buffer.from(roundFile("heatmap").toString().replace(`\t${LATER}\n`, `\t${version}\n`));
    expect(read(bytes).fatal).toMatchObject({
      code: "E_FORMAT_VERSION",
      line: 1,
      column: 3,
      text: String(version),
      message: expect.stringContaining(
        `the file has format version ${version}, and this prox reads up to ${LATER}`,
      ) as string,
    });
  },
);

test.each(["0", "-1", "1.5", "01", "1e1", "", "one", "9999999999"])("version %j is none", (version) => {
  const bytes = Buffer.from(roundFile("heatmap").toString().replace(`\t${LATER}\n`, `\t${version}\n`));
  expect(read(bytes).fatal).toMatchObject({ code: "E_FORMAT_VERSION", line: 1, column: 3 });
});
