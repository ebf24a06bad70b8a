/** What commands print in docs/reports.md is what they print (`npm run docs` writes it anew). */
import { readFileSync } from "node:fs";

import { beforeAll, expect, test, vi } from "vitest";

import ReportEngagements from "../../src/commands/report/engagements.ts";
import ReportObjectives from "../../src/commands/report/objectives.ts";
import ReportPlayer from "../../src/commands/report/player.ts";
import ReportRound from "../../src/commands/report/round.ts";
import ReportSituations from "../../src/commands/report/situations.ts";
import { packagePath } from "../../src/package-root.ts";
import { importPaths } from "../support/import.ts";
import { useReportCommands, type Runnable } from "../support/report-commands.ts";
import { sharedRecording } from "../support/shared-recordings.ts";
import { withExamples } from "./report-examples.ts";

const COMMANDS: Readonly<Record<string, Runnable>> = {
  engagements: ReportEngagements,
  objectives: ReportObjectives,
  player: ReportPlayer,
  round: ReportRound,
  situations: ReportSituations,
};
/** Where the demo puts the files of its match with objectives; here they are in a database. */
const FOLDER = ["--from", "demo/objectives"];

const reports = useReportCommands();
beforeAll(async () => {
  const { folder } = await sharedRecording("objectives-12");
  await importPaths(reports.sql, [folder]);
  vi.stubEnv("COLUMNS", "100");
});

test("the examples in docs/reports.md are what the commands print", async () => {
  const file = packagePath("docs/reports.md");
  const page = await withExamples(readFileSync(file, "utf8"), async ([, name = "", ...words]) => {
    const command = COMMANDS[name];
    if (command === undefined) throw new Error(`no example runs prox report ${name}`);
    expect(words.slice(-FOLDER.length)).toEqual(FOLDER);
    return (await reports.run(command, ...words.slice(0, -FOLDER.length))).stdout;
  });
  expect(page).toContain("attackers died near");
  await expect(page).toMatchFileSnapshot(file);
});
