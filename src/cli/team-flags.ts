/** What the reports on teams share: the filters that they refuse, and whether maps are told apart. */
import { Flags } from "@oclif/core";

import type { RefusedFilters } from "./filter-flags.ts";

const OF_MEMBERS = {
  reason: "a team is all who were on the side of the clan",
  instead: "`prox report situations`, `synergy` and `leaders` take it, with --clan",
};
const OF_WHOLE_ROUNDS = {
  reason: "a team is told of in whole rounds, and all that it did in them",
  instead: "`prox report situations --clan` takes it",
};

/** Filters that mean nothing for a team. */
export const REFUSED_OF_TEAMS: RefusedFilters = {
  player: OF_MEMBERS,
  clan: OF_MEMBERS,
  class: OF_MEMBERS,
  weapon: OF_WHOLE_ROUNDS,
  means: OF_WHOLE_ROUNDS,
  phase: OF_WHOLE_ROUNDS,
  engagement: OF_WHOLE_ROUNDS,
};

const OF_BOTH = {
  reason: "the two clans are on different sides; attack and defence are told apart anyway",
  instead: "leave it out; `prox report team --side` shows one clan",
};

/** Filters that mean nothing for two teams. */
export const REFUSED_OF_MATCHUPS: RefusedFilters = { ...REFUSED_OF_TEAMS, side: OF_BOTH, team: OF_BOTH };

/** Whether each map is told of by itself. */
export const byMapFlag = Flags.option({ options: ["map"] as const })({
  summary: "tell each map by itself",
});
