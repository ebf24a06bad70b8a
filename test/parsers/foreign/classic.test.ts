import { describe, expect, test } from "vitest";

import { CLASSIC_READER } from "../../../src/parsers/foreign/classic.ts";
import { looksLikeEndstats } from "../../../src/parsers/foreign/classic-file.ts";
import type { ForeignRound } from "../../../src/parsers/foreign/foreign-round.ts";
import { cuts, readForeign, sample, samplesOf } from "../../support/foreign-files.ts";

const NAME = "2025-10-02-211808-etl_adlernest-round-1.txt";
const HEADER = "server\\supply\\legacy3\\1\\1\\2\\12:00\\9:46";
/** A player with so many columns, of whom nothing is told but the number of the column. */
const row = (columns = 39, start = "ABCD1234\\Anna\\0\\1\\17 1 2 3 4 5 6 7 8 9 10 "): string =>
  [start, ...Array.from({ length: columns - 1 }, (_, index) => index + 1)].join("\t");

async function readText(text: string, name = NAME) {
  return readForeign(CLASSIC_READER, { bytes: Buffer.from(text, "latin1"), name });
}

async function readOne(text: string, name = NAME): Promise<ForeignRound> {
  const { fault, rounds } = await readText(text, name);
  const [round] = rounds;
  if (round === undefined) throw new Error(fault?.message);
  return round;
}

const files = samplesOf("c0rnp0rn").filter(({ name }) => !name.includes("endstats"));

describe("samples", () => {
  test.each(files.map((file) => [file.name, file] as const))(
    "%s as another reader counts it",
    async (_, file) => {
      const { fault, rounds } = await readForeign(CLASSIC_READER, file);
      expect(fault).toBeUndefined();
      const lines = file.bytes.toString("latin1").split(/\r?\n/);
      const header = (lines[0] ?? "").split("\\");
      const rows = lines.slice(1).filter((line) => line !== "");
      const [round] = rounds;
      expect(rounds).toHaveLength(1);
      expect(round?.map).toBe(header[1]);
      expect(round?.round).toBe(Number(header[3]));
      expect(round?.players).toHaveLength(rows.length);
      for (const [index, line] of rows.entries()) {
        const [left = "", ...values] = line.split("\t");
        // Mask and weapons are the last field of the part that backslashes divide.
        const numbers = (left.split("\\").at(-1) ?? "").trim().split(" ").map(Number);
        const totals = round?.totals?.[index];
        const sum = (field: number): number =>
          numbers.slice(1).reduce((total, number, at) => total + (at % 5 === field ? number : 0), 0);
        const weapons = totals?.weapons ?? [];
        expect(weapons.reduce((total, { hits }) => total + (hits ?? 0), 0)).toBe(sum(0));
        expect(weapons.reduce((total, { shots }) => total + (shots ?? 0), 0)).toBe(sum(1));
        expect(weapons.reduce((total, { kills }) => total + (kills ?? 0), 0)).toBe(sum(2));
        expect(weapons.reduce((total, { deaths }) => total + (deaths ?? 0), 0)).toBe(sum(3));
        expect(weapons.reduce((total, { headshots }) => total + (headshots ?? 0), 0)).toBe(sum(4));
        expect(totals?.totals.damage_given).toBe(Number(values[0]));
        expect(totals?.totals.team_gibs).toBe(Number(values[7]));
        expect(totals?.totals.times_revived).toBe(Number(values[19]));
        expect(totals?.totals.revives_given ?? null).toBe(values.length === 38 ? Number(values[37]) : null);
      }
    },
  );

  test.each(files.map((file) => [file.name, file] as const))(
    "%s cut anywhere is refused, or marked incomplete",
    async (_, file) => {
      for (const cut of cuts(file)) {
        const { fault, rounds } = await readForeign(CLASSIC_READER, cut);
        if (fault === undefined) for (const { notes } of rounds) expect(notes).toContain("end_not_marked");
        else expect(fault.line).toBeGreaterThan(0);
      }
    },
  );

  test.each([
    ["2025-09-29-120000-etl_adlernest-round-1.txt", 3],
    ["2025-10-02-212249-etl_adlernest-round-2.cut.txt", 6],
    ["2025-12-17-120000-goldrush-round-1.txt", 2],
    ["2025-12-17-130000-badmap-round-1.txt", 1],
  ])("broken/%s is refused at line %i", async (name, line) => {
    const { fault, rounds } = await readForeign(CLASSIC_READER, sample(`c0rnp0rn/broken/${name}`));
    expect(rounds).toEqual([]);
    expect(fault).toMatchObject({ code: "E_FOREIGN_FILE", line });
  });

  test("endstats are known, and are no statistics", () => {
    const [endstats] = samplesOf("c0rnp0rn").filter(({ name }) => name.includes("endstats"));
    const head = endstats?.bytes.toString("latin1") ?? "";
    expect(looksLikeEndstats(head)).toBe(true);
    expect(CLASSIC_READER.recognises(head)).toBe(false);
    for (const { bytes } of files) expect(looksLikeEndstats(bytes.toString("latin1"))).toBe(false);
  });
});

