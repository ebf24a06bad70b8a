/** People put right: a merge is as if the files themselves had one GUID, and of who is hidden nothing is left to see. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  hidePlayer,
  listCorrected,
  mergePlayers,
  renamePlayer,
  showPlayer,
  splitPlayer,
} from "../../src/care/players.ts";
import PlayerHide from "../../src/commands/player/hide.ts";
import PlayerList from "../../src/commands/player/list.ts";
import PlayerMerge from "../../src/commands/player/merge.ts";
import PlayerRename from "../../src/commands/player/rename.ts";
import PlayerShow from "../../src/commands/player/show.ts";
import PlayerSplit from "../../src/commands/player/split.ts";
import ReportCrossfire from "../../src/commands/report/crossfire.ts";
import ReportEngagements from "../../src/commands/report/engagements.ts";
import ReportObjectives from "../../src/commands/report/objectives.ts";
import ReportRound from "../../src/commands/report/round.ts";
import ReportSynergy from "../../src/commands/report/synergy.ts";
import { deriveRound } from "../../src/db/derive.ts";
import { plainName } from "../../src/names.ts";
import { resolvePlayer } from "../../src/reports/players.ts";
import { createTestDatabase } from "../support/database.ts";
import { readReports, readTables, readViews } from "../support/everything-read.ts";
import { addRound, type StoredRound } from "../support/hand-made.ts";
import { HOSTILE_NAMES } from "../support/hostile-names.ts";
import { importPaths } from "../support/import.ts";
import { answerOf } from "../support/report-calls.ts";
import { useReportCommands } from "../support/report-commands.ts";
import { checksumOf } from "../support/round-text.ts";
import { sharedRecording } from "../support/shared-recordings.ts";

/** The person whom the calls of all reports ask about. */
const GUID = "48A148DE3E5A71D93A55A1F576F08125";
const SECOND = "F".repeat(32);
const NAME = "^1Zanzi^7Qux";
const forced = { isForced: true, reason: "" };
const plain = { isForced: false, reason: "" };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-test-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A copy of a recording's round files in which the person has a GUID, under a name; `again` makes another round of it. */
function copyRound(from: string, to: string, guid: string, again: boolean): string {
  const place = path.join(folder, to);
  mkdirSync(place, { recursive: true });
  const gamestats = readdirSync(from, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".txt"),
  );
  for (const file of gamestats) {
    const lines = readFileSync(path.join(from, file), "utf8").split("\n");
    const changed = lines
      .slice(
        0,
        lines.findLastIndex((line) => line.startsWith("#checksum")),
      )
      .map((line) => {
        const fields = line.split("\t");
        if (fields[0] === "#player")
          return fields
            .map((field, at) => (fields[3] !== GUID ? field : at === 3 ? guid : at === 4 ? NAME : field))
            .join("\t");
        if (again && (fields[0] === "#round_key" || fields[0] === "#match_key")) return `${line}-again`;
        if (again && (fields[0] === "#started_at" || fields[0] === "#ended_at"))
          return line.replace("2026-", "2027-");
        return line;
      });
    const body = Buffer.from(`${changed.join("\n")}\n`);
    const version = Number(/^#\S*\t(\d+)/.exec(changed[0] ?? "")?.[1]);
    const name = path.basename(file);
    writeFileSync(
      path.join(place, again ? name.replace("_", "-again_") : name),
      `${body.toString()}#checksum\t${checksumOf(body, version)}\n`,
    );
  }
  return place;
}

/** Databases with the same two rounds: in the second round of one the person has another GUID. */
async function twoAndOne() {
  const { folder: from } = await sharedRecording("objectives-12");
  const first = copyRound(from, "first", GUID, false);
  const [two, one] = [await createTestDatabase(), await createTestDatabase()];
  for (const [database, guid] of [
    [two, SECOND],
    [one, GUID],
  ] as const) {
    const reports = [
      await importPaths(database.sql, [first]),
      await importPaths(database.sql, [copyRound(from, `second-${guid}`, guid, true)]),
    ];
    for (const { totals } of reports)
      expect(totals).toMatchObject({ rounds: { imported: 1 }, files: { rejected: 0 } });
  }
  return { two, one };
}

