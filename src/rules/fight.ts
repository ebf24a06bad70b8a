/** The fight that an engagement is: who takes part in it, on which side, and who of them is in it. */
import type { Positions } from "./facts.ts";
import { distanceBetween } from "./geometry.ts";

/** A player in a fight, on one side of it, and what they did and took there. */
export interface Participant {
  slot: number;
  team: number;
  joinedMs: number;
  /** When they last did or took damage. */
  lastDamageMs: number;
  /** Effective damage, hit points. */
  damageGiven: number;
  damageReceived: number;
  hitsGiven: number;
  kills: number;
  deaths: number;
  /** Whether they are in the fight: alive, in this life, neither escaped nor silent. */
  isIn: boolean;
}

/** A fight. Distances and places are in units. */
export interface Engagement {
  /** Numbers count up from 1 in a round; one that was merged into another is missing. */
  number: number;
  startMs: number;
  /** Nobody can escape or fall silent before. */
  nextExitMs: number;
  /** How many were in it on each side at the moment when most were. */
  attackers: number;
  defenders: number;
  /** The team that opened it. */
  attackerTeam: number;
  /** Who opened it, and whom they hit. */
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
  /** Whether it has ended, or is part of an older one. */
  isOver: boolean;
  /** The older fight of which it became a part. */
  mergedInto: Engagement | undefined;
}

/** Who changed team in the middle is a participant on each side. */
export function findParticipant(engagement: Engagement, slot: number, team: number): Participant | undefined {
  for (const participant of engagement.participants) {
    if (participant.slot === slot && participant.team === team) return participant;
  }
  return undefined;
}

/** Whether a player is in the fight, on whichever side. */
export function isInFight(engagement: Engagement, slot: number): boolean {
  for (const participant of engagement.participants) {
    if (participant.slot === slot && participant.isIn) return true;
  }
  return false;
}

/** Distance between two players, in units; undefined where one of them is nowhere. */
export function distanceOf(first: number, second: number, at: Positions): number | undefined {
  const from = at[first];
  const to = at[second];
  if (from === undefined || to === undefined) return undefined;
  return distanceBetween(from.x, from.y, from.z, to.x, to.y, to.z);
}

/** Whether no opponent who is in the fight is nearer to a participant than `units`. */
export function isApart(
  engagement: Engagement,
  participant: Participant,
  units: number,
  at: Positions,
): boolean {
  for (const other of engagement.participants) {
    if (!other.isIn || other.team === participant.team) continue;
    const distance = distanceOf(participant.slot, other.slot, at);
    if (distance !== undefined && distance < units) return false;
  }
  return true;
}

/** Notes how many are in the fight, if they are more than ever before. */
export function countSides(engagement: Engagement): void {
  let attackers = 0;
  let defenders = 0;
  for (const { isIn, team } of engagement.participants) {
    if (isIn && team === engagement.attackerTeam) attackers += 1;
    else if (isIn) defenders += 1;
  }
  if (attackers + defenders <= engagement.attackers + engagement.defenders) return;
  engagement.attackers = attackers;
  engagement.defenders = defenders;
}
