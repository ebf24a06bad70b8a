/** Reads the image of a map: PNG or JPEG, told by its content, whole, and how large it is. */
import { readFile } from "node:fs/promises";

import { errorCodeOf, ProxError } from "../errors.ts";
import { safeText } from "../names.ts";
import type { MapImage } from "../pictures/map-frame.ts";

/** An image as it is added. */
export interface SizedImage extends MapImage {
  readonly width: number;
  readonly height: number;
}

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Its last chunk, which holds nothing. */
const PNG_END = Buffer.from("IEND");
const JPEG_SIGNATURE = Buffer.from([0xff, 0xd8, 0xff]);
const JPEG_END = Buffer.from([0xff, 0xd9]);

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size that the first chunk states; undefined for a file that is cut off. */
function pngSize(bytes: Buffer): Size | undefined {
  if (bytes.length < 33 || !bytes.includes(PNG_END, -12)) return undefined;
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** Whether a JPEG segment begins a frame, which states the size: SOF0 to SOF15 without DHT, JPG and DAC. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** The size that the frame states; undefined for a file that is cut off. */
function jpegSize(bytes: Buffer): Size | undefined {
  if (bytes.lastIndexOf(JPEG_END) < 0) return undefined;
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1] ?? 0;
    // Any number of fill bytes may stand before a marker.
    if (marker === 0xff) at += 1;
    else if (isFrame(marker))
      return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    else at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

const KINDS = [
  { mediaType: "image/png", signature: PNG_SIGNATURE, sizeOf: pngSize },
  { mediaType: "image/jpeg", signature: JPEG_SIGNATURE, sizeOf: jpegSize },
] as const;

function refuse(message: string, suggestion: string, cause?: unknown): ProxError {
  return new ProxError("E_MAP_IMAGE", message, { suggestions: [suggestion], cause });
}

/** Reads an image and tells by its content what it is. Throws `E_MAP_IMAGE`. */
export async function readMapImage(file: string): Promise<SizedImage> {
  const name = safeText(file);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const code = errorCodeOf(error);
    const why = code === undefined ? "" : ` (${code})`;
    throw refuse(`the image cannot be read: ${name}${why}`, "name an existing PNG or JPEG file", error);
  }
  const kind = KINDS.find(({ signature }) => bytes.subarray(0, signature.length).equals(signature));
  if (kind === undefined) {
    throw refuse(
      `this is neither PNG nor JPEG: ${name}`,
      "convert the map's command map (levelshots/NAME_cc.tga in its pk3) to PNG first",
    );
  }
  const size = kind.sizeOf(bytes);
  if (size === undefined || size.width === 0 || size.height === 0) {
    throw refuse(`the image is damaged or cut off: ${name}`, "save or copy it again");
  }
  return { mediaType: kind.mediaType, bytes, ...size };
}
