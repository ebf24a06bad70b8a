/** A match all the way into a database of its own: played through the built tracker, its round files imported. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import type { Sql } from "../../src/db/driver/connect.ts";
import { withFiles } from "../../src/import/from-files.ts";
import type { Match } from "../../src/simulate/match.ts";
import { simulate } from "../../src/simulate/simulate.ts";
import { trackerModule } from "./simulations.ts";

/** Does work with the database of a match, which is gone afterwards. */
export async function withMatch<Result>(match: Match, work: (sql: Sql) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), "prox-match-"));
  try {
    const modules = [await trackerModule()];
    await simulate({ modules, recording: match.recording, outputFolder: folder });
    return await withFiles([folder], new AbortController().signal, work);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
