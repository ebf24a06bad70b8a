/** The tools of the page: drawing on the map, heights, ways to other rounds, clips. */
import { expect, it } from "vitest";

import { heightBands } from "../../src/replay/page/heights.ts";
import type { ReplayData } from "../../src/replay/replay-data.ts";
import { generateRound } from "../support/generated-round.ts";
import { KNOWN_ROUND } from "../support/known-round.ts";
import { describePage, seek, snapshot, type AnyPage } from "../support/replay-page.ts";

const ALERT_COLOUR = [0xff, 0xd8, 0x4d];
const GENERATED = generateRound({ players: 6, seconds: 30, sampleIntervalMs: 500, seed: 3 });
/** The same on three storeys: each player on one of their own. */
const STOREYS: ReplayData = {
  ...GENERATED,
  samples: GENERATED.samples.map((sample) => ({ ...sample, z: (sample.actor % 3) * 200 })),
  events: GENERATED.events.filter(({ event }) => event === "spawn" || event === "join"),
};

/** The colour on the map at a point of it, CSS pixels. */
const pixelAt = (page: AnyPage, x: number, y: number): Promise<number[]> =>
  page.evaluate(`(() => {
    proxReplay.drawMs();
    const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
    context.drawImage(document.getElementById("map"), -${Math.round(x)}, -${Math.round(y)});
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  })()`);

/** Makes a clip, and gives its type, its bytes in base64 and the name that it is saved under. */
async function makeClip(page: AnyPage, kind: string, seconds: number) {
  await page.evaluate(`{
    URL.createObjectURL = (blob) => { window.clip = blob; return "blob:none"; };
    HTMLAnchorElement.prototype.click = function () { window.clipName = this.download; };
    window.clip = undefined;
  }`);
  await page.press("v");
  await page.evaluate(
    `{ document.getElementById("clip-kind").value = "${kind}"; document.getElementById("clip-length").value = "${seconds}"; document.getElementById("clip-make").click(); }`,
  );
  await page.until("window.clip !== undefined");
  const [type, name, base64] = await page.evaluate<[string, string, string]>(
    `new Promise((done) => {
      const reader = new FileReader();
      reader.onload = () => done([window.clip.type, window.clipName, reader.result.split(",")[1]]);
      reader.readAsDataURL(window.clip);
    })`,
  );
  return { type, name, bytes: Buffer.from(base64, "base64") };
}

/** The pictures of a GIF, walked block by block (GIF89a, sections 18 to 27). */
function gifPictures(bytes: Buffer): { width: number; height: number; pictures: number; delays: number[] } {
  expect(bytes.toString("latin1", 0, 6)).toBe("GIF89a");
  const [width, height, flags = 0] = [bytes.readUInt16LE(6), bytes.readUInt16LE(8), bytes[10]];
  let at = 13 + ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));
  const skipBlocks = (): void => {
    for (let size = bytes[at] ?? 0; size > 0; size = bytes[at] ?? 0) at += size + 1;
    at += 1;
  };
  let pictures = 0;
  const delays: number[] = [];
  for (;;) {
    const kind = bytes[at];
    if (kind === 0x3b) return { width, height, pictures, delays };
    if (kind === 0x21) {
      if (bytes[at + 1] === 0xf9) delays.push(bytes.readUInt16LE(at + 4));
      at += 2;
      skipBlocks();
    } else if (kind === 0x2c) {
      pictures += 1;
      const local = bytes[at + 9] ?? 0;
      at += 10 + ((local & 0x80) === 0 ? 0 : 3 * 2 ** ((local & 7) + 1)) + 1;
      skipBlocks();
    } else throw new Error(`no block of a GIF at ${at}`);
  }
}

