/** The line of contrib/cron.d/prox as cron runs it, with outages: who is told how often, and what is in the database. */
import { expect, test } from "vitest";

import { KINDS } from "../../src/format/columns.ts";
import { runCronTrial } from "../support/cron-trial.ts";

test("an outage of the server and one of the database are told once each, and their ends; every round is there once", async () => {
  const { distinctFiles, exitCodes, files, mails, played, rounds } = await runCronTrial({
    runs: 9,
    withoutServer: [3, 5],
    withoutDatabase: [7, 7],
    tellAfter: 1,
  });
  expect(mails.map(({ run }) => run)).toEqual([3, 6, 7, 8]);
  expect(mails.map(({ text }) => /\[(E_[A-Z_]+)\]|again/.exec(text)?.[0])).toEqual([
    "[E_SSH_CONNECT]",
    "again",
    "[E_DATABASE]",
    "again",
  ]);
  expect(exitCodes).toEqual([0, 0, 4, 4, 4, 0, 5, 0, 0]);
  expect({ rounds, files, distinctFiles }).toEqual({
    rounds: played,
    files: played * KINDS.length,
    distinctFiles: played * KINDS.length,
  });
});
