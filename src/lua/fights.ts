/** Feeds the rules with facts and writes what they find: the engagements file and the heatmap. */
import { BAIT_VERSION, createBaitRule } from "../rules/bait.ts";
import type { Bait } from "../rules/bait.ts";
import { createCrossfireRule, CROSSFIRE_VERSION } from "../rules/crossfire.ts";
import type { Crossfire } from "../rules/crossfire.ts";
import { createEngagementRule, ENGAGEMENT_VERSION } from "../rules/engagement.ts";
import type { EngagementEnd } from "../rules/engagement.ts";
import type { Hit, Kill } from "../rules/facts.ts";
import type { Engagement } from "../rules/fight.ts";
import { createHeatmap } from "../rules/heatmap.ts";
import type { HeatmapCounts } from "../rules/heatmap.ts";
import { createTradeRule, TRADE_VERSION } from "../rules/trade.ts";
import type { Trade } from "../rules/trade.ts";
import { guard, isOn } from "./captures.ts";
import { clock } from "./clock.ts";
import { config } from "./configuration.ts";
import { players } from "./players.ts";
import { markHeatmapChanged, OPEN_NUMBER, releaseFightRows, writeFightRow } from "./recorder.ts";
import { formatRow, NO_NUMBER, orNull, rowFormat } from "./rows.ts";

const ENGAGEMENT_ROW = rowFormat("engagements", { record: "engagement" });
const PARTICIPANT_ROW = rowFormat("engagements", { record: "participant" });
const CROSSFIRE_ROW = rowFormat("engagements", { record: "crossfire" });
const BAIT_ROW = rowFormat("engagements", { record: "bait" });
const TRADE_ROW = rowFormat("engagements", { record: "trade" });

/**
 * Writes a row with an open number: that of the fight that an enemy is in, once no merge can change it any more, or that it has when
 * the row must not wait any longer.
 */
function writeInFight(enemy: number, row: string): void {
  const fight = engagement.fightOf(enemy);
  writeFightRow(row, (isDue) => {
    if (fight === undefined || !isOn("engagement")) return NO_NUMBER;
    const number = engagement.finalNumberOf(fight);
    if (number === undefined && !isDue) return undefined;
    return orNull(number ?? engagement.numberOf(fight), 0);
  });
}

function writeEngagement(engagement: Readonly<Engagement>, end: Readonly<EngagementEnd>): void {
  const team = engagement.attackerTeam;
  let given = 0;
  let received = 0;
  let hits = 0;
  let kills = 0;
  let deaths = 0;
  for (const participant of engagement.participants) {
    if (participant.team === team) {
      given += participant.damageGiven;
      received += participant.damageReceived;
      hits += participant.hitsGiven;
      kills += participant.kills;
      deaths += participant.deaths;
    }
  }
  writeFightRow(
    formatRow(
      ENGAGEMENT_ROW,
      end.timeMs,
      engagement.number,
      engagement.startMs,
      team,
      engagement.attackers,
      engagement.defenders,
      end.outcome,
      orNull(end.winnerTeam, 0),
      engagement.opener,
      engagement.firstTarget,
      given,
      received,
      hits,
      kills,
      deaths,
      engagement.distance,
      orNull(end.distance, 1),
      engagement.x,
      engagement.y,
      engagement.z,
      ENGAGEMENT_VERSION,
    ),
  );
  for (const participant of engagement.participants) {
    writeFightRow(
      formatRow(
        PARTICIPANT_ROW,
        end.timeMs,
        engagement.number,
        participant.joinedMs,
        participant.team,
        participant.team === team ? "attackers" : "defenders",
        participant.slot,
        participant.damageGiven,
        participant.damageReceived,
        participant.hitsGiven,
        participant.kills,
        participant.deaths,
        ENGAGEMENT_VERSION,
      ),
    );
  }
}

function writeCrossfire(found: Readonly<Crossfire>): void {
  writeInFight(
    found.enemy,
    formatRow(
      CROSSFIRE_ROW,
      found.timeMs,
      OPEN_NUMBER,
      found.startMs,
      found.team,
      found.slot,
      found.partner,
      found.enemy,
      found.damage,
      found.hits,
      found.distance,
      found.partnerDistance,
      found.angleDeg,
      found.x,
      found.y,
      found.z,
      CROSSFIRE_VERSION,
    ),
  );
}

