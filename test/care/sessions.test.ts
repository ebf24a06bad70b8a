/** Sessions with names, tags and bounds that people gave them. */
import { beforeEach, describe, expect, test } from "vitest";

import { chooseRounds, excludeRounds, forgetRounds } from "../../src/care/rounds.ts";
import { joinSession, nameSession, splitSession, tagSession } from "../../src/care/sessions.ts";
import SessionJoin from "../../src/commands/session/join.ts";
import SessionName from "../../src/commands/session/name.ts";
import SessionSplit from "../../src/commands/session/split.ts";
import SessionTag from "../../src/commands/session/tag.ts";
import SessionUntag from "../../src/commands/session/untag.ts";
import ReportSessions from "../../src/commands/report/sessions.ts";
import { resolveFilters } from "../../src/reports/filter-request.ts";
import { listSessions, resolveSession } from "../../src/reports/sessions.ts";
import { addRound } from "../support/hand-made.ts";
import { useReportCommands } from "../support/report-commands.ts";

const commands = useReportCommands();
const added = { isAdded: true, reason: "" };
const players = [{ guid: "A".repeat(32), name: "al", team: 1 as const }];
let ids: Record<string, number>;

async function add(key: string, startedAt: string, serverName = "one"): Promise<void> {
  ids[key] = (await addRound(commands.sql, { key, players, startedAt, serverName })).roundId;
}

beforeEach(async () => {
  await commands.sql`truncate rounds, players, corrections, session_bounds cascade`;
  ids = {};
  // Three rounds without a break, one after two hours; on another server, one at the time of the second.
  await add("a", "2026-11-20T20:00:00Z");
  await add("b", "2026-11-20T20:20:00Z");
  await add("c", "2026-11-20T20:40:00Z");
  await add("d", "2026-11-20T23:00:00Z");
  await add("x", "2026-11-20T20:20:00Z", "two");
});

/** The keys of each session's rounds, the earliest first, and the session's name and tags. */
async function seen(): Promise<string[]> {
  const keys = Object.fromEntries(Object.entries(ids).map(([key, id]) => [id, key]));
  const sessions = await listSessions(commands.sql);
  return sessions
    .map(({ name, roundIds, tags }) =>
      [roundIds.map((id) => keys[id]).join(""), name, ...tags].filter(Boolean).join(" "),
    )
    .sort();
}
const session = (name: string) => resolveSession(commands.sql, name);

describe("bounds", () => {
  test("a session is split and joined again, and the other server's is left alone", async () => {
    const { sql } = commands;
    expect(await seen()).toEqual(["abc", "d", "x"]);
    await splitSession(sql, ids["b"] ?? 0, "two matches");
    expect(await seen()).toEqual(["a", "bc", "d", "x"]);
    expect(await sql`select server_name, is_break from session_bounds`).toEqual([
      { server_name: "one", is_break: true },
    ]);
    await joinSession(sql, await session("2026-11-20-2020"), "");
    expect(await seen()).toEqual(["abc", "d", "x"]);
    expect(await sql`select from session_bounds`).toHaveLength(0);
    expect(await sql`select action, subject, reason, undone_at is null as holds from corrections`).toEqual([
      { action: "session split", subject: "b", reason: "two matches", holds: false },
    ]);
  });

  test("a session is joined to the one before it, and split again", async () => {
    const { sql } = commands;
    await joinSession(sql, await session("2026-11-20-2300"), "");
    expect(await seen()).toEqual(["abcd", "x"]);
    await splitSession(sql, ids["d"] ?? 0, "");
    expect(await seen()).toEqual(["abc", "d", "x"]);
    expect(await sql`select from session_bounds`).toHaveLength(0);
  });

  test("hold when the round goes at which they are, and when another one comes", async () => {
    const { sql } = commands;
    await joinSession(sql, await session("2026-11-20-2300"), "");
    await splitSession(sql, ids["b"] ?? 0, "");
    await add("e", "2026-11-20T23:20:00Z");
    await excludeRounds(sql, await chooseRounds(sql, { round: ["b", "d"] }), "tests");
    expect(await seen()).toEqual(["a", "ce", "x"]);
    await forgetRounds(sql, await chooseRounds(sql, { round: ["b", "d"] }, "only"), {
      reason: "",
      signal: new AbortController().signal,
    });
    expect(await seen()).toEqual(["a", "ce", "x"]);
  });

  test("are refused where they change nothing", async () => {
    const { sql } = commands;
    for (const [round, what] of [
      ["a", "no round was played on this server before a"],
      ["d", "a session begins with d already"],
    ] as const)
      await expect(splitSession(sql, ids[round] ?? 0, "")).rejects.toMatchObject({
        code: "E_USAGE",
        message: what,
      });
    await expect(joinSession(sql, await session("2026-11-20-2000"), "")).rejects.toMatchObject({
      code: "E_USAGE",
    });
    expect(await sql`select from corrections`).toHaveLength(0);
  });
});

