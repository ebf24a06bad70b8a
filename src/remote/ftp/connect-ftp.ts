/** A connection to a game server over FTP, in clear text or with TLS. */
import { createHash } from "node:crypto";
import { isIP } from "node:net";
import type { ConnectionOptions, PeerCertificate, TLSSocket } from "node:tls";

import { Client, FTPError } from "basic-ftp";

import { serverVariable } from "../../config/definition.ts";
import { requireFtpUser, type ServerSettings, serverSecret } from "../../config/settings.ts";
import { detail } from "../../details.ts";
import { errorCodeOf, messageOf, ProxError } from "../../errors.ts";
import type { ConnectOptions, RemoteConnection } from "../connect.ts";
import { FtpFiles } from "./ftp-files.ts";

const FTP_PORT = 21;
/** A server that sends, but does not let prox in, may do so for so many time limits. */
const BUSY_LIMITS = 4;

/** A fingerprint as OpenSSH writes those of host keys. */
function fingerprintOf({ raw }: PeerCertificate): string {
  return `SHA256:${createHash("sha256").update(raw).digest("base64").replace(/=+$/, "")}`;
}

/** Where and as whom to sign in. */
interface FtpHost {
  readonly server: ServerSettings;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  readonly timeoutMs: number;
}

function hostOf(server: ServerSettings, environment: NodeJS.ProcessEnv | undefined): FtpHost {
  const { host, name, port = FTP_PORT, timeoutS } = server;
  const user = requireFtpUser(server);
  const password = serverSecret(name, "password", environment);
  return { server, host, port, user, password, timeoutMs: timeoutS * 1000 };
}

/** Switches to TLS. Throws E_FTP_CONNECT where the server offers none. */
async function useTls(client: Client, { host, port }: FtpHost, options: ConnectionOptions): Promise<void> {
  const servername = isIP(host) === 0 ? { servername: host } : {};
  try {
    await client.useTLS({ host, ...servername, ...options });
  } catch (error) {
    if (!(error instanceof FTPError)) throw error;
    throw new ProxError("E_FTP_CONNECT", `${host}:${port} offers no TLS: it says "${error.message}"`, {
      suggestions: [`ask the host for FTPS or SFTP; protocol "ftp" sends the password in clear text`],
      cause: error,
    });
  }
}

/** The certificate that the server shows to anybody, over a connection that is good for nothing else. */
async function shownCertificate(host: FtpHost): Promise<PeerCertificate> {
  const client = new Client(host.timeoutMs);
  try {
    await client.connect(host.host, host.port);
    await useTls(client, host, { rejectUnauthorized: false });
    return (client.ftp.socket as TLSSocket).getPeerCertificate();
  } finally {
    client.close();
  }
}

/**
 * What every connection to the server must prove: that it has the pinned certificate, or one of a known authority. The
 * library resumes the session of the first connection for those that carry files, so that one must be right already.
 */
async function proofOf(host: FtpHost): Promise<ConnectionOptions> {
  const pinned = host.server.hostKey;
  if (pinned === undefined) return {};
  const certificate = await shownCertificate(host);
  const found = fingerprintOf(certificate);
  if (found !== pinned) {
    const message = `${host.host}:${host.port} shows the certificate ${found}, not the one of hostKey`;
    throw new ProxError("E_FTP_CERTIFICATE", message, {
      suggestions: [
        "do not connect until the server's owner has told you why it changed; then set hostKey to it",
      ],
      details: { host: host.host, port: host.port, fingerprint: found },
    });
  }
  const pem = `-----BEGIN CERTIFICATE-----\n${certificate.raw.toString("base64")}\n-----END CERTIFICATE-----\n`;
  return { ca: pem, allowPartialTrustChain: true, checkServerIdentity: () => undefined };
}

/** Makes sure who answers, before anything secret is sent. */
async function secure(client: Client, host: FtpHost, proof: ConnectionOptions): Promise<void> {
  try {
    await useTls(client, host, proof);
  } catch (error) {
    if (error instanceof ProxError || !/CERT|SIGN|ISSUER|ALTNAME/.test(errorCodeOf(error) ?? "")) throw error;
    const fingerprint = fingerprintOf(await shownCertificate(host));
    const address = `${host.host}:${host.port}`;
    throw new ProxError(
      "E_FTP_CERTIFICATE",
      `${address} shows a certificate that cannot be trusted: ${messageOf(error)}`,
      {
        suggestions: [
          `its fingerprint is ${fingerprint}: ask the host whether that is right, and set it as "hostKey" of server "${host.server.name}"`,
          "or, where the host has an authority of its own, name its certificate in NODE_EXTRA_CA_CERTS",
        ],
        details: { host: host.host, port: host.port, fingerprint },
        cause: error,
      },
    );
  }
}

function explain(error: unknown, { host, password, port, server, user }: FtpHost, isIn: boolean): ProxError {
  if (error instanceof ProxError) return error;
  const address = `${host}:${port}`;
  const details = { host, port };
  if (error instanceof FTPError && isIn) {
    const what = password === undefined ? "without a password" : "with the password that is set";
    return new ProxError(
      "E_FTP_AUTH",
      `${user}@${address} refused to let prox in ${what}: ${error.message}`,
      {
        suggestions: [
          `set ${serverVariable(server.name, "password")}, or ${serverVariable(server.name, "password")}_FILE to a file that holds it`,
          `check "user" of server "${server.name}"`,
        ],
        details,
        cause: error,
      },
    );
  }
  const { code, message } = error as { code?: unknown; message: string };
  const reason = message.startsWith("Timeout")
    ? "no answer in time"
    : message === ""
      ? String(code)
      : message;
  return new ProxError("E_FTP_CONNECT", `cannot connect to ${address}: ${reason}`, {
    suggestions: ["check host, port and firewall, and that an FTP server runs there"],
    details,
    cause: error,
  });
}

/** Connects to a game server whose protocol is `ftp` or `ftps`. Throws E_FTP_*, and the signal's reason. */
export async function connectFtp(server: ServerSettings, options: ConnectOptions): Promise<RemoteConnection> {
  const { environment, signal } = options;
  const startedMs = performance.now();
  const host = hostOf(server, environment);
  const client = new Client(host.timeoutMs);
  const close = (): void => {
    client.close();
  };
  signal?.throwIfAborted();
  signal?.addEventListener("abort", close);
  const limit = setTimeout(() => {
    client.ftp.closeWithError(new Error("Timeout"));
  }, BUSY_LIMITS * host.timeoutMs);
  let isIn = false;
  try {
    const proof = server.protocol === "ftps" ? await proofOf(host) : undefined;
    await client.connect(host.host, host.port);
    if (proof !== undefined) await secure(client, host, proof);
    isIn = true;
    await client.login(host.user, host.password ?? "anonymous");
    isIn = false;
    await client.useDefaultSettings();
  } catch (error) {
    close();
    signal?.throwIfAborted();
    throw explain(error, host, isIn);
  } finally {
    clearTimeout(limit);
    signal?.removeEventListener("abort", close);
  }
  const address = `${host.user}@${host.host}:${host.port}`;
  detail(() => `${server.name}: ${address}, connected in ${Math.round(performance.now() - startedMs)} ms`);
  return { files: new FtpFiles(client, host.timeoutMs), address, close };
}
