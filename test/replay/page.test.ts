import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { plainName } from "../../src/names.ts";
import { renderReplay } from "../../src/replay/render.ts";
import type { ReplayData } from "../../src/replay/replay-data.ts";
import { Browser, findChromium, type Page } from "../support/browser.ts";
import { findFirefox, Firefox } from "../support/firefox.ts";
import { generateRound } from "../support/generated-round.ts";
import { HOSTILE_NAMES } from "../support/hostile-names.ts";
import { KNOWN_ROUND, makeSample } from "../support/known-round.ts";

const AXIS_COLOUR = [0xf2, 0xa1, 0x54];
const SHIFT = 8;

interface Snapshot {
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
}

/** What the tests drive, whichever browser it is. */
type AnyPage = Pick<
  Page,
  "click" | "evaluate" | "open" | "press" | "problems" | "resize" | "screenshot" | "until"
>;
type AnyBrowser = Pick<Browser, "close"> & { newPage: () => Promise<AnyPage> };

const BROWSERS: readonly {
  name: string;
  path: string | undefined;
  start: (path: string) => Promise<AnyBrowser>;
}[] = [
  { name: "Chromium", path: findChromium(), start: (executable) => Browser.start(executable) },
  { name: "Firefox", path: findFirefox(), start: (executable) => Firefox.start(executable) },
];

