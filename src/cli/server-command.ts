/** What the commands share that work on one game server: flags, connection, rcon, consent. */
import { Flags } from "@oclif/core";

import {
  type ServerSettings,
  type Settings,
  type SettingsSources,
  loadSettings,
  serverSecret,
} from "../config/settings.ts";
import { serverVariable } from "../config/definition.ts";
import { ProxError } from "../errors.ts";
import { withRemote } from "../remote/connect-again.ts";
import type { RemoteConnection } from "../remote/connect.ts";
import { Rcon, parseRconAddress } from "../remote/rcon.ts";
import { BaseCommand } from "./base-command.ts";
import { confirm } from "./confirm.ts";
import { showsProgress } from "./output.ts";

/** Flags over the configuration, by the names of the settings. */
export const SETTING_FLAGS = {
  config: Flags.string({
    summary: "configuration file instead of the nearest prox.config.json",
    helpValue: "FILE",
  }),
  host: Flags.string({
    summary: "host to use instead of the configured one",
    helpValue: "HOST",
    helpGroup: "SERVER",
  }),
  port: Flags.integer({ summary: "SSH port", helpGroup: "SERVER" }),
  user: Flags.string({ summary: "SSH user", helpValue: "USER", helpGroup: "SERVER" }),
  key: Flags.string({ summary: "SSH private key file", helpValue: "FILE", helpGroup: "SERVER" }),
} as const;

interface SettingFlagValues {
  readonly config?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  readonly key?: string | undefined;
}

/** Base of the commands for game servers; a connection lives as long as the work that it was opened for. */
export abstract class ServerCommand extends BaseCommand {
  /** Settings in force under these flags. */
  protected loadSettings(
    flags: SettingFlagValues,
    more: NonNullable<SettingsSources["flags"]> = {},
  ): Promise<Settings> {
    const { config, host, port, user, key } = flags;
    return loadSettings({ configFile: config, flags: { host, port, user, key, ...more } });
  }

  /** Whether the command only reads, moves or deletes rounds: that FTP can do as well. */
  protected readonly worksOverFtp: boolean = false;

  /**
   * Connects, works, and closes the connection in any case; Ctrl-C ends what takes long at its next step. Work that
   * `isRepeatable` is done again where the connection broke under it.
   */
  protected withConnection<T>(
    server: ServerSettings,
    work: (connection: RemoteConnection) => Promise<T>,
    isRepeatable = false,
  ): Promise<T> {
    if (server.protocol !== "sftp" && !this.worksOverFtp) throw unsafeOverFtp(server);
    return withRemote(server, { signal: this.interrupted, isRepeatable }, work);
  }

  /** The rcon of a server, undefined where it has none. Throws E_RCON_NO_PASSWORD where the password is missing. */
  protected rconOf(server: ServerSettings): Rcon | undefined {
    if (server.rcon === undefined) return undefined;
    const password = serverSecret(server.name, "rconPassword");
    if (password === undefined) {
      throw new ProxError(
        "E_RCON_NO_PASSWORD",
        `cannot use the rcon of server "${server.name}": its password is not set`,
        {
          suggestions: [
            `set ${serverVariable(server.name, "rconPassword")}, or ${serverVariable(server.name, "rconPassword")}_FILE to a file that holds it`,
          ],
        },
      );
    }
    return new Rcon(parseRconAddress(server.rcon), password);
  }

  /** The rcon of a server, undefined also where its password is not known. */
  protected rconIfKnown(server: ServerSettings): Rcon | undefined {
    return serverSecret(server.name, "rconPassword") === undefined ? undefined : this.rconOf(server);
  }

  /** Asks for consent on the terminal; without one `--yes` is needed. Throws E_CONFIRM. */
  protected async confirm(question: string, isGiven: boolean): Promise<void> {
    if (!isGiven) await confirm(question, { canAsk: !this.jsonEnabled(), signal: this.interrupted });
  }

  /** A message about progress: on standard error, unless a program reads. */
  protected progress(message: string): void {
    if (showsProgress()) this.logToStderr(message);
  }
}

/** Why a command does not work on a server of FTP. */
function unsafeOverFtp({ name, protocol }: ServerSettings): ProxError {
  return new ProxError(
    "E_FTP_UNSAFE",
    `server "${name}" is reached over ${protocol}, which can fetch rounds and nothing else: FTP can neither take a lock that two ` +
      "cannot have, nor put a file in the place of another at once, nor tell whom it belongs to and who may read it",
    {
      suggestions: [
        `use SFTP where the host offers it: set "protocol" of server "${name}" to sftp`,
        "or put the tracker there by hand: `prox build --out FILE`, upload it in binary mode, and name it in lua_modules",
      ],
    },
  );
}
