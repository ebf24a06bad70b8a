/** Whether a host's key is trusted: pinned in the settings, or in known_hosts. */
import { existsSync, readFileSync } from "node:fs";

import type { ServerHostKeyAlgorithm } from "ssh2";

import type { ErrorCode } from "../errors/catalogue.ts";
import { ProxError } from "../errors.ts";
import {
  type KnownHost,
  fingerprintOf,
  checkHostKey,
  keyTypeOf,
  knownHostName,
  parseKnownHosts,
} from "./known-hosts.ts";
import type { SshHost } from "./ssh-hosts.ts";

const HOST_KEY_ALGORITHMS: readonly ServerHostKeyAlgorithm[] = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
];

/** The algorithms by which keys of these types sign, and all others after them. */
export function algorithmsFor(types: readonly string[]): ServerHostKeyAlgorithm[] {
  const isKnown = (algorithm: string): boolean =>
    types.includes(algorithm.startsWith("rsa-sha2") ? "ssh-rsa" : algorithm);
  return [
    ...HOST_KEY_ALGORITHMS.filter(isKnown),
    ...HOST_KEY_ALGORITHMS.filter((algorithm) => !isKnown(algorithm)),
  ];
}

/** What the known_hosts files of a host say. */
export function readKnownHosts(host: SshHost): KnownHost[] {
  return host.knownHostsFiles
    .filter((file) => existsSync(file))
    .flatMap((file) => parseKnownHosts(readFileSync(file, "utf8"), file));
}

/** Whether ssh writes down a key that is accepted. */
function isKept({ knownHostsFiles }: SshHost): boolean {
  const [first] = knownHostsFiles;
  return first !== undefined && first !== "/dev/null" && !first.startsWith("/etc/ssh/");
}

/** Why a host's key is not accepted, or undefined when it is. */
export function hostKeyFault(
  host: SshHost,
  known: readonly KnownHost[],
  pinned: string | undefined,
  serverName: string,
  key: Buffer,
): ProxError | undefined {
  const fingerprint = fingerprintOf(key);
  const shown = `${keyTypeOf(key)} ${fingerprint}`;
  const name = knownHostName(host.hostKeyAlias, host.hostKeyPort);
  const details = { host: host.host, port: host.port, keyType: keyTypeOf(key), fingerprint };
  const refuse = (code: ErrorCode, message: string, suggestions: string[]): ProxError =>
    new ProxError(code, message, { suggestions, details });
  if (pinned !== undefined) {
    if (pinned === fingerprint) return undefined;
    return refuse(
      "E_HOST_KEY_CHANGED",
      `the host key of ${name} is not the pinned one: it shows ${shown}, "hostKey" says ${pinned}`,
      [
        "find out from the server's owner whether the key was changed; if not, someone may be listening in",
        `if it was, set "hostKey" of server "${serverName}" to the new fingerprint`,
      ],
    );
  }
  const judged = checkHostKey(known, host.hostKeyAlias, host.hostKeyPort, key);
  if (judged.verdict === "trusted") return undefined;
  if (judged.verdict === "unknown") {
    // As ssh does: a key that is known for the host counts at its other ports too.
    if (checkHostKey(known, host.hostKeyAlias, 22, key).verdict === "trusted") return undefined;
    return refuse("E_HOST_KEY_UNKNOWN", `the host key of ${name} is not known: it shows ${shown}`, [
      "compare the fingerprint with the one that the server's owner or hosting panel shows",
      // Where no file of known hosts is kept, ssh writes nothing down.
      ...(isKept(host)
        ? [`then connect once with \`ssh -p ${host.port} ${host.user}@${host.name}\` and accept it`]
        : []),
      `then set "hostKey": "${fingerprint}" for server "${serverName}"`,
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
    `the host key of ${name} is not the one in ${file}:${line}: it shows ${shown}`,
    [
      "find out from the server's owner whether the key was changed; if not, someone may be listening in",
      `if it was: \`ssh-keygen -R '${name}'\`, then connect once with ssh and accept the new key`,
    ],
  );
}
