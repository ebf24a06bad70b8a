/** SVG to PNG, with fonts of our own: a server has none. */
import { existsSync } from "node:fs";

import type * as Renderer from "@resvg/resvg-js";

import { ProxError } from "../errors.ts";
import { packagePath } from "../package-root.ts";

/** The build copies the two fonts that are used out of a package of 22; a checkout that was never built has them there. */
const FONT_FOLDER =
  ["dist/fonts", "node_modules/dejavu-fonts-ttf/ttf"].map(packagePath).find(existsSync) ?? "";
const FONTS = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((name) => `${FONT_FOLDER}/${name}`);

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

/** Renders an SVG document as PNG, a pixel per unit. Throws `E_NO_RENDERER` where the renderer's binary is missing. */
export async function renderPng(svg: string): Promise<Uint8Array> {
  const { renderAsync } = await loadRenderer();
  const image = await renderAsync(svg, {
    font: {
      loadSystemFonts: false,
      fontFiles: FONTS,
      defaultFontFamily: "DejaVu Sans",
      sansSerifFamily: "DejaVu Sans",
    },
  });
  return image.asPng();
}
