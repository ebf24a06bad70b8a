/** Settings of a game server for tests: the defaults, and what the test says. */
import { SERVER_SETTINGS } from "../../src/config/definition.ts";
import type { ServerSettings } from "../../src/config/settings.ts";

export function serverSettings(settings: Partial<ServerSettings>): ServerSettings {
  return {
    name: "test",
    protocol: "sftp",
    host: "127.0.0.1",
    timeoutS: 10,
    connectAttempts: 1,
    tellAfter: SERVER_SETTINGS.tellAfter.default,
    maximumFileMb: SERVER_SETTINGS.maximumFileMb.default,
    keepFreeMb: 0,
    pullMinutes: SERVER_SETTINGS.pullMinutes.default,
    game: SERVER_SETTINGS.game.default,
    cfg: SERVER_SETTINGS.cfg.default,
    module: SERVER_SETTINGS.module.default,
    keep: SERVER_SETTINGS.keep.default,
    position: SERVER_SETTINGS.position.default,
    leagueConfigs: SERVER_SETTINGS.leagueConfigs.default,
    output: SERVER_SETTINGS.output.default,
    archive: SERVER_SETTINGS.archive.default,
    ...settings,
  };
}
