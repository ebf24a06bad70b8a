/** OpenSSH's known_hosts files: which host keys are trusted for a host. Pure; the format is that of sshd(8). */
import { createHash, createHmac } from "node:crypto";

/** A line of a known_hosts file that speaks of a key. */
export interface KnownHost {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly marker: "" | "@revoked" | "@cert-authority";
  readonly patterns: readonly string[];
  readonly keyType: string;
  /** The key's wire form, base64. */
  readonly key: string;
}

/** What the files say about a key that a host showed. */
export type HostKeyVerdict =
  | { readonly verdict: "trusted" }
  | { readonly verdict: "unknown" }
  /** Another key is known for this host, or this one is revoked: by that line. */
  | { readonly verdict: "changed" | "revoked"; readonly by: KnownHost };

/** Takes the text of a known_hosts file apart; comments and what cannot be read are passed over, as OpenSSH does. */
export function parseKnownHosts(text: string, file: string): KnownHost[] {
  const hosts: KnownHost[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const fields = line.trim().split(/\s+/);
    const first = fields[0] ?? "";
    if (first === "" || first.startsWith("#")) continue;
    const marker = first === "@revoked" || first === "@cert-authority" ? first : "";
    if (marker !== "") fields.shift();
    const [patterns, keyType, key] = fields;
    if (patterns === undefined || keyType === undefined || key === undefined) continue;
    hosts.push({ file, line: index + 1, marker, patterns: patterns.split(","), keyType, key });
  }
  return hosts;
}

/** `|1|salt|hash`: HMAC-SHA1 of the host's name. */
function matchesHash(pattern: string, name: string): boolean {
  const [, , salt, hash] = pattern.split("|");
  if (salt === undefined || hash === undefined) return false;
  return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
}

function matchesWildcards(pattern: string, name: string): boolean {
  const expression = pattern
    .toLowerCase()
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`).test(name);
}

/** Whether a line is about a host: `!pattern` excludes, `|1|…` is hashed, `*` and `?` are wildcards. */
function isAbout(known: KnownHost, name: string): boolean {
  let matched = false;
  for (const pattern of known.patterns) {
    if (pattern.startsWith("!")) {
      if (matchesWildcards(pattern.slice(1), name)) return false;
    } else if (pattern.startsWith("|1|") ? matchesHash(pattern, name) : matchesWildcards(pattern, name)) {
      matched = true;
    }
  }
  return matched;
}

/** A host as known_hosts names it: `host`, or `[host]:port` for a port other than 22. */
export function knownHostName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** The first text of an SSH key's wire form: its type, `ssh-ed25519` for example. */
export function keyTypeOf(key: Buffer): string {
  return key.length < 4 ? "" : key.toString("latin1", 4, 4 + key.readUInt32BE(0));
}

/** A key's fingerprint as OpenSSH shows it: `SHA256:…`. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
}

/** The types of the keys known for a host, in the order of the files: to be asked of the server first. */
export function knownKeyTypes(hosts: readonly KnownHost[], host: string, port: number): string[] {
  const name = knownHostName(host, port);
  const about = hosts.filter((known) => known.marker === "" && isAbout(known, name));
  return [...new Set(about.map(({ keyType }) => keyType))];
}

/**
 * Checks a host's key. Certificate authorities are passed over: a host that only they vouch for counts as unknown.
 */
export function checkHostKey(
  hosts: readonly KnownHost[],
  host: string,
  port: number,
  key: Buffer,
): HostKeyVerdict {
  const name = knownHostName(host, port);
  const encoded = key.toString("base64");
  const about = hosts.filter((known) => isAbout(known, name));
  const revoked = about.find((known) => known.marker === "@revoked" && known.key === encoded);
  if (revoked !== undefined) return { verdict: "revoked", by: revoked };
  const plain = about.filter((known) => known.marker === "");
  if (plain.some((known) => known.key === encoded)) return { verdict: "trusted" };
  const other = plain.find((known) => known.keyType === keyTypeOf(key)) ?? plain[0];
  return other === undefined ? { verdict: "unknown" } : { verdict: "changed", by: other };
}
