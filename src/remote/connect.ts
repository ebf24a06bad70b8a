/** One SSH connection to a game server: jump hosts, agent and keys, and a host key that somebody vouched for. */
import { existsSync, readFileSync } from "node:fs";
import type { Duplex } from "node:stream";

import ssh2, { type AnyAuthMethod, type Client, type SFTPWrapper, type ServerHostKeyAlgorithm } from "ssh2";

import { type ServerSettings, serverSecret } from "../config/settings.ts";
import { serverVariable } from "../config/definition.ts";
import { ProxError } from "../errors.ts";
import {
  type KnownHost,
  fingerprintOf,
  judgeHostKey,
  keyTypeOf,
  knownHostName,
  knownKeyTypes,
  parseKnownHosts,
} from "./known-hosts.ts";
import type { RemoteFiles } from "./remote-files.ts";
import { SftpFiles } from "./sftp-files.ts";
import { type SshEnvironment, type SshHost, resolveSshHosts } from "./ssh-hosts.ts";

/** An open connection. */
export interface RemoteConnection {
  readonly files: RemoteFiles;
  /** `user@host:port`, for messages. */
  readonly address: string;
  /** Ends it at once; what is under way fails. */
  readonly close: () => void;
}

export interface ConnectOptions extends SshEnvironment {
  /** For secrets; the process's own by default. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** The algorithms by which a key of a known type signs, and all others after them. */
const HOST_KEY_ALGORITHMS: readonly ServerHostKeyAlgorithm[] = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
];

function algorithmsFor(types: readonly string[]): ServerHostKeyAlgorithm[] {
  const isKnown = (algorithm: string): boolean =>
    types.includes(algorithm.startsWith("rsa-sha2") ? "ssh-rsa" : algorithm);
  return [
    ...HOST_KEY_ALGORITHMS.filter(isKnown),
    ...HOST_KEY_ALGORITHMS.filter((algorithm) => !isKnown(algorithm)),
  ];
}

function readKnownHosts(host: SshHost): KnownHost[] {
  return host.knownHostsFiles
    .filter((file) => existsSync(file))
    .flatMap((file) => parseKnownHosts(readFileSync(file, "utf8"), file));
}

/** Why a host's key is not accepted, or undefined when it is. */
function hostKeyFault(
  host: SshHost,
  known: readonly KnownHost[],
  pinned: string | undefined,
  serverName: string,
  key: Buffer,
): ProxError | undefined {
  const fingerprint = fingerprintOf(key);
  const shown = `${keyTypeOf(key)} ${fingerprint}`;
  const name = knownHostName(host.hostKeyAlias, host.port);
  const details = { host: host.host, port: host.port, keyType: keyTypeOf(key), fingerprint };
  const refuse = (code: string, message: string, suggestions: string[]): ProxError =>
    new ProxError(code, message, { exit: "remote", suggestions, details });
  if (pinned !== undefined) {
    if (pinned === fingerprint) return undefined;
    return refuse(
      "E_HOST_KEY_CHANGED",
      `the host key of ${name} is not the pinned one: it shows ${shown}, "hostKey" says ${pinned}`,
      [
        "find out from the server's owner whether the key was changed; if not, somebody may be listening in",
        `if it was, set "hostKey" of server "${serverName}" to the new fingerprint`,
      ],
    );
  }
  const judged = judgeHostKey(known, host.hostKeyAlias, host.port, key);
  if (judged.verdict === "trusted") return undefined;
  if (judged.verdict === "unknown") {
    return refuse("E_HOST_KEY_UNKNOWN", `the host key of ${name} is not known: it shows ${shown}`, [
      "compare the fingerprint with the one that the server's owner or hosting panel shows",
      `then connect once with \`ssh -p ${host.port} ${host.user}@${host.host}\` and accept it`,
      `or set "hostKey": "${fingerprint}" for server "${serverName}"`,
    ]);
  }
  const { file, line } = judged.by;
  if (judged.verdict === "revoked") {
    return refuse("E_HOST_KEY_REVOKED", `the host key of ${name} is revoked by ${file}:${line}: ${shown}`, [
      "do not connect; ask the server's owner for the new key",
    ]);
  }
  return refuse(
    "E_HOST_KEY_CHANGED",
    `the host key of ${name} is not the one of ${file}:${line}: it shows ${shown}`,
    [
      "find out from the server's owner whether the key was changed; if not, somebody may be listening in",
      `if it was: \`ssh-keygen -R '${name}'\`, then connect once with ssh and accept the new key`,
    ],
  );
}

/** What one tries to sign in with, in this order: agent, key files, password. */
function authentication(
  host: SshHost,
  password: string | undefined,
): { methods: AnyAuthMethod[]; notes: string[] } {
  const { user: username } = host;
  const methods: AnyAuthMethod[] = [];
  const notes: string[] = [];
  if (host.agent !== undefined && existsSync(host.agent)) {
    methods.push({ type: "agent", username, agent: host.agent });
    notes.push("the SSH agent");
  }
  for (const file of host.keyFiles) {
    const key = ssh2.utils.parseKey(readFileSync(file));
    if (key instanceof Error) {
      const isLocked = /passphrase|encrypted/i.test(key.message);
      notes.push(`${file} (${isLocked ? "locked by a passphrase: add it to the agent" : "not readable"})`);
    } else {
      methods.push({ type: "publickey", username, key });
      notes.push(file);
    }
  }
  if (password !== undefined) {
    methods.push({ type: "password", username, password });
    methods.push({
      type: "keyboard-interactive",
      username,
      prompt: (_name, _instructions, _language, prompts, finish) => {
        finish(prompts.map(() => password));
      },
    });
    notes.push("the password of the environment");
  }
  return { methods, notes };
}

