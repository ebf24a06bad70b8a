/** Writing over the raw handle: all requests at once, and the file stays open. */
import type SftpClient from "ssh2-sftp-client";
import type { StreamOptions } from "ssh2-sftp-client";

/** Bytes of a write request: what every server takes. */
const WRITE_BYTES = 32 * 1024;

/** The bytes as requests that any server takes, at least one. */
function piecesOf(bytes: Buffer): Buffer[] {
  const count = Math.max(1, Math.ceil(bytes.length / WRITE_BYTES));
  return Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * WRITE_BYTES, (index + 1) * WRITE_BYTES),
  );
}

/** Writes all of it and leaves the file open: the handle, once the server has taken every byte. */
export function writeAll(
  client: SftpClient,
  path: string,
  bytes: Buffer,
  options: StreamOptions,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const stream = client.createWriteStream(path, { ...options, autoClose: false });
    let handle: Buffer;
    stream.on("open", (opened: Buffer) => {
      handle = opened;
    });
    stream.on("error", reject);
    const pieces = piecesOf(bytes);
    let waiting = pieces.length;
    // All requests are sent at once: their answers show on a slow line that it moves.
    stream.cork();
    for (const piece of pieces) {
      stream.write(piece, (error) => {
        if (error instanceof Error) reject(error);
        else if ((waiting -= 1) === 0) resolve(handle);
      });
    }
    stream.uncork();
  });
}
