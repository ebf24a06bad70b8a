/** The fight that an engagement is: who takes part in it, on which side, and who of them is in it. */
import type { Attack } from "./facts.ts";
import { distanceBetween } from "./geometry.ts";

/** A player in a fight, on one side of it, and what they did and took there. */
export interface Participant {
  slot: number;
  team: number;
  joinedMs: number;
  /** When they last did or took damage in it; -1 for never. */
  lastMs: number;
  /** Effective damage, hit points. */
  damageGiven: number;
  damageReceived: number;
  hitsGiven: number;
  kills: number;
  deaths: number;
  /** Whether they are in the fight, and not only hit someone who is. */
  isIn: boolean;
  /** Where they were at {@link Participant.lastMs}. */
  x: number;
  y: number;
  z: number;
}

/** How the last of a side went, or that the round was over; the words of the engagements file. */
export type EngagementOutcome = "death" | "escape" | "silence" | "round_end";

/** A fight. Distances and places are in units. */
export interface Engagement {
  /** Numbers count up from 1 in a round; one that was merged into another is missing. */
  number: number;
  startMs: number;
  /** When damage was done, or somebody went down, in it for the last time. */
  lastMs: number;
  /** How many were in it on each side at the moment when most were. */
  attackers: number;
  defenders: number;
  /** How many are in it now. */
  attackersIn: number;
  defendersIn: number;
  /** The team that opened it, and the other one. */
  attackerTeam: number;
  defenderTeam: number;
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
  /** How the side that has nobody in it lost its last one, and who won by that. */
  outcome: EngagementOutcome;
  winnerTeam: number | undefined;
  /** The older fight that it nearly is one with, and for how many steps it has been. */
  nearlyIn: Engagement | undefined;
  nearlySteps: number;
  /** Of the step that is being made: heat between those in it, and its place among the open fights. */
  heat: number;
  place: number;
  /** Of the step that is being made: how many groups it has, and the first slot of the largest, and its size. */
  groups: number;
  largest: number;
  largestSize: number;
  /** Whether it has ended, or is part of an older one. */
  isOver: boolean;
  /** The older fight of which it became a part. */
  mergedInto: Engagement | undefined;
}

/** A fight that a hit opens, with nobody in it yet. */
export function openFight(number: number, timeMs: number, hit: Readonly<Attack>): Engagement {
  return {
    number,
    startMs: timeMs,
    lastMs: timeMs,
    attackers: 0,
    defenders: 0,
    attackersIn: 0,
    defendersIn: 0,
    attackerTeam: hit.attackerTeam,
    defenderTeam: hit.targetTeam,
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
    outcome: "silence",
    winnerTeam: undefined,
    nearlyIn: undefined,
    nearlySteps: 0,
    heat: 0,
    place: 0,
    groups: 0,
    largest: 0,
    largestSize: 0,
    isOver: false,
    mergedInto: undefined,
  };
}

/** Who changed team in the middle is a participant on each side. */
export function findParticipant(engagement: Engagement, slot: number, team: number): Participant | undefined {
  for (const participant of engagement.participants) {
    if (participant.slot === slot && participant.team === team) return participant;
  }
  return undefined;
}

/** The participant, who becomes one if need be, without being in the fight. */
export function participantOf(
  engagement: Engagement,
  slot: number,
  team: number,
  timeMs: number,
): Participant {
  let participant = findParticipant(engagement, slot, team);
  if (participant === undefined) {
    participant = {
      slot,
      team,
      joinedMs: timeMs,
      lastMs: -1,
      damageGiven: 0,
      damageReceived: 0,
      hitsGiven: 0,
      kills: 0,
      deaths: 0,
      isIn: false,
      x: 0,
      y: 0,
      z: 0,
    };
    engagement.participants.push(participant);
  }
  return participant;
}

/** Counts a player of a team in, or out. Notes how many are in the fight, if they are more than ever before. */
export function countIn(engagement: Engagement, team: number, change: 1 | -1): void {
  if (team === engagement.attackerTeam) engagement.attackersIn += change;
  else engagement.defendersIn += change;
  const { attackersIn, defendersIn } = engagement;
  if (attackersIn + defendersIn <= engagement.attackers + engagement.defenders) return;
  engagement.attackers = attackersIn;
  engagement.defenders = defendersIn;
}

/** Adds what happened in the younger of two fights to the older; those who are in it are not counted in yet. */
export function addFight(older: Engagement, younger: Engagement): void {
  if (younger.lastMs > older.lastMs) older.lastMs = younger.lastMs;
  if (younger.attackers + younger.defenders > older.attackers + older.defenders) {
    const isSameSide = younger.attackerTeam === older.attackerTeam;
    older.attackers = isSameSide ? younger.attackers : younger.defenders;
    older.defenders = isSameSide ? younger.defenders : younger.attackers;
  }
  for (const participant of younger.participants) {
    const known = findParticipant(older, participant.slot, participant.team);
    if (known === undefined) {
      participant.isIn = false;
      older.participants.push(participant);
      continue;
    }
    if (participant.joinedMs < known.joinedMs) known.joinedMs = participant.joinedMs;
    known.damageGiven += participant.damageGiven;
    known.damageReceived += participant.damageReceived;
    known.hitsGiven += participant.hitsGiven;
    known.kills += participant.kills;
    known.deaths += participant.deaths;
    if (participant.lastMs < known.lastMs) continue;
    known.lastMs = participant.lastMs;
    known.x = participant.x;
    known.y = participant.y;
    known.z = participant.z;
  }
}

/** Distance between the places where opener and first target last did or took damage in it, in units. */
export function endDistance(engagement: Readonly<Engagement>): number {
  let from: Participant | undefined;
  let to: Participant | undefined;
  for (const participant of engagement.participants) {
    if (participant.team === engagement.attackerTeam) {
      if (participant.slot === engagement.opener) from = participant;
    } else if (participant.slot === engagement.firstTarget) {
      to = participant;
    }
  }
  if (from === undefined || to === undefined) return engagement.distance;
  return distanceBetween(from.x, from.y, from.z, to.x, to.y, to.z);
}
