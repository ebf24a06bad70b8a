/** What is said of each fault of a round file: the whole line, word for word. */
import { describe, expect, test } from "vitest";

import type { Kind } from "../../src/format/columns.ts";
import { FORMAT_VERSION } from "../../src/format/file.ts";
import { LIMITS } from "../../src/format/limits.ts";
import { formatFault } from "../../src/parsers/fault.ts";
import { readRoundFile } from "../support/read-round-file.ts";
import { finishFile, headerLines, roundFile, type RowValues } from "../support/round-files.ts";

/** What is said first of a file; the same in both lanes. */
function said(bytes: Buffer, maximumNumberedRows?: number): string | undefined {
  const [fast, careful] = [true, false].map((useFastLane) => {
    const options = { useFastLane, ...(maximumNumberedRows === undefined ? {} : { maximumNumberedRows }) };
    const { fatal, faults } = readRoundFile(bytes, options);
    const fault = faults[0] ?? fatal;
    return fault === undefined ? undefined : formatFault(fault);
  });
  expect(fast).toBe(careful);
  return fast;
}

const HEADER = headerLines("heatmap");
const replaced = (start: string, text: string): Buffer =>
  finishFile(HEADER.map((line) => (line.startsWith(start) ? text : line)));
const without = (start: string): Buffer => finishFile(HEADER.filter((line) => !line.startsWith(start)));
const withNote = (note: string): Buffer => finishFile([...HEADER, note]);
const trailer = (values: Readonly<Record<string, string | undefined>>): Buffer => finishFile(HEADER, values);
const WHOLE = finishFile(HEADER).toString("latin1");
const edited = (from: string | RegExp, to: string): Buffer => {
  expect(WHOLE).toMatch(from);
  return Buffer.from(WHOLE.replace(from, to), "latin1");
};
const LONG = "x".repeat(LIMITS.textBytes + 1);

