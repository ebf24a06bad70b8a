/** A real PgBouncer before the run's PostgreSQL. */
import { spawn } from "node:child_process";
import { chmod, chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { accessSync, constants } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { serverUser } from "../../src/db/embedded/server-user.ts";

/** The program, or undefined where it is not installed. */
export const PGBOUNCER = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"].find(
  (file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  },
);
if (PGBOUNCER === undefined) {
  process.stderr.write(
    "PgBouncer is missing: its tests are LEFT OUT. To run them: apt-get install pgbouncer\n",
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** A running PgBouncer. */
export interface Pooler {
  /** The database's URL by way of the pooler. */
  readonly url: string;
  /** How many clients have signed in so far. */
  logins(): number;
  stop(): Promise<void>;
}

/** Starts PgBouncer before the database at a URL on a unix socket, with these settings. */
export async function startPgbouncer(
  databaseUrl: string,
  settings: Readonly<Record<string, string>>,
): Promise<Pooler> {
  if (PGBOUNCER === undefined) throw new Error("PgBouncer is not installed");
  const { hostname, pathname, username } = new URL(databaseUrl);
  const folder = await mkdtemp(path.join(tmpdir(), "prox-pgbouncer-"));
  const port = await freePort();
  const all = {
    listen_addr: "127.0.0.1",
    listen_port: String(port),
    unix_socket_dir: "",
    auth_type: "any",
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}`);
  const target = `host=${decodeURIComponent(hostname)} port=5432 dbname=${pathname.slice(1)} user=${username}`;
  await writeFile(
    path.join(folder, "pgbouncer.ini"),
    `[databases]\ndb = ${target}\n[pgbouncer]\n${lines.join("\n")}\n`,
  );
  // It runs as who runs the server, whose socket's folder is closed to others. It refuses to run as root.
  const user = await serverUser();
  await chmod(folder, 0o755);
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  const child = spawn(PGBOUNCER, [path.join(folder, "pgbouncer.ini")], {
    stdio: ["ignore", "pipe", "pipe"],
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  child.stdout.resume();
  for (let wait = 0; !said.includes("process up"); wait++) {
    if (wait > 500 || child.exitCode !== null) throw new Error(`PgBouncer did not start: ${said}`);
    await sleep(20);
  }
  return {
    url: `postgres://${username}@127.0.0.1:${port}/db`,
    logins: () => said.split("login attempt").length - 1,
    async stop() {
      child.kill("SIGKILL");
      await once(child, "exit");
      await rm(folder, { recursive: true });
    },
  };
}
