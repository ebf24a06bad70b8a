/** The folders of a game server: where the game looks for files, and where prox keeps its own. */
import path from "node:path/posix";

import { type ServerSettings, requireBasepath } from "../config/settings.ts";

/** Folders of a game server, absolute. */
export interface ServerFolders {
  /** Where the game writes, and looks first: fs_homepath/fs_game. */
  readonly write: string;
  /** Where the game looks for loose files, in this order: the first one found counts. */
  readonly search: readonly string[];
  /** What prox keeps on the server: lock, backups, revisions. */
  readonly prox: string;
  /** Where the rounds are recorded. */
  readonly output: string;
}

/** The folders of a server, by its settings. Home wins over base, the mod's folder over etmain. */
export function serverFolders(server: ServerSettings): ServerFolders {
  const base = requireBasepath(server);
  const home = server.homepath ?? base;
  const write = path.join(home, server.game);
  const search = [server.game, "etmain"].flatMap((game) => [path.join(home, game), path.join(base, game)]);
  return {
    write,
    search: [...new Set(search)],
    prox: path.join(write, "prox"),
    output: path.join(write, server.output),
  };
}
