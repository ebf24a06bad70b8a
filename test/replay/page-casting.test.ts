/** What casters need of the page: the first contact, the scoreboard, search, links to a moment, other screens, paper. */
import { expect, it } from "vitest";

import { parseOutline } from "../../src/maps/check-area.ts";
import type { ReplayData } from "../../src/replay/replay-data.ts";
import { generateRound } from "../support/generated-round.ts";
import { KNOWN_ROUND } from "../support/known-round.ts";
import { describePage, seek, snapshot, textOf, type AnyPage } from "../support/replay-page.ts";

const GENERATED = generateRound({ players: 12, seconds: 60, sampleIntervalMs: 1000, seed: 7 });

/** The words that stand on the map at a moment. */
async function wordsAt(page: AnyPage, seconds: number): Promise<string[]> {
  await seek(page, seconds);
  return page.evaluate(`(() => {
    const { prototype } = CanvasRenderingContext2D;
    const { fillText } = prototype;
    const words = [];
    prototype.fillText = function (text, ...rest) {
      if (this.canvas.id === "map") words.push(text);
      fillText.call(this, text, ...rest);
    };
    proxReplay.drawMs();
    prototype.fillText = fillText;
    return words;
  })()`);
}

/** What each player's scoreboard row must say, counted in the data and not as the page does. */
function expectedScores(data: ReplayData, untilMs: number): Map<number, string> {
  const teamOf = (actor: number | null): number =>
    actor === null ? 0 : (data.actors[actor]?.identities.at(-1)?.team ?? 0);
  const past = data.events.filter(({ timeMs }) => timeMs <= untilMs);
  const rows = data.actors.map((_, actor): [number, string] => {
    const given = past.filter(
      (it) => it.event === "hit" && it.attacker === actor && teamOf(it.target) !== teamOf(actor),
    );
    const taken = past.filter(
      (it) =>
        it.event === "hit" &&
        it.target === actor &&
        it.attacker !== null &&
        teamOf(it.attacker) !== teamOf(actor),
    );
    const count = (test: (it: (typeof past)[number]) => boolean): number => past.filter(test).length;
    return [
      actor,
      [
        count((it) => it.event === "kill" && it.attacker === actor && it.relation === "enemy"),
        count((it) => it.event === "kill" && it.target === actor),
        given.reduce((sum, it) => sum + (it.damageEffective ?? 0), 0),
        taken.reduce((sum, it) => sum + (it.damageEffective ?? 0), 0),
        given.filter((it) => it.isHeadshot).length,
        count((it) => it.event === "revive" && it.attacker === actor),
      ].join(" "),
    ];
  });
  return new Map(rows);
}

