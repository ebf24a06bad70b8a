import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";

import { describe, expect, test, vi } from "vitest";

import { findPaths } from "../../src/import/find-paths.ts";
import { validateFiles } from "../../src/import/validate-files.ts";
import { makeFault, refuse } from "../../src/parsers/fault.ts";
import type { ForeignLine, ForeignReader, ForeignRound } from "../../src/parsers/foreign/foreign-round.ts";
import { decodeMixed } from "../../src/parsers/foreign/mixed-text.ts";
import { contentHash, wholeText } from "../../src/parsers/foreign/text.ts";
import { setUpImports } from "../support/import.ts";
import { DEFAULT_PLAYERS, writeRound } from "../support/round-files.ts";
import { zipOf } from "../support/zip.ts";

/**
 * A format made for these tests: `toy`, then rounds: a line `round<TAB>map<TAB>start` and lines
 * `time<TAB>name<TAB>GUID<TAB>x<TAB>kills whom`, ended by `end<TAB>time`.
 */
function* readToy(text: string): Generator<ForeignRound> {
  const lines = text.split(/\r?\n/);
  for (let at = 1; at < lines.length;) {
    const [mark, map = "", startedAt = ""] = (lines[at] ?? "").split("\t");
    if (mark === "") return;
    if (mark !== "round") refuse("E_FOREIGN_FILE", at + 1, "there must be a round", { text: mark ?? "" });
    const first = at + 1;
    let next = first;
    while (next < lines.length && !/^(?:round|end)\t/.test(lines[next] ?? "")) next++;
    const isEnded = lines[next]?.startsWith("end\t") === true;
    const rows = lines.slice(first, next).filter((line) => line !== "");
    const fields = rows.map((row, index) => [first + 1 + index, ...row.split("\t")] as const);
    const names = [...new Set(fields.map(([, , name = ""]) => name))];
    const players = names.map((name, slot) => {
      const [, timeMs, , guid = ""] = fields.find(([, , other]) => other === name) ?? [0];
      const rest = { slot, guid, name: decodeMixed(name), team: 1 + (slot % 2), class: 0, isBot: false };
      return { timeMs: Number(timeMs), ...rest, ...(guid === "-" ? { guid: "", isByName: true } : {}) };
    });
    const lineOf = function* (make: (field: (typeof fields)[number]) => ForeignLine | undefined) {
      for (const field of fields) {
        const made = make(field);
        if (made !== undefined) yield made;
      }
    };
    const content = [lines[at], ...lines.slice(first, next + (isEnded ? 1 : 0))].join("\n");
    const endMs = Number(lines[next]?.split("\t")[1]);
    yield {
      trackerVersion: "toy 1",
      contentSha256: contentHash(content),
      map,
      round: 1,
      startedAt,
      isStartExact: true,
      gameType: null,
      timeLimitMs: null,
      serverName: null,
      engineVersion: null,
      luaVersion: null,
      attackingTeam: null,
      notes: ["slots_made_up"],
      captures: new Map([
        ["positions", "partly"],
        ["kill", "on"],
        ["hit", "unknown"],
      ]),
      configuration: new Map([["prox_sample_ms", "200"]]),
      end: isEnded
        ? {
            endMs,
            endedAt: new Date(Date.parse(startedAt) + endMs).toISOString(),
            endReason: "finished",
            winnerTeam: null,
          }
        : undefined,
      tornBytes: 0,
      players: players.toSorted((one, other) => one.timeMs - other.timeMs),
      rows: {
        positions: () =>
          lineOf(([line, time, name = "", , x]) =>
            x === "?"
              ? { fault: makeFault("E_SYNTAX", line, "must be a number", { field: "x", text: x }) }
              : {
                  line,
                  values: {
                    time_ms: Number(time),
                    slot: names.indexOf(name),
                    life: 1,
                    x: Number(x),
                    y: 0,
                    z: 0,
                    class: 0,
                    health: 100,
                  },
                },
          ),
        combat: () =>
          lineOf(([line, time, name = "", , , whom = ""]) =>
            whom === ""
              ? undefined
              : {
                  line,
                  values: {
                    time_ms: Number(time),
                    event: "kill",
                    attacker_slot: names.indexOf(name),
                    target_slot: names.indexOf(whom),
                    relation: "enemy",
                  },
                },
          ),
      },
    };
    at = isEnded ? next + 1 : next;
  }
}

