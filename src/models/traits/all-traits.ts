/** The traits, in the order in which they are shown. */
import { HOLDS } from "./holds.ts";
import { ISOLATED } from "./isolated.ts";
import { MOVES } from "./moves.ts";
import { OBJECTIVE } from "./objective.ts";
import { OPENS } from "./opens.ts";
import { RANGE } from "./range.ts";
import { REVIVES } from "./revives.ts";
import { TRADES } from "./trades.ts";
import type { Trait } from "./trait.ts";

/** All of them. */
export const TRAITS: readonly Trait[] = [OPENS, TRADES, ISOLATED, HOLDS, MOVES, REVIVES, OBJECTIVE, RANGE];
