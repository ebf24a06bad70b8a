/** Checks of a game server that is reached over FTP: the way there, and the folder of its rounds. Only looks. */
import { plainFtpWarning } from "../config/plain-ftp.ts";
import type { ServerSettings } from "../config/settings.ts";
import { ProxError } from "../errors.ts";
import { connect } from "../remote/connect.ts";
import { serverFolders } from "../server/folders.ts";
import { type Finding, findingsOf } from "./finding.ts";

/** Checks one server whose protocol is `ftp` or `ftps`. */
export async function checkFtp(server: ServerSettings, signal: AbortSignal): Promise<Finding[]> {
  const startedMs = performance.now();
  let connection: Awaited<ReturnType<typeof connect>>;
  try {
    connection = await connect(server, { signal });
  } catch (error) {
    if (!(error instanceof ProxError) || error.exit === "interrupted") throw error;
    const step =
      error.code === "E_FTP_CERTIFICATE"
        ? "certificate"
        : error.code === "E_FTP_AUTH"
          ? "sign-in"
          : "connection";
    return [findingsOf(step).failed(error)];
  }
  try {
    const tookMs = Math.round(performance.now() - startedMs);
    const plain = plainFtpWarning(server);
    const certificate =
      server.hostKey === undefined ? "of a known authority" : "the one of the configuration";
    return [
      findingsOf("connection").ok(`${connection.address}, ${tookMs} ms`),
      plain === undefined
        ? findingsOf("certificate").ok(certificate)
        : findingsOf("certificate").warn("none", plain),
      findingsOf("sign-in").ok("works"),
      ...(await checkFolders(connection.files, server)),
    ];
  } catch (error) {
    if (!(error instanceof ProxError) || error.exit === "interrupted") throw error;
    return [findingsOf("folders").failed(error)];
  } finally {
    connection.close();
  }
}

async function checkFolders(
  files: Awaited<ReturnType<typeof connect>>["files"],
  server: ServerSettings,
): Promise<Finding[]> {
  const { fail, ok } = findingsOf("folders");
  const { output, write } = serverFolders(server);
  if ((await files.stat(write))?.kind !== "folder") {
    const advice = `correct basepath, homepath and game of server "${server.name}": paths as its FTP shows them`;
    return [fail(`${write} is no folder on the server`, advice)];
  }
  const entries = await files.list(output);
  return [ok(entries === undefined ? `${write}; no rounds were recorded yet` : output)];
}
