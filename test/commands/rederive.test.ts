import { beforeAll, expect, test } from "vitest";

import DbRederive from "../../src/commands/db/rederive.ts";
import DbStatus from "../../src/commands/db/status.ts";
import ReportCrossfire from "../../src/commands/report/crossfire.ts";
import ReportEngagements from "../../src/commands/report/engagements.ts";
import SessionTag from "../../src/commands/session/tag.ts";
import { RULE_VERSIONS } from "../../src/rederive/rule-names.ts";
import { importPaths } from "../support/import.ts";
import { useReportCommands } from "../support/report-commands.ts";
import { sharedRecording } from "../support/shared-recordings.ts";

const commands = useReportCommands();
const { json, run } = commands;

beforeAll(async () => {
  await importPaths(commands.sql, [(await sharedRecording("stopwatch-12")).folder]);
}, 120_000);

const { engagement: version } = RULE_VERSIONS;
const MIXED = `engagement by several versions of the rule: ${version - 1} (1 round), ${version} (1 round); prox db rederive makes them one`;

test("says what would change, changes it, and has nothing left to do", async () => {
  await commands.sql`
    update round_rules set version = ${version - 1} where rule = 'engagement'
      and round_id = (select min(round_id) from rounds)`;
  await commands.sql`
    update engagement_analysis set kills = 7 where engagement = 1 and round_id = (select min(round_id) from rounds)`;
  await commands.sql`
    update rounds set captures = captures || '{"hit": "off"}' where round_id = (select max(round_id) from rounds)`;
  expect((await run(DbStatus)).stdout).toContain(MIXED);
  expect((await run(ReportEngagements, "--bots")).stdout.replaceAll(/\s+/g, " ")).toContain(MIXED);
  expect((await run(ReportCrossfire, "--bots")).stdout.replaceAll(/\s+/g, " ")).toContain(MIXED);
  expect((await run(ReportEngagements, "--bots", "--round", "latest")).stdout).not.toContain(
    "several versions",
  );

  const tried = await run(DbRederive, "--dry-run");
  expect(tried.stdout).toMatch(/^Rule +Version +Rounds +Rows before +Rows after +That differ +In rounds\n/);
  expect(tried.stdout).toMatch(new RegExp(`engagement +${version} +1 +(\\d+) +\\1 +1 +1\\n`));
  expect(tried.stdout).toContain("1 round looked at, rules would be applied to 1, 1 row would differ");
  const all = await run(DbRederive, "--dry-run", "--again");
  expect(all.stdout).toContain("bait looks at positions more often than they were sampled in 1 round");
  expect((await run(DbStatus)).stdout).toContain(MIXED);

  const { rules } = await json<{ rules: object[] }>(DbRederive, "--again");
  expect(rules).toMatchObject([
    { rule: "engagement", rounds: 1, different: 1, cannot: { "hits not recorded (hit: off)": 1 } },
    { rule: "crossfire", rounds: 1, different: 0 },
    { rule: "bait", rounds: 1 },
    { rule: "trade", rounds: 2, different: 0, cannot: {} },
    { rule: "heatmap", rounds: 2, different: 0, cannot: {} },
  ]);
  expect((await run(DbStatus)).stdout).not.toContain("several versions");
  expect((await run(DbRederive)).stdout).toContain("nothing to do");
});

test("takes rounds by tag and player, and refuses what chooses a part of a round", async () => {
  const { sql } = commands;
  const [someone] = await sql<{ name: string; rounds: number }[]>`
    select p.plain_name as name, count(distinct e.round_id)::int as rounds
    from combat_events e join players p on p.player_id = e.attacker_player_id
    group by p.player_id order by 2, 1 limit 1`;
  const counted = async (...flags: string[]): Promise<number> =>
    (await json<{ rounds: number }>(DbRederive, "--again", "--dry-run", "--rule", "heatmap", ...flags))
      .rounds;
  expect(await counted("--player", someone?.name ?? "")).toBe(someone?.rounds);
  await run(SessionTag, "latest", "league");
  expect(await counted("--tag", "league")).toBe(await counted("--session", "latest"));
  await expect(run(DbRederive, "--tag", "nothing")).resolves.toMatchObject({
    stderr: expect.stringContaining("E_NOT_FOUND") as string,
  });
  const { stderr } = await run(DbRederive, "--weapon", "mp40");
  expect(stderr).toContain("--weapon: rules are applied to whole rounds");
});

test("takes the rounds and rules that are asked for", async () => {
  const { rounds, rules } = await json<{ rounds: number; rules: object[] }>(
    DbRederive,
    ...["--again", "--dry-run", "--rule", "trade", "--rule", "bait", "--round", "latest"],
  );
  expect(rounds).toBe(1);
  expect(rules).toMatchObject([
    { rule: "bait", cannot: { "hits not recorded (hit: off)": 1 } },
    { rule: "trade", rounds: 1 },
  ]);
  const { stdout } = await run(DbRederive, "--again", "--dry-run", "--round", "latest");
  expect(stdout).toContain(
    "engagement, crossfire, bait cannot be applied to 1 round: hits not recorded (hit: off); what is stored stays",
  );
  expect((await run(DbRederive, "--map", "nowhere")).stderr).toContain("E_NOT_FOUND");
});