function writeBait(found: Readonly<Bait>): void {
  writeInFight(
    found.enemy,
    formatRow(
      BAIT_ROW,
      found.timeMs,
      OPEN_NUMBER,
      found.startMs,
      found.team,
      found.slot,
      found.partner,
      found.enemy,
      found.damageGiven,
      found.damageReceived,
      found.distance,
      found.endDistance,
      found.partnerDistance,
      found.retreatUnits,
      found.x,
      found.y,
      found.z,
      BAIT_VERSION,
    ),
  );
}

function writeTrade(found: Readonly<Trade>): void {
  writeInFight(
    found.enemy,
    formatRow(
      TRADE_ROW,
      found.timeMs,
      OPEN_NUMBER,
      found.startMs,
      found.team,
      found.slot,
      found.partner,
      found.enemy,
      found.distance,
      found.partnerDistance,
      found.x,
      found.y,
      found.z,
      TRADE_VERSION,
    ),
  );
}

let engagement = createEngagementRule({ silenceMs: 0, graceMs: 0 }, writeEngagement);
let crossfire = createCrossfireRule({ windowMs: 0, angleDeg: 0 }, writeCrossfire);
let bait = createBaitRule({ windowMs: 0, retreatUnits: 0, rangeUnits: 0 }, writeBait);
let trade = createTradeRule({ windowMs: 0 }, writeTrade);
let heatmap = createHeatmap(1);

/** Engagements that have a number. */
export function countEngagements(): number {
  return engagement.count();
}

/**
 * Resets all state, with the thresholds in effect, after so many engagements of the same round; returns the heatmap that the round
 * will fill.
 */
export function resetFights(engagements: number): HeatmapCounts {
  engagement = createEngagementRule(
    { silenceMs: config.engagementSilenceMs, graceMs: config.engagementGraceMs },
    writeEngagement,
    engagements,
  );
  crossfire = createCrossfireRule(
    { windowMs: config.crossfireWindowMs, angleDeg: config.crossfireAngleDeg },
    writeCrossfire,
  );
  bait = createBaitRule(
    {
      windowMs: config.baitWindowMs,
      retreatUnits: config.baitRetreatUnits,
      rangeUnits: config.baitRangeUnits,
    },
    writeBait,
  );
  trade = createTradeRule({ windowMs: config.tradeWindowMs }, writeTrade);
  heatmap = createHeatmap(config.heatmapCellUnits);
  return heatmap;
}

/** A living player was hit by an enemy. */
export function applyHit(hit: Readonly<Hit>): void {
  guard("engagement", engagement.onHit, hit);
  guard("crossfire", crossfire.onHit, hit);
  guard("bait", bait.onHit, hit, players);
}

function countKill(kill: Readonly<Kill>): void {
  heatmap.onKill(kill);
  markHeatmapChanged();
}

/** A player was downed by an enemy; {@link applyDown} follows. */
export function applyKill(kill: Readonly<Kill>): void {
  guard("engagement", engagement.onKill, kill);
  guard("trade", trade.onKill, kill);
  guard("heatmap", countKill, kill);
}

/** A player was downed, by anybody or anything. */
export function applyDown(slot: number): void {
  guard("engagement", engagement.onDown, slot, clock.roundMs);
  guard("crossfire", crossfire.onOut, slot);
  guard("bait", bait.onDown, slot);
}

/** A player left their team or the server. */
export function applyLeave(slot: number): void {
  guard("engagement", engagement.onLeave, slot, clock.roundMs);
  guard("crossfire", crossfire.onOut, slot);
  guard("bait", bait.onOut, slot);
  guard("trade", trade.onLeave, slot);
}

/** A player came into the world with a new life. */
export function applySpawn(slot: number): void {
  guard("engagement", engagement.onSpawn, slot, clock.roundMs);
  guard("crossfire", crossfire.onOut, slot);
  guard("bait", bait.onOut, slot);
}

/** Time went on: ends engagements that are over. */
export function endSilentFights(): void {
  guard("engagement", engagement.onTick, clock.roundMs);
  releaseFightRows(false);
}

/** The round is over: ends all engagements. */
export function endAllFights(): void {
  guard("engagement", engagement.onRoundEnd, clock.roundMs);
  releaseFightRows(false);
}
