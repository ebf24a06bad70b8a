import { Flags } from "@oclif/core";

import { CHANGE_FLAGS, ChangeCommand } from "../cli/change-command.ts";
import { SERVERS_ARGUMENT } from "../cli/fleet-command.ts";
import { sameCommand } from "../cli/same-command.ts";
import { SETTING_FLAGS } from "../cli/server-command.ts";
import { planRollback } from "../deploy/plan-rollback.ts";
import { ProxError } from "../errors.ts";

/** `main 3` means revision 3 of one server; other words are names. */
function readWords(words: readonly string[]): { names: readonly string[]; revision: number | undefined } {
  const [name, number, ...others] = words;
  if (name === undefined || number === undefined || others.length > 0 || !/^\d+$/.test(number)) {
    return { names: words, revision: undefined };
  }
  if (Number(number) > 0) return { names: [name], revision: Number(number) };
  throw new ProxError("E_USAGE", "revisions count from 1", {
    suggestions: [`see the revisions with: prox status ${name}`],
  });
}

export default class Rollback extends ChangeCommand {
  static override summary = "bring back the tracker that was on a game server before";
  static override description =
    "puts back the module of a revision, by default the one before the last change; `prox status` lists the " +
    "revisions, and their modules are on the server below prox/revisions. League configs get the tracker, or lose it, as it was " +
    "with that revision. A number behind the name of one server is the number of the revision. To undo: roll back once more";
  static override examples = [
    "<%= config.bin %> <%= command.id %> main",
    "<%= config.bin %> <%= command.id %> main 3 --yes --reload",
    "<%= config.bin %> <%= command.id %> --all --yes",
  ];
  static override args = { servers: SERVERS_ARGUMENT };
  static override flags = {
    ...CHANGE_FLAGS,
    "league-configs": Flags.boolean({
      summary: "keep it in the league configs, whatever the revision says",
    }),
    ...SETTING_FLAGS,
  };

  async run(): Promise<object> {
    const { args, flags, raw } = await this.parse(Rollback);
    const { names, revision: asked } = readWords(args.servers ?? []);
    const settings = await this.loadSettings(flags, {
      leagueConfigs: flags["league-configs"] ? true : undefined,
    });
    const selection = this.select(settings, names, flags);
    if (asked !== undefined && selection.isFleet) {
      throw new ProxError("E_USAGE", `revision ${asked} is another module on each server`, {
        suggestions: [
          "name one server, or leave out the number to go back to the revision before the last one",
        ],
      });
    }
    const withReload = flags.reload ? " --reload" : "";
    return this.change(
      selection,
      flags,
      (server) => ({
        what: asked === undefined ? "roll back" : `roll back to revision ${asked}`,
        plan: (files, cutOff) => planRollback(files, server, asked, cutOff),
        conclude: ({ plan, revision, loaded }) => [
          ...(revision === undefined
            ? []
            : [`rolled back as revision ${revision.revision}, SHA-1 ${plan.module?.sha1 ?? ""}`]),
          ...(loaded === undefined ? [] : ["the game has loaded it"]),
          ...(revision === undefined ? [] : [`to undo, run: prox rollback ${server.name}${withReload}`]),
        ],
      }),
      (servers) => sameCommand("rollback", raw, Rollback.flags, servers),
    );
  }
}
