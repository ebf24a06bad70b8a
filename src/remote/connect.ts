/** One SSH connection to a game server: jump hosts, agent and keys, and a trusted host key. */
import { once } from "node:events";
import { type Socket, connect as connectTcp } from "node:net";
import type { Duplex } from "node:stream";

import ssh2, { type Client, type ConnectConfig, type SFTPWrapper } from "ssh2";
import SftpClient from "ssh2-sftp-client";

import { type ServerSettings, serverSecret } from "../config/settings.ts";
import { serverVariable } from "../config/definition.ts";
import { detail } from "../details.ts";
import { ProxError } from "../errors.ts";
import { connectFtp } from "./ftp/connect-ftp.ts";
import { algorithmsFor, hostKeyFault, readKnownHosts } from "./host-key.ts";
import { knownKeyTypes } from "./known-hosts.ts";
import type { RemoteFiles } from "./remote-files.ts";
import { SftpFiles } from "./sftp-files.ts";
import { SftpSession } from "./sftp-session.ts";
import { waysToSignIn } from "./sign-in.ts";
import { type SshEnvironment, type SshHost, resolveSshHosts } from "./ssh-hosts.ts";

/** An open connection. */
export interface RemoteConnection {
  readonly files: RemoteFiles;
  /** `user@host:port`, for messages. */
  readonly address: string;
  /** Ends it at once; what is under way fails. */
  readonly close: () => void;
}

/** Where keys, hosts and secrets of the user are found, and what stops the attempt. */
export interface ConnectOptions extends SshEnvironment {
  /** Ends the connecting. */
  readonly signal?: AbortSignal;
}

/** What went wrong while connecting, in words. */
function explainFailure(
  error: Error & { level?: string; code?: string },
  host: SshHost,
  serverName: string,
  tried: readonly string[],
): ProxError {
  const address = `${host.host}:${host.port}`;
  const options = { cause: error, details: { host: host.host, port: host.port } } as const;
  if (error instanceof ProxError) return error;
  if (error.level === "client-authentication") {
    const what = tried.length === 0 ? "nothing: no agent, no key, no password" : tried.join(", ");
    return new ProxError("E_SSH_AUTH", `${host.user}@${address} refused to let prox in; tried ${what}`, {
      ...options,
      suggestions: [
        `add your key to the agent (ssh-add), or set "key" of server "${serverName}"`,
        `check the user's name ("${host.user}") and that \`ssh -p ${host.port} ${host.user}@${host.name}\` works`,
        `where only a password will do, set ${serverVariable(serverName, "password")}`,
      ],
    });
  }
  if (error.level === "client-timeout") {
    return new ProxError("E_SSH_TIMEOUT", `${address} did not answer in time`, {
      ...options,
      suggestions: ["check host and port, the firewall, and whether the machine is up"],
    });
  }
  const suggestions =
    error.code === "ENOTFOUND" || error.code === "EAI_AGAIN"
      ? [`check "host" of server "${serverName}" and your name server`]
      : error.code === "ECONNREFUSED"
        ? ["check the port, and that sshd runs there"]
        : ["check host and port; `ssh -v` to the same host tells more"];
  // Where a name has several addresses, the error of them all has no message.
  const reason = error.message === "" ? (error.code ?? error.name) : error.message;
  return new ProxError("E_SSH_CONNECT", `cannot connect to ${address}: ${reason}`, {
    ...options,
    suggestions,
  });
}

function addressOf({ user, host, port }: SshHost): string {
  return `${user}@${host}:${port}`;
}

const TOO_LATE = Object.assign(new Error("no answer in time"), { level: "client-timeout" });

/** Opens the line to the first host. */
async function openLine(host: SshHost, serverName: string, timeoutMs: number): Promise<Socket> {
  const line = connectTcp({ host: host.host, port: host.port, noDelay: true });
  try {
    await once(line, "connect", { signal: AbortSignal.timeout(timeoutMs) });
    return line;
  } catch (error) {
    line.destroy();
    const isLate = error instanceof Error && error.name === "AbortError";
    const reason = error instanceof Error ? error : new Error(String(error));
    throw explainFailure(isLate ? TOO_LATE : reason, host, serverName, []);
  }
}

/** What to sign in to a host with, and how to know it. */
interface SignInOptions {
  readonly serverName: string;
  /** The fingerprint that the settings ask for. */
  readonly pinned: string | undefined;
  readonly password: string | undefined;
  readonly timeoutMs: number;
}

/** How ssh2 is told to speak with a host over an open line, and how to explain that it failed. */
function signInConfig(
  host: SshHost,
  line: Duplex,
  { serverName, pinned, password, timeoutMs }: SignInOptions,
): { config: ConnectConfig; explain: (error: Error) => ProxError } {
  const known = readKnownHosts(host);
  const { methods, notes } = waysToSignIn(host, password);
  let fault: ProxError | undefined;
  const config: ConnectConfig = {
    sock: line,
    username: host.user,
    readyTimeout: timeoutMs,
    // Rarer than the time limit: its answers come from sshd, and say nothing of what stands still behind it.
    keepaliveInterval: 2 * timeoutMs,
    keepaliveCountMax: 3,
    algorithms: {
      serverHostKey: algorithmsFor(
        pinned === undefined ? knownKeyTypes(known, host.hostKeyAlias, host.hostKeyPort) : [],
      ),
    },
    hostVerifier: (key: Buffer) => {
      fault = hostKeyFault(host, known, pinned, serverName, key);
      return fault === undefined;
    },
    authHandler: [{ type: "none", username: host.user }, ...methods],
  };
  return { config, explain: (error) => fault ?? explainFailure(error, host, serverName, notes) };
}

