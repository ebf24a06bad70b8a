/** The pages of a site in every browser that is here: what readers do, and what they must not meet. */
import { createRequire } from "node:module";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { HAND_MADE, makeSite, type MadeSite } from "../support/made-site.ts";
import { type AnyPage, BROWSERS, snapshot } from "../support/replay-page.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let site: MadeSite;
beforeAll(async () => {
  site = await makeSite();
}, 300_000);
afterAll(() => {
  rmSync(path.dirname(site.folder), { recursive: true, force: true });
});

/** One page of each kind. */
const PAGES = [
  "index.html",
  "sessions/index.html",
  "sessions/2026-11-20-2000/index.html",
  `rounds/${HAND_MADE}/index.html`,
  "players/index.html",
  "players/ag-bravo/index.html",
  "maps/objarena/index.html",
  "leaders/index.html",
  "teams/index.html",
  "seasons/index.html",
  "seasons/season-1/index.html",
  "records/index.html",
  "search/index.html",
  "privacy/index.html",
];
const FIGHT = "FIGHT";

async function fightPage(): Promise<string> {
  const [fight] = await site.sql<{ key: string; engagement: number }[]>`
    select round_key as key, engagement from engagement_analysis join rounds using (round_id)
    order by kills + deaths desc, start_ms limit 1`;
  return `rounds/${fight?.key ?? ""}/fights/${fight?.engagement ?? 0}/index.html`;
}

/** What axe finds at fault in a page, serious or worse, in a few words each. It would fetch styles, which the policy forbids. */
const faultsOf = (page: AnyPage): Promise<string[]> =>
  page.evaluate<string[]>(
    `(() => {
      ${axe}
      return window.axe.run(document, { resultTypes: ["violations"], preload: false }).then(({ violations }) => violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => id + ": " + nodes.slice(0, 2).map(({ html }) => html).join(" | ")));
    })()`,
  );

describe.each(BROWSERS.filter(({ path: executable }) => executable !== undefined))("in $name", (kind) => {
  let browser: Awaited<ReturnType<typeof kind.start>>;
  let page: AnyPage;
  const open = async (file: string): Promise<void> => {
    const [name = "", hash] = file.split("#");
    await page.open(
      `${pathToFileURL(path.join(site.folder, name)).href}${hash === undefined ? "" : `#${hash}`}`,
    );
  };

  beforeAll(async () => {
    browser = await kind.start(kind.path ?? "");
    page = await browser.newPage();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
  });

  test(
    "no page has a serious fault for axe, is wider than the window, or complains",
    { timeout: 240_000 },
    async () => {
      const faults: unknown[] = [];
      for (const file of [...PAGES, FIGHT]) {
        const name = file === FIGHT ? await fightPage() : file;
        for (const width of [390, 768, 1280]) {
          await page.resize(width, 900);
          await open(name);
          // What axe looks at is the same on a tablet.
          if (width !== 768) for (const fault of await faultsOf(page)) faults.push([name, width, fault]);
          const body = await page.evaluate<number>("document.documentElement.scrollWidth");
          if (body > width + 1) faults.push([name, width, `${body} wide`]);
        }
      }
      expect(faults).toEqual([]);
      expect((await page.problems()).map((problem) => problem.slice(0, 300))).toEqual([]);
    },
  );

  test("search finds the beginning, the middle, letters of any script and clan tags", async () => {
    await open("search/index.html");
    const find = (words: string): Promise<string[]> =>
      page.evaluate<string[]>(`(() => {
        const field = document.querySelector("#search");
        field.value = ${JSON.stringify(words)};
        field.dispatchEvent(new Event("input"));
        return [...document.querySelectorAll(".search li a")].map((link) => link.textContent);
      })()`);
    expect(await find("|ag")).toEqual(["|AG|.Bravo"]);
    expect(await find("BRAVO")).toContain("|AG|.Bravo");
    expect(await find("rav")).toContain("|AG|.Bravo");
    expect(await find("プレ")).toEqual(["日本プレイヤー"]);
    expect(await find("<script>alert")).toEqual(["<script>alert(1)</script>"]);
    expect(await find("@every")).toEqual(["@everyone"]);
    expect(await find("Shy")).toEqual([]);
    expect(await find("objarena")).toContain("objarena");
    expect(await find("  ")).toEqual([]);
    expect(await page.evaluate("document.querySelectorAll('.search script').length")).toBe(0);
  });

  test("a click on a heading sorts, a second one the other way", async () => {
    await open("players/index.html");
    const kills = (): Promise<number[]> =>
      page.evaluate<number[]>(
        "[...document.querySelectorAll('tbody tr')].map((row) => Number(row.cells[2].textContent.replaceAll(',', '')))",
      );
    const click = (): Promise<void> =>
      page.evaluate("document.querySelectorAll('thead th button')[2].click()");
    await click();
    const down = await kills();
    expect(down.length).toBeGreaterThan(20);
    expect(down).toEqual([...down].sort((a, b) => b - a));
    await click();
    expect(await kills()).toEqual([...down].sort((a, b) => a - b));
    expect(await page.evaluate("document.querySelector('th[aria-sort]').getAttribute('aria-sort')")).toBe(
      "ascending",
    );
  });

  test("a tablet shows what matters of a wide table, and all of it where the reader asks", async () => {
    await open("sessions/2026-11-20-2000/index.html");
    const table = "document.querySelector('.table:has(thead th:nth-child(8)):has(.detail)')";
    const shown = (): Promise<number> =>
      page.evaluate<number>(
        `[...${table}.querySelectorAll('thead th')].filter((cell) => cell.getClientRects().length > 0).length`,
      );
    await page.resize(1280, 900);
    const all = await shown();
    expect(all).toBeGreaterThan(7);
    await page.resize(768, 900);
    expect(await shown()).toBeLessThan(all);
    await page.evaluate(`${table}.querySelector('.all-columns input').click()`);
    expect(await shown()).toBe(all);
    await page.resize(1280, 900);
  });

  test("a moment opens the replay at its second", async () => {
    await open(`rounds/${HAND_MADE}/index.html`);
    const link = await page.evaluate<string>("document.querySelector('a[href*=\"replay.html#t=\"]').href");
    const seconds = Number(/#t=(\d+)$/u.exec(link)?.[1]);
    expect(seconds).toBeGreaterThan(0);
    await page.open("about:blank");
    await page.open(link);
    await page.until(
      "window.proxReplay !== undefined || document.querySelector('#clock').textContent !== ''",
    );
    expect((await snapshot(page)).timeSeconds).toBeCloseTo(seconds, 0);
    expect(await page.evaluate("document.querySelector('header a').getAttribute('href')")).toBe(
      "./index.html",
    );
  });

  test("the feed is XML", async () => {
    await open("index.html");
    const feed = readFileSync(path.join(site.folder, "feed.xml"), "utf8");
    const title = await page.evaluate<string>(`(() => {
      const feed = new DOMParser().parseFromString(${JSON.stringify(feed)}, "application/xml");
      return feed.querySelector("parsererror")?.textContent ?? feed.querySelector("feed > title").textContent;
    })()`);
    expect(title).toBe("Evenings & <Rounds>");
  });
});
