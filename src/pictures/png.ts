/** SVG to PNG, with fonts of our own: a server has none. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { initWasm, Resvg } from "@resvg/resvg-wasm";

const FONTS = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"];

interface Renderer {
  readonly fonts: readonly Uint8Array[];
}

let loaded: Promise<Renderer> | undefined;

async function load(): Promise<Renderer> {
  const { resolve } = createRequire(import.meta.url);
  const [wasm, ...fonts] = await Promise.all([
    readFile(resolve("@resvg/resvg-wasm/index_bg.wasm")),
    ...FONTS.map((name) => readFile(resolve(`dejavu-fonts-ttf/ttf/${name}`))),
  ]);
  await initWasm(wasm);
  return { fonts };
}

/** Begins to load the renderer, so that it is ready when the picture is: half as much work as drawing. */
export function prepareRenderer(): void {
  loaded ??= load();
  // Whoever renders hears of an error.
  loaded.catch(() => undefined);
}

/**
 * Renders an SVG document as PNG.
 * @param zoom pixels per SVG unit.
 */
export async function renderPng(svg: string, zoom = 1): Promise<Uint8Array> {
  const { fonts } = await (loaded ??= load());
  const resvg = new Resvg(svg, {
    fitTo: { mode: "zoom", value: zoom },
    font: { fontBuffers: [...fonts], defaultFontFamily: "DejaVu Sans", sansSerifFamily: "DejaVu Sans" },
  });
  const image = resvg.render();
  try {
    return image.asPng();
  } finally {
    image.free();
    resvg.free();
  }
}
