/** Text of cards: which letters there are, how wide they are, and what is done where there are none. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { describe, expect, it } from "vitest";

import { Letters, loadCardFonts } from "../../src/cards/fit-text.ts";
import { nameRuns } from "../../src/names.ts";
import { FONTS } from "../../src/pictures/png.ts";

const fonts = {
  ...loadCardFonts(),
  more: loadCardFonts().more.filter(({ file }) => file.includes("NotoEmoji")),
};
const draw = (name: string, width = 500, letters = new Letters(fonts)): string =>
  letters.draw(nameRuns(name), { x: 0, y: 100, width }, { size: 60, least: 30, fill: "#ffffff", bold: true });
const shown = (svg: string): string => svg.replace(/<[^>]*>/gu, "");
const sizeOf = (svg: string): number => Number(/font-size="(\d+)"/u.exec(svg)?.[1]);

describe("a line", () => {
  it("is as wide as its letters: smaller where it must be, and cut at last", () => {
    expect(sizeOf(draw("Bravo"))).toBe(60);
    // An M of this font is 2038 of 2048 units wide.
    expect(sizeOf(draw("M".repeat(10)))).toBe(Math.floor(500 / (10 * (2038 / 2048))));
    const long = draw("M".repeat(40));
    expect([sizeOf(long), shown(long)]).toEqual([30, `${"M".repeat(15)}…`]);
    expect(shown(draw("i".repeat(40)))).toBe("i".repeat(40));
  });

  it("keeps the colours of a name, and makes them light enough", () => {
    expect(draw("^1Al^4b^7c")).toMatch(
      /<tspan fill="#ff([0-4]\w)\1">Al<\/tspan><tspan fill="#[4-9a-f].*<tspan fill="#ffffff">c</u,
    );
  });

  it("has letters of many scripts, and emoji in one colour", () => {
    const letters = new Letters(fonts);
    for (const name of ["Ёжик", "Ωμέγα", "שלום", "مرحبا", "Gölf"])
      expect(shown(draw(name, 900, letters))).toBe(name);
    expect(letters.fonts).toEqual([]);
    draw("🔥", 500, letters);
    expect(letters.fonts).toEqual([expect.stringContaining("NotoEmoji")]);
  });

  it("tells which letters no font has", () => {
    const letters = new Letters(fonts);
    draw("Ёжик 🔥 𝕭ravo", 900, letters);
    expect(letters.missing).toEqual([]);
    draw("日本 ไท", 900, letters);
    expect(letters.missing).toEqual(["日", "本", "ไ", "ท"]);
  });

  it("writes fancy letters as plain ones, and leaves out what cannot be seen", () => {
    expect(shown(draw("𝕭𝖗𝖆vo"))).toBe("Bravo");
    expect(shown(draw("a\u202Eb\u200Bc"))).toBe("abc");
    expect(draw("\u200B", 500)).toContain("(no name)");
  });
});

describe("loadCardFonts", () => {
  it("takes a font that is named, and refuses what is none", () => {
    expect(loadCardFonts([FONTS.bold]).more[0]?.file).toBe(FONTS.bold);
    const folder = mkdtempSync(path.join(tmpdir(), "prox-test-"));
    for (const [name, text] of [
      ["web.woff2", "wOF2 and more bytes than a header has"],
      ["empty.ttf", ""],
    ] as const) {
      const file = path.join(folder, name);
      writeFileSync(file, text);
      expect(() => loadCardFonts([file])).toThrow(expect.objectContaining({ code: "E_FONT" }));
    }
    expect(() => loadCardFonts([path.join(folder, "missing.ttf")])).toThrow(
      expect.objectContaining({ code: "E_FONT", message: expect.stringContaining("missing.ttf") as unknown }),
    );
  });
});
