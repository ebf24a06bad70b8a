/** What rounds of other trackers say of our captures. */
import { CAPTURES } from "../../format/file.ts";
import type { ForeignRound } from "./foreign-round.ts";

/** The captures of a format that can record none of what ours does. */
export const ALL_UNAVAILABLE: ForeignRound["captures"] = new Map(
  CAPTURES.map((capture) => [capture, "unavailable"] as const),
);
