/** Draws the pictures of a site and of cards in docs/images. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

import type { Sql } from "../../src/db/driver/connect.ts";
import { buildSite } from "../../src/site/build-site.ts";
import { Browser } from "../support/browser.ts";

/** Pages by the folder that they lie in, and whether the card of the page is shown too. */
const PAGES = [
  ["home", "", false],
  ["session", "sessions", true],
  ["round", "rounds", true],
  ["player", "players", true],
  ["map", "maps", false],
] as const;

/** Whether every picture that a reader sees is drawn: one of a page is fetched only when it comes into sight. */
const ARE_PICTURES_DRAWN = `[...document.images]
  .filter((image) => image.getBoundingClientRect().top < innerHeight)
  .every((image) => image.complete && image.naturalWidth > 0)`;

/** Builds a site of the database, and saves what its pages look like, and their cards. */
export async function drawSite(
  sql: Sql,
  executable: string,
  save: (name: string, png: Uint8Array) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "prox-images-"));
  const browser = await Browser.start(executable);
  try {
    const out = path.join(folder, "site");
    await buildSite(sql, out, {
      settings: {
        title: "Tuesday Night Rounds",
        language: "en",
        timeZone: "UTC",
        baseUrl: "https://stats.example.org",
        robots: "noindex",
        contact: undefined,
        links: [],
        logo: undefined,
        theme: undefined,
        bots: true,
        replays: 1,
        fights: 1,
      },
      ledger: `${out}.lock.json`,
      cache: `${out}.cache.json`,
      isFull: false,
      signal: new AbortController().signal,
      progress: () => undefined,
    });
    for (const [name, below, hasCard] of PAGES) {
      const entries = below === "" ? [] : await readdir(path.join(out, below), { withFileTypes: true });
      const [first = ""] = entries.flatMap((entry) => (entry.isDirectory() ? entry.name : [])).sort();
      const file = path.join(out, below, first, "index.html");
      const page = await browser.newPage(1280, 900);
      await page.open(pathToFileURL(file).href);
      await page.until("document.querySelector('main h1') !== null && document.fonts.status === 'loaded'");
      await page.until(ARE_PICTURES_DRAWN);
      await page.evaluate(
        "Promise.all([...document.images].filter(({ complete }) => complete).map((image) => image.decode()))",
      );
      await save(`site-${name}.png`, await page.screenshot());
      if (!hasCard) continue;
      const card = /stats\.example\.org\/(og\/[0-9a-f]+\.png)/u.exec(await readFile(file, "utf8"))?.[1] ?? "";
      await save(`card-${name}.png`, await readFile(path.join(out, card)));
    }
  } finally {
    await browser.close();
    await rm(folder, { recursive: true });
  }
}
