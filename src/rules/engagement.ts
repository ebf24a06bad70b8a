/**
 * Engagement: a fight between players of the two teams, from 1v1 to NvM.
 *
 * Exactly: damage to an enemy opens an engagement when neither of the two is in one. Whoever deals damage to a
 * participant or takes it from one joins; damage between participants of two engagements makes one of them, under the
 * number and the begin of the older. Damage by a player who is down counts where he was, but opens and joins nothing. A player is in one engagement at a time and leaves it with a new life. The
 * attackers are the team of the player whose damage opened it, the defenders the other team; `2v1` is two attackers
 * against one defender, everybody counted who took part at any time.
 *
 * It ends
 * - by death, when nobody of one side is left standing: the other side wins;
 * - by escape, when for the escape time nobody did damage and no two opponents are nearer than the escape
 *   distance, or when the last of a side left the server or the team;
 * - by silence, when for the silence time nobody did damage;
 * - with the round.
 */
import type { Hit, Kill, Positions } from "./facts.ts";
import { distanceBetween } from "./geometry.ts";

/** Raised when the definition changes. */
export const ENGAGEMENT_VERSION = 1;

export interface EngagementThresholds {
  /** Time without damage after which opponents who are far apart have escaped each other. */
  readonly escapeMs: number;
  /** Least distance between all opponents to have escaped. */
  readonly escapeUnits: number;
  /** Time without damage after which it is over in any case. */
  readonly silenceMs: number;
}

export interface Participant {
  slot: number;
  team: number;
  joinedMs: number;
  damageGiven: number;
  damageReceived: number;
  hitsGiven: number;
  kills: number;
  deaths: number;
  /** Whether he is still in the fight: alive, in this life. */
  isUp: boolean;
}

export interface Engagement {
  /** Numbers count up from 1 in a round; one that was merged into another is missing. */
  number: number;
  startMs: number;
  lastDamageMs: number;
  /** The team that opened it. */
  attackerTeam: number;
  /** Who opened it, and whom he hit. */
  opener: number;
  firstTarget: number;
  /** Between those two when it began. */
  distance: number;
  /** Where the one hit first was when it began. */
  x: number;
  y: number;
  z: number;
  /** In the order in which they joined. */
  participants: Participant[];
}

export type EngagementOutcome = "death" | "escape" | "silence" | "round_end";

/** How an engagement ended. */
export interface EngagementEnd {
  timeMs: number;
  outcome: EngagementOutcome;
  winnerTeam: number | undefined;
  /** Between opener and first target when it ended; undefined unless both are still in the fight. */
  distance: number | undefined;
}

/** @noSelf */
export interface EngagementRule {
  /** Number of the engagement that a player is in. */
  numberOf: (slot: number) => number | undefined;
  /** To be called for each hit. */
  onHit: (hit: Readonly<Hit>) => void;
  /** To be called for each kill of an enemy, before {@link EngagementRule.onDown}. */
  onKill: (kill: Readonly<Kill>) => void;
  /** The player was downed, by anybody or anything. */
  onDown: (slot: number, timeMs: number, positions: Positions) => void;
  /** The player left his team or the server. */
  onLeave: (slot: number, timeMs: number, positions: Positions) => void;
  /** The player came into the world with a new life. */
  onSpawn: (slot: number) => void;
  /** Time went on. */
  onTick: (timeMs: number, positions: Positions) => void;
  /** The round is over: ends all engagements. */
  onRoundEnd: (timeMs: number, positions: Positions) => void;
}

function findParticipant(engagement: Engagement, slot: number): Participant | undefined {
  for (const participant of engagement.participants) if (participant.slot === slot) return participant;
  return undefined;
}

/** Distance between two participants, undefined unless both are in the fight. */
function distanceOf(
  engagement: Engagement,
  first: number,
  second: number,
  at: Positions,
): number | undefined {
  const isUp =
    findParticipant(engagement, first)?.isUp === true && findParticipant(engagement, second)?.isUp === true;
  const from = at[first];
  const to = at[second];
  if (!isUp || from === undefined || to === undefined) return undefined;
  return distanceBetween(from.x, from.y, from.z, to.x, to.y, to.z);
}

