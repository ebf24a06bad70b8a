/** SVG to PNG, with fonts of our own: a server has none. */
import { existsSync } from "node:fs";

import type * as Renderer from "@resvg/resvg-js";

import { ProxError } from "../errors.ts";
import { packagePath } from "../package-root.ts";

/** The build copies the fonts that are used out of their packages; a checkout that was never built has them there. */
function fontFile(name: string, folder: string): string {
  const files = [`dist/fonts/${name}`, `node_modules/${folder}/${name}`].map(packagePath);
  return files.find(existsSync) ?? files[0] ?? "";
}

/** The fonts of all pictures: Latin, Greek, Cyrillic, Hebrew, Arabic and more. */
export const FONTS = {
  regular: fontFile("DejaVuSans.ttf", "dejavu-fonts-ttf/ttf"),
  bold: fontFile("DejaVuSans-Bold.ttf", "dejavu-fonts-ttf/ttf"),
} as const;
/** Emoji in one colour. */
export const EMOJI_FONT = fontFile("NotoEmoji_400Regular.ttf", "@expo-google-fonts/noto-emoji/400Regular");

/** Where systems keep a font of Chinese, Japanese and Korean: Debian's `fonts-noto-cjk` and `fonts-droid-fallback`. */
export const EAST_ASIA_FONTS = [
  "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
  "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
];

/** Fonts for what an SVG document has in it that {@link FONTS} do not: emoji, and letters of East Asia where the system has any. */
function fontsFor(svg: string): string[] {
  return [
    ...(/\p{Extended_Pictographic}/u.test(svg) ? [EMOJI_FONT] : []),
    ...(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(svg)
      ? EAST_ASIA_FONTS
      : []),
  ].filter((file) => existsSync(file));
}

/** Loads the renderer, a binary for each system, where a picture is drawn and not before. */
async function loadRenderer(): Promise<typeof Renderer> {
  try {
    return await import("@resvg/resvg-js");
  } catch (cause) {
    throw new ProxError(
      "E_NO_RENDERER",
      `cannot draw PNG on this system (${process.platform}, ${process.arch}): the renderer does not load`,
      {
        suggestions: [
          "write --svg instead: every browser shows it",
          "or install prox again, with npm's optional packages",
        ],
        cause,
      },
    );
  }
}

/**
 * Renders an SVG document as PNG, a pixel per unit. Throws `E_NO_RENDERER` where the renderer's binary is missing.
 * @param fonts files with characters that the fonts of all pictures do not have; those that the text needs, if not given.
 */
export async function renderPng(svg: string, fonts: readonly string[] = fontsFor(svg)): Promise<Uint8Array> {
  const { renderAsync } = await loadRenderer();
  const image = await renderAsync(svg, {
    font: {
      loadSystemFonts: false,
      fontFiles: [FONTS.regular, FONTS.bold, ...fonts],
      defaultFontFamily: "DejaVu Sans",
      sansSerifFamily: "DejaVu Sans",
    },
  });
  return image.asPng();
}
