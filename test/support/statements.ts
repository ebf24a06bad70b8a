/** The statements that prox sends to a server, as they pass by on the way to it. */
import { createConnection, createServer, type AddressInfo } from "node:net";
import { once } from "node:events";

import { afterFile } from "./clean-ups.ts";

/** A way to a server that notes what is sent. */
export interface Recorder {
  /** The database's URL by that way. */
  readonly url: string;
  /** Every text that was to be parsed or run, once. */
  readonly statements: ReadonlySet<string>;
}

/** Texts in whole messages of a client: of Parse and of Query. Returns what is left of the bytes. */
function readMessages(bytes: Buffer, note: (text: string) => void): Buffer {
  let rest = bytes;
  while (rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
    const end = 1 + rest.readInt32BE(1);
    const body = rest.subarray(5, end);
    const kind = String.fromCharCode(rest[0] ?? 0);
    if (kind === "P") note(body.toString("utf8", body.indexOf(0) + 1, body.indexOf(0, body.indexOf(0) + 1)));
    if (kind === "Q") note(body.toString("utf8", 0, body.indexOf(0)));
    rest = rest.subarray(end);
  }
  return rest;
}

/** Puts itself before a database at a URL on a unix socket. */
export async function recordStatements(databaseUrl: string): Promise<Recorder> {
  const { hostname, pathname, username } = new URL(databaseUrl);
  const statements = new Set<string>();
  const server = createServer((client) => {
    const database = createConnection(`${decodeURIComponent(hostname)}/.s.PGSQL.5432`);
    let rest: Buffer = Buffer.alloc(0);
    let isStarted = false;
    client.on("data", (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      // The first message has no letter before its length.
      if (!isStarted && rest.length >= 4 && rest.length >= rest.readInt32BE(0)) {
        rest = rest.subarray(rest.readInt32BE(0));
        isStarted = true;
      }
      if (isStarted) rest = readMessages(rest, (text) => statements.add(text));
    });
    client.pipe(database).pipe(client);
    for (const [one, other] of [
      [client, database],
      [database, client],
    ] as const) {
      one.on("error", () => other.destroy()).on("close", () => other.destroy());
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  afterFile(async () => {
    server.close();
    await Promise.resolve();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `postgres://${username}@127.0.0.1:${port}${pathname}?sslmode=disable`, statements };
}