/** Whether no two opponents who are in the fight are nearer to each other than `units`. */
function areApart(engagement: Engagement, units: number, at: Positions): boolean {
  for (const attacker of engagement.participants) {
    if (attacker.team !== engagement.attackerTeam) continue;
    for (const defender of engagement.participants) {
      if (defender.team === engagement.attackerTeam) continue;
      const distance = distanceOf(engagement, attacker.slot, defender.slot, at);
      if (distance !== undefined && distance < units) return false;
    }
  }
  return true;
}

export function createEngagementRule(
  thresholds: EngagementThresholds,
  report: (engagement: Readonly<Engagement>, end: Readonly<EngagementEnd>) => void,
): EngagementRule {
  const { escapeMs, escapeUnits, silenceMs } = thresholds;
  let last = 0;
  let open: Engagement[] = [];
  const engagementOf: (Engagement | undefined)[] = [];

  function finish(
    engagement: Engagement,
    timeMs: number,
    outcome: EngagementOutcome,
    winnerTeam: number | undefined,
    positions: Positions,
  ): void {
    const still: Engagement[] = [];
    for (const other of open) if (other !== engagement) still.push(other);
    open = still;
    for (const { slot } of engagement.participants) {
      if (engagementOf[slot] === engagement) engagementOf[slot] = undefined;
    }
    const distance = distanceOf(engagement, engagement.opener, engagement.firstTarget, positions);
    report(engagement, { timeMs, outcome, winnerTeam, distance });
  }

  function join(engagement: Engagement, slot: number, team: number, timeMs: number): Participant {
    let participant = findParticipant(engagement, slot);
    if (participant?.team !== team) {
      participant = {
        slot,
        team,
        joinedMs: timeMs,
        damageGiven: 0,
        damageReceived: 0,
        hitsGiven: 0,
        kills: 0,
        deaths: 0,
        isUp: true,
      };
      engagement.participants.push(participant);
    }
    participant.isUp = true;
    engagementOf[slot] = engagement;
    return participant;
  }

  /** Moves everybody of the younger engagement into the older. */
  function merge(older: Engagement, younger: Engagement): void {
    const still: Engagement[] = [];
    for (const other of open) if (other !== younger) still.push(other);
    open = still;
    if (younger.lastDamageMs > older.lastDamageMs) older.lastDamageMs = younger.lastDamageMs;
    for (const participant of younger.participants) {
      const isHere = engagementOf[participant.slot] === younger;
      if (isHere) engagementOf[participant.slot] = older;
      const known = findParticipant(older, participant.slot);
      if (known?.team === participant.team) {
        known.damageGiven += participant.damageGiven;
        known.damageReceived += participant.damageReceived;
        known.hitsGiven += participant.hitsGiven;
        known.kills += participant.kills;
        known.deaths += participant.deaths;
        if (isHere) known.isUp = participant.isUp;
      } else {
        older.participants.push(participant);
      }
    }
  }

  function engagementFor(hit: Readonly<Hit>): Engagement {
    const ofAttacker = engagementOf[hit.attacker];
    const ofTarget = engagementOf[hit.target];
    if (ofAttacker !== undefined && ofTarget !== undefined && ofAttacker !== ofTarget) {
      const isAttackersOlder = ofAttacker.number < ofTarget.number;
      const older = isAttackersOlder ? ofAttacker : ofTarget;
      merge(older, isAttackersOlder ? ofTarget : ofAttacker);
      return older;
    }
    const known = ofAttacker ?? ofTarget;
    if (known !== undefined) return known;
    last += 1;
    const engagement: Engagement = {
      number: last,
      startMs: hit.timeMs,
      lastDamageMs: hit.timeMs,
      attackerTeam: hit.attackerTeam,
      opener: hit.attacker,
      firstTarget: hit.target,
      distance: distanceBetween(
        hit.attackerX,
        hit.attackerY,
        hit.attackerZ,
        hit.targetX,
        hit.targetY,
        hit.targetZ,
      ),
      x: hit.targetX,
      y: hit.targetY,
      z: hit.targetZ,
      participants: [],
    };
    open.push(engagement);
    return engagement;
  }

  /** Damage by a player who is down: it counts in the engagement that he and the target are in, and opens none. */
  function noteLateHit(hit: Readonly<Hit>): void {
    const engagement = engagementOf[hit.target];
    if (engagement === undefined || engagement !== engagementOf[hit.attacker]) return;
    const attacker = findParticipant(engagement, hit.attacker);
    const target = findParticipant(engagement, hit.target);
    if (attacker === undefined || target === undefined) return;
    engagement.lastDamageMs = hit.timeMs;
    attacker.damageGiven += hit.damage;
    attacker.hitsGiven += 1;
    target.damageReceived += hit.damage;
  }

  /** Ends the engagement of a player who is out of the fight, if he was the last of his side. */
  function settle(engagement: Engagement, timeMs: number, outcome: EngagementOutcome, at: Positions): void {
    let attackersUp = 0;
    let defendersUp = 0;
    let defenderTeam = 0;
    for (const participant of engagement.participants) {
      if (participant.team !== engagement.attackerTeam) {
        defenderTeam = participant.team;
        if (participant.isUp) defendersUp += 1;
      } else if (participant.isUp) {
        attackersUp += 1;
      }
    }
    if (attackersUp > 0 && defendersUp > 0) return;
    let winner: number | undefined;
    if (outcome === "death" && attackersUp > 0) winner = engagement.attackerTeam;
    if (outcome === "death" && defendersUp > 0) winner = defenderTeam;
    finish(engagement, timeMs, outcome, winner, at);
  }

  return {
    numberOf(slot) {
      return engagementOf[slot]?.number;
    },
    onHit(hit) {
      if (!hit.isAttackerUp) {
        noteLateHit(hit);
        return;
      }
      const engagement = engagementFor(hit);
      engagement.lastDamageMs = hit.timeMs;
      const attacker = join(engagement, hit.attacker, hit.attackerTeam, hit.timeMs);
      attacker.damageGiven += hit.damage;
      attacker.hitsGiven += 1;
      join(engagement, hit.target, hit.targetTeam, hit.timeMs).damageReceived += hit.damage;
    },
    onKill(kill) {
      const engagement = engagementOf[kill.target];
      if (engagement === undefined || engagement !== engagementOf[kill.attacker]) return;
      const killer = findParticipant(engagement, kill.attacker);
      if (killer !== undefined) killer.kills += 1;
    },
    onDown(slot, timeMs, positions) {
      const engagement = engagementOf[slot];
      if (engagement === undefined) return;
      for (const participant of engagement.participants) {
        if (participant.slot !== slot || !participant.isUp) continue;
        participant.isUp = false;
        participant.deaths += 1;
      }
      settle(engagement, timeMs, "death", positions);
    },
    onLeave(slot, timeMs, positions) {
      const engagement = engagementOf[slot];
      if (engagement === undefined) return;
      for (const participant of engagement.participants) {
        if (participant.slot === slot) participant.isUp = false;
      }
      engagementOf[slot] = undefined;
      settle(engagement, timeMs, "escape", positions);
    },
    onSpawn(slot) {
      engagementOf[slot] = undefined;
    },
    onTick(timeMs, positions) {
      // The list is replaced when an engagement ends, so this walk sees all of them.
      for (const engagement of open) {
        const quietMs = timeMs - engagement.lastDamageMs;
        if (quietMs >= silenceMs) {
          finish(engagement, timeMs, "silence", undefined, positions);
        } else if (quietMs >= escapeMs && areApart(engagement, escapeUnits, positions)) {
          finish(engagement, timeMs, "escape", undefined, positions);
        }
      }
    },
    onRoundEnd(timeMs, positions) {
      for (const engagement of open) finish(engagement, timeMs, "round_end", undefined, positions);
    },
  };
}
