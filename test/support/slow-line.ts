/** A TCP line on loopback to a server that runs there: late, slow, standing still, or cut, as a test wishes. */
import { once } from "node:events";
import { type Socket, connect, createServer } from "node:net";

export interface SlowLine {
  readonly port: number;
  /** How late everything arrives. */
  latencyMs: number;
  /** Bytes a second, each way. */
  bytesPerS: number;
  /** While true nothing arrives any more, and nobody is told. */
  isStill: boolean;
  /** Bytes that came from the server so far. */
  readonly received: number;
  /** Breaks all connections. */
  cut(): void;
  stop(): Promise<void>;
}

/** Bytes that may be on their way before the sender has to wait. */
const UNDER_WAY_BYTES = 64 * 1024;
/** The line carries its bytes in pieces of this size, so that a slow one is slow for all of them. */
const PIECE_BYTES = 1024;

export async function startSlowLine(serverPort: number): Promise<SlowLine> {
  const sockets = new Set<Socket>();
  let received = 0;

  const carry = (from: Socket, to: Socket, arrived: (bytes: number) => void): void => {
    const pieces: { bytes: Buffer; dueAt: number }[] = [];
    let freeAt = 0;
    let isEnded = false;
    const deliver = (): void => {
      const now = performance.now();
      while (pieces[0] !== undefined && pieces[0].dueAt <= now && !line.isStill) {
        const { bytes } = pieces.shift() ?? { bytes: Buffer.alloc(0) };
        if (!to.destroyed) to.write(bytes);
        arrived(bytes.length);
      }
      if (pieces.length * PIECE_BYTES < UNDER_WAY_BYTES) from.resume();
      if (isEnded && pieces.length === 0) to.end();
      else setTimeout(deliver, 2);
    };
    setTimeout(deliver, 2);
    from.on("data", (chunk: Buffer) => {
      for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
        const bytes = chunk.subarray(at, at + PIECE_BYTES);
        freeAt = Math.max(performance.now(), freeAt) + (bytes.length / line.bytesPerS) * 1000;
        pieces.push({ bytes, dueAt: freeAt + line.latencyMs });
      }
      if (pieces.length * PIECE_BYTES >= UNDER_WAY_BYTES) from.pause();
    });
    from.on("error", () => undefined);
    from.on("close", () => {
      sockets.delete(from);
      isEnded = true;
      // Nobody is left to wait for what the line holds back.
      if (line.isStill) pieces.length = 0;
    });
  };

  const server = createServer((near) => {
    const far = connect({ port: serverPort, host: "127.0.0.1", noDelay: true });
    near.setNoDelay(true);
    sockets.add(near).add(far);
    carry(near, far, () => undefined);
    carry(far, near, (bytes) => {
      received += bytes;
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const line: SlowLine = {
    port: (server.address() as { port: number }).port,
    latencyMs: 0,
    bytesPerS: 1e9,
    isStill: false,
    get received() {
      return received;
    },
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    stop: async () => {
      line.cut();
      server.close();
      await once(server, "close");
    },
  };
  return line;
}
