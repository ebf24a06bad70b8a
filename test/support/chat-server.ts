/**
 * A stand-in for what takes messages, on loopback: Discord cannot be reached by tests. It answers as the test says and keeps what was
 * sent. Without an answer to give it does as Discord's documents say of `wait=true`: 200 and the message's id.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A request as it came in. */
export interface SentRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly bytes: Buffer;
}

export interface ChatServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly requests: SentRequest[];
  /** Given one after the other; `hang up` ends the connection after the request was read. */
  readonly answers: (Answer | "hang up")[];
  readonly close: () => Promise<void>;
}

export async function startChatServer(): Promise<ChatServer> {
  const requests: SentRequest[] = [];
  const answers: (Answer | "hang up")[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const bytes = Buffer.concat(chunks);
      requests.push({ path: request.url ?? "", headers: request.headers, body: bytes.toString(), bytes });
      const answer = answers.shift() ?? { status: 200, body: { id: `message ${requests.length}` } };
      if (answer === "hang up") {
        request.socket.destroy();
        return;
      }
      response.writeHead(answer.status, { "Content-Type": "application/json", ...answer.headers });
      response.end(answer.body === undefined ? "" : JSON.stringify(answer.body));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answers,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
