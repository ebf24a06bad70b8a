/**
 * The two lanes in which rows are read must agree on every input: same rows, same key values, same faults at the same
 * lines. PROX_FUZZ_RUNS sets the number of inputs; the long run takes 100000.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Column } from "../../src/format/column.ts";
import { COLUMNS, KINDS, type Kind } from "../../src/format/columns.ts";
import { readRoundFile, type ReadResult } from "../support/read-round-file.ts";
import { roundFile, rowLine, SOME_ROWS } from "../support/round-files.ts";

const RUNS = Number(process.env["PROX_FUZZ_RUNS"] ?? 2000);
const TIMEOUT_MS = 60_000 + RUNS * 30;

/** A field as a column demands it, at the edges of its range more often than chance has it. */
function validField(column: Column): fc.Arbitrary<string> {
  const some =
    column.type === "choice"
      ? fc.constantFrom(...column.choices)
      : fc
          .oneof(
            fc.constantFrom(column.minimum, column.maximum, 0, 1),
            fc.double({ min: column.minimum, max: column.maximum, noNaN: true }),
          )
          .map((value) => Math.min(column.maximum, Math.max(column.minimum, value)))
          .map((value) =>
            column.type === "decimal" ? value.toFixed(column.digits) : String(Math.round(value)),
          );
  return column.nullable ? fc.oneof(some, fc.constant("")) : some;
}

const oddField = fc.oneof(
  fc.constantFrom(
    "",
    "-",
    "-0",
    "-0.0",
    "00",
    "007",
    "1e5",
    "1.",
    ".1",
    "0x1",
    "NaN",
    "Infinity",
    " 1",
    "1 ",
    "+1",
  ),
  fc.constantFrom(
    '"',
    '"1"',
    "'",
    "\\N",
    "\\.",
    "#",
    "\r",
    "\u0000",
    "\ufeff1",
    "１",
    "fire",
    "FIRE",
    "99999999999",
  ),
  fc.bigInt({ min: -(10n ** 22n), max: 10n ** 22n }).map(String),
  fc.double().map(String),
  fc.double({ min: -1e6, max: 1e6 }).map((value) => value.toFixed(1)),
  fc.string({ maxLength: 8 }).map((text) => text.replace(/[\t\n]/g, "?")),
);

function row(kind: Kind): fc.Arbitrary<string> {
  const fields = COLUMNS[kind].map((column) =>
    // Time and slots small, so that rows come in order and name known players often enough.
    column.name === "time_ms"
      ? fc.integer({ min: 0, max: 20 }).map(String)
      : column.name.endsWith("slot")
        ? fc.oneof(
            { weight: 9, arbitrary: fc.constantFrom("0", "1") },
            { weight: 1, arbitrary: validField(column) },
          )
        : validField(column),
  );
  const good = fc.tuple(...fields).map((values) => values.join("\t"));
  const odd = fc.tuple(good, fc.nat(), oddField).map(([line, at, field]) =>
    line
      .split("\t")
      .with(at % fields.length, field)
      .join("\t"),
  );
  const ragged = fc.tuple(good, fc.nat()).map(([line, at]) => line.slice(0, at % (line.length + 1)));
  return fc.oneof(
    { weight: 8, arbitrary: good },
    { weight: 2, arbitrary: odd },
    { weight: 1, arbitrary: ragged },
  );
}

/** Rows in order of time, as long as they can be read: faults of order would hide all others. */
function sorted(lines: readonly string[]): string[] {
  return [...lines].sort((a, b) => (Number.parseInt(a) || 0) - (Number.parseInt(b) || 0));
}

const file = fc.constantFrom(...KINDS).chain((kind) =>
  fc.record({
    kind: fc.constant(kind),
    lines: fc.oneof(
      fc.array(row(kind), { maxLength: 30 }),
      fc.array(row(kind), { maxLength: 30 }).map(sorted),
    ),
    chunkBytes: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.constant(100_000)),
  }),
);

