/** A site, looked at as a reader, a search engine and a browser would: what is in its files, and what a build changes. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { beforeAll, expect, test } from "vitest";

import { removeAreas, storeAreas } from "../../src/care/areas.ts";

import { htmlFaults } from "../support/html-faults.ts";
import {
  addEvening,
  differences,
  filesBelow,
  HAND_MADE,
  HIDDEN_NAME,
  makeSite,
  type MadeSite,
} from "../support/made-site.ts";

let site: MadeSite;
let files: Map<string, Buffer>;
beforeAll(async () => {
  site = await makeSite();
  files = filesBelow(site.folder);
  return () => {
    rmSync(path.dirname(site.folder), { recursive: true, force: true });
  };
}, 300_000);

/** Removes a site, and what its builds remember beside it. */
function removeSite(folder: string): void {
  for (const end of ["", ".cache.json", ".cache.presence.json", ".cache.ways.json"])
    rmSync(`${folder}${end}`, { recursive: true, force: true });
}

const textOf = (file: string): string => files.get(file)?.toString("utf8") ?? "";
const pages = (): [string, string][] =>
  [...files]
    .filter(([name]) => name.endsWith(".html"))
    .map(([name, bytes]) => [name, bytes.toString("utf8")]);

/** Values of attributes in markup, entities put back. */
function attributes(markup: string, name: string): string[] {
  return Array.from(markup.matchAll(new RegExp(`\\s${name}="([^"]*)"`, "gu")), ([, value = ""]) =>
    value.replaceAll("&amp;", "&").replaceAll("&#39;", "'").replaceAll("&quot;", '"'),
  );
}

test("there is a page of everything that has one", () => {
  for (const file of [
    "index.html",
    "404.html",
    "feed.xml",
    "robots.txt",
    "sitemap.xml",
    ...["sessions", "players", "maps", "leaders", "records", "seasons", "search", "about", "privacy"].map(
      (name) => `${name}/index.html`,
    ),
    "seasons/season-1/index.html",
    "maps/arena/index.html",
    "maps/objarena/index.html",
    "sessions/2026-11-20-2000/index.html",
    `rounds/${HAND_MADE}/index.html`,
    `rounds/${HAND_MADE}/replay.html`,
    "players/ag-bravo/index.html",
  ]) {
    expect([...files.keys()]).toContain(file);
  }
  expect(
    [...files.keys()].filter((name) => /^rounds\/.*\/fights\/\d+\/(index\.html|fight\.svg)$/u.test(name))
      .length,
  ).toBe(6);
});

test("pictures of a map are smooth, of movement too", () => {
  for (const name of ["kills", "presence", "steps"]) {
    const svg = textOf(`maps/arena/${name}.svg`);
    expect([name, svg.includes('class="contour"')]).toEqual([name, true]);
    expect(svg).toContain("smooth: a bell of");
  }
  expect(textOf("maps/objarena/steps.svg")).toMatch(/class="contour".*class="flow"/su);
});

test("every page is valid HTML", async () => {
  const faults: string[] = [];
  for (const [name, text] of pages()) faults.push(...(await htmlFaults(name, text)));
  expect(faults).toEqual([]);
  expect(pages().length).toBeGreaterThan(60);
});

test("every link, picture, script and place that a page names is there", () => {
  const ids = new Map(pages().map(([name, text]) => [name, new Set(attributes(text, "id"))]));
  const faults: string[] = [];
  let links = 0;
  for (const [name, text] of pages()) {
    for (const address of [...attributes(text, "href"), ...attributes(text, "src")]) {
      if (/^https?:/u.test(address)) continue;
      links += 1;
      const base =
        name === "404.html" ? "https://stats.example.org/et/" : `https://stats.example.org/et/${name}`;
      const { hash, pathname } = new URL(address, base);
      const target = decodeURIComponent(pathname.slice("/et/".length));
      const file = target === "" || target.endsWith("/") ? `${target}index.html` : target;
      const isMoment = file.endsWith("/replay.html") && /^#t=\d+$/u.test(hash);
      if (!files.has(file)) faults.push(`${name}: ${address}`);
      else if (hash !== "" && !isMoment && ids.get(file)?.has(hash.slice(1)) !== true)
        faults.push(`${name}: ${address}`);
    }
  }
  expect(faults).toEqual([]);
  expect(links).toBeGreaterThan(1000);
});

test("players are counted in one way, with bots where bots count", async () => {
  const counts = await site.sql<{ key: string; players: number; bots: number }[]>`
    select round_key as key, count(distinct person_id)::int as players,
      count(distinct person_id) filter (where people.is_bot)::int as bots
    from round_players join people using (player_id) join rounds using (round_id)
    where round_players.team in (1, 2) group by round_key`;
  expect(counts.some(({ bots }) => bots > 0)).toBe(true);
  const factOf = (file: string): string =>
    /<dt>players<\/dt>\s*<dd>(\d+)<\/dd>/u.exec(textOf(file))?.[1] ?? "none";
  for (const { key, players } of counts) {
    const file = `rounds/${key}/index.html`;
    expect([key, factOf(file)]).toEqual([key, String(players)]);
    expect(textOf(file)).toContain(`, ${players} players`);
    const [, card = ""] = /og:image:alt" content="([^"]*)"/u.exec(textOf(file)) ?? [];
    expect([key, card.includes(`· ${players} players ·`)]).toEqual([key, true]);
  }
});

test("chats find a picture of each session, round, fight, player and map", () => {
  const names = [
    "sessions/2026-11-20-2000/index.html",
    `rounds/${HAND_MADE}/index.html`,
    "players/ag-bravo/index.html",
    "maps/arena/index.html",
    [...files.keys()].find((name) => /fights\/\d+\/index\.html$/u.test(name)) ?? "",
  ];
  for (const name of names) {
    const [, picture = ""] =
      /property="og:image" content="https:\/\/stats\.example\.org\/et\/([^"]+)"/u.exec(textOf(name)) ?? [];
    const png = files.get(picture);
    expect([name, png?.readUInt32BE(16), png?.readUInt32BE(20), (png?.length ?? 0) < 1_000_000]).toEqual([
      name,
      1200,
      675,
      true,
    ]);
  }
});