describePage("the tools of the page", (open) => {
  it("draws lines that stay in the world, and takes them back", async () => {
    const page = await open(KNOWN_ROUND, "#t=1");
    const box = await page.evaluate<{ x: number; y: number; width: number; height: number }>(
      `document.getElementById("map").getBoundingClientRect().toJSON()`,
    );
    const [x, y] = [box.width / 2, box.height * 0.8];
    const before = await pixelAt(page, x, y);
    const start = [box.x + x - 60, box.y + y] as const;
    const end = [box.x + x + 60, box.y + y] as const;
    // Without the tool a drag moves the map.
    await page.press("g");
    await page.drag(start, [box.x + x, box.y + y], end);
    expect(await pixelAt(page, x, y)).toEqual(ALERT_COLOUR);
    const screenOf = async (): Promise<number> => (await snapshot(page)).players[0]?.screen?.y ?? NaN;
    const placed = await screenOf();
    await page.press("s");
    expect((await screenOf()) - placed).toBeCloseTo(-60, 3);
    expect(await pixelAt(page, x, y - 60)).toEqual(ALERT_COLOUR);
    await page.press("w");
    await page.press("Backspace");
    expect(await pixelAt(page, x, y)).toEqual(before);
    await page.press("g");
    await page.drag(start, end);
    expect(await pixelAt(page, x, y)).not.toEqual(ALERT_COLOUR);
    expect(await page.problems()).toEqual([]);
  });

  it("shows players at other heights as dots", async () => {
    const page = await open(STOREYS);
    await seek(page, 10);
    const options = await page.evaluate<string[]>(
      "[...document.getElementById('heights').options].map((it) => it.text)",
    );
    expect(options).toEqual(["all", "below 104", "104 to 304", "304 and above"]);
    const letters = (): Promise<number> =>
      page.evaluate(`(() => {
        const { prototype } = CanvasRenderingContext2D;
        const { fillText } = prototype;
        let count = 0;
        prototype.fillText = function (text, ...rest) {
          if (this.canvas.id === "map" && /^[SMEFC]$/.test(text)) count += 1;
          fillText.call(this, text, ...rest);
        };
        proxReplay.drawMs();
        prototype.fillText = fillText;
        return count;
      })()`);
    expect(await letters()).toBe(6);
    await page.press("z");
    expect(await letters()).toBe(2);
    await page.press("z");
    expect(await letters()).toBe(2);
    // Who is followed is seen wherever they are.
    await page.press("f");
    expect(await letters()).toBe(3);
    // On flat ground there is nothing to choose.
    const flat = await open({ ...STOREYS, samples: GENERATED.samples.map((it) => ({ ...it, z: 24 })) });
    expect(await flat.evaluate("document.getElementById('heights').checkVisibility()")).toBe(false);
    expect(await page.problems()).toEqual([]);
  });

  it("leads to the rounds before and after where it knows them", async () => {
    const alone = await open(KNOWN_ROUND);
    expect(await alone.evaluate("document.getElementById('rounds').checkVisibility()")).toBe(false);
    const page = await open(KNOWN_ROUND, "", { next: "../other%20round/replay.html" });
    expect(
      await page.evaluate(
        "[...document.querySelectorAll('#rounds a')].map((it) => it.checkVisibility() && it.getAttribute('href'))",
      ),
    ).toEqual([false, "../other%20round/replay.html"]);
    expect(await page.problems()).toEqual([]);
  });

  it("makes a GIF of as many pictures as it lasts, and stays where it was", async () => {
    const page = await open(KNOWN_ROUND, "#t=4");
    const { bytes, name, type } = await makeClip(page, "gif", 3);
    expect(type).toBe("image/gif");
    expect(name).toBe("known_map-round-2-0m04s.gif");
    const { delays, height, pictures, width } = gifPictures(bytes);
    expect({ pictures, width }).toEqual({ pictures: 30, width: 480 });
    expect(new Set(delays)).toEqual(new Set([10]));
    expect(height).toBeGreaterThan(200);
    expect((await snapshot(page)).timeSeconds).toBe(4);
    // The end of the round is the end of the clip.
    await page.press("Escape");
    await page.evaluate("document.querySelector('#clip form button').click()");
    expect(await page.evaluate("document.getElementById('clip').open")).toBe(false);
    await seek(page, 19);
    expect(gifPictures((await makeClip(page, "gif", 3)).bytes).pictures).toBe(10);
    expect(await page.problems()).toEqual([]);
  });

  it("makes a video", async () => {
    const page = await open(KNOWN_ROUND, "#t=4");
    const { bytes, name, type } = await makeClip(page, "video", 3);
    expect(type).toMatch(/^video\/(?:webm|mp4)/u);
    expect(name).toMatch(/^known_map-round-2-0m04s\.(?:webm|mp4)$/u);
    // EBML, or the box `ftyp`.
    const beginning = bytes.subarray(0, 8).toString("hex");
    expect(beginning.startsWith("1a45dfa3") || beginning.endsWith("66747970")).toBe(true);
    expect(bytes.length).toBeGreaterThan(5000);
    expect(await page.problems()).toEqual([]);
  });
});

it("cuts heights into bands in which players were seen equally often", () => {
  const trackOf = (heights: readonly number[]) =>
    ({ samples: heights.map((z) => ({ z })) }) as unknown as Parameters<typeof heightBands>[0][number];
  const even = Array.from({ length: 301 }, (_, index) => index * 2);
  expect(heightBands([trackOf(even)])).toEqual([
    { minZ: -Infinity, maxZ: 200 },
    { minZ: 200, maxZ: 400 },
    { minZ: 400, maxZ: Infinity },
  ]);
  // Storeys are not cut apart, and nobody is below the lowest.
  const storeys = [...Array.from({ length: 50 }, () => 0), ...Array.from({ length: 30 }, () => 256)];
  expect(heightBands([trackOf(storeys)])).toEqual([
    { minZ: -Infinity, maxZ: 128 },
    { minZ: 128, maxZ: Infinity },
  ]);
  expect(heightBands([trackOf(even.map((z) => z / 5))])).toEqual([]);
  // Two who fell into a pit make no storey.
  expect(heightBands([trackOf([...Array.from({ length: 100 }, () => 0), -4000, -4000])])).toEqual([]);
  expect(heightBands([])).toEqual([]);
});
