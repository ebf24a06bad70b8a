/**
 * Engagement: a fight between players of the two teams: people who do damage to each other, close in time. `docs/metrics.md`
 * has the definition step by step, in words.
 *
 * Two opponents have **heat**: the damage that they did to each other, of which a fifth goes with each half second. A hit on
 * somebody counts in the fight that they are in, else in the one that the attacker is in, else it opens one; whoever of the two is in no
 * fight is in that one then. A hit never takes anyone out of their fight, and never makes one of two. That a player is down,
 * or gone, or silent for too long takes them out; and who downs somebody is in their victim's fight, for the next three seconds in any case.
 *
 * Every half second the rule looks at the heat. Who has more of it with the people of another fight than with those of their own is in that
 * other one from then on. Two fights with as much heat between them as the weaker has in itself, at two such looks running, become one.
 * Where the people of a fight are in groups with hardly any heat between them, only the largest group stays; the
 * others are in no fight until their next hit. A fight that has nobody of one side in it is over when nothing has happened in it for a
 * while.
 *
 * The attackers are the team of the player whose damage opened it, the defenders the other team. The label counts players who
 * were in it at the same time: `2v1` is two attackers against one defender at the moment when most players were in it, the
 * first such moment if there are several. Everyone who did or took damage in it, or was in it, is a participant.
 */
import type { Attack, Hit, Kill } from "./facts.ts";
import { endDistance, findParticipant, openFight, participantOf } from "./fight.ts";
import type { Engagement, EngagementOutcome, Participant } from "./fight.ts";
import { closeFight, createFights, enterFight, forgetPlayer, leaveFight, stepFights } from "./fights.ts";
import { addHeat } from "./heat.ts";

/**
 * Bump when the same play would give different engagements. In version 1 the label counted everybody who took part; until 2 a
 * revived player was tied to the fight in which they went down, and drew whom they hit into it; until 3 a fight had no
 * distance at its end when one of the first two lay dead; until 4 every hit made one fight of two, for good.
 */
export const ENGAGEMENT_VERSION = 5;

/** Time between two looks at the heat. */
const STEP_MS = 500;

/** The settings `prox_engagement_*`. */
export interface EngagementThresholds {
  /** Who has done and taken no damage for so long is out. */
  readonly silenceMs: number;
  /** A fight with nobody of one side in it is over when nothing has happened in it for longer than this. */
  readonly graceMs: number;
}

/** How an engagement ended. */
export interface EngagementEnd {
  /** The last damage or death in it, or the end of the round. */
  timeMs: number;
  outcome: EngagementOutcome;
  winnerTeam: number | undefined;
  /** Between opener and first target, each where they last did or took damage in it. */
  distance: number;
}

/** @noSelf */
export interface EngagementRule {
  /** How many engagements have a number, those before the rule included. */
  count: () => number;
  /** The engagement that a player is in. */
  fightOf: (slot: number) => Readonly<Engagement> | undefined;
  /** The number that an engagement has now: that of the one of which it became a part, if it did. */
  numberOf: (engagement: Readonly<Engagement>) => number;
  /** The number under which an engagement is reported; undefined while an older one can still take it in. */
  finalNumberOf: (engagement: Readonly<Engagement>) => number | undefined;
  /** To be called for each hit. */
  onHit: (hit: Readonly<Hit>) => void;
  /** To be called for each kill of an enemy, before {@link EngagementRule.onDown}. */
  onKill: (kill: Readonly<Kill>) => void;
  /** The player was downed, by anybody or anything. */
  onDown: (slot: number, timeMs: number) => void;
  /** The player left their team or the server. */
  onLeave: (slot: number, timeMs: number) => void;
  /** The player came into the world with a new life. */
  onSpawn: (slot: number, timeMs: number) => void;
  /** Time went on. How often this is called changes nothing of what is found, only how soon it is reported. */
  onTick: (timeMs: number) => void;
  /** The round is over: ends all engagements. */
  onRoundEnd: (timeMs: number) => void;
}

/**
 * The rule for one round, with nobody in a fight yet; `before` engagements have a number already. `report` is called once for each
 * engagement, when it is known to be over; never for one that was merged into another.
 */