test("titles and descriptions are there, and no page but by its policy loads or runs anything", () => {
  for (const [name, text] of pages()) {
    expect([name, /<title>[^<]+<\/title>/u.test(text)]).toEqual([name, true]);
    expect([
      name,
      /style="|<style|\son[a-z]+="|javascript:/iu.exec(text.replaceAll(/<svg.*?<\/svg>/gsu, ""))?.[0],
    ]).toEqual([name, undefined]);
    expect(text).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    if (name.endsWith("replay.html")) continue;
    const [title = ""] = Array.from(
      text.matchAll(/property="og:title" content="([^"]*)"/gu),
      ([, one = ""]) => one,
    );
    expect(Buffer.byteLength(title.replaceAll("&amp;", "&"))).toBeLessThanOrEqual(100);
    expect(text).toContain('<meta name="description" content="');
  }
});

test("no GUID, no hidden name and no raw control character is in any file", async () => {
  const guids = await site.sql<{ guid: string }[]>`select guid from players where guid is not null`;
  expect(guids.length).toBeGreaterThan(20);
  for (const [name, bytes] of files) {
    const text = bytes.toString("utf8");
    const lower = text.toLowerCase();
    for (const { guid } of guids) {
      // A bot's GUID may be a word that stands in texts.
      if (guid.length >= 16 && lower.includes(guid.toLowerCase())) throw new Error(`${guid} in ${name}`);
    }
    expect([name, text.includes(HIDDEN_NAME), lower.includes("shy-violet")]).toEqual([name, false, false]);
    if (!/^(?:assets|og)\//u.test(name))
      expect([
        name,
        /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u202A-\u202E\u2066-\u2069]/u.exec(text)?.[0],
      ]).toEqual([name, undefined]);
    expect([name, text.includes("<script>alert")]).toEqual([name, false]);
  }
});

test("a second build changes nothing, and one from nothing gives the same bytes", async () => {
  const again = await site.build();
  expect([again.written, again.removed]).toEqual([[], []]);
  expect(differences(filesBelow(site.folder), files)).toEqual([]);
  const other = mkdtempSync(path.join(tmpdir(), "prox-site-"));
  try {
    await site.build({}, other);
    expect(differences(filesBelow(other), files)).toEqual([]);
  } finally {
    removeSite(other);
  }
});

test("a new round changes what is about it, and when it is forgotten its pages go", async () => {
  await addEvening(site.sql, "2026-12-01-200000-arena-round-1-99999999", "2026-12-01T20:00:00Z");
  const { removed, written } = await site.build();
  // Cards that say something else now have other names.
  expect(removed.filter((name) => !name.startsWith("og/"))).toEqual([]);
  expect(written).toContain("rounds/2026-12-01-200000-arena-round-1-99999999/index.html");
  expect(written).toContain("sessions/2026-12-01-2000/index.html");
  expect(written).toContain("players/ag-bravo/index.html");
  const untouched = written.filter((name) => name.includes("objarena"));
  expect(untouched).toEqual([]);
  // What was known of the other rounds, and this one beside it, is what is counted of all of them at once.
  const other = mkdtempSync(path.join(tmpdir(), "prox-site-"));
  try {
    await site.build({}, other);
    expect(differences(filesBelow(other), filesBelow(site.folder))).toEqual([]);
  } finally {
    removeSite(other);
  }
  await site.sql`delete from rounds where round_key like '2026-12-01%'`;
  const after = await site.build();
  expect(after.removed).toContain("rounds/2026-12-01-200000-arena-round-1-99999999/index.html");
  expect(after.removed).toContain("sessions/2026-12-01-2000/index.html");
  expect(differences(filesBelow(site.folder), files)).toEqual([]);
});

test("a changed area changes what is about its map", async () => {
  expect(textOf("maps/arena/index.html")).toContain("Areas by team");
  const remove = await removeAreas(site.sql, "arena", ["Well"]);
  expect(remove).toEqual(["Well"]);
  const { written } = await site.build();
  expect(written).toContain("maps/arena/index.html");
  expect(written).toContain("maps/arena/areas.svg");
  expect(written.filter((name) => name.includes("objarena"))).toEqual([]);
  await storeAreas(site.sql, "arena", [{ name: "Well", spots: [[1500, 700, 0]] }], false);
  await site.build();
  expect(differences(filesBelow(site.folder), files)).toEqual([]);
});

test("the feed names the sessions, and the map of the site every page", () => {
  expect(textOf("feed.xml")).toContain(
    '<link href="https://stats.example.org/et/sessions/2026-11-20-2000/"/>',
  );
  expect(textOf("feed.xml")).toContain("<title>Evenings &amp; &lt;Rounds&gt;</title>");
  const mapped = textOf("sitemap.xml").match(/<loc>/gu)?.length;
  expect(mapped).toBe([...files.keys()].filter((name) => name.endsWith("index.html")).length);
  expect(textOf("robots.txt")).toContain("Sitemap: https://stats.example.org/et/sitemap.xml");
});
