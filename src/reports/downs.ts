/** Who downed whom in a fight, in words. */
import { counted } from "../counts.ts";
import type { EngagementEvent } from "./queries/engagements.ts";

/** `28 downs (24 by enemies, 2 by team mates, 2 by themselves or the world)`; what is all by enemies says no more. */
export function describeDowns(events: readonly Pick<EngagementEvent, "event" | "relation">[]): string {
  const kills = events.filter(({ event }) => event === "kill");
  const of = (...relations: (string | null)[]): number =>
    kills.filter(({ relation }) => relations.includes(relation)).length;
  const parts = [
    [of("enemy"), "by enemies"],
    [of("team"), "by team mates"],
    [of("self", "world", null), "by themselves or the world"],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
  const all = counted(kills.length, "down");
  return told.length === 0 || of("enemy") === kills.length ? all : `${all} (${told.join(", ")})`;
}
