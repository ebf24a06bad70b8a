import { beforeEach, expect, test } from "vitest";

import ReportRound from "../../src/commands/report/round.ts";
import ReportRounds from "../../src/commands/report/rounds.ts";
import RoundExclude from "../../src/commands/round/exclude.ts";
import RoundForget from "../../src/commands/round/forget.ts";
import RoundInclude from "../../src/commands/round/include.ts";
import { addRound } from "../support/hand-made.ts";
import { useReportCommands } from "../support/report-commands.ts";

const commands = useReportCommands();
const { json, run } = commands;

beforeEach(async () => {
  await commands.sql`truncate rounds, players, forgotten_rounds, corrections cascade`;
  const players = [{ guid: "A".repeat(32), name: "al", team: 1 as const }];
  await addRound(commands.sql, { key: "one", players, startedAt: "2026-11-20T20:00:00Z" });
  await addRound(commands.sql, { key: "two", players, startedAt: "2026-11-21T20:00:00Z" });
});

const listed = async (...argv: string[]): Promise<string[]> => {
  const { rounds } = await json<{ rounds: { roundKey: string }[] }>(ReportRounds, ...argv);
  return rounds.map(({ roundKey }) => roundKey);
};

test("exclude says what it would do, does it, and include undoes it", async () => {
  const reason = ["--reason", "a\u001b[31m test"];
  const { stdout } = await run(RoundExclude, "latest", ...reason, "--dry-run");
  expect(stdout).toBe("would leave out 1 round\n  two (arena)\n");
  expect(await listed()).toEqual(["two", "one"]);
  await run(RoundExclude, "latest", ...reason);
  expect(await listed()).toEqual(["one"]);
  expect(await listed("--excluded")).toEqual(["two"]);
  expect((await run(ReportRounds, "--excluded")).stdout).toContain("left out: a\uFFFD[31m test");
  const { stderr } = await run(RoundExclude, "two", ...reason);
  expect(stderr).toContain("the round two is left out of reports: a\uFFFD[31m test [E_NOT_FOUND]");
  expect(stderr).toContain("let it count again with `prox round include two`");
  await run(RoundInclude, "--map", "arena");
  expect(await listed()).toEqual(["two", "one"]);
});

test("another tracker's copy of a round is named as one, with the round that counts", async () => {
  await commands.sql`
    update rounds set source = 'oksii', same_as_round_id = (select round_id from rounds where round_key = 'one')
    where round_key = 'two'`;
  const { stderr } = await run(ReportRound, "tw");
  expect(stderr).toContain(
    "the round two is what oksii recorded of the round one, which counts in its place [E_NOT_FOUND]",
  );
  expect(stderr).toContain("ask for one");
  expect(stderr).not.toContain("did you mean");
  expect((await run(ReportRound, "tx")).stderr).toContain("no round's key begins with tx [E_NOT_FOUND]");
});

test("forget needs consent, and rounds to be chosen", async () => {
  expect((await run(RoundForget, "one")).stderr).toContain("needs --yes [E_CONFIRM]");
  expect((await run(RoundForget, "--yes")).stderr).toContain("which rounds? [E_USAGE]");
  expect(process.exitCode).toBe(2);
  expect((await run(RoundForget, "--since", "2027-01-01", "--yes")).stderr).toContain("[E_NOTHING_FOUND]");
  process.exitCode = 0;
  expect(await json(RoundForget, "one", "--dry-run")).toMatchObject({
    keys: ["one"],
    players: 0,
    dryRun: true,
  });
  expect(await listed()).toEqual(["two", "one"]);
  const { stdout } = await run(RoundForget, "--until", "2026-11-20", "--reason", "tests", "--yes");
  expect(stdout).toBe("deleted 1 round with 8 rows\n  one (arena)\n");
  expect(await listed()).toEqual(["two"]);
  expect(await json(RoundForget, "two", "--yes")).toMatchObject({ keys: ["two"], players: 1, rounds: 1 });
});
