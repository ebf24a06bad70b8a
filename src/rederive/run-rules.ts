/** Applies the rules to what is stored of a round: the same code that ran on the server, in Node. */
import { createBaitRule } from "../rules/bait.ts";
import { createCrossfireRule } from "../rules/crossfire.ts";
import { createEngagementRule } from "../rules/engagement.ts";
import type { Hit } from "../rules/facts.ts";
import type { Engagement } from "../rules/fight.ts";
import { createHeatmap, type HeatmapCell } from "../rules/heatmap.ts";
import { createTradeRule } from "../rules/trade.ts";
import type { Attacker, EventFact, Place, RoundFacts } from "./facts.ts";
import { baitRow, crossfireRow, engagementRows, tradeRow, type RuleRow } from "./rule-rows.ts";
import { frameLength, Ticks } from "./ticks.ts";

/** What all rules find in a round. */
export interface RuleResults {
  /** Rows of the engagements file, in its order. */
  readonly rows: readonly RuleRow[];
  readonly cells: readonly Readonly<HeatmapCell>[];
}

function hitOf(fact: EventFact, attacker: Attacker, place: Place): Hit {
  return {
    timeMs: fact.timeMs,
    attacker: attacker.slot,
    target: fact.target,
    attackerTeam: attacker.team,
    targetTeam: fact.targetTeam,
    isAttackerUp: attacker.isUp,
    damage: fact.damage,
    attackerX: attacker.place.x,
    attackerY: attacker.place.y,
    attackerZ: attacker.place.z,
    targetX: place.x,
    targetY: place.y,
    targetZ: place.z,
  };
}

/**
 * Runs all rules over the facts of a round. What a rule misses where facts are missing is for {@link missingFacts} to say: it
 * finds nothing then, or too little.
 */
export function runRules(facts: RoundFacts): RuleResults {
  const { beganMs, endMs, events, settings, tracks } = facts;
  const rows: { row: RuleRow; fight?: Readonly<Engagement> | undefined }[] = [];
  const engagement = createEngagementRule(settings.engagement, (fight, end) => {
    for (const row of engagementRows(fight, end)) rows.push({ row });
  });
  const add = (row: RuleRow, enemy: number): void => {
    rows.push({ row, fight: engagement.fightOf(enemy) });
  };
  const crossfire = createCrossfireRule(settings.crossfire, (found) => {
    add(crossfireRow(found), found.enemy);
  });
  const bait = createBaitRule(settings.bait, (found) => {
    add(baitRow(found), found.enemy);
  });
  const trade = createTradeRule(settings.trade, (found) => {
    add(tradeRow(found), found.enemy);
  });
  const heatmap = createHeatmap(settings.heatmapCellUnits);

  const places: (Place | undefined)[] = [];
  const isAlive: boolean[] = [];
  tracks.rewind();
  const times = [beganMs, ...events.map(({ timeMs }) => timeMs), ...tracks.sampleTimes()];
  const ticks = new Ticks(beganMs, frameLength(times), settings.sampleMs);
  const goTo = (timeMs: number, isThrough: boolean): void => {
    for (const tickMs of ticks.until(timeMs, isThrough)) {
      tracks.moveAll(tickMs, places, isAlive);
      engagement.onTick(tickMs);
    }
  };

  for (const fact of events) {
    const { attacker, event, place, target, timeMs } = fact;
    // Hits and kills come between two frames; the rest shows at the beginning of one.
    goTo(timeMs, event === "hit" || event === "kill");
    if (place !== undefined) places[target] = place;
    if (attacker !== undefined) places[attacker.slot] = attacker.place;
    const attack =
      attacker !== undefined && place !== undefined && fact.isByEnemy
        ? hitOf(fact, attacker, place)
        : undefined;
    if (event === "hit") {
      if (attack === undefined || attack.damage <= 0) continue;
      engagement.onHit(attack);
      crossfire.onHit(attack);
      bait.onHit(attack, places);
    } else if (event === "kill") {
      isAlive[target] = false;
      if (attack !== undefined) {
        engagement.onKill(attack);
        trade.onKill(attack);
        heatmap.onKill(attack);
      }
      engagement.onDown(target, timeMs);
      crossfire.onOut(target);
      bait.onDown(target);
    } else if (event === "leave") {
      isAlive[target] = false;
      engagement.onLeave(target, timeMs);
      crossfire.onOut(target);
      bait.onOut(target);
      trade.onLeave(target);
    } else if (event === "spawn") {
      isAlive[target] = true;
      engagement.onSpawn(target, timeMs);
      crossfire.onOut(target);
      bait.onOut(target);
    } else {
      isAlive[target] = true;
    }
  }
  if (endMs !== undefined) {
    goTo(endMs, true);
    engagement.onRoundEnd(endMs);
  }
  return {
    rows: rows.map(({ fight, row }) =>
      fight === undefined ? row : { ...row, engagement: engagement.finalNumberOf(fight) },
    ),
    cells: heatmap.cells,
  };
}
