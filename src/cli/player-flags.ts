/** What the commands below `prox player` share. */
import { Args, Flags } from "@oclif/core";

import { databaseFlag } from "./database-flag.ts";

/** The argument that names a person. */
export const whoArg = Args.string({
  description: "the person: any name they ever used, or a GUID",
  required: true,
});

/** Flags of those that write into the ledger. */
export const PLAYER_FLAGS = {
  ...databaseFlag,
  reason: Flags.string({ summary: "why, for those who look later", helpValue: "TEXT", default: "" }),
};