for (const { name, path: executable, start } of BROWSERS) {
  describe.skipIf(executable === undefined)(`the page in ${name}`, () => {
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

    /** Renders a replay to a file and opens it, at a place of it. */
    async function open(data: ReplayData, hash = ""): Promise<AnyPage> {
      const file = path.join(folder, `${String((pages += 1))}.html`);
      await writeFile(file, renderReplay(data));
      const page = await browser.newPage();
      await page.open(`${pathToFileURL(file).href}${hash}`);
      return page;
    }

    const snapshot = (page: AnyPage): Promise<Snapshot> => page.evaluate<Snapshot>("proxReplay.snapshot()");
    const seek = async (page: AnyPage, seconds: number): Promise<Snapshot> => {
      await page.evaluate(`proxReplay.seek(${seconds})`);
      return snapshot(page);
    };
    const textOf = (page: AnyPage, selector: string): Promise<string[]> =>
      page.evaluate(
        `[...document.querySelectorAll(${JSON.stringify(selector)})].map((it) => it.textContent)`,
      );
    /** The colour on the map at a point of it. */
    const pixelAt = (page: AnyPage, x: number, y: number): Promise<number[]> =>
      page.evaluate(`(() => {
      const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
      context.drawImage(document.getElementById("map"), -${Math.round(x)}, -${Math.round(y)});
      return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
    })()`);

    it("shows the right players at the right place at a given second", async () => {
      const page = await open(KNOWN_ROUND);
      const at4 = await seek(page, 4.5);
      expect(at4.players.map(({ life, name, slot, team }) => ({ life, name, slot, team }))).toEqual([
        { slot: 2, name: "Runner", team: 1, life: "alive" },
        { slot: 5, name: "Target", team: 2, life: "alive" },
        { slot: 7, name: "Jumper", team: 2, life: "alive" },
      ]);
      expect(at4.players[0]?.position).toEqual({ x: 450, y: 0, z: 24, yawDeg: 0, ageMs: 0 });
      expect(at4.players[1]?.position).toMatchObject({ x: 1000, y: 500 });

      const { x = 0, y = 0 } = at4.players[0]?.screen ?? {};
      const target = at4.players[1]?.screen ?? { x: 0, y: 0 };
      // 550 units east of Runner and 500 north, which is up.
      expect((target.x - x) / (y - target.y)).toBeCloseTo(550 / 500, 6);
      expect(target.y).toBeLessThan(y);
      expect(await pixelAt(page, x - 5, y)).toEqual(AXIS_COLOUR);
      const at9 = await seek(page, 9);
      expect(await pixelAt(page, x - 5, y)).not.toEqual(AXIS_COLOUR);
      expect(at9.players[0]?.screen?.x).toBeGreaterThan(x);
      expect(at9.players[1]).toMatchObject({ life: "waiting", position: null });
      expect(await page.problems()).toEqual([]);
    });

    it("tells in words how the players fare and what happened", async () => {
      const page = await open(KNOWN_ROUND);
      await seek(page, 4);
      expect(await textOf(page, ".player .health")).toEqual(["100", "100", "100"]);
      expect(await textOf(page, ".count")).toEqual(["1 of 1 alive", "2 of 2 alive"]);
      expect(await textOf(page, "#feed li")).toEqual([]);
      await seek(page, 6.5);
      expect(await textOf(page, ".player .health")).toEqual(["100", "wounded", "100"]);
      expect(await textOf(page, ".player .score")).toEqual(["1 / 0", "0 / 1", "0 / 0"]);
      expect(await textOf(page, "#feed li")).toEqual([
        "0:05Runner + Jumper crossfire on Target (72°)",
        "0:05Runner ✕ Target MP 40 673 u",
      ]);
      await seek(page, 12.5);
      expect(await textOf(page, ".player .detail")).toEqual([
        "Soldier · MP 40",
        "Medic · MP 40",
        "Covert ops · Sten · last seen 5 s ago",
      ]);
      await seek(page, 19);
      expect(await textOf(page, ".player .who")).toEqual(["Runner", "Target"]);
      expect(await textOf(page, "#map-name, #result, #meta")).toEqual([
        "known_map",
        "Axis won",
        "2026-11-20 19:30 UTC · 0:20 · Known server",
      ]);
      expect(await page.problems()).toEqual([]);
    });

    it("plays at every speed, stops at the end and begins anew", async () => {
      const page = await open(KNOWN_ROUND);
      await page.press(" ");
      await page.until("proxReplay.snapshot().timeSeconds > 0.2");
      for (let step = 0; step < 6; step += 1) await page.press("ArrowUp");
      expect((await snapshot(page)).speed).toBe(16);
      await page.until("!proxReplay.snapshot().isPlaying");
      expect((await snapshot(page)).timeSeconds).toBe(20);
      expect(await page.evaluate("location.hash")).toBe("#t=20.0");
      await page.press(" ");
      await page.until("proxReplay.snapshot().timeSeconds < 19");
      await page.press(" ");
      expect((await snapshot(page)).isPlaying).toBe(false);
      expect(await page.problems()).toEqual([]);
    });

    it("scrubs by the slider, by a click on its marks and by the address", async () => {
      const page = await open(KNOWN_ROUND, "#t=7.25&follow=5");
      expect(await snapshot(page)).toMatchObject({ timeSeconds: 7.25, follow: 1 });
      await page.evaluate(
        `{ const it = document.getElementById("scrubber"); it.value = 12500; it.dispatchEvent(new Event("input")); }`,
      );
      expect((await snapshot(page)).timeSeconds).toBe(12.5);
      const box = await page.evaluate<{ x: number; y: number; width: number }>(
        `document.getElementById("marks").getBoundingClientRect().toJSON()`,
      );
      await page.click(box.x + box.width / 2, box.y + 10);
      expect((await snapshot(page)).timeSeconds).toBeCloseTo(10, 1);
      await page.evaluate(`location.hash = "#t=3"`);
      await page.until("proxReplay.snapshot().timeSeconds === 3");
      expect(await page.problems()).toEqual([]);
    });

    it("obeys the keyboard", async () => {
      const page = await open(KNOWN_ROUND, "#t=2");
      const timeAfter = async (key: string, modifiers = 0): Promise<number> => {
        await page.press(key, modifiers);
        return (await snapshot(page)).timeSeconds;
      };
      expect(await timeAfter("ArrowRight")).toBe(7);
      expect(await timeAfter("ArrowLeft", SHIFT)).toBe(6);
      expect(await timeAfter(".")).toBe(6.05);
      expect(await timeAfter("p")).toBe(4);
      expect(await timeAfter("n")).toBe(4);
      expect(await timeAfter("Home")).toBe(0);
      expect(await timeAfter("n")).toBe(4);
      expect(await timeAfter("End")).toBe(20);
      await timeAfter("Home");

      await page.press("f");
      expect((await snapshot(page)).follow).toBe(0);
      await page.press("f");
      const followed = await snapshot(page);
      expect(followed.follow).toBe(1);
      const size = await page.evaluate<number[]>(
        `[document.getElementById("map").clientWidth, document.getElementById("map").clientHeight]`,
      );
      expect(followed.players[1]?.screen?.x).toBeCloseTo((size[0] ?? 0) / 2, 3);
      expect(followed.players[1]?.screen?.y).toBeCloseTo((size[1] ?? 0) / 2, 3);
      await page.press("Escape");
      await page.press("0");
      const fitted = await snapshot(page);
      expect(fitted.follow).toBeNull();
      await page.press("+");
      const spread = (shot: Snapshot): number =>
        (shot.players[1]?.screen?.x ?? 0) - (shot.players[0]?.screen?.x ?? 0);
      expect(spread(await snapshot(page)) / spread(fitted)).toBeCloseTo(1.3, 5);

      await page.press("h");
      await page.press("t");
      await page.press("l");
      await page.press("e");
      expect(
        await page.evaluate(
          `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(["heat", "trails"].map((id) => document.getElementById(id).value).concat(["names", "fights"].map((id) => document.getElementById(id).checked))))))`,
        ),
      ).toEqual(["kills", "20000", false, false]);

      await page.press("?");
      expect(await page.evaluate("document.getElementById('help').open")).toBe(true);
      expect((await textOf(page, "#keys tr")).length).toBeGreaterThan(20);
      expect(await page.problems()).toEqual([]);
    });

    it("leaves the keys of a focused control to it", async () => {
      const page = await open(KNOWN_ROUND);
      await page.evaluate(`document.getElementById("names").focus()`);
      await page.press(" ");
      expect(await page.evaluate(`document.getElementById("names").checked`)).toBe(false);
      expect((await snapshot(page)).isPlaying).toBe(false);
      await page.evaluate(`document.getElementById("play").focus()`);
      await page.press(" ");
      expect((await snapshot(page)).isPlaying).toBe(true);
      expect(await page.problems()).toEqual([]);
    });

    it("follows the player who is clicked, on the map and in the list", async () => {
      const page = await open(KNOWN_ROUND);
      const { x = 0, y = 0 } = (await seek(page, 2)).players[2]?.screen ?? {};
      const box = await page.evaluate<{ x: number; y: number }>(
        `document.getElementById("map").getBoundingClientRect().toJSON()`,
      );
      await page.click(box.x + x, box.y + y);
      expect((await snapshot(page)).follow).toBe(2);
      expect(await textOf(page, "#tip bdi")).toEqual(["Jumper"]);
      await page.evaluate(`document.querySelector('[data-actor="0"]').click()`);
      expect((await snapshot(page)).follow).toBe(0);
      expect(await page.evaluate(`document.querySelector('[data-actor="0"]').ariaPressed`)).toBe("true");
      expect(await page.problems()).toEqual([]);
    });

    it("shows hostile names as what they are: text", async () => {
      const names = Object.values(HOSTILE_NAMES);
      const page = await open({
        ...KNOWN_ROUND,
        round: { ...KNOWN_ROUND.round, serverName: names.join(""), map: HOSTILE_NAMES["scriptEnd"] ?? "" },
        actors: names.map((name, slot) => ({
          slot,
          isBot: false,
          identities: [{ fromMs: 0, name, team: 1 + (slot % 2), class: 0 }],
        })),
        samples: names.flatMap((_, slot) => [makeSample(slot, 0, { x: slot * 90 }), makeSample(slot, 1000)]),
        events: KNOWN_ROUND.events.map((event, index) => ({
          ...event,
          target: event.target === null ? null : index % names.length,
          attacker: event.attacker === null ? null : (index + 9) % names.length,
        })),
      });
      const shown = await seek(page, 0);
      expect(shown.players.map(({ name }) => name)).toEqual(names.map((name) => plainName(name)));
      await page.until("document.querySelectorAll('.player').length > 0");
      const listed = new Set(await textOf(page, ".player .who"));
      for (const name of names) expect(listed).toContain(plainName(name));
      await seek(page, 20);
      expect(await page.evaluate("document.scripts.length")).toBe(2);
      expect(
        await page.evaluate("document.querySelectorAll('img, b, iframe, object, [onerror]').length"),
      ).toBe(0);
      expect((await textOf(page, "#map-name"))[0]).toBe(HOSTILE_NAMES["scriptEnd"]);
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
      expect(await page.problems()).toEqual([]);
    });

    it("lets nothing in and nothing out", async () => {
      const page = await open(KNOWN_ROUND);
      await page.evaluate(`{
      window.refused = [];
      addEventListener("securitypolicyviolation", (event) => window.refused.push(event.effectiveDirective));
      const script = document.createElement("script");
      script.textContent = "window.intruder = true";
      document.body.append(script);
      const image = document.createElement("img");
      image.src = "http://127.0.0.1:9/";
      document.body.append(image);
      fetch("http://127.0.0.1:9/").catch(() => undefined);
    }`);
      await page.until("window.refused.length >= 3");
      expect(await page.evaluate("window.refused.toSorted()")).toEqual([
        "connect-src",
        "img-src",
        "script-src-elem",
      ]);
      expect(await page.evaluate("window.intruder === undefined")).toBe(true);
    });

    it("fits a telephone, and names every control", async () => {
      const page = await open(KNOWN_ROUND);
      await page.resize(390, 844, true);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
      expect(await page.evaluate("document.getElementById('map').clientWidth")).toBe(390);
      const unnamed = await page.evaluate(
        `[...document.querySelectorAll("button, input, select")].filter((it) => !(it.ariaLabel ?? it.labels?.[0]?.textContent ?? it.textContent).trim() && !it.textContent.trim()).map((it) => it.outerHTML)`,
      );
      expect(unnamed).toEqual([]);
      expect(await page.problems()).toEqual([]);
    });

    it("draws ten minutes of 32 players, with every heatmap", async () => {
      const page = await open(generateRound({ players: 32, seconds: 600, sampleIntervalMs: 1000, seed: 7 }));
      for (const seconds of [0, 95, 300, 600]) {
        await page.press("h");
        const { players } = await seek(page, seconds);
        const present = players.filter(({ screen }) => screen !== null);
        expect(present.length).toBeGreaterThan(8);
        expect(await page.evaluate("proxReplay.drawMs()")).toBeGreaterThanOrEqual(0);
      }
      await page.press("Home");
      await page.press(" ");
      await page.until("proxReplay.snapshot().timeSeconds > 0.5");
      expect((await page.screenshot()).length).toBeGreaterThan(20_000);
      expect(await page.problems()).toEqual([]);
    });
  });
}
