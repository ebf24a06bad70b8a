/**
 * A database that has something of everything reports tell: rounds of our tracker, rounds and totals of other trackers, a person of
 * two GUIDs, one who is hidden, a round that is left out, an evening with a name.
 */
import { readdir } from "node:fs/promises";
import path from "node:path";

import { storeAreas } from "../../src/care/areas.ts";
import { hidePlayer, mergePlayers } from "../../src/care/players.ts";
import { chooseRounds, excludeRounds } from "../../src/care/rounds.ts";
import { nameSession } from "../../src/care/sessions.ts";
import type { Sql } from "../../src/db/driver/connect.ts";
import type { Channel } from "../../src/posts/channel.ts";
import type { MapArea } from "../../src/maps/areas.ts";
import { roundConditions } from "../../src/reports/filters.ts";
import { resolvePlayer } from "../../src/reports/players.ts";
import { listSessions } from "../../src/reports/sessions.ts";
import { importPaths } from "./import.ts";
import { sharedRecording } from "./shared-recordings.ts";

const FOREIGN = path.join(import.meta.dirname, "../fixtures/foreign");
const FOREIGN_FILES = [
  "proximity/v6.11/2026-11-22-151941-arena1-round-1_engagements.txt.gz",
  "oksii/2.4.0-stopwatch-stats-1795360910-2026-11-22-152150-arena1-round-2.json.gz",
  "c0rnp0rn/2025-11-01-224514-supply-round-1.txt",
  "c0rnp0rn/2025-11-01-225509-supply-round-2.txt",
].map((file) => path.join(FOREIGN, file));

const bot = (number: number): string => `OMNIBOT${String(number).padStart(2, "0")}`.padEnd(32, "0");

/** Imports recordings, and what other trackers wrote, round by round: whoever does the same gets the same ids. */
export async function importAsked(sql: Sql, recordings: readonly string[]): Promise<void> {
  for (const name of recordings) {
    const { folder } = await sharedRecording(name);
    const files = (await readdir(folder, { recursive: true })).filter((file) => file.includes(".txt"));
    const keys = new Set(files.map((file) => file.replace(/(?:\.\d+)?_[a-z]+\.txt.*/, "")));
    for (const key of [...keys].sort()) {
      await importPaths(
        sql,
        files.filter((file) => file.startsWith(key)).map((file) => path.join(folder, file)),
      );
    }
  }
  for (const file of FOREIGN_FILES) await importPaths(sql, [file]);
}

/** Names the quarters of the map that calls of reports ask about, one of them by a spot. */
export async function nameAreas(sql: Sql): Promise<void> {
  const quarter = (name: string, x: number, y: number): MapArea => {
    const [right, top] = [x + 8192, y + 8192];
    const outline = [[x, y] as const, [right, y] as const, [right, top] as const, [x, top] as const];
    return { name, outline, floor: undefined };
  };
  const areas = [quarter("West", -8192, 0), quarter("East", 0, 0), quarter("South", 0, -8192)];
  await storeAreas(sql, "objarena", [...areas, { name: "Far", spots: [[-500, -500, 0]] }], true);
}

/** Puts people, rounds and evenings right by hand. */
export async function putRight(sql: Sql): Promise<void> {
  const person = (number: number) => resolvePlayer(sql, bot(number));
  await mergePlayers(sql, [await person(4), await person(5)], { isForced: true, reason: "two machines" });
  await hidePlayer(sql, await person(6), "asked for");
  const [latest] = await listSessions(sql, roundConditions(sql, { bots: "with" }));
  if (latest !== undefined) await nameSession(sql, latest, "a final", "played for it");
  const [round] = await sql<{ round_key: string }[]>`
    select round_key from rounds where source = 'c0rnp0rn' order by started_at limit 1`;
  const chosen = await chooseRounds(sql, { round: [round?.round_key ?? ""] });
  await excludeRounds(sql, chosen, "a warm-up");
}

/** A chat that takes every message. */
export const SILENT: Channel = { name: "silent", post: () => Promise.resolve(null) };

/** Everything is told, whenever it was. */
export const EVERY_POST = {
  request: { since: "2000-01-01", bots: true },
  quietMinutes: 0,
  isAgain: false,
  isDryRun: false,
  link: undefined,
  signal: new AbortController().signal,
};
