/** OpenSSH's own sshd on a loopback port, with keys and configuration of its own. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { userInfo } from "node:os";
import path from "node:path";

import { SSHD } from "./find-sshd.ts";
import { memoryFolder } from "./memory-folder.ts";

export interface Sshd {
  readonly port: number;
  readonly user: string;
  /** A private key that is let in. */
  readonly keyFile: string;
  /** A private key that is not. */
  readonly otherKeyFile: string;
  /** `SHA256:…` of the server's key. */
  readonly fingerprint: string;
  /** The server's line for known_hosts. */
  readonly knownHostsLine: string;
  /** A folder that the user may write to. Removed by `stop`. */
  readonly folder: string;
  /** Gives a file or folder to the user that signs in. */
  readonly own: (file: string) => void;
  stop(): Promise<void>;
}

/** A port that is free at this moment, and may be someone else's at the next. */
async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Starts sshd; undefined where someone else has taken its port meanwhile. */
function listenTo(command: string, argv: readonly string[]): Promise<ChildProcess | undefined> {
  const child = spawn(command, argv, { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  return new Promise((resolve, reject) => {
    child.stderr.on("data", (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes("Server listening on")) resolve(child);
    });
    child.once("close", (code) => {
      if (log.includes("Address already in use")) resolve(undefined);
      else reject(new Error(`sshd ended with ${code ?? "a signal"}:\n${log}`));
    });
  });
}

function makeKey(file: string, type = "ed25519"): string {
  execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", "prox test", "-f", file]);
  return readFileSync(`${file}.pub`, "utf8").trim();
}

/**
 * The command that starts a program which sees another /etc/shadow, where `user` has this password; nothing of it
 * reaches the machine. Needs root.
 */
function withPassword(base: string, user: string, password: string, program: readonly string[]): string[] {
  const hash = execFileSync("openssl", ["passwd", "-6", password]).toString().trim();
  const shadow = path.join(base, "shadow");
  const others = readFileSync("/etc/shadow", "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith(`${user}:`));
  writeFileSync(shadow, [...others, `${user}:${hash}:20000:0:99999:7:::`, ""].join("\n"), { mode: 0o600 });
  return ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc/shadow && exec "$@"', shadow, ...program];
}

/** Whether sshd can be started with a password of its own: what {@link startSshd} needs for `password`. */
export function canSetPassword(): boolean {
  return process.getuid?.() === 0 && spawnSync("unshare", ["--mount", "true"]).status === 0;
}

/**
 * Starts sshd. As root it lets in the user `nobody`, so that permissions mean something, otherwise the user
 * that runs the tests. `asSelf` lets in the user that runs it in any case, with a shell: for rsync. `password` lets
 * `nobody` in with a password too. With `hasSftp: false` it lets in and offers nothing.
 */
export async function startSshd(
  options: { asSelf?: boolean; password?: string; hasSftp?: boolean } = {},
): Promise<Sshd> {
  if (SSHD === undefined) {
    throw new Error(
      "OpenSSH's sshd is missing, and these tests need the real one: install it with `apt-get install openssh-server openssh-client`",
    );
  }
  const isRoot = process.getuid?.() === 0;
  const asNobody = isRoot && options.asSelf !== true;
  const user = asNobody ? "nobody" : userInfo().username;
  // In memory where there is such a place: each write of a deploy waits for the disk.
  const base = mkdtempSync(path.join(memoryFolder(), "prox-sshd-"));
  chmodSync(base, 0o755);
  // sshd insists on this empty folder when it runs as root.
  if (isRoot) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  const hostKey = makeKey(path.join(base, "host_key"));
  const userKey = makeKey(path.join(base, "user_key"));
  makeKey(path.join(base, "other_key"));
  writeFileSync(path.join(base, "authorized_keys"), `${userKey}\n`, { mode: 0o644 });
  const config = path.join(base, "sshd_config");
  const program = [SSHD, "-D", "-e", "-f", config];
  const [command = SSHD, ...argv] =
    options.password === undefined ? program : withPassword(base, user, options.password, program);
  let port: number;
  let child: ChildProcess | undefined;
  do {
    port = await freePort();
    writeFileSync(
      config,
      [
        `Port ${port}`,
        "ListenAddress 127.0.0.1",
        `HostKey ${base}/host_key`,
        "PidFile none",
        `AuthorizedKeysFile ${base}/authorized_keys`,
        "StrictModes no",
        "UsePAM no",
        `PasswordAuthentication ${options.password === undefined ? "no" : "yes"}`,
        "KbdInteractiveAuthentication no",
        "PermitRootLogin prohibit-password",
        "MaxStartups 100",
        ...(options.hasSftp === false ? [] : ["Subsystem sftp internal-sftp"]),
        // The user nobody has no shell to start anything else with.
        ...(asNobody ? ["ForceCommand internal-sftp"] : []),
      ].join("\n"),
    );
    child = await listenTo(command, argv);
  } while (child === undefined);
  const server = child;
  const folder = path.join(base, "server");
  mkdirSync(folder);
  const ids = asNobody ? execFileSync("id", ["-u", user]).toString().trim() : "";
  const group = asNobody ? execFileSync("id", ["-g", user]).toString().trim() : "";
  const own = (file: string): void => {
    if (asNobody) chownSync(file, Number(ids), Number(group));
  };
  own(folder);
  const fingerprint = execFileSync("ssh-keygen", ["-lf", path.join(base, "host_key.pub")])
    .toString()
    .split(" ")[1];
  if (fingerprint === undefined) throw new Error("ssh-keygen shows no fingerprint");
  return {
    port,
    user,
    keyFile: path.join(base, "user_key"),
    otherKeyFile: path.join(base, "other_key"),
    fingerprint,
    knownHostsLine: `[127.0.0.1]:${port} ${hostKey.split(" ").slice(0, 2).join(" ")}`,
    folder,
    own,
    stop: async () => {
      if (server.exitCode === null) {
        server.kill("SIGTERM");
        await once(server, "exit");
      }
      rmSync(base, { recursive: true, force: true });
    },
  };
}
