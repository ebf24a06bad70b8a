import { BaseCommand } from "../../cli/base-command.ts";
import { SETTING_FLAGS } from "../../cli/server-command.ts";
import { checkConfig } from "../../config/check-config.ts";
import { problemLine } from "../../config/config-file.ts";
import { plainFtpWarning } from "../../config/plain-ftp.ts";
import { counted } from "../../counts.ts";
import { ProxError } from "../../errors.ts";

export default class ConfigCheck extends BaseCommand {
  static override summary = "check prox.config.json: every error with its place and what to do";
  static override description =
    "checks the configuration files that prox would use here, and the environment variables of their servers: JSON, names, " +
    "values, groups, and what a server needs; it asks no server. Exit code 9 when something is wrong; `prox doctor` also tries the servers";
  static override examples = [
    "<%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> --config /srv/prox/prox.config.json --json",
  ];
  static override flags = { config: SETTING_FLAGS.config };

  async run(): Promise<object> {
    const { flags } = await this.parse(ConfigCheck);
    const { files, problems, settings } = await checkConfig({ configFile: flags.config });
    if (files.length === 0) {
      throw new ProxError("E_CONFIG", "there is no prox.config.json in this folder or one above it", {
        suggestions: ["write one with `prox init --host HOST --basepath PATH`, or name one with --config"],
      });
    }
    if (problems.length > 0) {
      const lines = problems.map((problem) => {
        return `${problemLine(problem)}${problem.advice === "" ? "" : ` (${problem.advice})`}`;
      });
      throw new ProxError("E_CONFIG_FILE", lines, {
        suggestions: ["correct these lines, then run `prox config check` again"],
        details: { problems },
      });
    }
    for (const name of settings?.serverNames ?? []) {
      const warning = settings === undefined ? undefined : plainFtpWarning(settings.server(name));
      if (warning !== undefined) this.warn(warning);
    }
    const [servers, groups] = [settings?.serverNames.length ?? 0, settings?.groups.size ?? 0];
    this.log(
      `${files.join(", ")}: ${counted(servers, "server")}, ${counted(groups, "group")}; nothing is wrong`,
    );
    return {
      files,
      servers: settings?.serverNames ?? [],
      groups: [...(settings?.groups.keys() ?? [])],
      problems,
    };
  }
}