/** Signs in to a host on the way. */
function signIn(host: SshHost, line: Duplex, options: SignInOptions): Promise<Client> {
  const { config, explain } = signInConfig(host, line, options);
  const client = new ssh2.Client();
  return new Promise<Client>((resolve, reject) => {
    client.on("ready", () => {
      resolve(client);
    });
    client.on("error", (error) => {
      reject(explain(error));
    });
    client.on("close", () => {
      reject(explain(new Error("the server closed the connection")));
    });
    client.connect(config);
  });
}

/** Fails a step that ssh2 sets no time limit for: a server may let us in and then say nothing more. */
async function inTime<T>(step: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(TOO_LATE);
    }, timeoutMs);
  });
  try {
    return await Promise.race([step, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Signs in to the game server and opens SFTP there. */
async function openSftp(
  host: SshHost,
  line: Duplex,
  options: SignInOptions,
): Promise<{ client: SftpClient; sftp: SFTPWrapper }> {
  const { config, explain } = signInConfig(host, line, options);
  const ignore = (): void => undefined;
  const client = new SftpClient("prox", { error: ignore, end: ignore, close: ignore });
  const seen: { isReady: boolean; error?: Error } = { isReady: false };
  client.on("ready", () => {
    seen.isReady = true;
  });
  // The library keeps the text of an error only; what kind it is stands in the original.
  client.on("error", (error) => {
    seen.error ??= error;
  });
  try {
    // ssh2 has a time limit of its own until it is let in.
    return { client, sftp: await inTime(client.connect(config), 2 * options.timeoutMs) };
  } catch (thrown) {
    client.client.destroy();
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    if (error === TOO_LATE || !seen.isReady) {
      const isClosed = /Unexpected (?:end|close) event$/.test(error.message);
      throw explain(seen.error ?? (isClosed ? new Error("the server closed the connection") : error));
    }
    const reason = error.message.replace(/^(?:sftp|getConnection): /, "");
    const address = addressOf(host);
    throw new ProxError("E_SFTP", `${address} lets prox in but offers no SFTP: ${reason}`, {
      suggestions: ["enable the sftp subsystem of its sshd (`Subsystem sftp internal-sftp`)"],
      cause: error,
    });
  }
}

function tunnel(through: Client, to: SshHost, timeoutMs: number): Promise<Duplex> {
  const opening = new Promise<Duplex>((resolve, reject) => {
    through.forwardOut("127.0.0.1", 0, to.host, to.port, (error, channel) => {
      if (error === undefined) resolve(channel);
      else {
        reject(
          new ProxError(
            "E_SSH_CONNECT",
            `the jump host cannot reach ${to.host}:${to.port}: ${error.message}`,
            {
              suggestions: ["check ProxyJump in ~/.ssh/config, and that the jump host allows forwarding"],
              cause: error,
            },
          ),
        );
      }
    });
  });
  return inTime(opening, timeoutMs).catch((error: unknown) => {
    throw error === TOO_LATE ? explainFailure(TOO_LATE, to, "", []) : error;
  });
}

/** Connects to a game server. Throws E_SSH_*, E_HOST_KEY_*, E_SFTP, E_FTP_*, and the signal's reason. */
export async function connect(
  server: ServerSettings,
  options: ConnectOptions = {},
): Promise<RemoteConnection> {
  if (server.protocol !== "sftp") return connectFtp(server, options);
  const { signal } = options;
  const startedMs = performance.now();
  const timeoutMs = server.timeoutS * 1000;
  const hosts = resolveSshHosts(server, options);
  const clients: Client[] = [];
  let line: Socket | undefined;
  const close = (): void => {
    for (const client of clients.toReversed()) client.destroy();
    line?.destroy();
  };
  signal?.throwIfAborted();
  signal?.addEventListener("abort", close);
  try {
    const [first] = hosts;
    if (first === undefined) throw new Error("there is no host to connect to");
    const socket = await openLine(first, server.name, timeoutMs);
    line = socket;
    let through: Duplex = socket;
    const last = hosts.at(-1) ?? first;
    for (const [index, host] of hosts.slice(0, -1).entries()) {
      signal?.throwIfAborted();
      const options = { serverName: server.name, pinned: undefined, password: undefined, timeoutMs };
      const client = await signIn(host, through, options);
      clients.push(client);
      through = await tunnel(client, hosts[index + 1] ?? last, timeoutMs);
    }
    signal?.throwIfAborted();
    const { client, sftp } = await openSftp(last, through, {
      serverName: server.name,
      pinned: server.hostKey,
      password: serverSecret(server.name, "password", options.environment),
      timeoutMs,
    });
    clients.push(client.client);
    const session = new SftpSession(client, sftp, { timeoutMs, bytesReceived: () => socket.bytesRead });
    const address = addressOf(last);
    detail(() => `${server.name}: ${address}, connected in ${Math.round(performance.now() - startedMs)} ms`);
    return { files: new SftpFiles(session), address, close };
  } catch (error) {
    close();
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", close);
  }
}
