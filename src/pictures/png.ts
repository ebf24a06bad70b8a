/** SVG to PNG, with fonts of our own: a server has none. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { setFlagsFromString } from "node:v8";
import { constants } from "node:zlib";

import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { PNG } from "pngjs";

const FONTS = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"];

interface Renderer {
  readonly fonts: readonly Uint8Array[];
}

let loaded: Promise<Renderer> | undefined;

async function load(): Promise<Renderer> {
  // A command draws a picture or two. Optimising the renderer meanwhile costs three times the CPU of drawing with it.
  setFlagsFromString("--liftoff-only");
  const { resolve } = createRequire(import.meta.url);
  const [wasm, ...fonts] = await Promise.all([
    readFile(resolve("@resvg/resvg-wasm/index_bg.wasm")),
    ...FONTS.map((name) => readFile(resolve(`dejavu-fonts-ttf/ttf/${name}`))),
  ]);
  await initWasm(wasm);
  return { fonts };
}

/** One of each thing that pictures are made of, so small that drawing it is nothing but loading what draws. */
const SPECIMEN = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" font-family="DejaVu Sans">
  <linearGradient id="a"><stop stop-color="#000"/><stop offset="1" stop-color="#fff"/></linearGradient>
  <rect width="9" height="9" rx="3" fill="url(#a)" fill-opacity="0.9"/>
  <path d="M1 1H8V8H1zM2 2Q4 9 9 3" stroke="#fff" stroke-opacity="0.5" stroke-width="2"/>
  <circle cx="8" cy="8" r="3"/><text x="1" y="9" font-size="8" font-weight="bold">a</text></svg>`;

/**
 * Loads the renderer and draws once with it while the database is thinking, so that it is at full speed when the picture is
 * there. To be called when the questions are about to be asked: drawing holds up everything else.
 */
export function prepareRenderer(): void {
  // Whoever renders hears of an error.
  renderPng(SPECIMEN).catch(() => undefined);
}

/**
 * Writes opaque pixels as a PNG. Node's zlib does it in a third of the time that the renderer's own takes, and flat colours
 * are smallest without PNG's filters.
 */
function compress({ height, pixels, width }: ReturnType<InstanceType<typeof Resvg>["render"]>): Uint8Array {
  const picture = new PNG({ width, height });
  picture.data = Buffer.from(pixels);
  return PNG.sync.write(picture, {
    filterType: 0,
    deflateStrategy: constants.Z_DEFAULT_STRATEGY,
    deflateLevel: 6,
  });
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
    return compress(image);
  } finally {
    image.free();
    resvg.free();
  }
}
