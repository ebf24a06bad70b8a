import { checkConfig } from "../config/check-config.ts";
import { EXIT_CODES } from "../errors/exit-codes.ts";
import { counted } from "../counts.ts";
import { checkMachine } from "../doctor/machine.ts";
import type { Finding } from "../doctor/finding.ts";
import { checkServer } from "../doctor/server.ts";
import { ProxError } from "../errors.ts";
import { runFleet } from "../server/fleet.ts";
import { FLEET_FLAGS, FleetCommand, SERVERS_ARGUMENT } from "../cli/fleet-command.ts";
import { loadModule } from "../cli/load-module.ts";
import { SETTING_FLAGS } from "../cli/server-command.ts";
import { describeFindings } from "../cli/views/findings.ts";
import type { ServerSettings, Settings } from "../config/settings.ts";

/** A server and what was found there. */
interface ServerFindings {
  readonly server: string;
  readonly findings: readonly Finding[];
}

export default class Doctor extends FleetCommand {
  static override summary = "check this machine and the servers: what works, what does not, what to do";
  static override description =
    "looks at everything that can be looked at without changing it: versions, configuration, data folder, database; and of " +
    "each server connection, host key, sign-in, clock, disk, folders, rights, cfg files, tracker, lock, rcon and game. " +
    "Without a name it checks all servers. Exit code 7 when a check failed; warnings alone leave it at 0";
  static override examples = [
    "<%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> main --json",
  ];
  static override args = { servers: SERVERS_ARGUMENT };
  static override flags = { ...FLEET_FLAGS, ...SETTING_FLAGS };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Doctor);
    const config = await checkConfig({ configFile: flags.config });
    // Flags count for the servers alone.
    const settings = config.settings === undefined ? undefined : await this.loadSettings(flags);
    const servers = settings === undefined ? [] : this.#selected(settings, args.servers, flags);
    const keepFreeMb = Math.max(0, ...servers.map((server) => server.keepFreeMb));
    const [machine, found] = await Promise.all([
      checkMachine({ config, keepFreeMb }),
      this.#checkServers(servers, flags.parallel),
    ]);
    const groups = [
      { title: "this machine", findings: machine },
      ...found.map(({ findings, server }) => ({ title: `server ${server}`, findings })),
    ];
    for (const { findings, title } of groups) {
      this.log(title);
      for (const line of describeFindings(findings)) this.log(line);
    }
    const all = groups.flatMap(({ findings }) => findings);
    const [failures, warnings] = ["fail", "warn"].map(
      (wanted) => all.filter(({ state }) => state === wanted).length,
    );
    this.log(`${counted(failures ?? 0, "failure")}, ${counted(warnings ?? 0, "warning")}`);
    if (failures !== 0) process.exitCode = EXIT_CODES.verification;
    return { machine, servers: found, failures, warnings };
  }

  #selected(
    settings: Settings,
    names: readonly string[] | undefined,
    flags: { readonly all: boolean; readonly host: string | undefined },
  ): readonly ServerSettings[] {
    if (names !== undefined) return this.select(settings, names, flags).servers;
    // What a server's settings lack stands among the findings of the configuration.
    return settings.serverNames.flatMap((name) => {
      try {
        return [settings.server(name)];
      } catch (error) {
        if (error instanceof ProxError) return [];
        throw error;
      }
    });
  }

  async #checkServers(servers: readonly ServerSettings[], parallel: number): Promise<ServerFindings[]> {
    if (servers.length === 0) return [];
    const module = await loadModule(undefined);
    const board = this.startBoard(servers);
    const { done, failed } = await runFleet(
      servers,
      { parallel, isStoppedByFailure: false },
      async (server) => {
        board.step(server.name, "is checked");
        const rcon = () => this.rconIfKnown(server);
        const findings = await checkServer(server, { module, rcon, signal: this.interrupted });
        board.step(server.name, "checked");
        return findings;
      },
    ).finally(() => {
      board.stop();
    });
    // What is no finding is an interruption.
    for (const { error } of failed) throw error;
    return done.map(({ result, server }) => ({ server, findings: result }));
  }
}
