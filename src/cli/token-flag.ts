/** The flag of commands that sign in to Discord. */
import { Flags } from "@oclif/core";

/** Flag `--token-file`. */
export const TOKEN_FLAG = {
  "token-file": Flags.string({
    summary: "file with the token of the bot, readable by you alone",
    helpValue: "FILE",
  }),
};