const withoutIds = (answers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(answers).map(([call, text]) => [
      call,
      text
        .replaceAll(/"playerIds": \[[^\]]*\],?/g, "")
        // The order of players decides the last digit of a sum.
        .replaceAll(/\d+\.\d{9,}(e-\d+)?/g, (number) => String(Number(Number(number).toPrecision(9)))),
    ]),
  );

test("merged players are to all reports what one GUID in the files would be; split, as they were", async () => {
  const { one, two } = await twoAndOne();
  // What reports tell follows from the tables.
  const before = { tables: await readTables(two.sql), views: await readViews(two.sql) };
  const wanted = { reports: withoutIds(await readReports(one.url)), views: await readViews(one.sql) };
  await mergePlayers(
    two.sql,
    [await resolvePlayer(two.sql, GUID), await resolvePlayer(two.sql, SECOND)],
    plain,
  );
  const merged = { reports: withoutIds(await readReports(two.url)), views: await readViews(two.sql) };
  expect(merged.views).toEqual(wanted.views);
  for (const [call, answer] of Object.entries(wanted.reports))
    expect([call, merged.reports[call]]).toEqual([call, answer]);
  expect(before.views).not.toEqual(wanted.views);
  expect(await resolvePlayer(two.sql, SECOND)).toMatchObject({ guid: GUID, rounds: 2 });
  // An import of more changes nothing of it.
  await splitPlayer(two.sql, await resolvePlayer(two.sql, GUID));
  expect({ tables: await readTables(two.sql), views: await readViews(two.sql) }).toEqual(before);
}, 900_000);

/** Everything that reports print, in every form. */
async function everyForm(url: string): Promise<Record<string, string>> {
  const answers = await readReports(url);
  const more = [ReportCrossfire, ReportEngagements, ReportObjectives, ReportSynergy, ReportRound].flatMap(
    (command) =>
      [["--csv", "-"], ["--html", "-"], []].map((form) => ({
        text: `${command.name} ${form.join(" ")}`,
        command,
        argv: [...(command === ReportRound ? ["latest"] : []), "--bots", ...form],
      })),
  );
  for (const call of more) answers[call.text] = await answerOf(call, url);
  return answers;
}

/** Holds that a list which compares people leaves the hidden one out, says so, and is else as before. */
function leavesOut(before: string, now: string): void {
  interface Answer {
    readonly result: {
      readonly leaders: readonly { readonly name: string }[];
      readonly hidden: number;
      readonly notes: readonly string[];
    };
  }
  const [{ result: was }, { result: is }] = [JSON.parse(before) as Answer, JSON.parse(now) as Answer];
  const leaders = was.leaders.filter(({ name }) => name !== "hidden player 1");
  const hidden = was.leaders.length - leaders.length;
  const notes = was.notes.toSpliced(1, 0, ...(hidden === 0 ? [] : ["1 hidden player left out"]));
  expect(is).toEqual({ ...was, leaders, hidden, notes });
}