describe("the frame", () => {
  test.each([
    ["nothing", Buffer.alloc(0), "the file is empty [E_EMPTY_FILE]"],
    [
      "no round file",
      Buffer.from("hello\nworld\n"),
      'line 1: this is not a round file, and prox does not know its format: "hello" [E_NOT_ROUND_FILE]',
    ],
    [
      "another tracker's",
      Buffer.from("# PROXIMITY_TRACKER_V3\n"),
      "line 1: this is a file of the slomix proximity tracker, format V3, which prox cannot read: of this tracker prox reads formats V4 to V6; leave it out [E_FOREIGN_FORMAT]",
    ],
    [
      "a first line with too many fields",
      replaced("#prox", "#prox\theatmap\t2\tmore"),
      'line 1: the first line must be `#prox`, the kind and the format version: "#prox\\u{9}heatmap\\u{9}2\\u{9}more" [E_HEADER]',
    ],
    [
      "a first line with too few fields",
      replaced("#prox", "#prox\theatmap"),
      'line 1: the first line must be `#prox`, the kind and the format version: "#prox\\u{9}heatmap" [E_HEADER]',
    ],
    [
      "a kind that is unknown",
      replaced("#prox", "#prox\tmovies\t2"),
      'line 1, column 2: the kind must be one of positions, combat, engagements, heatmap, objectives: "movies" [E_HEADER]',
    ],
    [
      "a version that is no number",
      replaced("#prox", "#prox\theatmap\t2.0"),
      'line 1, column 3: the format version must be a whole number: "2.0" [E_FORMAT_VERSION]',
    ],
    [
      "a version of ten digits",
      replaced("#prox", "#prox\theatmap\t1234567890"),
      'line 1, column 3: the format version must be a whole number: "1234567890" [E_FORMAT_VERSION]',
    ],
    [
      "a version yet to come",
      replaced("#prox", `#prox\theatmap\t${FORMAT_VERSION + 1}`),
      'line 1, column 3: the file has format version 4, and this prox reads up to 3: install a prox that reads 4: "4" [E_FORMAT_VERSION]',
    ],
    [
      "a key that is missing",
      without("#map\t"),
      'line 4, column 1: `#map` is missing before this line: "#round" [E_HEADER]',
    ],
    [
      "the last key that is missing",
      without("#began_ms\t"),
      "line 15: `#began_ms` is missing before this line [E_HEADER]",
    ],
    [
      "a key that is unknown",
      replaced("#map\t", "#planet\tearth"),
      'line 4, column 1: `#map` is missing before this line: "#planet" [E_HEADER]',
    ],
    [
      "a key after the last",
      replaced("#config\tprox_sample_ms", "#planet\tearth"),
      'line 16, column 1: no such key belongs here: "#planet" [E_HEADER]',
    ],
    [
      "a key twice",
      replaced("#map\t", "#match_key\tagain"),
      'line 4, column 1: `#map` is missing before this line: "#match_key" [E_HEADER]',
    ],
    [
      "a key without a value",
      replaced("#map\t", "#map"),
      'line 4: `#map` must have one value: "#map" [E_HEADER]',
    ],
    [
      "a key with two values",
      replaced("#map\t", "#map\tsupply\tgoldrush"),
      'line 4: `#map` must have one value: "#map\\u{9}supply\\u{9}goldrush" [E_HEADER]',
    ],
    [
      "an empty text",
      replaced("#map\t", "#map\t"),
      'line 4, column 2 (map): must not be empty: "" [E_HEADER]',
    ],
    [
      "a text that is too long",
      replaced("#map\t", `#map\t${LONG}`),
      'line 4, column 2 (map): must not have more than 1024 bytes: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…" [E_HEADER]',
    ],
    [
      "a text with an unknown escape",
      replaced("#map\t", "#map\t\\q"),
      'line 4, column 2 (map): must be text with the format\'s escapes: "\\q" [E_HEADER]',
    ],
    [
      "a round that is none",
      replaced("#round\t", "#round\t3"),
      'line 5, column 2 (round): must be a whole number from 1 to 2: "3" [E_HEADER]',
    ],
    [
      "a whole number with a sign",
      replaced("#round\t", "#round\t+1"),
      'line 5, column 2 (round): must be a whole number from 1 to 2: "+1" [E_HEADER]',
    ],
    [
      "a time without its zone",
      replaced("#started_at", "#started_at\t2026-01-31T19:05:00"),
      'line 6, column 2 (started_at): must be a time in UTC like 2026-01-31T19:05:00Z: "2026-01-31T19:05:00" [E_HEADER]',
    ],
    [
      "a time of a year before computers",
      replaced("#started_at", "#started_at\t1969-12-31T23:59:59Z"),
      'line 6, column 2 (started_at): must be a time in UTC like 2026-01-31T19:05:00Z: "1969-12-31T23:59:59Z" [E_HEADER]',
    ],
    [
      "a SHA-1 that is too short",
      replaced("#tracker_sha1", "#tracker_sha1\tabc"),
      'line 11, column 2 (tracker_sha1): must be 40 lower-case hex digits: "abc" [E_HEADER]',
    ],
    [
      "a SHA-1 in capitals",
      replaced("#tracker_sha1", "#tracker_sha1\tABCDEF0123456789ABCDEF0123456789ABCDEF01"),
      'line 11, column 2 (tracker_sha1): must be 40 lower-case hex digits: "ABCDEF0123456789ABCDEF0123456789ABCDEF01" [E_HEADER]',
    ],
    [
      "a setting of one field",
      replaced("#config\tprox_sample_ms", "#config\tprox_sample_ms"),
      'line 16: `#config` must have these fields: name, value: "#config\\u{9}prox_sample_ms" [E_HEADER]',
    ],
    [
      "a setting twice",
      replaced("#config\tprox_heatmap", "#config\tprox_sample_ms\t1"),
      'line 17, column 2: a `config` line before this one has the same name: "prox_sample_ms" [E_HEADER]',
    ],
    [
      "a capture that is unknown",
      replaced("#capture\tfire", "#capture\tsmell\ton"),
      'line 19, column 2 (name): must be one of positions, fire, mounted_fire, hit, hit_region, kill, revive, engagement, crossfire, bait, trade, heatmap, objectives, announce: "smell" [E_HEADER]',
    ],
    [
      "a capture twice",
      replaced("#capture\tfire", "#capture\tpositions\ton"),
      'line 19, column 2: a `capture` line before this one has the same name: "positions" [E_HEADER]',
    ],
    [
      "another column",
      edited("cell_y", "cell_z"),
      'line 20, column 3: the column must be `cell_y`: "cell_z" [E_COLUMNS]',
    ],
    [
      "a column less",
      edited("\tdeaths\n", "\n"),
      'line 20, column 6: the column must be `deaths`: "" [E_COLUMNS]',
    ],
    [
      "a column more",
      edited("\tdeaths\n", "\tdeaths\tassists\n"),
      'line 20, column 7: there are no more columns: "assists" [E_COLUMNS]',
    ],
    [
      "a row before the columns",
      edited("#columns", "1\t0\t1\t0\t0\n#columns"),
      'line 20: there is a row before the header\'s end: "1\\u{9}0\\u{9}1\\u{9}0\\u{9}0" [E_HEADER]',
    ],
    [
      "a note that is unknown",
      withNote("#remark\thello"),
      'line 21, column 1: only these lines may stand between rows: `#player`, `#capture`, `#objective`, `#announce`: "#remark" [E_NOTE]',
    ],
    [
      "a player note with a field less",
      withNote("#player\t0\t1\tG\tname\t1\t0"),
      'line 21: `#player` must have these fields: time_ms, slot, guid, name, team, class, is_bot: "#player\\u{9}0\\u{9}1\\u{9}G\\u{9}name\\u{9}1\\u{9}0" [E_NOTE]',
    ],
    [
      "a player note with a bad slot",
      withNote("#player\t0\t64\tG\tname\t1\t0\t0"),
      'line 21, column 3 (slot): must be a whole number from 0 to 63: "64" [E_NOTE]',
    ],
    [
      "a trailer key that is missing",
      trailer({ end_ms: undefined }),
      'line 23, column 1: `#end_ms` is missing before this line: "#end_reason" [E_TRAILER]',
    ],
    [
      "the last trailer key that is missing",
      trailer({ errors: undefined }),
      "line 30: `#errors` is missing before this line [E_TRAILER]",
    ],
    [
      "an end reason that is unknown",
      trailer({ end_reason: "finito" }),
      'line 24, column 2 (end_reason): must be one of finished, map_restart, map_change, warmup, shutdown, module_unloaded: "finito" [E_TRAILER]',
    ],
    [
      "a mean of two decimals",
      trailer({ frame_mean_us: "12.55" }),
      'line 27, column 2 (frame_mean_us): must be a number with 1 decimal from 0 to 2147483647: "12.55" [E_TRAILER]',
    ],
    [
      "a mean without decimals",
      trailer({ frame_mean_us: "12" }),
      'line 27, column 2 (frame_mean_us): must be a number with 1 decimal from 0 to 2147483647: "12" [E_TRAILER]',
    ],
    [
      "a mean that is out of range",
      trailer({ frame_mean_us: "2147483648.0" }),
      'line 27, column 2 (frame_mean_us): must be a number with 1 decimal from 0 to 2147483647: "2147483648.0" [E_TRAILER]',
    ],
    [
      "an end long after all else",
      trailer({ end_ms: "4320001" }),
      'line 31: the trailer says that the round ended at 4320001 ms, and rows and time limit end at 720000 ms: "4320001" [E_TRAILER]',
    ],
    [
      "a row within the trailer",
      edited("#errors", "1\t0\t1\t0\t0\n#errors"),
      'line 30: there is a row within or after the trailer: "1\\u{9}0\\u{9}1\\u{9}0\\u{9}0" [E_AFTER_TRAILER]',
    ],
    [
      "another number of rows",
      edited("#rows\t0", "#rows\t1"),
      "line 31: the trailer says 1 rows, and the file has 0 [E_ROW_COUNT]",
    ],
    [
      "another checksum",
      edited(/[0-9a-f]{16}\n$/, "0123456789abcdef\n"),
      'line 31, column 3: the file\'s bytes have the checksum 0405abc60521a305: "0123456789abcdef" [E_CHECKSUM]',
    ],
    [
      "a checksum that is too short",
      edited(/[0-9a-f]{16}\n$/, "0123456789abcde\n"),
      'line 31, column 3 (checksum): must be 16 lower-case hex digits: "0123456789abcde" [E_TRAILER]',
    ],
    [
      "a checksum of another algorithm",
      edited("poly54", "crc32"),
      'line 31, column 2 (algorithm): must be one of poly54: "crc32" [E_TRAILER]',
    ],
    [
      "a line after the checksum",
      edited(/\n$/, "\n#errors\t0\n"),
      'line 32: a line after the checksum: "#errors\\u{9}0" [E_AFTER_TRAILER]',
    ],
    [
      "a row after the checksum",
      edited(/\n$/, "\n1\t0\t1\t0\t0\n"),
      'line 32: there is a row within or after the trailer: "1\\u{9}0\\u{9}1\\u{9}0\\u{9}0" [E_AFTER_TRAILER]',
    ],
    [
      "bytes after the checksum",
      edited(/\n$/, "\nabc"),
      'line 32: bytes after the last line: "abc" [E_AFTER_TRAILER]',
    ],
    [
      "bytes that are no UTF-8",
      edited("supply-1", "supp\u00ffy"),
      'line 2: must be valid UTF-8: "#round_key\\u{9}20260131-190500-supp�y-a1b2c3" [E_ENCODING]',
    ],
    [
      "a file that was cut in its header",
      Buffer.from(`${HEADER.slice(0, 5).join("\n")}\n`),
      "line 6: the file was cut before its header ended [E_HEADER]",
    ],
    [
      "a row that is too long",
      finishFile([...HEADER, "1".repeat(LIMITS.lineBytes + 1)]),
      'line 21: a line has more than 65536 bytes: "111111111111111111111111111111111111111111111111111111111111…" [E_LINE_TOO_LONG]',
    ],
    [
      "a note that is too long",
      withNote(`#player\t${"1".repeat(LIMITS.lineBytes)}`),
      'line 21: a line has more than 65536 bytes: "#player\\u{9}1111111111111111111111111111111111111111111111111111…" [E_LINE_TOO_LONG]',
    ],
  ])("%s", (_, bytes, message) => {
    expect(said(bytes)).toBe(message);
  });
});

