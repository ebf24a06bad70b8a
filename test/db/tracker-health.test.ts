import { beforeAll, expect, test } from "vitest";

import { readContents } from "../../src/db/status.ts";
import type { Sql } from "../../src/db/driver/connect.ts";
import { createEvenings } from "../support/evenings.ts";

let sql: Sql;
beforeAll(async () => {
  ({ sql } = await createEvenings());
});

test("the trackers of the last 7 days, each game server by itself; older rounds do not count", async () => {
  await sql`
    update rounds set started_at = now() - interval '8 days', tracker_errors = 9, frame_worst_ms = 99, frame_mean_us = 99,
      server_name = 'old'`;
  expect((await readContents(sql))?.trackers).toEqual([]);
  await sql`update rounds set started_at = now() - interval '2 days', server_name = 'red', tracker_errors = 1,
    frame_worst_ms = 3, frame_mean_us = 50 where round_key = 'one'`;
  await sql`update rounds set started_at = now() - interval '1 day', server_name = 'red', tracker_errors = 2,
    frame_worst_ms = 2, frame_mean_us = 40 where round_key = 'two'`;
  await sql`update rounds set started_at = now(), server_name = 'blue', tracker_errors = 0,
    frame_worst_ms = null, frame_mean_us = null where round_key = 'late'`;
  expect((await readContents(sql))?.trackers).toEqual([
    { serverName: "blue", errors: 0, frameWorstMs: null, frameMeanUs: null },
    { serverName: "red", errors: 3, frameWorstMs: 3, frameMeanUs: 40 },
  ]);
});
