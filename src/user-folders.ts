/** The user's own folders, as the XDG Base Directory Specification has them. */
import { homedir } from "node:os";
import path from "node:path";

const USUAL = {
  XDG_CACHE_HOME: ".cache",
  XDG_CONFIG_HOME: ".config",
  XDG_DATA_HOME: ".local/share",
} as const;

/**
 * The folder `prox` below the one that the variable names, or below the usual one of the user's home. A relative path in
 * the variable counts as none, as the specification demands.
 */
export function userFolder(
  variable: keyof typeof USUAL,
  environment: NodeJS.ProcessEnv = process.env,
): string {
  const named = environment[variable];
  const folder =
    named !== undefined && path.isAbsolute(named) ? named : path.join(homedir(), USUAL[variable]);
  return path.join(folder, "prox");
}
