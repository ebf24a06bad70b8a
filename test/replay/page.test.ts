import { expect, it } from "vitest";

import { plainName } from "../../src/names.ts";
import { renderPng } from "../../src/pictures/png.ts";
import { generateRound } from "../support/generated-round.ts";
import { HOSTILE_NAMES } from "../support/hostile-names.ts";
import { KNOWN_ROUND, makeSample, OBJECTIVE_ROUND } from "../support/known-round.ts";
import { describePage, seek, snapshot, textOf, type AnyPage } from "../support/replay-page.ts";

/** Jumper plants at an objective. */
const [, PLANT] = OBJECTIVE_ROUND.objectiveEvents;
if (PLANT?.event !== "dynamite_arm") throw new Error("the second is no plant");
const AXIS_COLOUR = [0xf2, 0xa1, 0x54];

/** The colour on the map at a point of it. */
const pixelAt = (page: AnyPage, x: number, y: number): Promise<number[]> =>
  page.evaluate(`(() => {
    const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
    context.drawImage(document.getElementById("map"), -${Math.round(x)}, -${Math.round(y)});
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  })()`);

/** The words that stand on the map at the moment, each with its place. */
const wordsOnMap = (page: AnyPage): Promise<{ text: string; x: number; y: number }[]> =>
  page.evaluate(`(() => {
    const { prototype } = CanvasRenderingContext2D;
    const { fillText } = prototype;
    const words = [];
    prototype.fillText = function (text, x, y) {
      if (this.canvas.id === "map") words.push({ text, x, y });
      fillText.call(this, text, x, y);
    };
    proxReplay.drawMs();
    prototype.fillText = fillText;
    return words;
  })()`);

/** Texts that stand out less than 4.5 to 1 from their ground (WCAG), hidden ones left out. */
const FAINT_TEXTS = `(() => {
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const over = ([r, g, b, a = 1], below) => [r, g, b].map((channel, i) => channel * a + below[i] * (1 - a));
  const ground = (element) =>
    element === null ? [0, 0, 0] : over(parse(getComputedStyle(element).backgroundColor), ground(element.parentElement));
  const luminance = (colour) => {
    const [r, g, b] = colour.map((it) => (it <= 10 ? it / 255 / 12.92 : ((it / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const opacity = (element) => element === null ? 1 : getComputedStyle(element).opacity * opacity(element.parentElement);
  return [...document.querySelectorAll("body *")].flatMap((element) => {
    const isText = [...element.childNodes].some((it) => it.nodeType === 3 && it.data.trim() !== "");
    if (!isText || !element.checkVisibility()) return [];
    const below = ground(element);
    const [r, g, b] = parse(getComputedStyle(element).color);
    const pair = [over([r, g, b, opacity(element)], below), below].map(luminance).sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    return ratio < 4.5 ? [element.textContent + " " + getComputedStyle(element).color + " " + ratio.toFixed(2)] : [];
  });
})()`;

