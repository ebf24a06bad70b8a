/** Which hosts to go through to a game server, and how to sign in at each: settings over ~/.ssh/config over defaults. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { homedir, hostname, userInfo } from "node:os";
import path from "node:path";

import type { ServerSettings } from "../config/settings.ts";
import { ProxError } from "../errors.ts";
import { readSshOptions } from "./ssh-config.ts";

/** One host on the way. */
export interface SshHost {
  /** The name that was asked for, by which `ssh` finds it in ~/.ssh/config. */
  readonly name: string;
  /** Name or address to connect to. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** The name under which known_hosts keeps its key. */
  readonly hostKeyAlias: string;
  /** The port that known_hosts has beside that name: an alias stands there without one, as 22. */
  readonly hostKeyPort: number;
  /** The key that the settings name: tried before all others. */
  readonly ownKey: string | undefined;
  /** Private keys to try, those that exist. */
  readonly keyFiles: readonly string[];
  /** The agent's socket, undefined for none. */
  readonly agent: string | undefined;
  /** Whether the agent may only offer the keys of {@link keyFiles}. */
  readonly identitiesOnly: boolean;
  /** Certificates that the configuration names: prox cannot use them. */
  readonly certificateFiles: readonly string[];
  readonly knownHostsFiles: readonly string[];
}

/** Where the user's SSH files lie; the environment's home by default. */
export interface SshEnvironment {
  readonly home?: string;
  readonly agent?: string | undefined;
  /** Variables, secrets among them; the process's own by default. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** The keys that OpenSSH tries when it is told of none. */
const DEFAULT_KEYS = ["id_ed25519", "id_ecdsa", "id_rsa"];
/** How many hosts may be gone through. */
const MAXIMUM_DEPTH = 16;

function configError(message: string, suggestion: string): ProxError {
  return new ProxError("E_SSH_CONFIG", message, { suggestions: [suggestion] });
}

/** Replaces `${VARIABLE}` as ssh does, which refuses one that is not set. */
function expandVariables(text: string, environment: NodeJS.ProcessEnv): string {
  return text.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_all, name: string) => {
    const value = environment[name];
    if (value !== undefined) return value;
    throw configError(
      `cannot read ~/.ssh/config: the environment variable ${name} in "${text}" is not set`,
      `set ${name}, also where cron or systemd starts prox, or write the path itself`,
    );
  });
}

/** The values of ssh's tokens, `%h` and the like. */
function tokensOf(
  host: { name: string; host: string; port: number; user: string; alias?: string },
  home: string,
) {
  const { username, uid } = userInfo();
  const local = hostname();
  const parts = [local, host.host, String(host.port), host.user];
  return {
    "%": "%",
    C: createHash("sha1").update(parts.join("")).digest("hex"),
    L: local.split(".")[0] ?? local,
    d: home,
    h: host.host,
    i: String(uid),
    k: host.alias ?? host.name,
    l: local,
    n: host.name,
    p: String(host.port),
    r: host.user,
    u: username,
  } as const satisfies Record<string, string>;
}

/** Where each host of a `ProxyJump` is: `[user@]host[:port]` or the same as `ssh://`. */
function parseJump(jump: string): { name: string; user?: string; port?: number } {
  const match = /^(?:ssh:\/\/)?(?:(.+)@)?(\[[^\]]+\]|[^:@]+)(?::(\d+))?\/?$/.exec(jump.trim());
  return {
    name: match?.[2]?.replaceAll(/[[\]]/g, "") ?? jump,
    ...(match?.[1] === undefined ? {} : { user: match[1] }),
    ...(match?.[3] === undefined ? {} : { port: Number(match[3]) }),
  };
}

/** Where things are, the same for all hosts on the way. */
interface Place {
  readonly home: string;
  readonly variables: NodeJS.ProcessEnv;
  /** The socket of the user's agent. */
  readonly agent: string | undefined;
  readonly files: Parameters<typeof readSshOptions>[2]["files"];
}

/** Port and user, where something else than the configuration says them. */
interface GivenHost {
  readonly port?: number;
  readonly user?: string;
}

/**
 * The hosts to connect to, one through the other, the game server last.
 * Throws E_SSH_CONFIG when ~/.ssh/config asks for what prox cannot do, E_SSH_KEY for a `key` that is missing.
 */
