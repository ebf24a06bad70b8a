/** What a model says, in words that all who show it share. */
import { TEAM_NAMES } from "../engine/players.ts";
import { nameInWords } from "../reports/describe.ts";
import type { ModelInShort, MomentEvent } from "./predict.ts";

/** What happened in a moment, on one line. Several spawns of a team in one frame are a wave. */
export function describeMoment(events: readonly MomentEvent[]): string {
  const spawns = [1, 2].flatMap((team) => {
    const count = events.filter((event) => event.event === "spawn" && event.team === team).length;
    return count === 0 ? [] : [`${count} of ${TEAM_NAMES[team] ?? ""} came in`];
  });
  const deeds = events.flatMap(({ by, byIsBot, event, team, who, whoIsBot }) => {
    const name = who === null ? "somebody" : nameInWords(who, whoIsBot);
    const doer = by === null ? undefined : nameInWords(by, byIsBot);
    switch (event) {
      case "kill":
        return [doer === undefined || by === who ? `${name} fell` : `${doer} downed ${name}`];
      case "revive":
        return [`${doer ?? "somebody"} revived ${name}`];
      case "objective":
        return [`${who === null ? (TEAM_NAMES[team ?? 0] ?? "") : name} did an objective`];
      case "gib":
      case "tapout":
        return [`${name} went to limbo`];
      case "leave":
        return [`${name} left`];
      default:
        return [];
    }
  });
  return [...new Set([...deeds, ...spawns])].join("; ");
}

/** What is to be known of a model beside what it says. */
export function describeModel({ bots, isProved, modelId, rounds }: ModelInShort): string[] {
  return [
    `model ${modelId}, of ${rounds} rounds`,
    ...(isProved
      ? []
      : ["it was not better than the base rate on matches that it did not see: take this for a drawing"]),
    ...(bots ? ["it learnt from rounds of bots"] : []),
  ];
}
