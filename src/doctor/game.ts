/** Checks of the running game, over rcon. */
import { serverVariable } from "../config/definition.ts";
import type { ServerSettings } from "../config/settings.ts";
import type { Rcon } from "../remote/rcon.ts";
import { isSameModule } from "../server/module-list.ts";
import { type Finding, findingsOf } from "./finding.ts";

/** The first version of the engine that the tracker runs on. */
const OLDEST_GAME = [2, 81] as const;

/** What the engine says of its version: `ET Legacy v2.83.1-12-g1a2b3c4 linux-x86_64 Jan 1 2026`. */
function checkVersion(version: string | undefined): Finding {
  const { fail, ok, unknown } = findingsOf("game");
  const [, major, minor] = /\bv?(\d+)\.(\d+)/.exec(version ?? "") ?? [];
  if (version === undefined || major === undefined) return unknown("the game does not tell its version");
  const [oldMajor, oldMinor] = OLDEST_GAME;
  const isFit = Number(major) > oldMajor || (Number(major) === oldMajor && Number(minor) >= oldMinor);
  return isFit
    ? ok(version)
    : fail(`${version}: the tracker needs ${oldMajor}.${oldMinor} or later`, "update the game server");
}

/** Asks the game for its map, version and modules. `rconOf` gives undefined where no password is known. */
export async function checkGame(server: ServerSettings, rconOf: () => Rcon | undefined): Promise<Finding[]> {
  const { ok, unknown, warn } = findingsOf("rcon");
  if (server.rcon === undefined) {
    return [
      unknown(
        "not configured: prox cannot see what the game has loaded",
        'set "rcon" to HOST:PORT of the game',
      ),
    ];
  }
  const rcon = rconOf();
  if (rcon === undefined) {
    const variable = serverVariable(server.name, "rconPassword");
    return [warn("no password is set", `set ${variable}, or ${variable}_FILE`)];
  }
  const { humans, map } = await rcon.info();
  const modules = await rcon.modules();
  const own = modules.find(({ file }) => isSameModule(file, server.module));
  const loaded = findingsOf("loaded");
  return [
    ok(`the game answers: map ${map}, ${humans} playing`),
    checkVersion(await rcon.cvar("version")),
    own === undefined
      ? loaded.warn("the running game has not loaded the tracker", `run: prox deploy ${server.name} --reload`)
      : loaded.ok(`the running game has loaded ${own.file}`),
  ];
}