describe("names and tags", () => {
  test("are known to filters, whatever rounds come and go", async () => {
    const { sql } = commands;
    await nameSession(sql, await session("2026-11-20-2000"), "Cup Final", "");
    await tagSession(sql, await session("cup final"), ["Season-3", "cup"], added);
    await tagSession(sql, await session("2026-11-20-2300"), ["season-3"], added);
    expect(await seen()).toEqual(["abc Cup Final cup season-3", "d season-3", "x"]);
    const rounds = async (request: Parameters<typeof resolveFilters>[1]) =>
      (await resolveFilters(sql, request)).filters.roundIds?.toSorted((a, b) => a - b);
    const of = (...keys: string[]) => keys.map((key) => ids[key]);
    expect(await rounds({ session: "CUP FINAL" })).toEqual(of("a", "b", "c"));
    expect(await rounds({ tag: "season-3" })).toEqual(of("a", "b", "c", "d"));
    expect(await rounds({ tag: "cup", session: "2026-11-20-2300" })).toEqual([]);
    expect(await rounds({ tag: "season-3", round: ["c", "x"] })).toEqual(of("c"));
    expect((await resolveFilters(sql, { session: "cup final", tag: "cup" })).words).toEqual([
      "session 2026-11-20-2000 (Cup Final)",
      "tag cup",
    ]);
    await add("f", "2026-11-20T19:40:00Z");
    await excludeRounds(sql, await chooseRounds(sql, { round: ["a"] }), "tests");
    expect(await seen()).toEqual(["d season-3", "fbc Cup Final cup season-3", "x"]);
    expect(await rounds({ session: "cup final" })).toEqual(of("b", "c", "f"));
  });

  test("of a session that is split: the name stays with its beginning, tags with both", async () => {
    const { sql } = commands;
    await nameSession(sql, await session("2026-11-20-2000"), "Final", "");
    await tagSession(sql, await session("final"), ["cup"], added);
    await splitSession(sql, ids["c"] ?? 0, "");
    expect(await seen()).toEqual(["ab Final cup", "c cup", "d", "x"]);
    await nameSession(sql, await session("2026-11-20-2040"), "Show match", "");
    await joinSession(sql, await session("show match"), "");
    expect(await seen()).toEqual(["abc Final cup", "d", "x"]);
  });

  test.each(["latest", "2026-11-20", "2026-11-20 evening", "", "  ", "a\u001b[31m", "x".repeat(101)])(
    "a name that cannot be one: %j",
    async (name) => {
      await expect(nameSession(commands.sql, await session("latest"), name, "")).rejects.toMatchObject({
        code: "E_USAGE",
      });
    },
  );

  test("are misspelled, or taken", async () => {
    const { sql } = commands;
    await nameSession(sql, await session("2026-11-20-2000"), "Cup final", "");
    await tagSession(sql, await session("2026-11-20-2000"), ["season-3"], added);
    await expect(nameSession(sql, await session("2026-11-20-2300"), "cup FINAL", "")).rejects.toMatchObject({
      code: "E_USAGE",
    });
    await expect(session("Cup finale")).rejects.toMatchObject({
      suggestions: ["did you mean Cup final?", expect.anything()],
    });
    await expect(resolveFilters(sql, { tag: "season-4" })).rejects.toMatchObject({
      code: "E_NOT_FOUND",
      suggestions: ["did you mean season-3?", "there are: season-3"],
    });
    await expect(tagSession(sql, await session("latest"), ["a b"], added)).rejects.toMatchObject({
      code: "E_USAGE",
    });
  });
});

test("the commands", async () => {
  const { json, run } = commands;
  expect((await run(SessionName, "2026-11-20-2000", "Final")).stdout).toBe(
    "session 2026-11-20-2000: Final\n",
  );
  expect(await json(SessionTag, "final", "Cup", "s3")).toEqual({
    session: "2026-11-20-2000",
    tags: ["cup", "s3"],
  });
  expect(await json(SessionUntag, "final", "s3")).toEqual({ session: "2026-11-20-2000", tags: ["cup"] });
  expect((await run(SessionUntag, "final", "s3")).stderr).toContain("does not have the tag s3 [E_NOT_FOUND]");
  expect(await json(SessionSplit, "c")).toEqual({ session: "2026-11-20-2040", round: "c" });
  expect((await run(ReportSessions)).stdout).toMatch(/Final.*cup/);
  expect(await json(SessionJoin, "2026-11-20-2040")).toEqual({
    session: "2026-11-20-2000",
    joined: "2026-11-20-2040",
  });
  expect(await json(SessionName, "final", "--clear")).toEqual({ session: "2026-11-20-2000", name: null });
  expect((await run(SessionName, "2026-11-20-2000")).stderr).toContain("which name? [E_USAGE]");
  process.exitCode = 0;
});
