/**
 * Plays a list of facts through all rules and returns what they report. Pure: the tests run it in Node and, compiled by
 * TypeScriptToLua, in Lua.
 */
import { createBaitRule } from "../../src/rules/bait.ts";
import { createCrossfireRule } from "../../src/rules/crossfire.ts";
import { createEngagementRule } from "../../src/rules/engagement.ts";
import { SLOTS } from "../../src/format/column.ts";
import { createHeatmap } from "../../src/rules/heatmap.ts";
import { createTradeRule } from "../../src/rules/trade.ts";

/** One fact. Slots below 8 begin as Axis, the others as Allies; `change` is to the other team. Positions hold until the next `at` of the slot. */
export interface Fact {
  kind: "at" | "hit" | "kill" | "down" | "leave" | "change" | "spawn" | "revive" | "tick" | "end";
  timeMs: number;
  slot: number;
  /** Of hit and kill. */
  target: number;
  damage: number;
  /** Of a hit: the attacker is down already. */
  isLate: boolean;
  x: number;
  y: number;
  z: number;
}

/** What a rule reported: its values in a fixed order. -1 stands for nothing. */
export interface Report {
  kind: string;
  values: number[];
}

/** The thresholds of all tests: round numbers, so that a test can miss them by one. */
export const THRESHOLDS = {
  silenceMs: 5000,
  graceMs: 3000,
  crossfireWindowMs: 2000,
  crossfireAngleDeg: 45,
  baitWindowMs: 3000,
  baitRetreatUnits: 100,
  baitRangeUnits: 1500,
  tradeWindowMs: 3000,
  cellUnits: 256,
};

const OUTCOMES = ["death", "escape", "silence", "round_end"];

export function play(facts: readonly Fact[]): Report[] {
  const reports: Report[] = [];
  const positions: { x: number; y: number; z: number }[] = [];
  for (let slot = 0; slot < SLOTS; slot++) positions[slot] = { x: 0, y: 0, z: 0 };
  const teams: number[] = [];
  for (let slot = 0; slot < SLOTS; slot++) teams[slot] = slot < 8 ? 1 : 2;
  const engagement = createEngagementRule(THRESHOLDS, (found, end) => {
    const values = [
      end.timeMs,
      found.number,
      found.startMs,
      found.attackerTeam,
      found.opener,
      found.firstTarget,
      found.distance,
      OUTCOMES.indexOf(end.outcome),
      end.winnerTeam ?? -1,
      end.distance,
    ];
    for (const participant of found.participants) {
      values.push(
        participant.slot,
        participant.joinedMs,
        participant.damageGiven,
        participant.damageReceived,
      );
      values.push(participant.hitsGiven, participant.kills, participant.deaths);
    }
    reports.push({ kind: "engagement", values });
    reports.push({ kind: "label", values: [found.number, found.attackers, found.defenders] });
  });
  const crossfire = createCrossfireRule(
    { windowMs: THRESHOLDS.crossfireWindowMs, angleDeg: THRESHOLDS.crossfireAngleDeg },
    (found) => {
      const { startMs, timeMs, slot, partner, enemy, damage, hits, angleDeg } = found;
      const values = [startMs, timeMs, slot, partner, enemy, damage, hits, angleDeg];
      values.push(found.distance, found.partnerDistance);
      reports.push({ kind: "crossfire", values });
    },
  );
  const bait = createBaitRule(
    {
      windowMs: THRESHOLDS.baitWindowMs,
      retreatUnits: THRESHOLDS.baitRetreatUnits,
      rangeUnits: THRESHOLDS.baitRangeUnits,
    },
    (found) => {
      const { startMs, timeMs, slot, partner, enemy, damageGiven, damageReceived } = found;
      const values = [startMs, timeMs, slot, partner, enemy, damageGiven, damageReceived];
      values.push(found.retreatUnits, found.distance, found.endDistance, found.partnerDistance);
      reports.push({ kind: "bait", values });
    },
  );
  const trade = createTradeRule({ windowMs: THRESHOLDS.tradeWindowMs }, (found) => {
    const { startMs, timeMs, slot, partner, enemy, distance, partnerDistance } = found;
    reports.push({
      kind: "trade",
      values: [startMs, timeMs, slot, partner, enemy, distance, partnerDistance],
    });
  });
  const heatmap = createHeatmap(THRESHOLDS.cellUnits);

  for (const fact of facts) {
    const { timeMs, slot, target } = fact;
    if (fact.kind === "at") {
      positions[slot] = { x: fact.x, y: fact.y, z: fact.z };
    } else if (fact.kind === "hit" || fact.kind === "kill") {
      const both = {
        timeMs,
        attacker: slot,
        target,
        attackerTeam: teams[slot] ?? 0,
        targetTeam: teams[target] ?? 0,
        isAttackerUp: !fact.isLate,
        damage: fact.damage,
        attackerX: positions[slot]?.x ?? 0,
        attackerY: positions[slot]?.y ?? 0,
        attackerZ: positions[slot]?.z ?? 0,
        targetX: positions[target]?.x ?? 0,
        targetY: positions[target]?.y ?? 0,
        targetZ: positions[target]?.z ?? 0,
      };
      if (fact.kind === "hit") {
        engagement.onHit(both);
        crossfire.onHit(both);
        bait.onHit(both, positions);
      } else {
        engagement.onKill(both);
        trade.onKill(both);
        heatmap.onKill(both);
      }
    } else if (fact.kind === "tick") {
      engagement.onTick(timeMs);
    } else if (fact.kind === "end") {
      engagement.onRoundEnd(timeMs);
    } else if (fact.kind !== "revive") {
      if (fact.kind === "down") engagement.onDown(slot, timeMs);
      if (fact.kind === "change") teams[slot] = teams[slot] === 1 ? 2 : 1;
      if (fact.kind === "leave" || fact.kind === "change") {
        engagement.onLeave(slot, timeMs);
        trade.onLeave(slot);
      }
      if (fact.kind === "spawn") engagement.onSpawn(slot, timeMs);
      crossfire.onOut(slot);
      if (fact.kind === "down") bait.onDown(slot);
      else bait.onOut(slot);
    }
  }
  for (const cell of heatmap.cells) {
    reports.push({ kind: "cell", values: [cell.cellX, cell.cellY, cell.team, cell.kills, cell.deaths] });
  }
  return reports;
}