test("a file is recognised by its first two lines", () => {
  for (const name of [
    "2025-09-29-120000-etl_adlernest-round-1.txt",
    "2025-12-17-120000-goldrush-round-1.txt",
  ])
    expect(CLASSIC_READER.recognises(sample(`c0rnp0rn/broken/${name}`).bytes.toString("latin1"))).toBe(true);
  for (const { bytes } of files)
    expect(CLASSIC_READER.recognises(bytes.toString("latin1", 0, 4096))).toBe(true);
  expect(CLASSIC_READER.recognises(`${HEADER}\n`)).toBe(true);
  expect(CLASSIC_READER.recognises(`${HEADER.replace("12:00", "12.00")}\nsomething else\n`)).toBe(false);
  expect(CLASSIC_READER.recognises("server\\map\\config\\3\\1\\2\\12:00\\9:46\n")).toBe(false);
});

test("lines that end with CRLF are the same round", async () => {
  const text = `${HEADER}\n${row()}\n`;
  const [one, other] = [await readOne(text), await readOne(text.replaceAll("\n", "\r\n"))];
  expect(other.contentSha256).toBe(one.contentSha256);
  expect({ ...other, rows: {} }).toEqual({ ...one, rows: {} });
});

test("each number is what its column says", async () => {
  const { end, players, timeLimitMs, totals } = await readOne(`${HEADER}\n${row()}\n`);
  expect(timeLimitMs).toBe(720_000);
  expect(end).toMatchObject({ endMs: 23 * 60_000, winnerTeam: 2, endReason: "finished" });
  expect(players).toMatchObject([{ guid: "ABCD1234", name: "Anna", team: 1, class: null, isBot: false }]);
  expect(totals).toMatchObject([
    {
      coversRounds: 1,
      weapons: [
        { bin: 0, hits: 1, shots: 2, kills: 3, deaths: 4, headshots: 5 },
        { bin: 4, hits: 6, shots: 7, kills: 8, deaths: 9, headshots: 10 },
      ],
      totals: {
        damage_given: 1,
        damage_received: 2,
        team_damage_given: 3,
        team_damage_received: 4,
        gibs: 5,
        self_kills: 6,
        team_kills: 7,
        team_gibs: 8,
        xp: 10,
        assists: 13,
        headshot_kills: 15,
        objectives_stolen: 16,
        objectives_returned: 17,
        dynamites_planted: 18,
        dynamites_defused: 19,
        times_revived: 20,
        played_ms: 23 * 60_000,
        revives_given: 38,
      },
    },
  ]);
});

test("the start is the name's time, less what was played", async () => {
  const minute = await readOne(`${HEADER}\\60000\n`);
  expect(minute.startedAt).toBe("2025-10-02T21:17:05.000Z");
  expect(minute.notes).toContain("start_local");
  // Early files hold seconds; those that a change of the map made are negative.
  expect((await readOne(`${HEADER}\\61.5\n`)).end?.endMs).toBe(61_500);
  expect((await readOne(`${HEADER}\\-75000\n`)).end).toMatchObject({
    endMs: 75_000,
    endReason: "map_change",
  });
  const { fault } = await readText(`${HEADER}\n`, "stats.txt");
  expect(fault?.message).toContain("give it back its name");
});

test.each([
  ["of another number of columns", `${row(39)}\n${row(38, "ABCD1235\\B\\0\\1\\0 ")}\n`, 3],
  ["of no known number of columns", `${row(35)}\n`, 2],
  ["with a mask that does not fit", `${row(39, "ABCD1234\\Anna\\0\\1\\3 1 2 3 4 5 ")}\n`, 2],
  [
    "with a mask of a bin that there is none of",
    `${row(39, "ABCD1234\\Anna\\0\\1\\268435456 1 2 3 4 5 ")}\n`,
    2,
  ],
  ["with a word for a number", `${row().replace("\t7\t", "\tseven\t")}\n`, 2],
  ["that is empty", "\n", 2],
  ["of a player who has one already", `${row()}\n${row()}\n`, 3],
])("a line %s is refused", async (_, lines, line) => {
  const { fault } = await readText(`${HEADER}\n${lines}`);
  expect(fault).toMatchObject({ code: "E_FOREIGN_FILE", line });
});

test("a name may hold what divides fields", async () => {
  const { players } = await readOne(`${HEADER}\n${row(39, "ABCD1234\\a\\1\\2\\3 \xe4\\0\\2\\0 ")}\n`);
  expect(players).toMatchObject([{ name: "a\\1\\2\\3 ä", team: 2 }]);
});

test("bots share the beginning of their GUIDs, and are told apart by name", async () => {
  const bots = ["A", "B"].map((name) => row(39, `OMNIBOT0\\${name}\\0\\1\\0 `)).join("\n");
  const { players } = await readOne(`${HEADER}\n${bots}\n`);
  expect(players).toMatchObject([
    { guid: "", name: "A", isBot: true, isByName: true },
    { guid: "", name: "B", isBot: true, isByName: true },
  ]);
});
