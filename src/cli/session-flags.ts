/** What the commands below `prox session` share. */
import { Args, Flags } from "@oclif/core";

import { databaseFlag } from "./database-flag.ts";

/** The argument that names a session. */
export const sessionArg = Args.string({
  description: "the session: its name, a day, an id from `prox report sessions`, or latest",
  required: true,
});

/** Flags of all of them. */
export const SESSION_FLAGS = {
  ...databaseFlag,
  reason: Flags.string({ summary: "why, for those who look later", helpValue: "TEXT", default: "" }),
};
