/** What a word on a command line names. */
import { Config } from "@oclif/core";
import { beforeAll, expect, test } from "vitest";

import { type ListedCommand, subjectOf } from "../../../src/cli/completion/subjects.ts";
import { packagePath } from "../../../src/package-root.ts";

let commands: ListedCommand[];
beforeAll(async () => {
  ({ commands } = await Config.load(packagePath(".")));
});

test.each([
  ["deploy ", "servers"],
  ["deploy main ma", "servers"],
  ["deploy --yes ", "servers"],
  ["deploy --parallel 2 ma", "servers"],
  ["deploy --parallel ", "files"],
  ["report heatmap --map ", "maps"],
  ["report heatmap --map=su", "maps"],
  ["report player ", "players"],
  ["report heatmap --player ", "players"],
  ["report synergy --clan ", "clans"],
  ["report team ", "clans"],
  ["report rounds --bots --session ", "sessions"],
  ["report round ", "rounds"],
  ["map remove ", "map files"],
  ["errors E_", "error codes"],
  ["import ", "files"],
  ["report heatmap --png ", "files"],
  // What the library completes itself: values that are listed, flags, commands.
  ["report heatmap --what ", undefined],
  ["report heatmap --ma", undefined],
  ["report heatmap -", undefined],
  ["report ", undefined],
  ["rep", undefined],
  ["", undefined],
])("%j ends in %j", (line, subject) => {
  expect(subjectOf(commands, line.split(" "))).toBe(subject);
});
