/** What the commands of models share. */
import { Flags } from "@oclif/core";

import type { Sql } from "../db/driver/connect.ts";
import { MODEL_KINDS } from "../models/kinds.ts";
import { resolveFilters, type FilterRequest } from "../reports/filter-request.ts";
import type { Filters } from "../reports/filters.ts";
import { databaseFlag } from "./database-flag.ts";
import { filterFlags } from "./filter-flags.ts";

const { bots, map, session, since, tag, until } = filterFlags;

/** Which kind of model. */
export const kindFlag = Flags.option({ options: MODEL_KINDS })({
  summary: "who wins a round, at any moment of it, or who wins a fight, at its first hit",
  default: "round",
});

/** Which rounds a model learns from, and with which chance numbers. */
export const LESSON_FLAGS = {
  ...databaseFlag,
  kind: kindFlag,
  seed: Flags.integer({
    summary: "seed of folds and intervals: the same data and seed give the same",
    default: 1,
    min: 0,
    max: 1_000_000,
  }),
  ...{ map, since, until, session, tag },
  bots: {
    ...bots,
    summary: "take rounds of bots too; by default at most a quarter of a round's players may be bots",
  },
};

/** The rounds that the flags choose. */
export async function lessonFilters(sql: Sql, flags: FilterRequest): Promise<Filters> {
  const { bots: hasBots, map: onMap, session: inSession, since: from, tag: withTag, until: to } = flags;
  const request = { bots: hasBots, map: onMap, session: inSession, since: from, tag: withTag, until: to };
  return (await resolveFilters(sql, request)).filters;
}