export function createEngagementRule(
  thresholds: EngagementThresholds,
  report: (engagement: Readonly<Engagement>, end: Readonly<EngagementEnd>) => void,
  before = 0,
): EngagementRule {
  const { silenceMs, graceMs } = thresholds;
  const fights = createFights();
  let last = before;
  let nextStepMs = 0;

  function finish(fight: Engagement, timeMs: number, outcome: EngagementOutcome): void {
    const { winnerTeam } = fight;
    closeFight(fights, fight);
    const distance = endDistance(fight);
    report(fight, { timeMs, outcome, winnerTeam: outcome === "death" ? winnerTeam : undefined, distance });
  }

  function endAbandoned(timeMs: number): void {
    for (const fight of fights.open) {
      const { attackersIn, defendersIn, lastMs, outcome } = fight;
      if ((attackersIn === 0 || defendersIn === 0) && timeMs - lastMs > graceMs)
        finish(fight, lastMs, outcome);
    }
  }

  /** Ends the fights with nobody of one side in them in which a player took part: another player may have their slot soon. */
  function endAbandonedOf(slot: number): void {
    for (const fight of fights.open) {
      if (fight.attackersIn > 0 && fight.defendersIn > 0) continue;
      const { attackerTeam, defenderTeam, lastMs, outcome } = fight;
      const tookPart =
        findParticipant(fight, slot, attackerTeam) ?? findParticipant(fight, slot, defenderTeam);
      if (tookPart !== undefined) finish(fight, lastMs, outcome);
    }
  }

  /** Makes the steps up to a moment, that moment included. */
  function advance(timeMs: number): void {
    while (nextStepMs <= timeMs) {
      if (fights.open.length === 0 && fights.heat.count === 0) {
        // Nothing can change: the next step is the first one after this moment.
        nextStepMs = (Math.floor(timeMs / STEP_MS) + 1) * STEP_MS;
        return;
      }
      stepFights(fights, nextStepMs, silenceMs);
      endAbandoned(nextStepMs);
      nextStepMs += STEP_MS;
    }
  }

  function fightFor(hit: Readonly<Attack>): Engagement {
    const known = fights.home[hit.target] ?? fights.home[hit.attacker];
    if (known !== undefined) return known;
    last += 1;
    const fight = openFight(last, hit.timeMs, hit);
    fights.open.push(fight);
    return fight;
  }

  /** Both are where they are now, and had to do with damage. */
  function place(participant: Participant, timeMs: number, x: number, y: number, z: number): void {
    participant.lastMs = timeMs;
    participant.x = x;
    participant.y = y;
    participant.z = z;
  }

  function count(fight: Engagement, attacker: Participant, target: Participant, hit: Readonly<Hit>): void {
    fight.lastMs = hit.timeMs;
    fights.lastMs[hit.target] = hit.timeMs;
    attacker.damageGiven += hit.damage;
    attacker.hitsGiven += 1;
    target.damageReceived += hit.damage;
    place(attacker, hit.timeMs, hit.attackerX, hit.attackerY, hit.attackerZ);
    place(target, hit.timeMs, hit.targetX, hit.targetY, hit.targetZ);
  }

  /** Damage by a player who is down: it counts where the target is, if they both took part there, and opens nothing. */
  function addLateHit(hit: Readonly<Hit>): void {
    const fight = fights.home[hit.target];
    if (fight === undefined) return;
    const attacker = findParticipant(fight, hit.attacker, hit.attackerTeam);
    const target = findParticipant(fight, hit.target, hit.targetTeam);
    if (attacker !== undefined && target !== undefined) count(fight, attacker, target, hit);
  }

  /** The fight of which one became a part, or itself. */
  function becameOf(engagement: Readonly<Engagement>): Readonly<Engagement> {
    let fight = engagement;
    while (fight.mergedInto !== undefined) fight = fight.mergedInto;
    return fight;
  }

  return {
    count() {
      return last;
    },
    fightOf(slot) {
      return fights.home[slot];
    },
    numberOf(engagement) {
      return becameOf(engagement).number;
    },
    finalNumberOf(engagement) {
      const fight = becameOf(engagement);
      // The list is in the order of the numbers: nothing older can take the first in.
      return fight.isOver || fight === fights.open[0] ? fight.number : undefined;
    },
    onHit(hit) {
      const { attacker, attackerTeam, target, targetTeam, timeMs } = hit;
      advance(timeMs);
      if (!hit.isAttackerUp) {
        addLateHit(hit);
        return;
      }
      addHeat(fights.heat, attacker, target, hit.damage);
      const fight = fightFor(hit);
      if (fights.home[attacker] === undefined) enterFight(fights, fight, attacker, attackerTeam, timeMs);
      if (fights.home[target] === undefined) enterFight(fights, fight, target, targetTeam, timeMs);
      fights.lastMs[attacker] = timeMs;
      const from = participantOf(fight, attacker, attackerTeam, timeMs);
      count(fight, from, participantOf(fight, target, targetTeam, timeMs), hit);
    },
    onKill(kill) {
      const { attacker, attackerTeam, target, timeMs } = kill;
      advance(timeMs);
      const fight = fights.home[target];
      if (fight === undefined) return;
      const killer = findParticipant(fight, attacker, attackerTeam);
      if (killer !== undefined) killer.kills += 1;
      const own = fights.home[attacker];
      if (own === undefined) return;
      fights.killMs[attacker] = timeMs;
      if (own === fight) return;
      leaveFight(fights, attacker, "escape");
      enterFight(fights, fight, attacker, attackerTeam, timeMs);
    },
    onDown(slot, timeMs) {
      advance(timeMs);
      const fight = fights.home[slot];
      if (fight !== undefined) {
        fight.lastMs = timeMs;
        const participant = findParticipant(fight, slot, fights.team[slot] ?? 0);
        if (participant !== undefined) participant.deaths += 1;
      }
      forgetPlayer(fights, slot, "death");
    },
    onLeave(slot, timeMs) {
      advance(timeMs);
      const fight = fights.home[slot];
      if (fight !== undefined) fight.lastMs = timeMs;
      forgetPlayer(fights, slot, "escape");
      endAbandonedOf(slot);
    },
    onSpawn(slot, timeMs) {
      advance(timeMs);
      forgetPlayer(fights, slot, "escape");
    },
    onTick(timeMs) {
      advance(timeMs);
    },
    onRoundEnd(timeMs) {
      advance(timeMs);
      for (const fight of fights.open) {
        const isFought = fight.attackersIn > 0 && fight.defendersIn > 0;
        if (isFought) finish(fight, timeMs, "round_end");
        else finish(fight, fight.lastMs, fight.outcome);
      }
    },
  };
}