/** What went wrong while connecting, in words. */
function explainFailure(
  error: Error & { level?: string; code?: string },
  host: SshHost,
  serverName: string,
  tried: readonly string[],
): ProxError {
  const address = `${host.host}:${host.port}`;
  const options = { exit: "remote", cause: error, details: { host: host.host, port: host.port } } as const;
  if (error instanceof ProxError) return error;
  if (error.level === "client-authentication") {
    const what = tried.length === 0 ? "nothing: no agent, no key, no password" : tried.join(", ");
    return new ProxError("E_SSH_AUTH", `${host.user}@${address} refused to let us in; tried ${what}`, {
      ...options,
      suggestions: [
        `add your key to the agent (ssh-add), or set "key" of server "${serverName}"`,
        `check the user's name ("${host.user}") and that \`ssh -p ${host.port} ${host.user}@${host.host}\` works`,
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
  return new ProxError("E_SSH_CONNECT", `cannot connect to ${address}: ${error.message}`, {
    ...options,
    suggestions,
  });
}

/** Opens the connection to one host, over `socket` where it lies behind another one. */
function connectHost(
  host: SshHost,
  options: {
    serverName: string;
    pinned: string | undefined;
    password: string | undefined;
    timeoutMs: number;
    socket: Duplex | undefined;
  },
): Promise<Client> {
  const { serverName, pinned, password, timeoutMs, socket } = options;
  const known = readKnownHosts(host);
  const { methods, notes } = authentication(host, password);
  const client = new ssh2.Client();
  return new Promise<Client>((resolve, reject) => {
    let fault: ProxError | undefined;
    client.on("ready", () => {
      client.setNoDelay(true);
      resolve(client);
    });
    client.on("error", (error) => {
      reject(fault ?? explainFailure(error, host, serverName, notes));
    });
    client.on("close", () => {
      reject(fault ?? explainFailure(new Error("the server closed the connection"), host, serverName, notes));
    });
    client.connect({
      host: host.host,
      port: host.port,
      username: host.user,
      readyTimeout: timeoutMs,
      keepaliveInterval: timeoutMs,
      keepaliveCountMax: 3,
      algorithms: {
        serverHostKey: algorithmsFor(
          pinned === undefined ? knownKeyTypes(known, host.hostKeyAlias, host.port) : [],
        ),
      },
      hostVerifier: (key: Buffer) => {
        fault = hostKeyFault(host, known, pinned, serverName, key);
        return fault === undefined;
      },
      authHandler: [{ type: "none", username: host.user }, ...methods],
      ...(socket === undefined ? {} : { sock: socket }),
    });
  });
}

function tunnel(through: Client, to: SshHost): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    through.forwardOut("127.0.0.1", 0, to.host, to.port, (error, channel) => {
      if (error === undefined) resolve(channel);
      else {
        reject(
          new ProxError(
            "E_SSH_CONNECT",
            `the jump host cannot reach ${to.host}:${to.port}: ${error.message}`,
            {
              exit: "remote",
              suggestions: ["check ProxyJump in ~/.ssh/config, and that the jump host allows forwarding"],
              cause: error,
            },
          ),
        );
      }
    });
  });
}

function openSftp(client: Client, address: string): Promise<SFTPWrapper> {
  return new Promise((resolve, reject) => {
    client.sftp((error, sftp) => {
      if (error === undefined) resolve(sftp);
      else {
        reject(
          new ProxError("E_SFTP", `${address} lets us in but offers no SFTP: ${error.message}`, {
            exit: "remote",
            suggestions: ["enable the sftp subsystem of its sshd (`Subsystem sftp internal-sftp`)"],
            cause: error,
          }),
        );
      }
    });
  });
}

/** Connects to a game server. Throws E_SSH_*, E_HOST_KEY_*, E_SFTP. */
export async function connect(
  server: ServerSettings,
  options: ConnectOptions = {},
): Promise<RemoteConnection> {
  const timeoutMs = server.timeoutS * 1000;
  const hosts = resolveSshHosts(server, options);
  const clients: Client[] = [];
  const close = (): void => {
    for (const client of clients.toReversed()) client.destroy();
  };
  try {
    let socket: Duplex | undefined;
    for (const [index, host] of hosts.entries()) {
      const isLast = index === hosts.length - 1;
      const client = await connectHost(host, {
        serverName: server.name,
        pinned: isLast ? server.hostKey : undefined,
        password: isLast ? serverSecret(server.name, "password", options.environment) : undefined,
        timeoutMs,
        socket,
      });
      clients.push(client);
      const next = hosts[index + 1];
      if (next !== undefined) socket = await tunnel(client, next);
    }
    const [client, host] = [clients.at(-1), hosts.at(-1)];
    if (client === undefined || host === undefined) throw new Error("there is no host to connect to");
    const address = `${host.user}@${host.host}:${host.port}`;
    const files = new SftpFiles(await openSftp(client, address), timeoutMs);
    // An error after this point reaches whoever waits for an answer.
    client.on("error", (error) => {
      files.fail(error);
    });
    client.on("close", () => {
      files.fail(new Error("the connection was closed"));
    });
    return { files, address, close };
  } catch (error) {
    close();
    throw error;
  }
}
