/** ProFTPD of this machine on a loopback port, with one user, and TLS for those who ask for it. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { PROFTPD } from "./find-proftpd.ts";

export interface Proftpd {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** `SHA256:…` of its certificate, which it signed itself. */
  readonly fingerprint: string;
  /** What clients asked for, a line a command. */
  readonly commands: () => string;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "data");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Starts it. Without `mlsd` it lists as servers of old do: times to the minute, without a year or without a time. */
export async function startProftpd({ mlsd = true } = {}): Promise<Proftpd> {
  if (PROFTPD === undefined)
    throw new Error("ProFTPD is missing: apt-get install proftpd-core proftpd-mod-crypto");
  const base = mkdtempSync(path.join(tmpdir(), "prox-ftp-"));
  const within = (name: string): string => path.join(base, name);
  const { gid, uid, username } = userInfo();
  const group = execFileSync("id", ["-gn"]).toString().trim();
  const password = "open sesame";
  const hash = execFileSync("openssl", ["passwd", "-6", password]).toString().trim();
  writeFileSync(within("passwd"), `player:${hash}:${uid}:${gid}::${base}:/bin/sh\n`, { mode: 0o600 });
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=ftp.example.org"],
      ...["-keyout", within("key"), "-out", within("certificate")],
    ],
    { stdio: "ignore" },
  );
  chmodSync(within("key"), 0o600);
  const der = execFileSync("openssl", ["x509", "-in", within("certificate"), "-outform", "DER"]);
  const digest = execFileSync("openssl", ["dgst", "-sha256", "-binary"], { input: der });
  const port = await freePort();
  writeFileSync(
    within("conf"),
    `ModulePath /usr/lib/proftpd
LoadModule mod_tls.c
ServerType standalone
UseIPv6 off
DefaultAddress 127.0.0.1
Port ${port}
SocketBindTight on
User ${username}
Group ${group}
RootLogin on
PidFile ${within("pid")}
ScoreboardFile ${within("scoreboard")}
SystemLog ${within("log")}
TransferLog none
WtmpLog off
DelayTable none
UseReverseDNS off
AuthOrder mod_auth_file.c
AuthPAM off
AuthUserFile ${within("passwd")}
RequireValidShell off
AllowOverwrite on
LogFormat commands "%r"
ExtendedLog ${within("commands")} ALL commands
FactsAdvertise ${mlsd ? "on" : "off"}
TLSEngine on
TLSRequired off
TLSRSACertificateFile ${within("certificate")}
TLSRSACertificateKeyFile ${within("key")}
`,
    { mode: 0o600 },
  );
  const child = spawn(PROFTPD, ["--nodaemon", "--config", within("conf")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => {
    log += chunk.toString();
  });
  const ended = once(child, "exit");
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`proftpd ended with ${child.exitCode}:\n${log}`);
    await sleep(50);
  }
  return {
    port,
    user: "player",
    password,
    fingerprint: `SHA256:${digest.toString("base64").replace(/=+$/, "")}`,
    commands: () => (existsSync(within("commands")) ? readFileSync(within("commands"), "utf8") : ""),
    async stop() {
      child.kill();
      await ended;
      rmSync(base, { recursive: true });
    },
  };
}