describe("the rows", () => {
  const rows = (kind: Kind, ...values: readonly (RowValues | string)[]): Buffer =>
    roundFile(kind, { rows: values });
  const engagement = { record: "engagement", engagement: 3 };
  test.each([
    [
      "a field less",
      rows("heatmap", "1\t0\t1\t0"),
      'line 21: a row must have 5 fields, this one has 4: "1\\u{9}0\\u{9}1\\u{9}0" [E_FIELD_COUNT]',
    ],
    [
      "a field more",
      rows("heatmap", "1\t0\t1\t0\t0\t0"),
      'line 21: a row must have 5 fields, this one has 6: "1\\u{9}0\\u{9}1\\u{9}0\\u{9}0\\u{9}0" [E_FIELD_COUNT]',
    ],
    [
      "an empty field",
      rows("heatmap", { kills: "" }),
      'line 21, column 4 (kills): must not be empty: "" [E_NULL]',
    ],
    [
      "a word that is no choice",
      rows("combat", { event: "fly" }),
      'line 23, column 2 (event): must be one of fire, hit, kill, spawn, revive, gib, tapout, join, leave, pause, resume: "fly" [E_CHOICE]',
    ],
    [
      "no whole number",
      rows("heatmap", { cell_x: "1e5" }),
      'line 21, column 1 (cell_x): must be a whole number: "1e5" [E_SYNTAX]',
    ],
    [
      "a whole number that is spelt otherwise",
      rows("heatmap", { cell_x: "+1" }),
      'line 21, column 1 (cell_x): must be a whole number, without plus sign, leading zeros or a minus before 0: "+1" [E_SYNTAX]',
    ],
    [
      "a decimal in place of a whole number",
      rows("heatmap", { cell_x: "1.0" }),
      'line 21, column 1 (cell_x): must be a whole number: "1.0" [E_SYNTAX]',
    ],
    [
      "no decimal",
      rows("positions", { x: "12" }),
      'line 23, column 4 (x): must be a number with 1 decimal: "12" [E_SYNTAX]',
    ],
    [
      "a decimal that is spelt otherwise",
      rows("positions", { x: "01.5" }),
      'line 23, column 4 (x): must be a number with 1 decimal, without plus sign, leading zeros or a minus before 0: "01.5" [E_SYNTAX]',
    ],
    [
      "a number that is too small",
      rows("heatmap", { kills: -1 }),
      'line 21, column 4 (kills): must lie between 0 and 1000000: "-1" [E_RANGE]',
    ],
    [
      "a number that is too large",
      rows("heatmap", { team: 3 }),
      'line 21, column 3 (team): must lie between 1 and 2: "3" [E_RANGE]',
    ],
    [
      "a row before another",
      rows("positions", { time_ms: 9 }, { time_ms: 8 }),
      'line 24, column 1 (time_ms): must not be before 9: "8" [E_TIME_ORDER]',
    ],
    [
      "an unknown player",
      rows("positions", { time_ms: 9, slot: 7 }),
      'line 23, column 2 (slot): no `#player` line before it names this slot: "7" [E_UNKNOWN_PLAYER]',
    ],
    [
      "an unknown target",
      rows("combat", { event: "join", target_slot: 7 }),
      'line 23, column 4 (target_slot): no `#player` line before it names this slot: "7" [E_UNKNOWN_PLAYER]',
    ],
    [
      "a player twice at a time",
      rows("positions", { time_ms: 9 }, { time_ms: 9 }),
      'line 24, column 2 (slot): has a row at this time already: "0" [E_DUPLICATE_ROW]',
    ],
    [
      "an engagement twice",
      rows("engagements", engagement, engagement),
      'line 24, column 3 (engagement): this engagement has a row already: "3" [E_DUPLICATE_ROW]',
    ],
    [
      "an engagement without its number",
      rows("engagements", { record: "engagement", engagement: null }),
      "line 23, column 3 (engagement): must not be empty in this record [E_NULL]",
    ],
    [
      "a participant without a slot",
      rows("engagements", { record: "participant", engagement: 3, side: "attackers", slot: null }),
      "line 23, column 11 (slot): must not be empty in this record [E_NULL]",
    ],
    [
      "a cell twice",
      rows("heatmap", { cell_x: 4, cell_y: -5 }, { cell_x: 4, cell_y: -5 }),
      'line 22, column 1 (cell_x): cell 4 -5 has a row for team 1 already: "4" [E_DUPLICATE_ROW]',
    ],
    [
      "players out of order",
      rows("positions", { time_ms: 9 }, "#player\t8\t1\tG\tn\t1\t0\t0"),
      'line 24, column 2 (time_ms): must not be before 9: "8" [E_NOTE]',
    ],
  ])("%s", (_, bytes, message) => {
    expect(said(bytes)).toBe(message);
  });

  test("more cells than there may be", () => {
    const bytes = rows("heatmap", { cell_x: 1 }, { cell_x: 2 }, { cell_x: 3 });
    expect(said(bytes, 2)).toBe("line 23: no round has more than 2 of these [E_TOO_MANY_ROWS]");
  });
});
