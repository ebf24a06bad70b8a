/** Which hosts to go through to a game server, and how to sign in at each: settings over ~/.ssh/config over defaults. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import path from "node:path";

import SSHConfig from "ssh-config";

import type { ServerSettings } from "../config/settings.ts";
import { ProxError } from "../errors.ts";

/** One host on the way. */
export interface SshHost {
  /** Name or address to connect to. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** The name under which known_hosts keeps its key. */
  readonly hostKeyAlias: string;
  /** Private keys to try, those that exist. */
  readonly keyFiles: readonly string[];
  /** The agent's socket, undefined for none. */
  readonly agent: string | undefined;
  readonly knownHostsFiles: readonly string[];
}

/** Where the user's SSH files lie; the environment's home by default. */
export interface SshEnvironment {
  readonly home?: string;
  readonly agent?: string | undefined;
}

/** The keys that OpenSSH tries when it is told of none. */
const DEFAULT_KEYS = ["id_ed25519", "id_ecdsa", "id_rsa"];
/** How deep `Include` and ProxyJump may nest, as in OpenSSH. */
const MAXIMUM_DEPTH = 16;

/** The files that an `Include` names; `*` and `?` in the last part only. */
function includedFiles(pattern: string, sshFolder: string, home: string): string[] {
  const file = path.resolve(sshFolder, pattern.replace(/^~(?=\/)/, home));
  const folder = path.dirname(file);
  if (!/[*?]/.test(file)) return existsSync(file) ? [file] : [];
  if (!existsSync(folder)) return [];
  const expression = path
    .basename(file)
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", "[^/]*")
    .replaceAll("?", ".");
  return readdirSync(folder)
    .filter((name) => new RegExp(`^${expression}$`).test(name))
    .sort()
    .map((name) => path.join(folder, name));
}

/** A configuration's text with the files that it includes. */
function readWithIncludes(file: string, home: string, depth = 0): string {
  if (!existsSync(file) || depth > MAXIMUM_DEPTH) return "";
  return readFileSync(file, "utf8").replaceAll(/^[ \t]*Include[ \t=]+(.+)$/gim, (_line, patterns: string) =>
    patterns
      .trim()
      .split(/\s+/)
      .flatMap((pattern) =>
        includedFiles(pattern.replaceAll('"', ""), path.join(home, ".ssh"), home).map((included) =>
          readWithIncludes(included, home, depth + 1),
        ),
      )
      .join("\n"),
  );
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function words(value: string | string[] | undefined): string[] | undefined {
  if (value === undefined) return undefined;
  return (Array.isArray(value) ? value : value.split(/\s+/)).map((word) => word.replaceAll('"', ""));
}

/**
 * The hosts to connect to, one through the other, the game server last.
 * Throws E_SSH_CONFIG when ~/.ssh/config asks for what prox cannot do.
 */
export function resolveSshHosts(server: ServerSettings, environment: SshEnvironment = {}): SshHost[] {
  const home = environment.home ?? homedir();
  const sshFolder = path.join(home, ".ssh");
  const config = SSHConfig.parse(
    `${readWithIncludes(path.join(sshFolder, "config"), home)}\n${readWithIncludes("/etc/ssh/ssh_config", home)}`,
  );

  const resolve = (
    alias: string,
    given: { port?: number; user?: string; key?: string },
    depth: number,
  ): SshHost[] => {
    if (depth > MAXIMUM_DEPTH) {
      throw new ProxError("E_SSH_CONFIG", `ProxyJump of ~/.ssh/config goes round in circles at ${alias}`, {
        exit: "input",
        suggestions: ["correct ProxyJump in ~/.ssh/config"],
      });
    }
    const values = config.compute(alias, { ignoreCase: true });
    const user = given.user ?? first(values["user"]) ?? userInfo().username;
    const host = (first(values["hostname"]) ?? alias).replaceAll("%h", alias).replaceAll("%%", "%");
    const expand = (file: string): string =>
      path.resolve(
        sshFolder,
        file
          .replace(/^~(?=\/|$)/, home)
          .replaceAll("%d", home)
          .replaceAll("%h", host)
          .replaceAll("%r", user)
          .replaceAll("%u", userInfo().username),
      );
    const configured = words(values["identityfile"]);
    const keyFiles =
      given.key === undefined
        ? (configured ?? DEFAULT_KEYS.map((name) => path.join(sshFolder, name))).map(expand)
        : [given.key];
    if (given.key !== undefined && !existsSync(given.key)) {
      throw new ProxError("E_SSH_KEY", `the private key ${given.key} does not exist`, {
        exit: "input",
        suggestions: [`correct "key" of server "${server.name}", or remove it to use the SSH agent`],
      });
    }
    if (values["proxycommand"] !== undefined && first(values["proxycommand"]) !== "none") {
      throw new ProxError("E_SSH_CONFIG", `~/.ssh/config asks for a ProxyCommand for ${alias}`, {
        exit: "input",
        suggestions: ["use ProxyJump instead: prox runs no commands to connect"],
      });
    }
    const identitiesOnly = first(values["identitiesonly"])?.toLowerCase() === "yes";
    const agentOfConfig = first(values["identityagent"]);
    const agent =
      agentOfConfig === undefined || agentOfConfig === "SSH_AUTH_SOCK"
        ? (environment.agent ?? process.env["SSH_AUTH_SOCK"])
        : agentOfConfig === "none"
          ? undefined
          : expand(agentOfConfig);
    const jumps = first(values["proxyjump"]);
    const before =
      jumps === undefined || jumps === "none"
        ? []
        : jumps.split(",").flatMap((jump) => {
            const match = /^(?:ssh:\/\/)?(?:([^@]+)@)?(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(jump.trim());
            return resolve(
              match?.[2]?.replaceAll(/[[\]]/g, "") ?? jump,
              {
                ...(match?.[1] === undefined ? {} : { user: match[1] }),
                ...(match?.[3] === undefined ? {} : { port: Number(match[3]) }),
              },
              depth + 1,
            );
          });
    return [
      ...before,
      {
        host,
        port: given.port ?? Number(first(values["port"]) ?? 22),
        user,
        hostKeyAlias: first(values["hostkeyalias"]) ?? host,
        keyFiles: keyFiles.filter((file) => existsSync(file)),
        agent: identitiesOnly && given.key !== undefined ? undefined : agent,
        knownHostsFiles: [
          ...(words(values["userknownhostsfile"]) ?? ["~/.ssh/known_hosts", "~/.ssh/known_hosts2"]),
          ...(words(values["globalknownhostsfile"]) ?? ["/etc/ssh/ssh_known_hosts"]),
        ].map(expand),
      },
    ];
  };

  const { host, port, user, key } = server;
  return resolve(
    host,
    {
      ...(port === undefined ? {} : { port }),
      ...(user === undefined ? {} : { user }),
      ...(key === undefined ? {} : { key }),
    },
    0,
  );
}
