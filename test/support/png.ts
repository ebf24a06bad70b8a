/** Reads PNGs, to see what is in them. */
import { PNG } from "pngjs";

type Pixel = readonly [red: number, green: number, blue: number];

interface Picture {
  width: number;
  height: number;
  /** The colour of a pixel, alpha left out. */
  pixel: (x: number, y: number) => Pixel;
}

export function readPng(file: Uint8Array): Picture {
  const { data, height, width } = PNG.sync.read(Buffer.from(file));
  const pixel = (x: number, y: number): Pixel => {
    const at = (y * width + x) * 4;
    return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
  };
  return { width, height, pixel };
}
