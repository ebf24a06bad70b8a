/** The help of oclif, which also explains error codes: `prox help E_LOCKED`. */
import { format } from "node:util";

import { Errors, Help } from "@oclif/core";

import { writeStyledLine } from "./output.ts";

/** Named in package.json (`oclif.helpClass`); oclif loads it for `prox help` and `--help`. */
export default class ProxHelp extends Help {
  override async showHelp(argv: string[]): Promise<void> {
    const [subject = ""] = argv;
    if (!/^e_/i.test(subject)) return super.showHelp(argv);
    // The catalogue is loaded only when the user asks for a code.
    const { UNKNOWN_CODE, explainError, findError } = await import("../errors/explain.ts");
    const found = findError(subject);
    if (found === undefined) throw new Errors.CLIError(`unknown error code: ${subject}. ${UNKNOWN_CODE}`);
    this.log(explainError(found));
  }

  /** Help is all prox's own, and so are its styles. */
  protected override log(...texts: string[]): void {
    for (const line of format(...texts).split("\n")) writeStyledLine(process.stdout, line);
  }
}
