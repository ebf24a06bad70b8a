import { expect, test } from "vitest";

import { stillWaiting, type Prepared } from "../../src/db/late-commits.ts";

const of = (worker: string, ...gids: (string | null)[]): Prepared[] => gids.map((gid) => ({ worker, gid }));

test.each([
  ["a commit that is finished", of("one", "a"), [], []],
  ["one that is not", of("one", "a", "b"), of("one", "b"), of("one", "b")],
  ["one that began later", of("one", "a"), of("one", "c"), []],
  ["the same name on another worker", of("one", "a"), of("two", "a"), []],
  ["a worker that cannot be asked yet", of("one", null), of("one", null), of("one", null)],
  ["a worker that is back: nobody knows what it had before", of("one", null), of("one", "a"), of("one", "a")],
  ["a worker that is back, and has nothing", of("one", null), [], []],
  ["a worker that is gone with its commit", of("one", "a"), of("one", null), of("one", null)],
  ["a worker that had none, and is gone", of("one", "a"), of("two", null), []],
])("%s", (_, before, now, waiting) => {
  expect(stillWaiting(before, now)).toEqual(waiting);
});
