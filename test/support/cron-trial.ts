/**
 * The line of contrib/cron.d/prox, run again and again as cron runs it: by `sh`, without a terminal, with the file's own
 * variables and nothing else. What it says beside its log would be a mail.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { createPool } from "../../src/db/driver/connect.ts";
import { KINDS } from "../../src/format/columns.ts";
import { roundFileName } from "../../src/format/file.ts";
import { startCluster, stopCluster } from "../../src/db/embedded/cluster.ts";
import { migrate } from "../../src/db/migrations.ts";
import { packagePath } from "../../src/package-root.ts";
import { gameSettings, makeGameServer } from "./game-server.ts";
import { bytesOf, keyOf } from "./pulls.ts";
import { startSshd } from "./sshd.ts";

/** The runs, from 1, and what is away during which: first and last run. */
export interface CronTrial {
  readonly runs: number;
  readonly withoutServer: readonly [first: number, last: number];
  readonly withoutDatabase: readonly [first: number, last: number];
  /** Failures in a row before they are told. */
  readonly tellAfter: number;
}

/** What the trial came to. */
export interface CronOutcome {
  /** What each mail would say, by the number of its run. */
  readonly mails: readonly { readonly run: number; readonly text: string }[];
  /** Rounds that were played, and those in the database; each file of them stands there once. */
  readonly played: number;
  readonly rounds: number;
  readonly files: number;
  readonly distinctFiles: number;
  readonly exitCodes: readonly number[];
}

/** The variables and the first command of the file, as cron reads it. */
function readCronFile(): { variables: Record<string, string>; command: string } {
  const lines = readFileSync(packagePath("contrib/cron.d/prox"), "utf8").split("\n");
  const variables: Record<string, string> = {};
  for (const line of lines) {
    const [, name, value] = /^([A-Z_]+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined) variables[name] = value ?? "";
  }
  const command = lines
    .map((line) => /^\*\/5 \* \* \* \* +prox +(.*)$/.exec(line)?.[1])
    .find((found) => found !== undefined);
  if (command === undefined) throw new Error("no line of every five minutes");
  return { variables, command };
}

function runLine(
  command: string,
  environment: Record<string, string>,
  folder: string,
): Promise<{ code: number; said: string }> {
  const child = spawn("/bin/sh", ["-c", command], {
    env: environment,
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
  return new Promise((resolve) => {
    child.on("close", (code) => {
      resolve({ code: code ?? -1, said });
    });
  });
}

/** A door to sshd that can be shut, so that connections are refused, and opened again at the same port. */
class Door {
  readonly #to: number;
  #server: Server | undefined;
  port = 0;

  constructor(to: number) {
    this.#to = to;
  }

  async open(): Promise<void> {
    this.#server = createServer((from) => {
      const to = connect(this.#to, "127.0.0.1");
      for (const [one, other] of [
        [from, to],
        [to, from],
      ] as const) {
        one.on("error", () => other.destroy());
        one.pipe(other);
      }
    }).listen(this.port, "127.0.0.1");
    await once(this.#server, "listening");
    this.port = (this.#server.address() as { port: number }).port;
  }

  async shut(): Promise<void> {
    this.#server?.close();
    if (this.#server?.listening === true) await once(this.#server, "close");
  }
}

/** Runs the trial, on an sshd and a PostgreSQL of its own. Needs `npm run build` first. */
export async function runCronTrial({
  runs,
  tellAfter,
  withoutDatabase,
  withoutServer,
}: CronTrial): Promise<CronOutcome> {
  const folder = mkdtempSync(path.join(tmpdir(), "prox-cron-"));
  const home = mkdtempSync(path.join(tmpdir(), "prox-crondb-"));
  // The server may run as another user, who must get through.
  chmodSync(home, 0o711);
  const database = {
    folder: path.join(home, "postgres"),
    isDurable: false,
  };
  const sshd = await startSshd({ asSelf: true });
  const { fingerprint, keyFile, own, user } = sshd;
  const door = new Door(sshd.port);
  await door.open();
  const game = makeGameServer(sshd.folder, own);
  const { command, variables } = readCronFile();
  const log = path.join(folder, "prox.log");
  const bin = path.join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(
    path.join(bin, "prox"),
    `#!/bin/sh\nexec ${process.execPath} ${packagePath("bin/run.js")} "$@"\n`,
    { mode: 0o755 },
  );
  try {
    const url = await startCluster(database);
    const main = {
      host: "127.0.0.1",
      port: door.port,
      user,
      key: keyFile,
      hostKey: fingerprint,
      tellAfter,
      connectAttempts: 1,
      ...gameSettings(game),
    };
    const config = path.join(folder, "prox.config.json");
    writeFileSync(
      config,
      JSON.stringify({ databaseUrl: url, databaseTellAfter: tellAfter, servers: { main } }),
    );
    const first = createPool(url, { connections: 1 });
    await migrate(first).finally(() => first.end());
    const environment = {
      ...variables,
      PATH: `${bin}:${variables["PATH"] ?? ""}`,
      XDG_DATA_HOME: folder,
      PROX_CONFIG: config,
      PROX_DATA_FOLDER: path.join(folder, "data"),
      HOME: folder,
    };
    const mails: { run: number; text: string }[] = [];
    const exitCodes: number[] = [];
    let played = 0;
    for (let run = 1; run <= runs; run += 1) {
      if (run % 2 === 1) {
        const key = keyOf(played);
        played += 1;
        for (const kind of KINDS) {
          const name = roundFileName(key, kind);
          game.write(`home/legacy/gamestats/${name}`, bytesOf(kind, key).toString("latin1"));
          const time = Math.floor(Date.now() / 1000) - 60;
          utimesSync(path.join(game.game, "gamestats", name), time, time);
        }
      }
      if (run === withoutServer[0]) await door.shut();
      if (run === withoutServer[1] + 1) await door.open();
      if (run === withoutDatabase[0]) await stopCluster(database);
      if (run === withoutDatabase[1] + 1) await startCluster(database);
      const { code, said } = await runLine(
        command.replaceAll("/var/log/prox/prox.log", log),
        environment,
        folder,
      );
      exitCodes.push(code);
      if (said !== "") mails.push({ run, text: said });
    }
    const sql = createPool(await startCluster(database), { connections: 1 });
    const [found] = await sql<{ rounds: number; files: number; distinct: number }[]>`
      select (select count(*) from rounds) as rounds, count(*) as files, count(distinct (round_key, kind)) as distinct
      from import_files where status = 'imported'`;
    await sql.end();
    const { distinct = 0, files = 0, rounds = 0 } = found ?? {};
    return { mails, played, rounds, files, distinctFiles: distinct, exitCodes };
  } finally {
    await door.shut();
    await sshd.stop();
    await stopCluster(database);
    rmSync(home, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}
