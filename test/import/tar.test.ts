import { packTar, type TarHeader } from "modern-tar";
import { describe, expect, test } from "vitest";

import { isTarHeader, readTar } from "../../src/import/tar.ts";

const BLOCK_BYTES = 512;

type Entry = Partial<TarHeader> & { readonly name: string; readonly text?: string };

async function pack(entries: readonly Entry[]): Promise<Buffer> {
  const packed = entries.map(({ text = "", ...header }) => ({
    header: { size: Buffer.byteLength(text), ...header },
    body: text,
  }));
  return Buffer.from(await packTar(packed));
}

/** The bytes in chunks, in one buffer that is used again: a chunk is valid until the next one is asked for. */
async function* inChunks(bytes: Buffer, chunkBytes: number): AsyncGenerator<Buffer> {
  const shared = Buffer.alloc(chunkBytes);
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    shared.fill(0xee);
    const length = bytes.copy(shared, 0, start, Math.min(start + chunkBytes, bytes.length));
    await Promise.resolve();
    yield shared.subarray(0, length);
  }
}

async function read(bytes: Buffer, chunkBytes = 700): Promise<[name: string, entry: number, text: string][]> {
  const found: [string, number, string][] = [];
  for await (const file of readTar(inChunks(bytes, chunkBytes))) {
    let text = "";
    for await (const chunk of file.bytes) text += chunk.toString("latin1");
    found.push([file.name, file.entry, text]);
  }
  return found;
}

/** Overwrites a field of the first header; its checksum is right again afterwards. */
function withField(packed: Buffer, offset: number, field: Buffer): Buffer {
  field.copy(packed, offset);
  packed.fill(" ", 148, 156);
  const sum = packed.subarray(0, BLOCK_BYTES).reduce((total, byte) => total + byte, 0);
  packed.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return packed;
}

describe("files come with their names and bytes", () => {
  test.each([1, 511, 512, 513, 100_000])("in chunks of %i bytes", async (chunkBytes) => {
    const text = "x".repeat(1500);
    const packed = await pack([{ name: "a" }, { name: "b", text }, { name: "c", text: "z".repeat(512) }]);
    expect(await read(packed, chunkBytes)).toEqual([
      ["a", 0, ""],
      ["b", 1, text],
      ["c", 2, "z".repeat(512)],
    ]);
  });

  test("whose names are long, split into two fields, or in a pax header", async () => {
    const inPrefix = `${"d".repeat(120)}/${"f".repeat(90)}`;
    const inPax = "ü".repeat(200);
    const packed = await pack([
      { name: inPrefix, text: "1" },
      { name: inPax, text: "2" },
      { name: "short", text: "3" },
    ]);
    expect(await read(packed)).toEqual([
      [inPrefix, 0, "1"],
      [inPax, 1, "2"],
      ["short", 2, "3"],
    ]);
  });

  test("whose long name is an entry of GNU tar; it counts for one entry only", async () => {
    const long = "g".repeat(300);
    const packed = await pack([
      { name: "././@LongLink", type: "gnu-long-name", text: `${long}\0` },
      { name: "g", text: "1" },
      { name: "h", text: "2" },
    ]);
    expect(await read(packed)).toEqual([
      [long, 0, "1"],
      ["h", 1, "2"],
    ]);
  });

  test("whose size is in a pax header, in binary, or in octal with blanks", async () => {
    const inPax = await pack([{ name: "a", text: "12345", pax: { size: "5" } }]);
    expect(await read(inPax)).toEqual([["a", 0, "12345"]]);
    const binary = Buffer.alloc(12);
    binary[0] = 0x80;
    binary[11] = 5;
    expect(await read(withField(await pack([{ name: "a", text: "12345" }]), 124, binary))).toEqual([
      ["a", 0, "12345"],
    ]);
    const octal = Buffer.from("         5 \0");
    expect(await read(withField(await pack([{ name: "a", text: "12345" }]), 124, octal))).toEqual([
      ["a", 0, "12345"],
    ]);
  });

  test.each(["0", "\0", "7"])("of type %j", async (type) => {
    const packed = withField(await pack([{ name: "a", text: "1" }]), 156, Buffer.from(type, "latin1"));
    expect(await read(packed)).toEqual([["a", 0, "1"]]);
  });
});

test("links, folders and devices are entries, but no files, and have no bytes whatever their size says", async () => {
  const link = withField(
    await pack([{ name: "link", type: "symlink", linkname: "/etc/passwd" }]),
    124,
    Buffer.from("00000001000\0"),
  );
  const packed = Buffer.concat([
    link.subarray(0, BLOCK_BYTES),
    await pack([
      { name: "folder/", type: "directory" },
      { name: "old folder/", text: "abc" },
      { name: "file", text: "1" },
    ]),
  ]);
  expect(await read(packed)).toEqual([["file", 3, "1"]]);
});

