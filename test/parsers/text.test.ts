/** The text of fields and of messages, and what a file is by its first bytes. */
import { describe, expect, test } from "vitest";

import { formatFault, makeFault, refuse, RoundFileError } from "../../src/parsers/fault.ts";
import { recognise, RECOGNITION_BYTES } from "../../src/parsers/recognise.ts";
import { decimalsText, showText, unescapeText } from "../../src/parsers/text.ts";

describe("escapes", () => {
  test.each([
    ["", ""],
    ["plain", "plain"],
    ["a\\tb", "a\tb"],
    ["a\\nb\\rc", "a\nb\rc"],
    ["\\\\x41", "\\x41"],
    ["\\x01\\x1f\\x7f", "\u0001\u001f\u007f"],
    ["\\x80\\xe9\\xff", "\u0080\u00e9\u00ff"],
    ["\u0080\u009f", "\u0080\u009f"],
    ["日本", "日本"],
  ])("%j reads as %j", (written, text) => {
    expect(unescapeText(written)).toBe(text);
  });

  test.each([
    "\\",
    "a\\",
    "\\q",
    "\\x4",
    "\\xAB",
    "\\x41",
    "\\x20",
    "\\x7e",
    "\\x5c",
    "\\x09",
    "\\x0a",
    "\\x00",
    "\t",
    "\u0001",
    "\u007f",
    "\\\n",
    "good \\t and bad \\q",
  ])("%j is none of the format's", (written) => {
    expect(unescapeText(written)).toBeUndefined();
  });
});

describe("text that is shown", () => {
  test.each([
    ["as it is", "as it is"],
    ["a".repeat(60), "a".repeat(60)],
    ["a".repeat(61), `${"a".repeat(60)}…`],
    ["\u001b[31m", "\\u{1b}[31m"],
    ["\u202e\u2028\u2029\ufeff", "\\u{202e}\\u{2028}\\u{2029}\\u{feff}"],
    ["\ud83d", "\\u{d83d}"],
    ["\u{1f600}", "\u{1f600}"],
  ])("%j as %j", (text, shown) => {
    expect(showText(text)).toBe(shown);
  });
});

test.each([
  [1, "1 decimal"],
  [2, "2 decimals"],
])("%i: %s", (digits, text) => {
  expect(decimalsText(digits)).toBe(text);
});

describe("a fault in one line", () => {
  test.each([
    ["nothing but the fault", makeFault("E_EMPTY_FILE", 0, "is empty"), "is empty [E_EMPTY_FILE]"],
    ["a line", makeFault("E_HEADER", 3, "is wrong"), "line 3: is wrong [E_HEADER]"],
    [
      "a column",
      makeFault("E_HEADER", 3, "is wrong", { column: 2 }),
      "line 3, column 2: is wrong [E_HEADER]",
    ],
    [
      "a field and its text",
      makeFault("E_NULL", 3, "is wrong", { column: 2, field: "map", text: "\t" }),
      'line 3, column 2 (map): is wrong: "\\u{9}" [E_NULL]',
    ],
    [
      "a field without its column",
      makeFault("E_TRAILER", 3, "is late", { field: "end_ms" }),
      "line 3: is late [E_TRAILER]",
    ],
  ])("%s", (_, fault, text) => {
    expect(formatFault(fault)).toBe(text);
  });

  test("is the message of the error", () => {
    const fault = makeFault("E_HEADER", 3, "is wrong", { column: 2, text: "x" });
    const thrown = (): never => refuse("E_HEADER", 3, "is wrong", { column: 2, text: "x" });
    expect(thrown).toThrow(new RoundFileError(fault));
    expect(new RoundFileError(fault)).toMatchObject({
      name: "RoundFileError",
      message: formatFault(fault),
      fault,
    });
  });
});

describe("a file by its first bytes", () => {
  test.each([
    ["", { is: "empty" }],
    ["#prox\theatmap\t1\n", { is: "round" }],
    ["#prox heatmap", { is: "unknown" }],
    ["hello", { is: "unknown" }],
    [
      "# COMBAT_EVENTS_DATA\r\nmore",
      { is: "foreign", name: "a combat file of the hand-written proximity tracker 1" },
    ],
    [
      "\ufeff# POSITION_TRACKER_DATA v1",
      { is: "foreign", name: "a positions file of the hand-written proximity tracker 1" },
    ],
    [
      "# ENGAGEMENT_ANALYSIS",
      { is: "foreign", name: "an engagements file of the hand-written proximity tracker 1" },
    ],
    ["# HEATMAP_DATA", { is: "foreign", name: "a heatmap file of the hand-written proximity tracker 1" }],
    ["# HEATMAP_DATABASE", { is: "unknown" }],
    ["x# HEATMAP_DATA", { is: "unknown" }],
    ["x\ufeff# HEATMAP_DATA", { is: "unknown" }],
    ["# HEAT\ufeffMAP_DATA", { is: "unknown" }],
    ["first\n# HEATMAP_DATA", { is: "unknown" }],
    [
      "# PROXIMITY_TRACKER_V12 of",
      { is: "foreign", name: "a file of the slomix proximity tracker, format V12" },
    ],
    ["# PROXIMITY_TRACKER_V1234", { is: "unknown" }],
  ])("%j", (text, recognition) => {
    const bytes = Buffer.from(text);
    expect(recognise(bytes)).toMatchObject(recognition);
    // Within a larger buffer, only its own bytes count.
    expect(
      recognise(
        Buffer.concat([Buffer.from("#prox\t"), bytes, Buffer.from("\t")]).subarray(6, 6 + bytes.length),
      ),
    ).toMatchObject(recognition);
  });

  test("no more of them than are needed", () => {
    const long = `${" ".repeat(RECOGNITION_BYTES - 14)}# HEATMAP_DATA`;
    expect(recognise(Buffer.from(`# HEATMAP_DATA${long}`))).toMatchObject({ is: "foreign" });
    expect(recognise(Buffer.alloc(100_000, "#"))).toEqual({ is: "unknown" });
  });
});
