import { Args } from "@oclif/core";

import { BaseCommand } from "../cli/base-command.ts";
import { ProxError } from "../errors.ts";
import { ERROR_LIST, UNKNOWN_CODE, errorTable, explainError, findError } from "../errors/explain.ts";
import { safeText } from "../names.ts";

const table = errorTable();

export default class ErrorCodes extends BaseCommand {
  static override summary = "list the error codes: what each means and what to do";
  static override description = `With a code, it also says what to do; so does \`prox help\` with a code.\n\n${table}`;
  static override examples = [
    "<%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> E_LOCKED",
    "<%= config.bin %> <%= command.id %> --json",
  ];
  static override args = { code: Args.string({ description: "one code, such as E_LOCKED" }) };

  async run(): Promise<object> {
    const { args } = await this.parse(ErrorCodes);
    if (args.code === undefined) {
      this.say(table.split("\n"));
      return { errors: ERROR_LIST };
    }
    const found = findError(args.code);
    if (found === undefined) {
      throw new ProxError("E_USAGE", `unknown error code: ${safeText(args.code)}`, {
        suggestions: [UNKNOWN_CODE],
      });
    }
    this.say(explainError(found).split("\n"));
    return { errors: [found] };
  }
}