describePage("the page for casters", (open) => {
  it("opens shortly before enemies first hit each other", async () => {
    const first = GENERATED.events.find(
      ({ attacker, event, relation }) => event === "hit" && attacker !== null && relation === "enemy",
    );
    expect(first).toBeDefined();
    const page = await open(GENERATED);
    expect((await snapshot(page)).timeSeconds).toBeCloseTo(((first?.timeMs ?? 0) - 3000) / 1000, 3);
    const named = await open(GENERATED, "#t=1");
    expect((await snapshot(named)).timeSeconds).toBe(1);
    const peaceful = await open({ ...KNOWN_ROUND, events: [] });
    expect((await snapshot(peaceful)).timeSeconds).toBe(0);
  });

  it("names areas, and says where the first contact was", async () => {
    const areas = [
      { name: "<b>Gate</b>", outline: parseOutline("800,300 1200,300 1200,700 800,700"), floor: undefined },
      { name: "Well", spots: [[-500, -500, 0]] as const },
    ];
    const page = await open({ ...KNOWN_ROUND, areas });
    await seek(page, 10);
    const feed = await textOf(page, "#feed li");
    expect(feed.some((line) => line.includes("first contact at <b>Gate</b>"))).toBe(true);
    expect(feed.some((line) => line.includes("Target") && line.includes("at <b>Gate</b>"))).toBe(true);
    expect(await wordsAt(page, 10)).toEqual(expect.arrayContaining(["<b>Gate</b>", "Well"]));
    const picture = (): Promise<string> =>
      page.evaluate(`(proxReplay.drawMs(), document.getElementById("map").toDataURL())`);
    const shown = await picture();
    await page.press("m");
    const hidden = await picture();
    await page.press("m");
    expect([hidden === shown, (await picture()) === shown]).toEqual([false, true]);
    const plain = await open(KNOWN_ROUND);
    expect(await plain.evaluate(`document.getElementById("areas").closest("label").hidden`)).toBe(true);
    expect((await textOf(plain, "#feed li")).join()).not.toContain("first contact");
  });

  it("keeps the score of the moment", async () => {
    const page = await open(GENERATED);
    expect(await page.evaluate("document.getElementById('scores').checkVisibility()")).toBe(false);
    await page.press("b");
    expect(await page.evaluate("document.getElementById('show-scores').ariaExpanded")).toBe("true");
    for (const seconds of [20, 45]) {
      await seek(page, seconds);
      const rows = await page.evaluate<[string, string][]>(
        `[...document.querySelectorAll("#scores tbody tr")].map((row) => [row.cells[0].textContent, [...row.cells].slice(1).map((it) => it.textContent).join(" ")])`,
      );
      const { players } = await snapshot(page);
      const expected = expectedScores(GENERATED, seconds * 1000);
      expect(rows).toHaveLength(12);
      for (const [index, { name }] of players.entries())
        expect(rows.find(([who]) => who === name)?.[1]).toBe(expected.get(index));
      const kills = rows.slice(0, 6).map(([, text]) => Number(text.split(" ")[0]));
      expect(kills).toEqual(kills.toSorted((a, b) => b - a));
    }
    await page.press("b");
    expect(await page.evaluate("document.getElementById('scores').checkVisibility()")).toBe(false);
    expect(await page.problems()).toEqual([]);
  });

  it("finds players by any part of their name, and follows the first", async () => {
    const names = ["|AG|.Ünder", "|AG|.Other", "日本プレイヤー"];
    const page = await open({
      ...KNOWN_ROUND,
      actors: KNOWN_ROUND.actors.map((actor, index) => ({
        ...actor,
        identities: actor.identities.map((identity) => ({ ...identity, name: names[index] ?? "" })),
      })),
    });
    const listed = async (text: string): Promise<string[]> => {
      await page.evaluate(
        `{ const it = document.getElementById("find-player"); it.value = ${JSON.stringify(text)}; it.dispatchEvent(new Event("input")); }`,
      );
      await snapshot(page);
      return textOf(page, ".player .who");
    };
    expect(await listed("")).toHaveLength(3);
    expect(await listed("under")).toEqual(["|AG|.Ünder"]);
    expect(await listed("ag|")).toHaveLength(2);
    expect(await listed("プレ")).toEqual(["日本プレイヤー"]);
    await page.press("/");
    expect(await page.evaluate("document.activeElement.id")).toBe("find-player");
    // Keys that mean something elsewhere are letters here.
    await page.press("n");
    expect((await snapshot(page)).timeSeconds).toBeLessThan(4);
    await listed("other");
    await page.press("Enter");
    expect((await snapshot(page)).follow).toBe(1);
    await page.press("Escape");
    expect(await page.evaluate("document.activeElement.id")).toBe("");
    expect(await page.problems()).toEqual([]);
  });

  it("gives the address of the moment, by itself or to be copied by hand", async () => {
    const page = await open(KNOWN_ROUND, "#t=7.3&follow=5");
    await page.evaluate(
      `void Object.defineProperty(navigator, "clipboard", { value: { writeText: async (text) => { window.copied = text; } } })`,
    );
    await page.press("c");
    await page.until("window.copied !== undefined");
    expect(await page.evaluate("window.copied === location.href && location.hash")).toBe("#t=7.3&follow=5");
    expect(await textOf(page, "#said")).toEqual(["link copied"]);
    await page.evaluate(
      `void Object.defineProperty(navigator.clipboard, "writeText", { value: async () => { throw new Error("no"); } })`,
    );
    await page.evaluate("document.getElementById('copy-link').click()");
    await page.until("document.activeElement.id === 'link'");
    expect(
      await page.evaluate(
        "((it) => it.value.slice(it.selectionStart, it.selectionEnd) === location.href)(document.activeElement)",
      ),
    ).toBe(true);
    expect(await page.problems()).toEqual([]);
  });

  it("labels a fight with those who stand in it now, the side of the followed player first", async () => {
    const [engagement] = KNOWN_ROUND.engagements;
    if (engagement === undefined) throw new Error("the known round has an engagement");
    const page = await open({
      ...KNOWN_ROUND,
      engagements: [
        {
          ...engagement,
          startMs: 4000,
          endMs: 9000,
          attackers: 2,
          defenders: 1,
          participants: [
            { actor: 0, side: "attackers", startMs: 4000, endMs: 9000 },
            { actor: 2, side: "attackers", startMs: 5200, endMs: 9000 },
            { actor: 1, side: "defenders", startMs: 4000, endMs: 9000 },
          ],
        },
      ],
    });
    const label = async (seconds: number): Promise<string | undefined> =>
      (await wordsAt(page, seconds)).find((word) => /^\d+v\d+$/u.test(word));
    // Jumper is not in it yet; then all are; then Target lies on the ground.
    expect(await label(4.5)).toBe("1v1");
    await page.evaluate(`location.hash = "#t=4.5&follow=5"`);
    await page.until("proxReplay.snapshot().follow === 1");
    expect(await label(5.25)).toMatch(/^[01]v2$/u);
    expect(await label(6.5)).toBe("0v2");
    await page.press("Escape");
    expect(await label(6.5)).toBe("2v0");
    expect(await page.problems()).toEqual([]);
  });

  it("leaves the map its height on a phone that lies on its side", async () => {
    const page = await open(GENERATED);
    await page.resize(844, 390, true);
    await page.until("!document.getElementById('options').open");
    const box = (id: string): Promise<{ top: number; bottom: number; height: number }> =>
      page.evaluate(`document.querySelector(${JSON.stringify(id)}).getBoundingClientRect().toJSON()`);
    const [map, footer] = [await box("#map"), await box("footer")];
    expect(map.height).toBeGreaterThan(390 * 0.75);
    expect(footer.top).toBeGreaterThanOrEqual(map.bottom - 1);
    expect(footer.bottom).toBeLessThanOrEqual(390);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(844);
    await page.evaluate("document.querySelector('#options summary').click()");
    expect(await page.evaluate("document.getElementById('speed').checkVisibility()")).toBe(true);
    await page.resize(1280, 800);
    await page.until("document.getElementById('options').open");
    expect(await page.problems()).toEqual([]);
  });
});
