/** Few bytes that unpack to many. */

/** A frame of zstd, by RFC 8878: so many blocks of 128 KiB, each of one byte that is repeated. */
export function zstdOfRepeats(blocks: number): Buffer {
  const [magic, windowOf128KiB, repeated] = [0xfd2fb528, 0x38, 1];
  const bytes = Buffer.alloc(6 + 4 * blocks);
  bytes.writeUInt32LE(magic, 0);
  bytes[5] = windowOf128KiB;
  for (let block = 0; block < blocks; block++) {
    bytes.writeUIntLE(Number(block === blocks - 1) + repeated * 2 + (128 << 10) * 8, 6 + 4 * block, 3);
    bytes[6 + 4 * block + 3] = 0x61;
  }
  return bytes;
}
