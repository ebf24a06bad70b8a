import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { beforeAll, expect, test, vi } from "vitest";

import { storeAreas } from "../../src/care/areas.ts";
import { parseOutline } from "../../src/maps/check-area.ts";
import { packagePath } from "../../src/package-root.ts";
import { RULE_VERSIONS } from "../../src/rederive/rule-names.ts";
import { importPaths } from "../support/import.ts";
import { type Runnable, useReportCommands } from "../support/report-commands.ts";
import { sharedRecording } from "../support/shared-recordings.ts";

const commands = useReportCommands();

const { engagement: version } = RULE_VERSIONS;
const SEVERAL = `engagement by several versions of the rule: ${version - 1} (1 round), ${version} (1 round); prox db rederive makes them one`;
const OF_ROUND = `engagement by version ${version} of the rule, other rounds by ${version - 1}; prox db rederive makes them one`;

/** Whose numbers stand on what the rule found, with what they say; the others, once fights are asked for. */
const ALWAYS: Record<string, string> = {
  crossfire: SEVERAL,
  engagements: SEVERAL,
  leaders: SEVERAL,
  matchup: SEVERAL,
  objectives: SEVERAL,
  player: SEVERAL,
  routes: SEVERAL,
  situations: SEVERAL,
  synergy: SEVERAL,
  team: SEVERAL,
  round: OF_ROUND,
  // Its reasons name the version, and there is nothing beside it.
  engagement: `rule version ${version}`,
};
const WHEN_ASKED = ["areas", "heatmap", "movement", "rounds", "sessions"];
const NAMED: Record<string, readonly string[]> = {
  engagement: ["latest#1"],
  leaders: ["--least-minutes", "0"],
  matchup: ["one", "two"],
  player: ["Bravo"],
  round: ["latest"],
  team: ["one"],
};

/** What a model says of one round or fight: its note names the model. */
const OF_MODELS = ["predict"];

const REPORTS = readdirSync(packagePath("src/commands/report")).map((file) => file.replace(/\.ts$/, ""));

async function told(report: string, ...flags: readonly string[]): Promise<{ text: string; json: string }> {
  const { default: command } = (await import(`../../src/commands/report/${report}.ts`)) as {
    default: Runnable;
  };
  const bots = report === "engagement" ? [] : ["--bots"];
  const args = [...(NAMED[report] ?? []), ...bots, ...flags];
  const { stdout } = await commands.run(command, ...args);
  const json = await commands.run(command, ...args, "--json");
  return { text: stdout.replaceAll(/\s+/g, " "), json: json.stdout };
}

beforeAll(async () => {
  await importPaths(commands.sql, [(await sharedRecording("stopwatch-12")).folder]);
  const [{ map }] = await commands.sql<[{ map: string }]>`select map from rounds limit 1`;
  const outline = parseOutline("-4000,-4000 4000,-4000 4000,4000 -4000,4000");
  await storeAreas(commands.sql, map, [{ name: "Everywhere", outline, floor: undefined }], true);
  // Who was in the teams of the first round, bots too, make two clans.
  await commands.sql`update players set is_bot = false`;
  const seats = await commands.sql<{ team: number; guid: string }[]>`
    select distinct s.team, p.guid from round_players s join players p using (player_id)
    where s.team in (1, 2) and p.guid is not null and s.round_id = (select round_id from rounds order by started_at limit 1)`;
  const rows = seats.map(({ guid, team }) => `${team === 1 ? "one" : "two"},${guid}`);
  mkdirSync(path.join(commands.folder, "prox"));
  writeFileSync(path.join(commands.folder, "prox/roster.csv"), rows.join("\n"));
  writeFileSync(
    path.join(commands.folder, "prox/config.json"),
    JSON.stringify({ site: { roster: "roster.csv" } }),
  );
  vi.stubEnv("XDG_CONFIG_HOME", commands.folder);
  await commands.sql`
    update round_rules set version = ${version - 1} where rule = 'engagement'
      and round_id = (select round_id from rounds order by started_at limit 1)`;
}, 120_000);

test("every report is one of these", () => {
  expect(REPORTS.sort()).toEqual([...Object.keys(ALWAYS), ...WHEN_ASKED, ...OF_MODELS].sort());
});

test.each(Object.entries(ALWAYS))("report %s says that rules are mixed", async (report, words) => {
  const { json, text } = await told(report);
  expect(text).toContain(words);
  expect(json).toContain(words);
});

test.each(WHEN_ASKED)("report %s says it where fights are asked for", async (report) => {
  expect((await told(report)).text).not.toContain("several versions");
  const { text } = await told(report, "--engagement", "1v1");
  expect(text.split(SEVERAL)).toHaveLength(2);
});

test("one version is nothing to say", async () => {
  const { text } = await told("player", "--round", "latest");
  expect(text).not.toContain("several versions");
});