function expectLanesToAgree(bytes: Buffer, chunkBytes: number): ReadResult {
  const fast = readRoundFile(bytes, {}, chunkBytes);
  const reference = readRoundFile(bytes, { useFastLane: false });
  expect(fast).toEqual(reference);
  return fast;
}

describe("fast lane and csv-parse agree", () => {
  test(
    "on rows made at random",
    () => {
      let accepted = 0;
      let refused = 0;
      fc.assert(
        fc.property(file, ({ kind, lines, chunkBytes }) => {
          const { faults, rows } = expectLanesToAgree(roundFile(kind, { rows: lines }), chunkBytes);
          accepted += rows.length;
          refused += faults.length;
        }),
        { numRuns: RUNS },
      );
      // Both kinds of rows must come up in numbers, or the comparison says little.
      expect(accepted).toBeGreaterThan(RUNS);
      expect(refused).toBeGreaterThan(RUNS);
    },
    TIMEOUT_MS,
  );

  test(
    "on whole files with bytes changed, lost or doubled",
    () => {
      const originals = KINDS.map((kind) => roundFile(kind, { rows: SOME_ROWS[kind] }));
      const mutation = fc.record({
        file: fc.constantFrom(...originals),
        at: fc.nat(),
        length: fc.integer({ min: 0, max: 40 }),
        bytes: fc.uint8Array({ maxLength: 6 }),
        chunkBytes: fc.integer({ min: 1, max: 5000 }),
      });
      fc.assert(
        fc.property(mutation, ({ at, bytes, chunkBytes, file: original, length }) => {
          const start = at % original.length;
          const mutated = Buffer.concat([
            original.subarray(0, start),
            bytes,
            original.subarray(start + length),
          ]);
          const { end, fatal } = expectLanesToAgree(mutated, chunkBytes);
          // A whole file that differs from the original cannot pass: the checksum would not fit.
          if (fatal === undefined && end?.trailer !== undefined) expect(mutated.equals(original)).toBe(true);
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );
});

test(
  "what is accepted comes out as the very bytes that went in",
  () => {
    const noNewline = fc.string({ unit: "binary-ascii" });
    const name = fc
      .oneof(fc.string({ unit: "grapheme" }), noNewline)
      .map((text) => text.replaceAll("\0", ""));
    fc.assert(
      fc.property(name, fc.array(row("combat"), { maxLength: 20 }), (playerName, all) => {
        // A line that begins with `#` is no row.
        const lines = all.filter((line) => !line.startsWith("#"));
        const players = [0, 1].map((slot) => ({ slot, guid: `G${slot}`, name: playerName.slice(0, 60) }));
        const { faults, notes, rows } = readRoundFile(roundFile("combat", { players, rows: lines }));
        for (const note of notes)
          if (note.type === "player") expect(note.player.name).toBe(playerName.slice(0, 60));
        const refused = new Set(faults.map(({ line }) => line));
        const firstLine = 23;
        const kept = lines.filter((_, index) => !refused.has(firstLine + index));
        expect(rows.map(({ line }) => Buffer.from(line, "latin1").toString())).toEqual(
          kept.map((line) => `${line}\n`),
        );
      }),
      { numRuns: RUNS },
    );
  },
  TIMEOUT_MS,
);

test("rows around one that the fast lane leaves to csv-parse are not lost for the batch", () => {
  const unusual = rowLine("heatmap", { cell_x: "00000000000000000007" });
  const rows = [rowLine("heatmap", { cell_x: 1 }), unusual, rowLine("heatmap", { cell_x: 2 })];
  const result = readRoundFile(roundFile("heatmap", { rows }));
  expect(result.faults).toMatchObject([{ code: "E_SYNTAX", field: "cell_x" }]);
  expect(result.rows.map(({ keys }) => keys[0])).toEqual([1, 2]);
});