test("of a hidden person no report and no page tells name or GUID, sums stay, and imports bring nothing back", async () => {
  const { two } = await twoAndOne();
  const { sql, url } = two;
  const asks = (call: string): boolean => call.includes(GUID);
  const named = /zanzi|qux|48A148DE/iu;
  const before = await everyForm(url);
  const [told] = Object.entries(before).filter(([call, text]) => !asks(call) && named.test(text));
  expect(told).toBeDefined();
  await mergePlayers(sql, [await resolvePlayer(sql, GUID), await resolvePlayer(sql, SECOND)], plain);
  const merged = await everyForm(url);
  await renamePlayer(sql, await resolvePlayer(sql, GUID), "^2Qux", "");
  expect(await hidePlayer(sql, await resolvePlayer(sql, GUID), "asked for it")).toBe("hidden player 1");
  const { folder: from } = await sharedRecording("objectives-12");
  await importPaths(sql, [copyRound(from, "first", GUID, false)], { replace: true, verify: true });
  const hidden = await everyForm(url);
  for (const [call, text] of Object.entries(hidden)) {
    if (asks(call))
      expect([call, text]).toEqual([call, expect.stringMatching(/^$|no player has the name or GUID/)]);
    else expect([call, named.exec(text)?.[0]]).toEqual([call, undefined]);
  }
  expect(
    JSON.stringify({ ...(await readViews(sql)), ledger: [...(await sql`select * from corrections`)] }),
  ).not.toMatch(named);
  expect(JSON.stringify(await listCorrected(sql))).not.toMatch(named);
  for (const [call, text] of Object.entries(merged)) {
    if (asks(call) || !call.endsWith("--json") || text.includes('"ok": false')) continue;
    const replaced = text
      .replaceAll(JSON.stringify(NAME), '"hidden player 1"')
      .replaceAll(`"${GUID}"`, "null");
    if (call.startsWith("report leaders")) leavesOut(replaced, hidden[call] ?? "");
    else expect([call, hidden[call]]).toEqual([call, replaced]);
  }
  await showPlayer(sql, "1");
  await renamePlayer(sql, await resolvePlayer(sql, GUID), undefined, "");
  expect((await everyForm(url))["report rounds --bots --json"]).toBe(merged["report rounds --bots --json"]);
}, 900_000);

