/** Carries out a change of a server as the commands do, without asking and without a game. */
import type { ServerSettings } from "../../src/config/settings.ts";
import { type ServerChange, type ServerChangeResult, changeServer } from "../../src/deploy/change-server.ts";
import type { RemoteFiles } from "../../src/remote/remote-files.ts";

/** With `isDryRun` it only looks. */
export function carryOut(
  files: RemoteFiles,
  server: ServerSettings,
  plan: ServerChange["plan"],
  options: { isDryRun?: boolean; warnings?: string[] } = {},
): Promise<ServerChangeResult> {
  return changeServer(files, {
    server,
    what: "test",
    plan,
    rcon: undefined,
    isDryRun: options.isDryRun ?? false,
    approve: (_plan, warnings) => {
      options.warnings?.push(...warnings);
      return Promise.resolve();
    },
  });
}