describePage("the page", (open) => {
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
    // A round without objectives has no place for them.
    expect(
      await page.evaluate(
        `["goals", "objectives"].map((id) => document.getElementById(id).checkVisibility())`,
      ),
    ).toEqual([false, false]);
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

  it("shows objectives: on the map, in words, and what happened to them", async () => {
    const page = await open(OBJECTIVE_ROUND);
    const states = async (second: number): Promise<string[]> =>
      (await seek(page, second)).objectives.map(({ state }) => state);
    expect(await states(0)).toEqual(["stands", "not built", "in its place", "nobody's", "works", ""]);
    expect(await states(12.5)).toEqual([
      "stands, dynamite 25 s",
      "63 % built",
      "carried by Jumper",
      "held by Axis",
      "disabled",
      "",
    ]);
    expect(await textOf(page, ".goal .state")).toEqual((await states(12.5)).slice(0, -1));
    const words = (await wordsOnMap(page)).map(({ text }) => text);
    expect(words).toEqual(expect.arrayContaining(["dynamite 25 s", "63 %"]));
    await page.press("o");
    expect((await wordsOnMap(page)).map(({ text }) => text)).not.toContain("dynamite 25 s");
    await page.press("o");
    expect(await states(20)).toEqual(["destroyed", "built", "in its place", "held by Axis", "works", ""]);
    const feed = await textOf(page, "#feed li");
    expect(feed).toEqual(
      expect.arrayContaining([
        "0:02Jumper planted dynamite at Main Gate",
        "0:03Runner captured spawn",
        "0:05Target built stage 1 of 2 of Bridge",
        "0:06Runner defused dynamite at Main Gate",
        "0:13Jumper destroyed Main Gate",
        "0:16Jumper lost Gold by choice",
        "0:18Gold came back by itself",
      ]),
    );
    expect(feed.some((entry) => entry.startsWith("0:04") || entry.includes("vehicle_move"))).toBe(false);
    // The flag's shape goes with whose it is.
    expect(
      await page.evaluate(`[...document.querySelectorAll(".goal .sign")].map((it) => it.classList[1])`),
    ).toEqual(["axis", "allies", "axis", "axis", "allies"]);
    expect(await page.evaluate(FAINT_TEXTS)).toEqual([]);
    await page.resize(390, 844, true);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
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
      objectives: names.map((name) => ({ kind: "explosive", team: 1, stands: null, name, x: 0, y: 0, z: 0 })),
      objectiveEvents: names.map((_, objective) => ({
        ...PLANT,
        objective,
      })),
    });
    const shown = await seek(page, 0);
    expect(shown.players.map(({ name }) => name)).toEqual(names.map((name) => plainName(name)));
    await page.until("document.querySelectorAll('.player').length > 0");
    const listed = new Set(await textOf(page, ".player .who"));
    for (const name of names) expect(listed).toContain(plainName(name));
    await seek(page, 20);
    expect(await page.evaluate("document.scripts.length")).toBe(2);
    expect(await page.evaluate("document.querySelectorAll('img, b, iframe, object, [onerror]').length")).toBe(
      0,
    );
    expect((await textOf(page, "#map-name"))[0]).toBe(HOSTILE_NAMES["scriptEnd"]);
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
    expect(await page.problems()).toEqual([]);
  });

  it("keeps every text readable, whatever colours the players chose", async () => {
    const codes = Array.from({ length: 32 }, (_, index) => `^${String.fromCharCode(48 + index)}name`);
    const page = await open({
      ...KNOWN_ROUND,
      actors: KNOWN_ROUND.actors.map((actor, index) => ({
        ...actor,
        identities: actor.identities.map((identity) => ({
          ...identity,
          name: codes.slice(index * 11, index * 11 + 11).join(""),
        })),
      })),
    });
    await page.press("f");
    await seek(page, 10);
    await page.press("?");
    expect(await page.evaluate(FAINT_TEXTS)).toEqual([]);
    // Would it see one?
    await page.evaluate(`document.getElementById("clock").style.color = "#444444"`);
    expect(await page.evaluate(FAINT_TEXTS)).toEqual([expect.stringContaining("rgb(68, 68, 68)")]);
  });

  it("says so where no positions were recorded", async () => {
    const page = await open({ ...KNOWN_ROUND, samples: [], events: [], engagements: [], teamPlay: [] });
    expect(await page.evaluate("document.getElementById('nothing').checkVisibility()")).toBe(true);
    await page.press(" ");
    await page.until("proxReplay.snapshot().timeSeconds > 0.1");
    const other = await open(KNOWN_ROUND);
    expect(await other.evaluate("document.getElementById('nothing').checkVisibility()")).toBe(false);
    expect(await other.problems()).toEqual([]);
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
    // All of the window but for a scroll bar.
    expect(
      await page.evaluate(
        "document.documentElement.clientWidth - document.getElementById('map').clientWidth",
      ),
    ).toBe(0);
    const unnamed = await page.evaluate(
      `[...document.querySelectorAll("button, input, select")].filter((it) => !(it.ariaLabel ?? it.labels?.[0]?.textContent ?? it.textContent).trim() && !it.textContent.trim()).map((it) => it.outerHTML)`,
    );
    expect(unnamed).toEqual([]);
    expect(await page.problems()).toEqual([]);
  });

  // What a long match costs a browser is for bench/replay.ts.
  it("draws 32 players, with every heatmap", async () => {
    const page = await open(generateRound({ players: 32, seconds: 60, sampleIntervalMs: 1000, seed: 7 }));
    for (const seconds of [0, 20, 40, 60]) {
      await page.press("h");
      const { players } = await seek(page, seconds);
      const present = players.filter(({ screen }) => screen !== null);
      expect(present.length).toBeGreaterThan(8);
      expect(await page.evaluate("proxReplay.drawMs()")).toBeGreaterThanOrEqual(0);
    }
    // Both teams are seen at once, without scrolling.
    expect(
      await page.evaluate(
        `(({ clientHeight, scrollHeight }) => scrollHeight - clientHeight)(document.getElementById("teams"))`,
      ),
    ).toBe(0);
    expect(await page.evaluate("document.querySelectorAll('.player').length")).toBe(32);
    await page.press("Home");
    await page.press(" ");
    await page.until("proxReplay.snapshot().timeSeconds > 0.5");
    expect((await page.screenshot()).length).toBeGreaterThan(20_000);
    expect(await page.problems()).toEqual([]);
  });

  it("lays the map's picture where its bounds say, north up", async () => {
    // Red in the north-west quarter, green elsewhere.
    const bytes = await renderPng(
      '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="#00ff00"/><rect width="32" height="32" fill="#ff0000"/></svg>',
    );
    const bounds = { minX: -1000, minY: -3000, maxX: 3000, maxY: 1000 };
    const ground = { bounds, image: { mediaType: "image/png", bytes } } as const;
    const page = await open({ ...KNOWN_ROUND, ground }, "#t=4.5");
    const { players } = await snapshot(page);
    const [runner, target] = players;
    const scale =
      ((target?.screen?.x ?? NaN) - (runner?.screen?.x ?? NaN)) /
      ((target?.position?.x ?? NaN) - (runner?.position?.x ?? NaN));
    const at = (x: number, y: number): Promise<number[]> =>
      pixelAt(
        page,
        (runner?.screen?.x ?? NaN) + (x - (runner?.position?.x ?? NaN)) * scale,
        (runner?.screen?.y ?? NaN) - (y - (runner?.position?.y ?? NaN)) * scale,
      );
    const colour = async (x: number, y: number): Promise<string> => {
      const [red = 0, green = 0] = await at(x, y);
      return red > 100 ? "red" : green > 100 ? "green" : "none";
    };
    // Either side of the borders of the quarter, which meet at 1000, -1000.
    expect(await colour(930, -900)).toBe("red");
    expect(await colour(1070, -900)).toBe("green");
    expect(await colour(930, -1100)).toBe("green");
    expect(await colour(-970, 970)).toBe("red");
    expect(await colour(2970, -2970)).toBe("green");
    expect(await colour(-1100, 0)).toBe("none");
    expect(await page.problems()).toEqual([]);
  });

  it("names all team play against one enemy in one label by them", async () => {
    const [crossfire] = KNOWN_ROUND.teamPlay;
    if (crossfire === undefined) throw new Error("the known round has a crossfire");
    const bait = { ...crossfire, record: "bait", angleDeg: null } as const;
    const page = await open({
      ...KNOWN_ROUND,
      teamPlay: [
        crossfire,
        { ...crossfire, endMs: 5400, angleDeg: 60 },
        bait,
        { ...bait, startMs: 15_000, endMs: 15_500 },
      ],
    });
    const labels = async (seconds: number) => {
      const { players } = await seek(page, seconds);
      const words = await wordsOnMap(page);
      const enemy = players[1]?.screen ?? { x: NaN, y: NaN };
      return words
        .filter(({ text }) => /crossfire|bait/u.test(text))
        .map(({ text, x, y }) => ({
          text,
          isCentred: Math.abs(x - enemy.x) < 1,
          isAbove: y < enemy.y - 10,
        }));
    };
    expect(await labels(4.9)).toEqual([]);
    expect(await labels(5.2)).toEqual([{ text: "crossfire ×2 · bait", isCentred: true, isAbove: true }]);
    expect(await labels(10)).toEqual([]);
    await page.press("e");
    expect(await labels(5.2)).toEqual([]);
    const single = await open(KNOWN_ROUND);
    await seek(single, 5.2);
    expect((await wordsOnMap(single)).map(({ text }) => text)).toContain("crossfire 72°");
    expect(await page.problems()).toEqual([]);
  });
});