export function resolveSshHosts(server: ServerSettings, environment: SshEnvironment = {}): SshHost[] {
  const home = environment.home ?? homedir();
  const variables = environment.environment ?? process.env;
  const { host, port, user, key } = server;
  if (key !== undefined && !existsSync(key)) {
    throw new ProxError("E_SSH_KEY", `the private key ${key} does not exist`, {
      suggestions: [`correct "key" of server "${server.name}", or remove it to use the SSH agent`],
    });
  }
  const place: Place = {
    home,
    variables,
    agent: environment.agent ?? variables["SSH_AUTH_SOCK"],
    files: [
      { file: path.join(home, ".ssh/config"), isUsers: true },
      { file: "/etc/ssh/ssh_config", isUsers: false },
    ],
  };
  const given = {
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { user }),
  };
  return resolveHost(host, given, key, place, 0);
}

/** One host with those in front of it, which its ProxyJump names. */
function resolveHost(
  name: string,
  given: GivenHost,
  ownKey: string | undefined,
  place: Place,
  depth: number,
): SshHost[] {
  if (depth > MAXIMUM_DEPTH) {
    throw configError(
      `ProxyJump of ~/.ssh/config goes round in circles at ${name}`,
      "correct ProxyJump in ~/.ssh/config",
    );
  }
  const options = readSshOptions(name, given, place);
  const { proxyJump = "none", proxyCommand = "none" } = options;
  if (proxyCommand !== "none") {
    throw configError(
      `~/.ssh/config asks for a ProxyCommand for ${name}`,
      "use ProxyJump instead: prox runs no commands to connect",
    );
  }
  const jumps = proxyJump === "none" ? [] : proxyJump.split(",").map(parseJump);
  return [
    ...jumps.flatMap(({ name: jump, ...more }) => resolveHost(jump, more, undefined, place, depth + 1)),
    describeHost(name, options, ownKey, place),
  ];
}

/** What the options of one host come to. */
function describeHost(
  name: string,
  options: ReturnType<typeof readSshOptions>,
  ownKey: string | undefined,
  place: Place,
): SshHost {
  const { hostname: host, hostKeyAlias: alias } = options;
  const user = options.user ?? userInfo().username;
  const port = options.port ?? 22;
  const tokens = tokensOf({ name, host, port, user, ...(alias === undefined ? {} : { alias }) }, place.home);
  const expand = (file: string): string => expandPath(file, tokens, place);
  const usable = (given: readonly string[]): string[] => given.filter((file) => file !== "none").map(expand);
  const named = options.identityFiles;
  const keyFiles = named.length > 0 ? named : DEFAULT_KEYS.map((each) => path.join(place.home, ".ssh", each));
  return {
    name,
    host,
    port,
    user,
    hostKeyAlias: alias ?? host,
    hostKeyPort: alias === undefined ? port : 22,
    ownKey,
    keyFiles: usable(ownKey === undefined ? keyFiles : []).filter((file) => existsSync(file)),
    agent: agentOf(options.identityAgent, expand, place),
    identitiesOnly: options.identitiesOnly === true,
    certificateFiles: usable(options.certificateFiles),
    knownHostsFiles: usable([
      ...(options.userKnownHostsFiles ?? ["~/.ssh/known_hosts", "~/.ssh/known_hosts2"]),
      ...(options.globalKnownHostsFiles ?? ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"]),
    ]),
  };
}

/** A path of the configuration with its home, variables and tokens in place. */
function expandPath(file: string, tokens: Readonly<Record<string, string>>, place: Place): string {
  const named = expandVariables(file.replace(/^~(?=\/|$)/, place.home), place.variables);
  return path.resolve(named.replaceAll(/%(.)/g, (all, token: string) => tokens[token] ?? all));
}

/** The agent's socket by `IdentityAgent`: a path, a variable that holds one, or the user's own agent. */
function agentOf(
  value: string | undefined,
  expand: (file: string) => string,
  { agent, variables }: Place,
): string | undefined {
  if (value === undefined || value === "SSH_AUTH_SOCK") return agent;
  if (value === "none") return undefined;
  const variable = /^\$([A-Za-z_][A-Za-z0-9_]*)$/.exec(value)?.[1];
  return variable === undefined ? expand(value) : variables[variable];
}
