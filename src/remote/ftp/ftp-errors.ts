/** One error model for FTP: what basic-ftp says becomes a {@link ProxError}, with the codes that SFTP has too. */
import { FTPError } from "basic-ftp";

import { ProxError } from "../../errors.ts";

/** The answer of a server to a file that is not there, or that it does not show: FTP has one number for both. */
const NOT_AVAILABLE = 550;

/** Whether a server said that there is no such file, or that it may not be had. */
export function isNotAvailable(error: unknown): boolean {
  return error instanceof FTPError && error.code === NOT_AVAILABLE;
}

/** Makes an understandable error of what a request on a path failed with. */
export function explainFtpError(error: unknown, action: string, path: string): ProxError {
  if (error instanceof ProxError) return error;
  const options = { details: { path }, cause: error } as const;
  if (isNotAvailable(error)) {
    return new ProxError(
      "E_REMOTE_MISSING",
      `cannot ${action} ${path}: it is not there, or may not be read`,
      {
        ...options,
        suggestions: ["check basepath, homepath and game of this server: paths as its FTP shows them"],
      },
    );
  }
  if (error instanceof FTPError) {
    return new ProxError("E_REMOTE_FAILED", `cannot ${action} ${path}: the server says "${error.message}"`, {
      ...options,
      suggestions: ["look at the rights and the quota of this FTP account"],
    });
  }
  const reason = error instanceof Error ? error.message : String(error);
  if (reason.includes("Timeout")) {
    return new ProxError(
      "E_REMOTE_TIMEOUT",
      `the server stopped answering while prox was about to ${action} ${path}`,
      {
        ...options,
        suggestions: ["run the same command again; raise timeoutS of the server where it is just slow"],
      },
    );
  }
  return new ProxError(
    "E_REMOTE_LOST",
    `the connection broke while prox was about to ${action} ${path}: ${reason}`,
    { ...options, suggestions: ["run the same command again: it goes on where this one stopped"] },
  );
}
