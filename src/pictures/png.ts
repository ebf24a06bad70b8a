/** SVG to PNG, with fonts of our own: a server has none. */
import { createRequire } from "node:module";

import { renderAsync } from "@resvg/resvg-js";

const { resolve } = createRequire(import.meta.url);
const FONTS = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((name) =>
  resolve(`dejavu-fonts-ttf/ttf/${name}`),
);

/**
 * Renders an SVG document as PNG.
 * @param zoom pixels per SVG unit.
 */
export async function renderPng(svg: string, zoom = 1): Promise<Uint8Array> {
  const image = await renderAsync(svg, {
    fitTo: { mode: "zoom", value: zoom },
    font: {
      loadSystemFonts: false,
      fontFiles: FONTS,
      defaultFontFamily: "DejaVu Sans",
      sansSerifFamily: "DejaVu Sans",
    },
  });
  return image.asPng();
}
