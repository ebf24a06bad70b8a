/** Builds a site: reads what is there, makes the parts that have changed, and removes what is gone. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";

import { colourRule, PAGE_STYLE } from "../cli/render/page.ts";
import type { Sql } from "../db/driver/connect.ts";
import { messageOf, ProxError } from "../errors.ts";
import { makeFolder } from "../make-folder.ts";
import { NAME_COLOURS } from "../names.ts";
import { packagePath, packageVersion } from "../package-root.ts";
import { PAINT } from "../pictures/colours.ts";
import { lockedError, takeFileLock } from "../process/file-lock.ts";
import { hexColour } from "../cli/render/terminal.ts";
import { pageScript } from "../replay/page-script.ts";
import { replayParts } from "../replay/render.ts";
import { readRoster } from "../reports/roster.ts";
import { makeParts } from "./make-parts.ts";
import { PresenceCache } from "./presence-cache.ts";
import { RoundCache } from "./round-cache.ts";
import { Site, type Assets } from "./site.ts";
import { readSiteData, stampOf } from "./site-data.ts";
import { type FolderChanges, LOCK, SiteFolder } from "./site-folder.ts";
import { WaysCache } from "./ways-cache.ts";
import { assertDates, type SiteSettings } from "./site-settings.ts";
import { claimSlugs } from "./slugs.ts";

/** How a build is done. */
export interface BuildOptions {
  readonly settings: SiteSettings;
  /** File that remembers the addresses of players. */
  readonly ledger: string;
  /** File of what earlier builds read of rounds. */
  readonly cache: string;
  /** Whether everything is made again, changed or not. */
  readonly isFull: boolean;
  readonly signal: AbortSignal;
  /** Told how many of all parts are done. */
  readonly progress: (done: number, all: number) => void;
}

/** What a build did. */
export interface BuildResult {
  readonly rounds: number;
  readonly sessions: number;
  readonly players: number;
  readonly pages: number;
  /** Files that were written, and those that were removed, by their path below the site. */
  readonly written: readonly string[];
  readonly removed: readonly string[];
  readonly files: number;
  readonly bytes: number;
}

/** A file of the operator's. */
function readOwn(file: string, what: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new ProxError("E_SITE_FOLDER", `cannot read the ${what} ${file}: ${messageOf(cause)}`, {
      suggestions: [`name an existing file, or leave the ${what} out`],
      cause,
    });
  }
}

/** A name that changes with the content: browsers may keep the file for good. */
function hashedName(content: string | Uint8Array, ending: string): string {
  return `assets/${createHash("sha256").update(content).digest("hex").slice(0, 16)}${ending}`;
}

/** Files that all pages share, by their path below the site. */
interface SharedFiles {
  readonly assets: Assets;
  readonly replay: { readonly script: string; readonly style: string };
  readonly files: ReadonlyMap<string, string | Uint8Array>;
}

function sharedFiles({ logo, theme }: SiteSettings): SharedFiles {
  const colours = [...NAME_COLOURS, hexColour(PAINT.axis), hexColour(PAINT.allies)].map(colourRule);
  const style = [
    PAGE_STYLE,
    readFileSync(packagePath("src/site/site.css"), "utf8"),
    ...new Set(colours),
    "",
  ].join("\n");
  const files = new Map<string, string | Uint8Array>();
  const add = (content: string | Uint8Array, ending: string): string => {
    const name = hashedName(content, ending);
    files.set(name, content);
    return name;
  };
  const replay = replayParts();
  const assets = {
    style: add(style, ".css"),
    script: add(pageScript("site/page"), ".js"),
    theme: theme === undefined ? undefined : add(readOwn(theme, "theme"), ".css"),
    logo: logo === undefined ? undefined : add(readOwn(logo, "logo"), path.extname(logo).toLowerCase()),
  };
  return { assets, replay: { script: add(replay.script, ".js"), style: add(replay.style, ".css") }, files };
}

/** Throws where a build would remove everything, as it does with the wrong database. */
function requireSameDatabase(out: string, folder: SiteFolder, roundKeys: ReadonlySet<string>): void {
  if (roundKeys.size === 0) {
    throw new ProxError("E_NOTHING_FOUND", "the database has no round for a site", {
      suggestions: ["import rounds with `prox import`; rounds of bots alone count with --bots"],
    });
  }
  const before = folder.partsBefore.filter((name) => name.startsWith("round "));
  if (before.length > 0 && !before.some((name) => roundKeys.has(name.slice("round ".length)))) {
    throw new ProxError(
      "E_SITE_FOLDER",
      `cannot build a site in ${out}: it is of another database: none of its rounds is in this one`,
      { suggestions: ["name another folder with --out, or the database that it is of with --database-url"] },
    );
  }
}

async function buildLocked(sql: Sql, out: string, options: BuildOptions): Promise<BuildResult> {
  const { ledger, settings } = options;
  const folder = SiteFolder.open(out);
  const shared = sharedFiles(settings);
  const cache = new RoundCache(options.cache, options.isFull);
  const roster = settings.roster === undefined ? undefined : readRoster(settings.roster);
  const data = await readSiteData(sql, settings, cache, (people) => claimSlugs(ledger, people), roster);
  requireSameDatabase(out, folder, new Set(data.rounds.map(({ roundKey }) => roundKey)));
  cache.save();
  const site = new Site(settings, data, shared.assets);
  const stamp = stampOf(
    packageVersion(),
    // Logo and theme by their content, which is in the names of their files; the roster by the teams that it makes.
    JSON.stringify({ ...settings, logo: undefined, theme: undefined, roster: undefined }),
    ...[...shared.files.keys()].sort(),
    options.isFull ? Date.now() : 0,
  );
  const known = {
    bots: settings.bots ? "with" : "without",
    isFull: options.isFull,
    stamps: data.stamps,
  } as const;
  const presence = new PresenceCache(sql, options.cache, known);
  const ways = new WaysCache(sql, options.cache, known);
  const pages = await makeParts(sql, site, folder, {
    ...options,
    presence,
    ways,
    replay: shared.replay,
    stamp,
  });
  const maps = new Set(data.rounds.map(({ map }) => map));
  presence.save(maps);
  ways.save(maps);
  await folder.make("assets", "", (put) => {
    for (const [name, content] of shared.files) put(name, content);
  });
  const changes: FolderChanges = folder.finish();
  return {
    rounds: data.rounds.length,
    sessions: data.sessions.length,
    players: data.slugs.size,
    pages,
    ...changes,
  };
}

/**
 * Builds a site in a folder. Throws `E_SITE_FOLDER`, `E_LOCKED` where another build is under way, `E_NOTHING_FOUND` without a round.
 */
export async function buildSite(sql: Sql, out: string, options: BuildOptions): Promise<BuildResult> {
  assertDates(options.settings);
  SiteFolder.open(out);
  makeFolder(out);
  const lock = takeFileLock(path.join(out, LOCK), "prox site build");
  if ("heldBy" in lock) {
    throw lockedError(`the site in ${out}`, lock.heldBy, ["wait until it is built, or end that process"]);
  }
  try {
    const signal = AbortSignal.any([options.signal, lock.lost]);
    return await buildLocked(sql, out, { ...options, signal });
  } finally {
    lock.release();
  }
}
