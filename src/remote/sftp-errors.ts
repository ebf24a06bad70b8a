/** One error model for SFTP: what ssh2-sftp-client and the raw handle say becomes a {@link ProxError}. */
import { ProxError } from "../errors.ts";

/** Answers of an SFTP server, by its numbers. */
const STATUS = { noSuchFile: 2, permissionDenied: 3, failure: 4, unsupported: 8 } as const;

/**
 * Which call of ssh2-sftp-client stands in front of a server's words: `list: …`, `mkdir: _doMkdir: …`. The words
 * themselves may begin alike (`ENOENT: …`), so these are the library's names only.
 */
const LIBRARY_PREFIX =
  /^(?:(?:sftp|list|get|delete|stat|_xstat|realPath|mkdir|_mkdir|_doMkdir|rmdir|_rename|_posixRename): )+/;

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

/**
 * The status in an error of either side. The library keeps the server's number for most calls; for some it has codes
 * of its own, and only its words tell what the server said.
 */
function statusOf(error: unknown): number | undefined {
  const code = codeOf(error);
  if (typeof code === "number") return code;
  if (code === "ENOENT") return STATUS.noSuchFile;
  if (code !== "ERR_BAD_PATH" || !(error instanceof Error)) return undefined;
  return /parent not a directory or not exist$|: No such directory$/.test(error.message)
    ? STATUS.noSuchFile
    : STATUS.failure;
}

/** The server's own words, without what the library puts around them. */
function serverWords(error: Error, paths: readonly string[]): string {
  // The library tells a refused mkdir in words of its own.
  if (codeOf(error) === "ERR_BAD_PATH") return "Failure";
  const words = error.message.replace(LIBRARY_PREFIX, "");
  const [from = "", to] = paths;
  const tail = to === undefined ? ` ${from}` : ` From: ${from} To: ${to}`;
  return words.endsWith(tail) ? words.slice(0, -tail.length) : words;
}

/** Whether a request failed because there is no such file or folder. */
export function isMissing(error: unknown): boolean {
  return error instanceof ProxError && statusOf(error.cause) === STATUS.noSuchFile;
}

/** Whether a request failed without a reason that SFTP has a word for. */
export function isPlainFailure(error: unknown): boolean {
  return error instanceof ProxError && statusOf(error.cause) === STATUS.failure;
}

/** What the server says of one path. After any other error the next request would fare no better. */
const REFUSALS = new Set(["E_REMOTE_DENIED", "E_REMOTE_MISSING", "E_REMOTE_FAILED"]);

/** Whether one path alone is refused, missing or failed, so that others are still worth a try. */
export function isRefused(error: unknown): error is ProxError {
  return error instanceof ProxError && REFUSALS.has(error.code);
}

/** Whether the server does not know an extension of SFTP: then nothing was sent. */
export function isUnknownExtension(error: unknown): boolean {
  const cause = error instanceof ProxError ? error.cause : error;
  return cause instanceof Error && cause.message === "Server does not support this extended request";
}

/** The error of a path that does not exist. */
export function missingPath(action: string, path: string): ProxError {
  const cause = Object.assign(new Error("No such file"), { code: STATUS.noSuchFile });
  return explainSftpError(cause, action, [path]);
}

/**
 * Makes an understandable error of what a call on these paths failed with; `action` stands in front of the last path.
 * Codes: E_REMOTE_MISSING, E_REMOTE_DENIED, E_REMOTE_FAILED for the server's answers, E_REMOTE_LOST for anything else.
 */
export function explainSftpError(error: Error, action: string, paths: readonly string[]): ProxError {
  if (error instanceof ProxError) return error;
  const status = statusOf(error);
  const path = paths.at(-1) ?? "";
  const options = { details: { path }, cause: error } as const;
  if (status === STATUS.noSuchFile) {
    return new ProxError("E_REMOTE_MISSING", `cannot ${action} ${path}: there is no such file or folder`, {
      ...options,
      suggestions: ["check basepath, homepath and game of this server in prox.config.json"],
    });
  }
  if (status === STATUS.permissionDenied) {
    return new ProxError("E_REMOTE_DENIED", `cannot ${action} ${path}: permission denied`, {
      ...options,
      suggestions: ["sign in as the user that the game runs as, or give this user the right to write there"],
    });
  }
  if (status === STATUS.failure || status === STATUS.unsupported) {
    const words = serverWords(error, paths);
    return new ProxError("E_REMOTE_FAILED", `cannot ${action} ${path}: the server says "${words}"`, {
      ...options,
      suggestions: ["SFTP tells no more; most often the disk is full (df -h) or a quota is reached"],
    });
  }
  return new ProxError("E_REMOTE_LOST", `the connection broke while prox was about to ${action} ${path}`, {
    ...options,
    suggestions: ["run the same command again: it goes on where this one stopped"],
  });
}
