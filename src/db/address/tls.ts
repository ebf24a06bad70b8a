/** What `sslmode` and its files mean, as libpq has it. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { checkServerIdentity, type ConnectionOptions } from "node:tls";

import { invalidAddress, type Parameters } from "./parameters.ts";

/** `prefer`: with TLS where the server offers it, unverified. Options: always with TLS. Undefined: without. */
export type Tls = "prefer" | ConnectionOptions | undefined;

const MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];
/** Names of versions in Node and in libpq, which writes `TLSv1` for 1.0. */
const VERSIONS = {
  TLSv1: "TLSv1",
  "TLSv1.1": "TLSv1.1",
  "TLSv1.2": "TLSv1.2",
  "TLSv1.3": "TLSv1.3",
} as const;

function usualFile(name: string): string | undefined {
  const file = path.join(homedir(), ".postgresql", name);
  return existsSync(file) ? file : undefined;
}

function read(parameter: string, file: string | undefined): Buffer | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file);
  } catch (error) {
    throw invalidAddress(
      `prox cannot read ${parameter} of the database address: ${(error as Error).message}`,
      `check the path, and that this user may read the file`,
    );
  }
}

function versionOf(parameters: Parameters, name: string) {
  const value = parameters[name];
  if (value === undefined) return undefined;
  const version = Object.entries(VERSIONS).find(([known]) => known === value)?.[1];
  if (version === undefined)
    throw invalidAddress(
      `${name} of the database address is unknown: ${value}`,
      `use one of ${Object.keys(VERSIONS).join(", ")}`,
    );
  return version;
}

/**
 * How the connection to `host` is encrypted and what is verified; a unix socket is never encrypted. `require` verifies like
 * `verify-ca` where there is a root certificate, and `allow` is taken for `prefer`. Throws `E_DATABASE_URL`.
 */
export function tlsOf(host: string, parameters: Parameters): Tls {
  const { sslmode = parameters["sslrootcert"] === "system" ? "verify-full" : "prefer" } = parameters;
  if (!MODES.includes(sslmode))
    throw invalidAddress(
      `sslmode of the database address is unknown: ${sslmode}`,
      `use one of ${MODES.join(", ")}`,
    );
  if (host.startsWith("/") || sslmode === "disable") return undefined;
  if (sslmode === "allow" || sslmode === "prefer") {
    if (parameters["sslcert"] === undefined) return "prefer";
    throw invalidAddress(
      "sslcert of the database address needs a connection that is always encrypted",
      "add sslmode=require, verify-ca or verify-full",
    );
  }
  const { sslrootcert = usualFile("root.crt") } = parameters;
  const isVerified = sslmode !== "require" || sslrootcert !== undefined;
  if (isVerified && sslrootcert === undefined)
    throw invalidAddress(
      `sslmode=${sslmode} needs the certificate of the authority that signed the server's`,
      "add sslrootcert=FILE, or sslrootcert=system for the authorities that Node.js knows",
      `or put the certificate at ${path.join(homedir(), ".postgresql", "root.crt")}`,
    );
  if (sslrootcert === "system" && sslmode !== "verify-full")
    throw invalidAddress(
      "sslrootcert=system needs sslmode=verify-full",
      "leave sslmode out, or set it to verify-full",
    );
  const isFull = sslmode === "verify-full";
  const { sslcert = usualFile("postgresql.crt"), sslkey = usualFile("postgresql.key") } = parameters;
  const options: ConnectionOptions = {
    rejectUnauthorized: isVerified,
    // For an IP address the driver gives Node no name, and Node would look for "localhost" in the certificate.
    checkServerIdentity: (_name, certificate) =>
      isFull ? checkServerIdentity(host, certificate) : undefined,
    ca: sslrootcert === "system" ? undefined : read("sslrootcert", sslrootcert),
    cert: read("sslcert", sslcert),
    key: sslcert === undefined ? undefined : read("sslkey", sslkey),
    crl: read("sslcrl", parameters["sslcrl"]),
    passphrase: parameters["sslpassword"],
    minVersion: versionOf(parameters, "ssl_min_protocol_version"),
    maxVersion: versionOf(parameters, "ssl_max_protocol_version"),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
