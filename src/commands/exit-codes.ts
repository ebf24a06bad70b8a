import { BaseCommand } from "../cli/base-command.ts";
import { EXIT_CODES, EXIT_CODE_DESCRIPTIONS, type ExitName } from "../errors/exit-codes.ts";

const names = Object.keys(EXIT_CODES) as ExitName[];
const table = names
  .map(
    (name) => `${String(EXIT_CODES[name]).padStart(3)}  ${name.padEnd(12)}  ${EXIT_CODE_DESCRIPTIONS[name]}`,
  )
  .join("\n");

export default class ExitCodes extends BaseCommand {
  static override summary = "list the exit codes of all commands";
  static override description = table;
  static override examples = [
    "<%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> --json",
  ];

  async run(): Promise<object> {
    await this.parse(ExitCodes);
    this.say(table.split("\n"));
    return {
      exitCodes: names.map((name) => ({
        code: EXIT_CODES[name],
        name,
        description: EXIT_CODE_DESCRIPTIONS[name],
      })),
    };
  }
}
