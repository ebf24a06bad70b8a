/** How something is packed, told by its first bytes. */
import { expect, test } from "vitest";

import { isPackedName, isSystemFile, isText, packingOf } from "../../src/import/packing.ts";

const bytes = (text: string): Buffer => Buffer.from(text, "latin1");

test.each([
  ["PK\u0003\u0004", { by: "zip" }],
  ["PK\u0005\u0006", { by: "zip" }],
  ["\u001f\u008b\b", { by: "gzip" }],
  [`${"x".repeat(257)}ustar`, { by: "tar" }],
  ["7z\u00bc\u00af\u0027\u001c", { by: "7-Zip", isArchive: true }],
  ["Rar!\u001a\u0007\u0001\0", { by: "7-Zip", isArchive: true }],
  ["\u00fd7zXZ\0", { by: "7-Zip", isArchive: false }],
  ["\u0028\u00b5\u002f\u00fd", { by: "7-Zip", isArchive: false }],
  ["BZh91AY&SY", { by: "7-Zip", isArchive: false }],
  ["LZIP\u0001", { by: "nobody", name: "lzip" }],
  ["\u0004\u0022\u004d\u0018", { by: "nobody", name: "LZ4" }],
  ["070701000005F3", { by: "nobody", name: "cpio" }],
  [`${"\0".repeat(7)}**ACE**`, { by: "nobody", name: "ACE" }],
])("%j", (head, packing) => {
  expect(packingOf(bytes(head))).toEqual(packing);
});

test.each(["", "#prox\tfile", "PK", "BZh9 is a word", "7z", "Rar", "x".repeat(600)])(
  "%j is not packed",
  (head) => {
    expect(packingOf(bytes(head))).toBeUndefined();
  },
);

test("names that promise a packed file", () => {
  for (const name of ["a.zip", "a.7z", "A.RAR", "a.tar.xz", "a.zst", "a.7z.001", "a.r00", "a.z01", "a.iso"])
    expect(isPackedName(name)).toBe(true);
  for (const name of ["a.txt", "zip", "a.gz", "a.zip.txt"]) expect(isPackedName(name)).toBe(false);
});

test("text and system files by their bytes", () => {
  expect(isText(bytes("a line\r\nwith\ttabs and \u00e9"))).toBe(true);
  expect(isText(bytes("a\0b"))).toBe(false);
  expect(isSystemFile(bytes("\0\u0005\u0016\u0007\0"))).toBe(true);
  expect(isSystemFile(bytes("#prox"))).toBe(false);
});
