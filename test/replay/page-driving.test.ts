import { expect, it } from "vitest";

import { KNOWN_ROUND } from "../support/known-round.ts";
import { describePage, seek, snapshot, textOf, type Snapshot } from "../support/replay-page.ts";

const SHIFT = 8;

describePage("driving the page", (open) => {
  it("plays at every speed, stops at the end and starts again", async () => {
    const page = await open(KNOWN_ROUND);
    await page.press(" ");
    await page.until("proxReplay.snapshot().timeSeconds > 0.2");
    for (let step = 0; step < 6; step += 1) await page.press("ArrowUp");
    expect((await snapshot(page)).speed).toBe(16);
    await page.until("!proxReplay.snapshot().isPlaying");
    expect((await snapshot(page)).timeSeconds).toBe(20);
    expect(await page.evaluate("location.hash")).toBe("#t=20.0");
    // Slowly, or it might be at its end again before anybody looks.
    for (let step = 0; step < 6; step += 1) await page.press("ArrowDown");
    expect((await snapshot(page)).speed).toBe(0.25);
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
});