const TOY: ForeignReader = vi.hoisted(() => ({
  source: "toy",
  version: 1,
  recognises: (head: string) => head.startsWith("toy\n") || head.startsWith("toy\r\n"),
  readRounds: () => {
    throw new Error("set below");
  },
}));
vi.mock("../../src/parsers/foreign/readers.ts", () => ({ FOREIGN_READERS: [TOY] }));
Object.assign(TOY, {
  async *readRounds(bytes: AsyncIterable<Buffer>) {
    yield* readToy(await wholeText(bytes));
  },
} satisfies Partial<ForeignReader>);

const imports = setUpImports();
const { contents, newKey, run } = imports;

const START = Date.parse("2026-01-31T19:05:00Z");
let starts = 0;
/** A start that no other round of these tests has. */
const newStart = (): string => new Date(START + 3_600_000 * ++starts).toISOString();

const ROWS = ["100\tAnna\tA1\t10", "100\tBert\tB1\t20", "300\tAnna\tA1\t11.5\tBert", "500\tAnna\tA1\t12"];
const roundText = (startedAt: string, rows = ROWS, end = "end\t900"): string =>
  [`round\tsupply\t${startedAt}`, ...rows, end].join("\n");
const keyOf = (startedAt: string): string =>
  `toy-${startedAt.slice(0, 19).replace("T", "-").replaceAll(":", "")}-supply`;