test("an entry that is left, unread or in its middle, goes by", async () => {
  const packed = await pack(["a", "b", "c"].map((name) => ({ name, text: name.repeat(3000) })));
  const names: string[] = [];
  for await (const { bytes, name } of readTar(inChunks(packed, 700))) {
    names.push(name);
    if (name === "b") await bytes[Symbol.asyncIterator]().next();
  }
  expect(names).toEqual(["a", "b", "c"]);
});

test("one empty block is no end, two are, and what follows them is read and ignored", async () => {
  const [first, second] = [await pack([{ name: "a" }]), await pack([{ name: "b" }])];
  const between = Buffer.concat([first.subarray(0, 2 * BLOCK_BYTES), second]);
  expect((await read(between)).map(([name]) => name)).toEqual(["a", "b"]);
  expect(await read(Buffer.concat([first, second]))).toEqual([["a", 0, ""]]);
});

describe("what is damaged is refused, after what came before it", () => {
  async function* whole(packed: Buffer): AsyncGenerator<Buffer> {
    await Promise.resolve();
    yield packed;
  }

  test("cut anywhere", async () => {
    const packed = await pack([
      { name: "a", text: "1" },
      { name: "b", text: "2".repeat(600) },
    ]);
    for (const length of [0, 100, 512, 600, 1024, 1500, 1536, 2000, 2560, 3000, 3072, 3500]) {
      const names: string[] = [];
      const reading = (async () => {
        for await (const { name } of readTar(whole(packed.subarray(0, length)))) names.push(name);
      })();
      await expect(reading, String(length)).rejects.toThrow("the archive ends before its end mark");
      expect(names.length, String(length)).toBe(length < 512 ? 0 : length < 1536 ? 1 : 2);
    }
  });

  test.each([
    ["that is negative", Buffer.alloc(12, 0xff)],
    ["that no number holds", Buffer.from([0x80, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1])],
    ["that is no number", Buffer.from("12a4567 901\0")],
  ])("a size %s", async (_name, field) => {
    await expect(read(withField(await pack([{ name: "a" }]), 124, field))).rejects.toThrow("an invalid size");
  });

  test("a wrong checksum", async () => {
    const packed = await pack([{ name: "a" }]);
    packed[0] = 0x62;
    await expect(read(packed)).rejects.toThrow("checksum");
  });

  test.each([
    ["12 size=1e3\n", "an invalid size"],
    ["29 size=99999999999999999999\n", "an invalid size"],
    ["path=a\n", "pax header"],
    ["0 path=a\n", "pax header"],
    ["99 path=a\n", "pax header"],
  ])("the pax header %j", async (text, message) => {
    const header = withField(await pack([{ name: "pax", text }]), 156, Buffer.from("x"));
    const file = await pack([{ name: "a" }]);
    await expect(read(Buffer.concat([header.subarray(0, 2 * BLOCK_BYTES), file]))).rejects.toThrow(message);
  });

  test("a name without end: it is refused before it is read", async () => {
    const header = withField(
      await pack([{ name: "n", type: "gnu-long-name" }]),
      124,
      Buffer.from("77777777777\0"),
    );
    let given = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      yield header.subarray(0, BLOCK_BYTES);
      for (;;) {
        given++;
        await Promise.resolve();
        yield Buffer.alloc(65_536, 0x61);
      }
    }
    const reading = readTar(endless()).next();
    await expect(reading).rejects.toThrow("a name in the archive has 8589934591 bytes");
    expect(given).toBe(0);
  });
});

test("whoever leaves the archive closes it", async () => {
  const packed = await pack([{ name: "a" }, { name: "b" }]);
  let isClosed = false;
  async function* source(): AsyncGenerator<Buffer> {
    try {
      yield* inChunks(packed, 512);
    } finally {
      isClosed = true;
    }
  }
  for await (const { name } of readTar(source())) {
    expect(name).toBe("a");
    break;
  }
  expect(isClosed).toBe(true);
});

describe("a header is known by its checksum, with and without the mark ustar", () => {
  test("of an archive from before the mark, and of one with more behind it", async () => {
    const packed = withField(await pack([{ name: "a", text: "x" }]), 257, Buffer.alloc(8));
    expect(isTarHeader(packed)).toBe(true);
    expect(isTarHeader(packed.subarray(0, BLOCK_BYTES))).toBe(true);
  });

  test("what is shorter, empty, or has another checksum is none", async () => {
    const packed = await pack([{ name: "a", text: "x" }]);
    expect(isTarHeader(packed.subarray(0, BLOCK_BYTES - 1))).toBe(false);
    expect(isTarHeader(Buffer.alloc(BLOCK_BYTES))).toBe(false);
    expect(isTarHeader(Buffer.alloc(BLOCK_BYTES, "text "))).toBe(false);
    packed[0] = 0x62;
    expect(isTarHeader(packed)).toBe(false);
  });

  test("an attribute of a pax header that is longer than its record, or has another end, is damage", async () => {
    for (const record of ["99 path=x\n", "10 path=xxx", "0 path=x\n"]) {
      const packed = await pack([{ name: "x", type: "pax-header", text: record }, { name: "a" }]);
      await expect(read(packed)).rejects.toThrow("a pax header of the archive is damaged");
    }
  });
});