describe("by hand", () => {
  const commands = useReportCommands();
  const someone = (guid: string, name: string) => ({ guid: guid.repeat(32), name, team: 1 as const });
  const who = (name: string) => resolvePlayer(commands.sql, name);

  async function fresh(): Promise<StoredRound> {
    const { sql } = commands;
    await sql`truncate rounds, players, corrections cascade`;
    await addRound(sql, { key: "old", players: [someone("A", "al")], startedAt: "2026-11-19T20:00:00Z" });
    await addRound(sql, {
      key: "new",
      players: [someone("B", "al new"), someone("C", "cy")],
      startedAt: "2026-11-20T20:00:00Z",
    });
    const round = await addRound(sql, {
      key: "both",
      players: [someone("A", "al"), someone("C", "cy")],
      startedAt: "2026-11-18T20:00:00Z",
    });
    await round.addPositions(
      [0, 1].flatMap((slot) => [0, 1000].map((timeMs) => ({ slot, timeMs, at: [0, 0, 0] as const }))),
    );
    const rounds = await sql<{ id: number }[]>`select round_id as id from rounds order by started_at desc`;
    for (const { id } of rounds) await sql.begin((transaction) => deriveRound(transaction, id));
    return round;
  }

  test("two who were in a round at once are not merged, unless that is meant", async () => {
    await fresh();
    const { sql } = commands;
    await expect(mergePlayers(sql, [await who("al"), await who("cy")], plain)).rejects.toMatchObject({
      code: "E_CONFIRM",
      suggestions: ["both", expect.stringContaining("--force")],
    });
    expect(await sql`select from players where person_id is not null`).toHaveLength(0);
    await mergePlayers(sql, [await who("al"), await who("cy")], forced);
    expect((await who("cy")).guid).toBe("A".repeat(32));
    // A third one into the person, then all apart.
    await mergePlayers(sql, [await who("al new"), await who("cy")], plain);
    expect(await who("cy")).toMatchObject({ guid: "B".repeat(32), rounds: 3, name: "al new" });
    expect(await splitPlayer(sql, await who("cy"), ["cccc"])).toBe(1);
    expect(await who("cy")).toMatchObject({ guid: "C".repeat(32), rounds: 2 });
    expect(await splitPlayer(sql, await who("al new"))).toBe(1);
    expect(await sql`select from players where person_id is not null`).toHaveLength(0);
    await expect(splitPlayer(sql, await who("al new"))).rejects.toMatchObject({ code: "E_NOT_FOUND" });
    expect(await sql`select from corrections where undone_at is null`).toHaveLength(0);
  });

  test("the latest name of all GUIDs is the person's; a chosen one stands in its place", async () => {
    await fresh();
    const { sql } = commands;
    await mergePlayers(sql, [await who("al"), await who("al new")], plain);
    expect((await who("al")).name).toBe("al new");
    await renamePlayer(sql, await who("al"), "^1Alpha", "");
    expect((await who("alpha")).name).toBe("^1Alpha");
    expect((await who("al new")).name).toBe("^1Alpha");
    expect(
      await sql`select distinct name from seats where person_id = ${(await who("al")).playerId}`,
    ).toEqual([{ name: "^1Alpha" }]);
    for (const name of ["a\nb", "^1", "x".repeat(65)])
      await expect(renamePlayer(sql, await who("alpha"), name, "")).rejects.toMatchObject({
        code: "E_USAGE",
      });
    await expect(who("alphb")).rejects.toMatchObject({
      suggestions: ["did you mean Alpha?", expect.anything()],
    });
  });

  test("a hidden person is found by the number alone, and numbers are not given twice", async () => {
    await fresh();
    const { sql } = commands;
    expect(await hidePlayer(sql, await who("cy"), "")).toBe("hidden player 1");
    for (const name of ["cy", "C".repeat(32), "hidden player 1"])
      await expect(who(name)).rejects.toMatchObject({ code: "E_NOT_FOUND" });
    expect(await showPlayer(sql, "hidden player 1")).toBe("cy");
    expect(await hidePlayer(sql, await who("al new"), "")).toBe("hidden player 2");
    expect(await showPlayer(sql, "b".repeat(32))).toBe("al new");
    await expect(showPlayer(sql, "2")).rejects.toMatchObject({ code: "E_NOT_FOUND" });
  });

  test("the plain name has no colours and nothing that acts", async () => {
    const { sql } = commands;
    const rows = await sql<{ name: string; plain: string }[]>`
      select name, plain_name(name) as plain from unnest(${[...Object.values(HOSTILE_NAMES).filter((one) => !one.includes("\0")), NAME, "^^1x", "a^"]}::text[]) name`;
    for (const { name, plain } of rows)
      expect([name, plain]).toEqual([name, expect.not.stringMatching(/[\p{Cc}\u202e\u200b\ufeff]/u)]);
    const simple = rows.filter(({ name }) => /^[\x20-\x7e]+$/.test(name) && plainName(name) !== "(no name)");
    expect(simple.length).toBeGreaterThan(1);
    for (const { name, plain } of simple) expect(plain).toBe(plainName(name));
  });

  test("the commands", async () => {
    await fresh();
    const { json, run } = commands;
    expect((await run(PlayerMerge, "al", "cy")).stderr).toContain("in 1 round at the same time [E_CONFIRM]");
    expect((await run(PlayerMerge, "al", "al new", "--reason", "new disk")).stdout).toBe(
      "one person: al, al new\n",
    );
    expect((await run(PlayerRename, "al new", "Alpha")).stdout).toBe("al new is now Alpha\n");
    expect(await json(PlayerHide, "cy")).toEqual({ name: "hidden player 1" });
    expect((await run(PlayerList)).stdout).toBe(
      `Alpha, renamed: ${"A".repeat(32)}, ${"B".repeat(32)}\nhidden player 1\n`,
    );
    expect((await run(PlayerShow, "1")).stdout).toBe("people see cy again\n");
    expect(await json(PlayerRename, "Alpha", "--clear")).toMatchObject({ name: null });
    expect(await json(PlayerSplit, "al")).toEqual({ players: 1 });
    expect((await run(PlayerList)).stdout).toBe("nobody was merged, renamed or hidden\n");
    process.exitCode = 0;
  });
});