async function write(name: string, text: string | Buffer): Promise<string> {
  const file = path.join(imports.folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

describe("a file of another tracker", () => {
  test("is stored with what it records, and the rest is null", async () => {
    const start = newStart();
    await write("any.name", `toy\n${roundText(start)}\n`);
    const report = await run([imports.folder]);
    expect(report.rounds).toMatchObject([
      {
        roundKey: keyOf(start),
        map: "supply",
        status: "imported",
        complete: true,
        endReason: "finished",
        missing: [],
        // Of fights our rules find trades, as kills are whole, and others not.
        rows: { positions: 4, combat: 1, engagements: 0, heatmap: 0, objectives: null },
      },
    ]);
    const { round, player_positions: positions, combat_events: combat } = await contents(keyOf(start));
    expect(round).toMatchObject({
      source: "toy",
      tracker_version: "toy 1",
      source_notes: ["slots_made_up"],
      game_type: null,
      server_name: null,
      rows_lost: null,
      tracker_errors: null,
      end_ms: 900,
      captures: { positions: "partly", kill: "on", hit: "unknown" },
    });
    expect(positions).toHaveLength(4);
    expect(positions).toContainEqual({
      facts: expect.objectContaining({ time_ms: 300, x: 11.5, team: 1, yaw_deg: null }) as unknown,
    });
    expect(combat).toMatchObject([
      { facts: { event: "kill", event_number: 1, attacker_team: 1, target_team: 2 } },
    ]);
    const [stats] = await imports.sql`
      select kills, alive_ms, lives from player_engagement_stats
      where round_id = (select round_id from rounds where round_key = ${keyOf(start)}) and kills > 0`;
    expect(stats).toEqual({ kills: 1, alive_ms: null, lives: null });
  });

  test("is stored once, however it is called, packed, and its lines end", async () => {
    const start = newStart();
    const text = `toy\n${roundText(start)}\n`;
    const file = await write("one.txt", text);
    await run([file]);
    const before = await contents(keyOf(start));
    await copyFile(file, path.join(imports.folder, "two.txt"));
    await write("three.txt.gz", gzipSync(text));
    await write("four.zip", zipOf([{ name: "x/../five", bytes: Buffer.from(text) }], true));
    await write("six.txt", text.replaceAll("\n", "\r\n"));
    const again = await run([imports.folder]);
    expect(again.totals).toMatchObject({
      rows: 0,
      rounds: { imported: 0, replaced: 0, skipped: 1, rejected: 0 },
      files: { skipped: 10, rejected: 0 },
    });
    expect(await contents(keyOf(start))).toEqual(before);
  });

  test("may hold several rounds, in an archive that passes by too", async () => {
    const [one, two] = [newStart(), newStart()];
    const text = `toy\n${roundText(one)}\n${roundText(two, ["0\tAnna\tA1\t1"])}\n`;
    await write("both.txt", text);
    execFileSync("tar", ["czf", "all.tgz", "both.txt"], { cwd: imports.folder });
    const tar = path.join(imports.folder, "all.tgz");
    const report = await run([tar]);
    expect(report.rounds.map(({ roundKey, rows }) => [roundKey, rows.positions, rows.combat])).toEqual([
      [keyOf(one), 4, 1],
      [keyOf(two), 1, 0],
    ]);
  });

  test("is refused with the line, and the rounds before it stay", async () => {
    const start = newStart();
    const file = await write("torn.txt", `toy\n${roundText(start)}\nwhat\n`);
    const report = await run([file]);
    expect(report.files.filter(({ error }) => error !== null)).toMatchObject([
      { label: file, error: { code: "E_FOREIGN_FILE", line: 8, text: "what" } },
    ]);
    expect(report.rounds).toMatchObject([{ roundKey: keyOf(start), complete: true }]);
  });

  test("is refused by a bad row, kind by kind, or goes on without it", async () => {
    const start = newStart();
    const rows = [...ROWS, "600\tAnna\tA1\t?", "700\tAnna\tA1\t99999999", "800\tBert\tB1\t2\tAnna"];
    const file = await write("bad.txt", `toy\n${roundText(start, rows)}\n`);
    const refused = await run([file]);
    expect(refused.files).toMatchObject([
      { kind: "positions", fate: "rejected", error: { code: "E_SYNTAX", line: 7, field: "x", text: "?" } },
      { kind: "combat", fate: "imported" },
    ]);
    expect(refused.rounds).toMatchObject([{ complete: false, rows: { positions: null, combat: 2 } }]);
    const left = await run([file], { badRows: "skip" });
    expect(left.files).toMatchObject([
      {
        kind: "positions",
        fate: "imported",
        rows: 5,
        rowsRejected: 2,
        badRows: [
          { code: "E_SYNTAX", line: 7 },
          { code: "E_RANGE", line: 8, field: "x" },
        ],
      },
      { kind: "combat", fate: "skipped" },
    ]);
    expect(left.rounds).toMatchObject([{ complete: true, rowsRejected: 2 }]);
  });

  test("is checked without a database", async () => {
    const file = await write("check.txt", `toy\n${roundText(newStart(), [...ROWS, "600\tAnna\tA1\t?"])}\n`);
    const report = await validateFiles(findPaths([file]));
    expect(report.files).toMatchObject([
      { kind: "positions", valid: false, rows: 4, issues: [{ line: 7 }] },
      { kind: "combat", valid: true, rows: 1 },
    ]);
    expect(report.incompleteRounds).toEqual([]);
  });

  test("writes nothing with dryRun, and says the same", async () => {
    const start = newStart();
    const file = await write("dry.txt", `toy\n${roundText(start)}\n`);
    const dry = await run([file], { dryRun: true });
    expect(await imports.sql`select from rounds where round_key = ${keyOf(start)}`).toHaveLength(0);
    const { rounds } = await run([file]);
    expect(dry.rounds).toEqual(rounds);
  });
});

describe("two files of one round", () => {
  test("of which both were cut: the longer one holds, whichever came first", async () => {
    const [one, two] = [newStart(), newStart()];
    const short = (start: string): string => `toy\n${roundText(start, ROWS.slice(0, 3), "")}\n`;
    const long = (start: string): string => `toy\n${roundText(start, ROWS, "")}\n`;
    await run([await write("a1", short(one)), await write("a2", long(one))]);
    await run([await write("b1", long(two)), await write("b2", short(two))]);
    for (const start of [one, two])
      expect((await contents(keyOf(start)))["player_positions"]).toHaveLength(4);
  });

  test("of which one is whole: it holds", async () => {
    const start = newStart();
    await run([await write("c1", `toy\n${roundText(start, ROWS, "")}\n`)]);
    const report = await run([await write("c2", `toy\n${roundText(start)}\n`)]);
    expect(report.rounds).toMatchObject([{ status: "replaced", complete: true }]);
  });

  test("that both are whole and say something else are a conflict", async () => {
    const start = newStart();
    await run([await write("d1", `toy\n${roundText(start)}\n`)]);
    const report = await run([await write("d2", `toy\n${roundText(start, ROWS.slice(0, 3))}\n`)]);
    expect(report.files.map(({ error }) => error?.code)).toEqual(["E_CONFLICT", "E_CONFLICT"]);
    const replaced = await run([path.join(imports.folder, "d2")], { replace: true });
    expect(replaced.rounds).toMatchObject([{ status: "replaced", rows: { positions: 3 } }]);
  });
});

describe("players", () => {
  test("of a source without GUIDs are told apart by name, over all rounds", async () => {
    const [one, two] = [newStart(), newStart()];
    const rows = ["0\tClara\t-\t1", "5\tDora\t-\t1", "9\tClara\t-\t2\tDora"];
    const file = await write("names", `toy\n${roundText(one, rows)}\n${roundText(two, rows.slice(0, 1))}\n`);
    await run([file]);
    const players = await imports.sql`
      select name, is_by_name, guid, (select count(distinct round_id)::int from round_players r where r.player_id = p.player_id) as rounds
      from players p where is_by_name order by name`;
    expect(players).toEqual([
      { name: "Clara", is_by_name: true, guid: null, rounds: 2 },
      { name: "Dora", is_by_name: true, guid: null, rounds: 1 },
    ]);
  });

  test("known by 8 characters are linked while one GUID begins with them", async () => {
    const guid = (end: string): string => `ABCDEF01${end.padStart(24, "0")}`;
    const linked = async () => {
      const [row] = await imports.sql`
        select other.guid from players p left join players other on other.player_id = p.same_as_player_id
        where p.guid = 'ABCDEF01'`;
      return row?.["guid"] as string | null;
    };
    await run([await write("short", `toy\n${roundText(newStart(), ["0\tEva\tABCDEF01\t1"])}\n`)]);
    expect(await linked()).toBeNull();
    await run([await write("long", `toy\n${roundText(newStart(), [`0\tEva\t${guid("1")}\t1`])}\n`)]);
    expect(await linked()).toBe(guid("1"));
    await run([await write("other", `toy\n${roundText(newStart(), [`0\tEve\t${guid("2")}\t1`])}\n`)]);
    expect(await linked()).toBeNull();
  });
});

describe("a round that our tracker saw too", () => {
  test("counts once, ours first, whichever was imported first", async () => {
    const key = newKey();
    // The start of the rounds that writeRound makes.
    const start = new Date("2026-01-31T19:05:02Z").toISOString();
    await run([
      await write("theirs", `toy\n${roundText(start, [`0\t${DEFAULT_PLAYERS[0]?.name ?? ""}\tother\t1`])}\n`),
    ]);
    const linked = async () => {
      const [row] = await imports.sql`
        select other.round_key from rounds r left join rounds other on other.round_id = r.same_as_round_id
        where r.round_key = ${keyOf(start)}`;
      return row?.["round_key"] as string | null;
    };
    expect(await linked()).toBeNull();
    await writeRound(imports.folder, key);
    await run([imports.folder]);
    expect(await linked()).toBe(key);
    const counted = await imports.sql`
      select round_key from sessions join rounds using (round_id) where started_at <= ${start} order by 1`;
    expect(counted.map(({ round_key }) => round_key as string)).toEqual([key]);
  });
});

test("the hash of a content does not see line ends", () => {
  expect(contentHash("a\r\nb")).toBe(createHash("sha256").update("a\nb").digest("hex"));
  expect(contentHash("a\nc")).not.toBe(contentHash("a\nb"));
});
