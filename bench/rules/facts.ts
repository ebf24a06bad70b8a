/** The facts of a round as the engagement rule takes them, read from its combat file. */
import { readFileSync } from "node:fs";

import type { Hit } from "../../src/rules/facts.ts";

/** One fact, in the order of the file. `attack` belongs to hits and kills, `slot` to the others. */
export type RoundFact =
  | { readonly kind: "hit" | "kill"; readonly timeMs: number; readonly attack: Hit }
  | { readonly kind: "down" | "leave" | "revive" | "spawn"; readonly timeMs: number; readonly slot: number };

/** The facts of a combat file; damage and kills within a team are none. */
export function factsOfCombatFile(file: string): RoundFact[] {
  const facts: RoundFact[] = [];
  const teams: number[] = [];
  let columns: string[] = [];
  for (const line of readFileSync(file, "latin1").split("\n")) {
    const fields = line.split("\t");
    if (fields[0] === "#columns") columns = fields.slice(1);
    if (fields[0] === "#player") teams[Number(fields[2])] = Number(fields[5]);
    if (line === "" || line.startsWith("#")) continue;
    const field = (name: string): string => fields[columns.indexOf(name)] ?? "";
    const numberOf = (name: string): number => Number(field(name));
    const event = field("event");
    const timeMs = numberOf("time_ms");
    const slot = numberOf("target_slot");
    if (event === "spawn" || event === "revive" || event === "leave")
      facts.push({ kind: event, timeMs, slot });
    if (event !== "hit" && event !== "kill") continue;
    const isByEnemy = field("relation") === "enemy" && field("target_is_wounded") !== "1";
    if (isByEnemy && (event === "kill" || numberOf("damage_effective") > 0)) {
      const attacker = numberOf("attacker_slot");
      const attack: Hit = {
        timeMs,
        attacker,
        target: slot,
        attackerTeam: teams[attacker] ?? 0,
        targetTeam: teams[slot] ?? 0,
        isAttackerUp: numberOf("attacker_health") > 0,
        damage: event === "hit" ? numberOf("damage_effective") : 0,
        attackerX: numberOf("attacker_x"),
        attackerY: numberOf("attacker_y"),
        attackerZ: numberOf("attacker_z"),
        targetX: numberOf("target_x"),
        targetY: numberOf("target_y"),
        targetZ: numberOf("target_z"),
      };
      facts.push({ kind: event, timeMs, attack });
    }
    if (event === "kill") facts.push({ kind: "down", timeMs, slot });
  }
  return facts;
}
