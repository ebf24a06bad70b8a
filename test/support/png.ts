/** Reads the PNGs that the renderer writes: 8 bits a channel, RGBA or RGB, not interlaced. */
import { inflateSync } from "node:zlib";

type Pixel = readonly [red: number, green: number, blue: number];

interface Png {
  width: number;
  height: number;
  /** The colour of a pixel, alpha left out. */
  pixel: (x: number, y: number) => Pixel;
}

/** The predictor of PNG's filter 4. */
function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [toLeft, toUp, toCorner] = [left, up, corner].map((value) => Math.abs(estimate - value)) as [
    number,
    number,
    number,
  ];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

export function readPng(file: Uint8Array): Png {
  const bytes = Buffer.from(file);
  if (bytes.toString("latin1", 1, 4) !== "PNG") throw new Error("no PNG");
  const width = bytes.readUInt32BE(16);
  const height = bytes.readUInt32BE(20);
  const channels = { 2: 3, 6: 4 }[bytes[25] ?? 0];
  if (bytes[24] !== 8 || channels === undefined || bytes[28] !== 0) throw new Error("not a PNG of this kind");
  const chunks: Buffer[] = [];
  for (let offset = 8; offset < bytes.length; offset += bytes.readUInt32BE(offset) + 12) {
    const length = bytes.readUInt32BE(offset);
    if (bytes.toString("latin1", offset + 4, offset + 8) === "IDAT") {
      chunks.push(bytes.subarray(offset + 8, offset + 8 + length));
    }
  }
  const data = inflateSync(Buffer.concat(chunks));
  const stride = width * channels;
  const pixels = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = data[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x >= channels ? (pixels[at - channels] ?? 0) : 0;
      const up = y > 0 ? (pixels[at - stride] ?? 0) : 0;
      const corner = x >= channels && y > 0 ? (pixels[at - stride - channels] ?? 0) : 0;
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      pixels[at] = (data[y * (stride + 1) + 1 + x] ?? 0) + predicted;
    }
  }
  const pixel = (x: number, y: number): Pixel => {
    const at = y * stride + x * channels;
    return [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0];
  };
  return { width, height, pixel };
}
