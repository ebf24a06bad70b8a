/** What must be said of a server that is reached over FTP without TLS. */
import type { ServerSettings } from "./settings.ts";

/** The warning; undefined for every other protocol. */
export function plainFtpWarning({
  name,
  protocol,
}: Pick<ServerSettings, "name" | "protocol">): string | undefined {
  if (protocol !== "ftp") return undefined;
  return (
    `server "${name}" is reached over plain FTP: password and rounds cross the network in clear text, for all to read and ` +
    "to change; use sftp or ftps where the host offers one, and a password that you use nowhere else"
  );
}
