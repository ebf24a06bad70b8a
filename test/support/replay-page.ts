/** The replay page, opened in every browser that is here, for tests. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { afterAll, beforeAll, describe } from "vitest";

import type { PackedLinks } from "../../src/replay/packed.ts";
import { renderReplay } from "../../src/replay/render.ts";
import type { ReplayData } from "../../src/replay/replay-data.ts";
import { Browser, findChromium, type Page } from "./browser.ts";
import { findFirefox, Firefox } from "./firefox.ts";

/** What the page tells programs of the moment that it shows. */
export interface Snapshot {
  readonly timeSeconds: number;
  readonly isPlaying: boolean;
  readonly speed: number;
  readonly follow: number | null;
  readonly players: readonly {
    readonly slot: number;
    readonly name: string;
    readonly team: number;
    readonly life: string;
    readonly health: number | null;
    readonly weapon: number | null;
    readonly position: { x: number; y: number; z: number; yawDeg: number; ageMs: number } | null;
    readonly screen: { x: number; y: number } | null;
  }[];
  readonly objectives: readonly {
    readonly name: string;
    readonly state: string;
    readonly position: { x: number; y: number } | null;
    readonly screen: { x: number; y: number } | null;
  }[];
}

/** What the tests drive, whichever browser it is. */
export type AnyPage = Pick<
  Page,
  "click" | "drag" | "evaluate" | "open" | "press" | "problems" | "resize" | "screenshot" | "until"
>;
type AnyBrowser = Pick<Browser, "close"> & { newPage: () => Promise<AnyPage> };

/** Opens a replay, at a place of it. */
export type OpenReplay = (data: ReplayData, hash?: string, links?: PackedLinks) => Promise<AnyPage>;

/** The browsers that tests drive; without a path those that are not here. */
export const BROWSERS: readonly {
  name: string;
  path: string | undefined;
  start: (path: string) => Promise<AnyBrowser>;
}[] = [
  { name: "Chromium", path: findChromium(), start: (executable) => Browser.start(executable) },
  { name: "Firefox", path: findFirefox(), start: (executable) => Firefox.start(executable) },
];

/** Describes the page once for each browser. */
export function describePage(topic: string, tests: (open: OpenReplay) => void): void {
  for (const { name, path: executable, start } of BROWSERS) {
    describe.skipIf(executable === undefined)(`${topic} in ${name}`, () => {
      let browser: AnyBrowser;
      let folder: string;
      let pages = 0;

      beforeAll(async () => {
        folder = await mkdtemp(path.join(tmpdir(), "prox-replay-"));
        browser = await start(executable ?? "");
      });
      afterAll(async () => {
        await browser.close();
        await rm(folder, { recursive: true, force: true });
      });

      tests(async (data, hash = "", links) => {
        const file = path.join(folder, `${String((pages += 1))}.html`);
        await writeFile(file, renderReplay(data, links));
        const page = await browser.newPage();
        await page.open(`${pathToFileURL(file).href}${hash}`);
        return page;
      });
    });
  }
}

export const snapshot = (page: AnyPage): Promise<Snapshot> =>
  page.evaluate<Snapshot>("proxReplay.snapshot()");

export async function seek(page: AnyPage, seconds: number): Promise<Snapshot> {
  await page.evaluate(`proxReplay.seek(${seconds})`);
  return snapshot(page);
}

export const textOf = (page: AnyPage, selector: string): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll(${JSON.stringify(selector)})].map((it) => it.textContent)`);
