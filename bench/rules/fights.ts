/**
 * What the engagement rule makes of rounds, beside the rule of versions 1 to 4, from their combat files.
 *
 * `npx tsx bench/rules/fights.ts FOLDER…` takes folders of round files, such as `prox simulate --out` writes, and prints a
 * Markdown table: a line for each round and rule. `downs` are those by enemies.
 */
import { readdirSync } from "node:fs";
import path from "node:path";

import { NUMBER_SETTINGS } from "../../src/lua/settings.ts";
import { createEngagementRule } from "../../src/rules/engagement.ts";
import type { Engagement } from "../../src/rules/fight.ts";
import { chainedFights } from "./chained-fights.ts";
import { factsOfCombatFile, type RoundFact } from "./facts.ts";
import { measureFights, type FoundFight, type FoundFights } from "./measure.ts";

const settingDefault = (key: string): number =>
  NUMBER_SETTINGS.find((setting) => setting.key === key)?.default ?? NaN;
const THRESHOLDS = {
  silenceMs: settingDefault("engagementSilenceMs"),
  graceMs: settingDefault("engagementGraceMs"),
};

/** The fights that the rule of this prox finds. */
function presentFights(facts: readonly RoundFact[]): FoundFights {
  const fights: FoundFight[] = [];
  const ofKills: (Readonly<Engagement> | undefined)[] = [];
  const rule = createEngagementRule(THRESHOLDS, ({ number, participants, startMs }, { timeMs }) => {
    const damage: [number, number] = [0, 0];
    for (const { damageGiven, team } of participants) damage[team === 1 ? 0 : 1] += damageGiven;
    fights.push({ number, startMs, endMs: timeMs, people: participants.length, damage });
  });
  for (const fact of facts) {
    if (fact.kind === "hit") rule.onHit(fact.attack);
    else if (fact.kind === "kill") {
      ofKills.push(rule.fightOf(fact.attack.target));
      rule.onKill(fact.attack);
    } else if (fact.kind === "down") rule.onDown(fact.slot, fact.timeMs);
    else if (fact.kind === "leave") rule.onLeave(fact.slot, fact.timeMs);
    else if (fact.kind === "spawn") rule.onSpawn(fact.slot, fact.timeMs);
  }
  rule.onRoundEnd(facts.at(-1)?.timeMs ?? 0);
  return {
    fights,
    fightOfKill: ofKills.map((fight) => (fight === undefined ? undefined : rule.finalNumberOf(fight))),
  };
}

const RULES = { "version 4": chainedFights, "this version": presentFights };
const HEAD = [
  "round",
  "rule",
  "fights",
  "longest s",
  "% of downs in fights > 60 s",
  "% of downs in one fight, most",
  "% of trades in one fight",
  "trades",
  "people, median",
  "one side did no damage",
];

const files = process.argv.slice(2).flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /_combat\.txt(\.part)?$/.test(name))
    .map((name) => path.join(folder, name)),
);
console.log(`| ${HEAD.join(" | ")} |\n|${HEAD.map((_, index) => (index < 2 ? "---" : "--:")).join("|")}|`);
for (const file of files) {
  const facts = factsOfCombatFile(file);
  for (const [name, find] of Object.entries(RULES)) {
    const found = measureFights(facts, find(facts));
    const cells = [
      found.fights,
      found.longestS.toFixed(0),
      found.inLong.toFixed(0),
      found.mostInOne.toFixed(0),
      found.tradesKept.toFixed(0),
      found.trades,
      found.medianPeople,
      found.oneSided,
    ];
    console.log(`| ${[path.basename(file).replace(/_combat.*$/, ""), name, ...cells].join(" | ")} |`);
  }
}
