/** A site for tests: of a recording, and of a round whose players have names that no page should fall for. */
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { storeAreas } from "../../src/care/areas.ts";
import { hidePlayer } from "../../src/care/players.ts";
import { tagSession } from "../../src/care/sessions.ts";
import type { Sql } from "../../src/db/driver/connect.ts";
import { parseOutline } from "../../src/maps/check-area.ts";
import { resolvePlayer } from "../../src/reports/players.ts";
import { listSessions } from "../../src/reports/sessions.ts";
import { type BuildResult, buildSite } from "../../src/site/build-site.ts";
import type { SiteSettings } from "../../src/site/site-settings.ts";
import { createTestDatabase } from "./database.ts";
import { addRound } from "./hand-made.ts";
import { HOSTILE_NAMES } from "./hostile-names.ts";
import { importPaths } from "./import.ts";
import { sharedRecording } from "./shared-recordings.ts";

/** Names besides the hostile ones, for search. */
const NAMES = ["^1|AG|^7.Bravo", "日本プレイヤー", "@everyone", "]]>", "control\u0001"];
/** Somebody who asked to be left out. */
export const HIDDEN_NAME = "Shy Violet";

/** The key of the round that is made by hand. */
export const HAND_MADE = "2026-11-20-200000-arena-round-1-0123abcd";

export const SETTINGS: SiteSettings = {
  title: "Evenings & <Rounds>",
  language: "en",
  timeZone: "UTC",
  baseUrl: "https://stats.example.org/et",
  robots: "index",
  contact: "admins@example.org",
  links: [["Discord", "https://discord.gg/example"]],
  logo: undefined,
  theme: undefined,
  bots: true,
  replays: 100,
  fights: 3,
};

/** A site, and what it is of. */
export interface MadeSite {
  readonly sql: Sql;
  readonly folder: string;
  /** Builds it again. */
  readonly build: (settings?: Partial<SiteSettings>, out?: string) => Promise<BuildResult>;
}

const guidOf = (slot: number): string => slot.toString(16).toUpperCase().padStart(32, "F");

/** Adds a round: all against all, over and over. */
export async function addEvening(sql: Sql, key: string, startedAt: string): Promise<void> {
  const hostile = Object.values(HOSTILE_NAMES).map((name) => name.replaceAll("\0", ""));
  const names = [...hostile, ...NAMES, HIDDEN_NAME];
  const players = names.map(
    (name, slot) =>
      ({ guid: guidOf(slot), name, team: slot % 2 === 0 ? 1 : 2, isBot: name === "@everyone" }) as const,
  );
  const round = await addRound(sql, { key, startedAt, players, endMs: 300_000, winnerTeam: 1 });
  const at = (slot: number) => [100 * slot, 50 * slot, 0] as const;
  await round.addEvents(
    players.flatMap((_, slot) => {
      const target = (slot + 1) % players.length;
      const deed = { attacker: slot, target, weapon: 3, means: 8, from: at(slot), to: at(target) };
      const timeMs = 5000 * (slot + 1);
      return [
        { ...deed, event: "fire", timeMs },
        { ...deed, event: "hit", timeMs: timeMs + 10, damage: 20 + slot, region: "body" },
        ...Array.from({ length: 1 + (slot % 3) }, (__, kill) => ({
          ...deed,
          event: "kill",
          timeMs: timeMs + 20 + kill,
        })),
      ];
    }),
  );
  await round.addPositions(
    players.flatMap((_, slot) => [0, 1000, 2000].map((timeMs) => ({ timeMs, slot, at: at(slot) }))),
  );
  await sql`update rounds set position_rows = ${3 * players.length}, combat_rows = 100 where round_key = ${key}`;
}

/** Makes the database and builds the site. */
export async function makeSite(): Promise<MadeSite> {
  const { sql } = await createTestDatabase();
  const { folder: recorded } = await sharedRecording("objectives-12");
  await importPaths(sql, [recorded]);
  await addEvening(sql, HAND_MADE, "2026-11-20T20:00:00Z");
  await storeAreas(
    sql,
    "arena",
    [
      {
        name: HOSTILE_NAMES["markup"] ?? "",
        outline: parseOutline("0,0 900,0 900,900 0,900"),
        floor: undefined,
      },
      { name: "Well", spots: [[1500, 700, 0]] },
    ],
    false,
  );
  await hidePlayer(sql, await resolvePlayer(sql, HIDDEN_NAME), "asked for it");
  const session = (await listSessions(sql)).find(({ maps }) => maps.includes("arena"));
  if (session !== undefined) await tagSession(sql, session, ["season-1"], { isAdded: true, reason: "" });
  const folder = path.join(mkdtempSync(path.join(tmpdir(), "prox-site-")), "site");
  const build: MadeSite["build"] = (settings = {}, out = folder) =>
    buildSite(sql, out, {
      settings: { ...SETTINGS, ...settings },
      ledger: `${folder}.lock.json`,
      cache: `${out}.cache.json`,
      isFull: false,
      signal: new AbortController().signal,
      progress: () => undefined,
    });
  await build();
  return { sql, folder, build };
}

/** The files of which the bytes are others, or which only one of the two has. */
export function differences(one: ReadonlyMap<string, Buffer>, other: ReadonlyMap<string, Buffer>): string[] {
  return [...new Set([...one.keys(), ...other.keys()])].filter((name) => {
    const bytes = other.get(name);
    return bytes === undefined || one.get(name)?.equals(bytes) !== true;
  });
}

/** All files below a folder, by their path, as bytes. */
export function filesBelow(folder: string): Map<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    entries
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [path.relative(folder, file).split(path.sep).join("/"), readFileSync(file)]),
  );
}
