/**
 * Engagement: a fight between players of the two teams, from 1v1 to NvM.
 *
 * Exactly: damage to an enemy opens an engagement when neither of the two is in one. A player who deals damage to someone in
 * it, or takes damage from them, joins it. Damage between players of two engagements merges them: the merged one has the number
 * and the start of the older. Damage by a downed player counts in the engagement they were in, but opens and joins nothing. A
 * player is in one engagement at a time, and leaves it
 * - by death, or by leaving the team or the server;
 * - by escape, after the escape time in which they neither dealt nor took damage, with no opponent in it nearer than the
 *   escape distance;
 * - by silence, after the silence time in which they neither dealt nor took damage.
 * A player who is out may rejoin it or join another.
 *
 * It ends when one side has no player in it any more. How the last one of that side went is how it ends: by death, and the
 * other side wins if anyone of it is left; by escape, also when the last one left the team or the server; by silence; or with
 * the round.
 *
 * The attackers are the team of the player whose damage opened it, the defenders the other team. The label counts players who
 * were in it at the same time: `2v1` is two attackers against one defender at the moment when most players were in it, the
 * first such moment if there are several. Everyone who took part at any time is a participant.
 */
import type { Hit, Kill, Positions } from "./facts.ts";
import { countSides, distanceOf, findParticipant, isApart, isInFight } from "./fight.ts";
import type { Engagement, Participant } from "./fight.ts";
import { attackDistance } from "./geometry.ts";

/**
 * Bump when the same play would give different engagements. In version 1 the label counted everybody who took part; until 2 a
 * revived player was tied to the fight in which they went down, and drew whom they hit into it; until 3 a fight had no
 * distance at its end when one of the first two lay dead.
 */
export const ENGAGEMENT_VERSION = 4;

/** The settings `prox_engagement_*`; who reaches a value exactly has escaped, or is silent. */
export interface EngagementThresholds {
  /** Time without damage after which a player far from all opponents has escaped. */
  readonly escapeMs: number;
  /** Least distance to every opponent to have escaped. */
  readonly escapeUnits: number;
  /** Time without damage after which a player is out in any case. */
  readonly silenceMs: number;
}

/** How the last of a side went, or that the round was over; the words of the engagements file. */
export type EngagementOutcome = "death" | "escape" | "silence" | "round_end";

/** How an engagement ended. */
export interface EngagementEnd {
  timeMs: number;
  outcome: EngagementOutcome;
  winnerTeam: number | undefined;
  /**
   * Between opener and first target when it ended, who are where they fell if they died in it; undefined when one of them
   * had gone otherwise, or has come back to life.
   */
  distance: number | undefined;
}

/** @noSelf */
export interface EngagementRule {
  /** How many engagements have a number, those before the rule included. */
  count: () => number;
  /** The engagement that a player is in, or fell in. */
  fightOf: (slot: number) => Readonly<Engagement> | undefined;
  /** The number under which an engagement is reported; undefined while an older one can still take it in. */
  finalNumberOf: (engagement: Readonly<Engagement>) => number | undefined;
  /** To be called for each hit. */
  onHit: (hit: Readonly<Hit>) => void;
  /** To be called for each kill of an enemy, before {@link EngagementRule.onDown}. */
  onKill: (kill: Readonly<Kill>) => void;
  /** The player was downed, by anybody or anything. */
  onDown: (slot: number, timeMs: number, positions: Positions) => void;
  /** The player left their team or the server. */
  onLeave: (slot: number, timeMs: number, positions: Positions) => void;
  /** The player came into the world with a new life. */
  onSpawn: (slot: number) => void;
  /** The player, downed before, was revived. */
  onRevive: (slot: number) => void;
  /** Time went on. */
  onTick: (timeMs: number, positions: Positions) => void;
  /** The round is over: ends all engagements. */
  onRoundEnd: (timeMs: number, positions: Positions) => void;
}

/**
 * The rule for one round, with nobody in a fight yet; `before` engagements have a number already. `report` is called once for each engagement, when it ends;
 * never for one that was merged into another.
 */
