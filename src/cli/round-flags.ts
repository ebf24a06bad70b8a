/** Which rounds `prox round` works on: keys, and the filters of reports. */
import { Args, Flags } from "@oclif/core";

import { counted } from "../counts.ts";
import { ProxError } from "../errors.ts";
import type { ChosenRound } from "../care/rounds.ts";
import type { FilterRequest } from "../reports/filter-request.ts";
import { databaseFlag } from "./database-flag.ts";
import { filterFlags, readFilterFlags } from "./filter-flags.ts";

/** The argument of these commands; more keys follow it. */
export const ROUND_ARGS = {
  key: Args.string({ description: "keys of rounds, the starts of keys, or latest" }),
};

const { map, player, since, until, weapon } = filterFlags;

/** Flags that choose rounds that are left out, which belong to no session, and that of a change that can be tried first. */
export const EXCLUDED_ROUND_FLAGS = {
  ...databaseFlag,
  map,
  since,
  until,
  player,
  weapon,
  "dry-run": Flags.boolean({ summary: "say what would change, change nothing" }),
};

/** {@link EXCLUDED_ROUND_FLAGS}, and those of sessions. */
export const ROUND_FLAGS = { ...EXCLUDED_ROUND_FLAGS, session: filterFlags.session, tag: filterFlags.tag };

/** The request for the rounds that are meant. Throws `E_USAGE` where neither a key nor a filter chooses any. */
export function readRoundChoice(keys: readonly string[], flags: FilterRequest): FilterRequest {
  const request = { ...readFilterFlags(flags), round: keys };
  const isChosen = Object.values(request).some((value) =>
    Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false,
  );
  if (isChosen) return request;
  throw new ProxError("E_USAGE", "which rounds?", {
    suggestions: ["name keys, or choose rounds with --map, --since, --until, --session or --player"],
  });
}

/** Rounds in a few words, and the first of them a line each. */
export function describeRounds(rounds: readonly ChosenRound[]): { words: string; lines: string[] } {
  const shown = rounds.slice(0, 10);
  return {
    words: counted(rounds.length, "round"),
    lines: [
      ...shown.map(
        ({ excludedReason, map, roundKey }) =>
          `  ${roundKey} (${map})${excludedReason === null ? "" : `, left out: ${excludedReason}`}`,
      ),
      ...(rounds.length > shown.length ? [`  and ${rounds.length - shown.length} more`] : []),
    ],
  };
}
