/** Tells by its first bytes how something is packed. */
import { isTarHeader, TAR_BLOCK_BYTES } from "./tar.ts";

/** Enough of the first bytes to recognise every packing: the header of a tar archive. */
export const PACKING_BYTES = TAR_BLOCK_BYTES;

/** How a file is packed, and who unpacks it. */
export type Packing =
  | { readonly by: "gzip" }
  | { readonly by: "tar" }
  | { readonly by: "zip" }
  /** 7-Zip; `isArchive` where it may hold several files, and not one alone. */
  | { readonly by: "7-Zip"; readonly isArchive: boolean }
  /** Nobody: what it is called. */
  | { readonly by: "nobody"; readonly name: string };

/** Bytes, as text of one character a byte, at their place. */
interface Mark {
  readonly at: number;
  readonly pattern: RegExp;
  readonly packing: Packing;
}

const archive: Packing = { by: "7-Zip", isArchive: true };
const single: Packing = { by: "7-Zip", isArchive: false };
const nobody = (name: string): Packing => ({ by: "nobody", name });

/** Facts from the formats' own descriptions, and from the `file` program's list. */
const MARKS: readonly Mark[] = [
  { at: 0, pattern: /^PK(?:\u0003\u0004|\u0005\u0006)/, packing: { by: "zip" } },
  { at: 0, pattern: /^\u001f\u008b/, packing: { by: "gzip" } },
  { at: 257, pattern: /^ustar/, packing: { by: "tar" } },
  { at: 0, pattern: /^7z\u00bc\u00af\u0027\u001c/, packing: archive },
  { at: 0, pattern: /^Rar!\u001a\u0007/, packing: archive },
  { at: 0, pattern: /^MSCF\0{4}/, packing: archive },
  { at: 2, pattern: /^-lh[0-7d]-/, packing: archive },
  { at: 0, pattern: /^\u0060\u00ea[^]{2}/, packing: archive },
  { at: 0, pattern: /^\u00fd7zXZ\0/, packing: single },
  { at: 0, pattern: /^\u0028\u00b5\u002f\u00fd/, packing: single },
  { at: 0, pattern: /^BZh[1-9](?:1AY&SY|\u0017rE8P\u0090)/, packing: single },
  { at: 0, pattern: /^\u001f\u009d/, packing: single },
  { at: 0, pattern: /^LZIP\u0001/, packing: nobody("lzip") },
  { at: 0, pattern: /^\u0004\u0022\u004d\u0018/, packing: nobody("LZ4") },
  { at: 0, pattern: /^LRZI\0/, packing: nobody("lrzip") },
  { at: 0, pattern: /^PK00PK|^PK\u0007\u0008/, packing: nobody("a part of a split zip archive") },
  { at: 0, pattern: /^(?:StuffIt|SIT!)/, packing: nobody("StuffIt") },
  { at: 7, pattern: /^\*\*ACE\*\*/, packing: nobody("ACE") },
  { at: 0, pattern: /^zPQ|^7kSt/, packing: nobody("ZPAQ") },
  { at: 0, pattern: /^0707(?:01|02|07)[0-9A-Fa-f]{6}/, packing: nobody("cpio") },
];

/** How a file is packed that begins with these bytes, {@link PACKING_BYTES} of them where it has so many; undefined where it is not. */
export function packingOf(head: Buffer): Packing | undefined {
  const text = head.toString("latin1", 0, PACKING_BYTES);
  const mark = MARKS.find(({ at, pattern }) => pattern.test(text.slice(at)));
  if (mark !== undefined) return mark.packing;
  // Archives from before 1988 have no mark.
  return isTarHeader(head) ? { by: "tar" } : undefined;
}

/** Ends of names that promise a packed file. */
const PACKED_NAME =
  /\.(?:zip|zipx|7z|rar|tar|tgz|tbz2?|txz|tzst|bz2|xz|zst|lzma|lz4?|lzh|lha|arj|ace|cab|sitx?|br|zpaq|cpio|iso|dmg|wim|[rz]\d\d)(?:\.\d+)?$/i;

/** Whether a name promises a packed file. */
export const isPackedName = (name: string): boolean => PACKED_NAME.test(name);

/** Whether these bytes can be the beginning of a text: a packed file has bytes that no text has. */
export const isText = (head: Buffer): boolean => !/[\0-\u0008\u000e-\u001f]/.test(head.toString("latin1"));

/** What the Finder of macOS puts beside each file in an archive: never a file of anybody's. */
export const isSystemFile = (head: Buffer): boolean =>
  head.toString("latin1", 0, 4) === "\0\u0005\u0016\u0007";