export function createEngagementRule(
  thresholds: EngagementThresholds,
  report: (engagement: Readonly<Engagement>, end: Readonly<EngagementEnd>) => void,
  before = 0,
): EngagementRule {
  const { escapeMs, escapeUnits, silenceMs } = thresholds;
  /** Who has been quiet for less time is in for sure. */
  const leastMs = escapeMs < silenceMs ? escapeMs : silenceMs;
  let last = before;
  let open: Engagement[] = [];
  const engagementOf: (Engagement | undefined)[] = [];

  /** Takes an engagement off the list by replacing the list: a loop over the old one still sees all that were in it. */
  function close(engagement: Engagement): void {
    engagement.isOver = true;
    const still: Engagement[] = [];
    for (const other of open) if (other !== engagement) still.push(other);
    open = still;
  }

  function finish(
    engagement: Engagement,
    timeMs: number,
    outcome: EngagementOutcome,
    winnerTeam: number | undefined,
    positions: Positions,
  ): void {
    close(engagement);
    const { opener, firstTarget } = engagement;
    const areBothThere = engagementOf[opener] === engagement && engagementOf[firstTarget] === engagement;
    const distance = areBothThere ? distanceOf(opener, firstTarget, positions) : undefined;
    for (const { slot } of engagement.participants) {
      if (engagementOf[slot] === engagement) engagementOf[slot] = undefined;
    }
    report(engagement, { timeMs, outcome, winnerTeam, distance });
  }

  /** A player does or takes damage in an engagement. */
  function join(engagement: Engagement, slot: number, team: number, timeMs: number): Participant {
    let participant = findParticipant(engagement, slot, team);
    if (participant === undefined) {
      participant = {
        slot,
        team,
        joinedMs: timeMs,
        lastDamageMs: timeMs,
        damageGiven: 0,
        damageReceived: 0,
        hitsGiven: 0,
        kills: 0,
        deaths: 0,
        isIn: false,
      };
      engagement.participants.push(participant);
    }
    participant.lastDamageMs = timeMs;
    if (!participant.isIn) {
      participant.isIn = true;
      engagementOf[slot] = engagement;
      countSides(engagement);
    }
    return participant;
  }

  /** Moves everybody of the younger engagement into the older. */
  function merge(older: Engagement, younger: Engagement): void {
    close(younger);
    younger.mergedInto = older;
    if (younger.nextExitMs < older.nextExitMs) older.nextExitMs = younger.nextExitMs;
    if (younger.attackers + younger.defenders > older.attackers + older.defenders) {
      const isSameSide = younger.attackerTeam === older.attackerTeam;
      older.attackers = isSameSide ? younger.attackers : younger.defenders;
      older.defenders = isSameSide ? younger.defenders : younger.attackers;
    }
    for (const participant of younger.participants) {
      const isHere = engagementOf[participant.slot] === younger;
      if (isHere) engagementOf[participant.slot] = older;
      const known = findParticipant(older, participant.slot, participant.team);
      if (known !== undefined) {
        if (participant.joinedMs < known.joinedMs) known.joinedMs = participant.joinedMs;
        if (participant.lastDamageMs > known.lastDamageMs) known.lastDamageMs = participant.lastDamageMs;
        known.damageGiven += participant.damageGiven;
        known.damageReceived += participant.damageReceived;
        known.hitsGiven += participant.hitsGiven;
        known.kills += participant.kills;
        known.deaths += participant.deaths;
        if (isHere) known.isIn = participant.isIn;
      } else {
        older.participants.push(participant);
      }
    }
    countSides(older);
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
      nextExitMs: hit.timeMs + leastMs,
      attackers: 0,
      defenders: 0,
      attackerTeam: hit.attackerTeam,
      opener: hit.attacker,
      firstTarget: hit.target,
      distance: attackDistance(hit),
      x: hit.targetX,
      y: hit.targetY,
      z: hit.targetZ,
      participants: [],
      isOver: false,
      mergedInto: undefined,
    };
    open.push(engagement);
    return engagement;
  }

  /** Damage by a player who is down: it counts in the engagement that they and the target are in, and opens none. */
  function addLateHit(hit: Readonly<Hit>): void {
    const engagement = engagementOf[hit.target];
    if (engagement === undefined || engagement !== engagementOf[hit.attacker]) return;
    const attacker = findParticipant(engagement, hit.attacker, hit.attackerTeam);
    const target = findParticipant(engagement, hit.target, hit.targetTeam);
    if (attacker === undefined || target === undefined) return;
    attacker.damageGiven += hit.damage;
    attacker.hitsGiven += 1;
    target.damageReceived += hit.damage;
    target.lastDamageMs = hit.timeMs;
  }

  /** Ends the engagement of a player who is out of the fight, if they were the last of their side. */
  function endIfSideIsOut(
    engagement: Engagement,
    timeMs: number,
    outcome: EngagementOutcome,
    at: Positions,
  ): void {
    let attackersUp = 0;
    let defendersUp = 0;
    let defenderTeam = 0;
    for (const participant of engagement.participants) {
      if (participant.team !== engagement.attackerTeam) {
        defenderTeam = participant.team;
        if (participant.isIn) defendersUp += 1;
      } else if (participant.isIn) {
        attackersUp += 1;
      }
    }
    if (attackersUp > 0 && defendersUp > 0) return;
    let winner: number | undefined;
    if (outcome === "death" && attackersUp > 0) winner = engagement.attackerTeam;
    if (outcome === "death" && defendersUp > 0) winner = defenderTeam;
    finish(engagement, timeMs, outcome, winner, at);
  }

  /** Takes out players who escaped or were silent for too long, and ends the engagement when a side has nobody left. */
  function removeQuiet(engagement: Engagement, timeMs: number, positions: Positions): void {
    if (timeMs < engagement.nextExitMs) return;
    const going: Participant[] = [];
    let outcome: EngagementOutcome = "silence";
    let attackersStay = 0;
    let defendersStay = 0;
    engagement.nextExitMs = timeMs + leastMs;
    for (const participant of engagement.participants) {
      if (!participant.isIn) continue;
      const quietMs = timeMs - participant.lastDamageMs;
      const hasEscaped =
        quietMs >= escapeMs &&
        quietMs < silenceMs &&
        isApart(engagement, participant, escapeUnits, positions);
      if (hasEscaped || quietMs >= silenceMs) {
        going.push(participant);
        if (hasEscaped) outcome = "escape";
        continue;
      }
      if (participant.team === engagement.attackerTeam) attackersStay += 1;
      else defendersStay += 1;
      // Who has been quiet for that long can go at any moment.
      const nextMs = participant.lastDamageMs + leastMs;
      if (nextMs < engagement.nextExitMs) engagement.nextExitMs = nextMs;
    }
    if (going.length === 0) return;
    if (attackersStay === 0 || defendersStay === 0) {
      finish(engagement, timeMs, outcome, undefined, positions);
      return;
    }
    for (const participant of going) {
      participant.isIn = false;
      engagementOf[participant.slot] = undefined;
    }
  }

  return {
    count() {
      return last;
    },
    fightOf(slot) {
      return engagementOf[slot];
    },
    finalNumberOf(engagement) {
      let fight = engagement;
      while (fight.mergedInto !== undefined) fight = fight.mergedInto;
      // The list is in the order of the numbers: nothing older can take the first in.
      return fight.isOver || fight === open[0] ? fight.number : undefined;
    },
    onHit(hit) {
      if (!hit.isAttackerUp) {
        addLateHit(hit);
        return;
      }
      const engagement = engagementFor(hit);
      const attacker = join(engagement, hit.attacker, hit.attackerTeam, hit.timeMs);
      attacker.damageGiven += hit.damage;
      attacker.hitsGiven += 1;
      join(engagement, hit.target, hit.targetTeam, hit.timeMs).damageReceived += hit.damage;
    },
    onKill(kill) {
      const engagement = engagementOf[kill.target];
      if (engagement === undefined || engagement !== engagementOf[kill.attacker]) return;
      const killer = findParticipant(engagement, kill.attacker, kill.attackerTeam);
      if (killer !== undefined) killer.kills += 1;
    },
    onDown(slot, timeMs, positions) {
      const engagement = engagementOf[slot];
      if (engagement === undefined) return;
      for (const participant of engagement.participants) {
        if (participant.slot !== slot || !participant.isIn) continue;
        participant.isIn = false;
        participant.deaths += 1;
      }
      endIfSideIsOut(engagement, timeMs, "death", positions);
    },
    onLeave(slot, timeMs, positions) {
      const engagement = engagementOf[slot];
      if (engagement === undefined) return;
      for (const participant of engagement.participants) {
        if (participant.slot === slot) participant.isIn = false;
      }
      engagementOf[slot] = undefined;
      endIfSideIsOut(engagement, timeMs, "escape", positions);
    },
    onSpawn(slot) {
      engagementOf[slot] = undefined;
    },
    onRevive(slot) {
      // Until now their late damage counted where they were when they went down; from now on they are in no fight.
      const engagement = engagementOf[slot];
      if (engagement !== undefined && !isInFight(engagement, slot)) engagementOf[slot] = undefined;
    },
    onTick(timeMs, positions) {
      for (const engagement of open) {
        removeQuiet(engagement, timeMs, positions);
      }
    },
    onRoundEnd(timeMs, positions) {
      for (const engagement of open) finish(engagement, timeMs, "round_end", undefined, positions);
    },
  };
}
