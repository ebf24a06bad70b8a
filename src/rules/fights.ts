/** Who is in which fight, and what a step of time makes of the fights. The rule is in `engagement.ts`. */
import type { EngagementOutcome, Engagement } from "./fight.ts";
import { addFight, countIn, findParticipant, participantOf } from "./fight.ts";
import { clearHeat, coolDown, createHeat, MOST_SLOTS } from "./heat.ts";
import type { Heat } from "./heat.ts";

/** Heat below this ties nobody to anybody. */
const LEAST_HEAT = 8;
/** How long who has killed stays in the victim's fight. */
const KILL_MS = 3000;
/** So many steps running two fights have to be nearly one before they are. */
const MERGE_STEPS = 2;

/** All fights of a round that go on, and who is in them. */
export interface Fights {
  /** In the order of their numbers. */
  open: Engagement[];
  /** By slot: the fight that the player is in. */
  home: (Engagement | undefined)[];
  /** By slot, of who is in a fight: their team, and when they last did or took damage. */
  team: number[];
  lastMs: number[];
  /** By slot: when they last downed an enemy in this life. */
  killMs: (number | undefined)[];
  heat: Heat;
  /** By slot, of the step that is being made: whether they have heat with somebody in another fight. */
  crosses: boolean[];
  /** By slot, of the step that is being made: a slot of the same group, in the end its lowest; and the group's size. */
  group: number[];
  groupSize: number[];
  /** By `place * MOST_SLOTS + place`, of the step that is being made: heat between two open fights. */
  between: number[];
}

/** Nobody fights. */
export function createFights(): Fights {
  return {
    open: [],
    home: [],
    team: [],
    lastMs: [],
    killMs: [],
    heat: createHeat(),
    crosses: [],
    group: [],
    groupSize: [],
    between: [],
  };
}

/** Takes a player out of the fight that they are in, and notes how, if they were the last of their side. */
export function leaveFight(fights: Fights, slot: number, how: EngagementOutcome): void {
  const fight = fights.home[slot];
  if (fight === undefined) return;
  const team = fights.team[slot] ?? 0;
  fights.home[slot] = undefined;
  countIn(fight, team, -1);
  const participant = findParticipant(fight, slot, team);
  if (participant !== undefined) participant.isIn = false;
  const isAttacker = team === fight.attackerTeam;
  if ((isAttacker ? fight.attackersIn : fight.defendersIn) > 0) return;
  const othersIn = isAttacker ? fight.defendersIn : fight.attackersIn;
  // Who is still there when a side is gone has won, or goes in peace.
  if (othersIn === 0 && how !== "death") return;
  fight.outcome = how;
  fight.winnerTeam = undefined;
  if (how === "death" && othersIn > 0)
    fight.winnerTeam = isAttacker ? fight.defenderTeam : fight.attackerTeam;
}

/** Puts a player, who is in no fight, into one. */
export function enterFight(
  fights: Fights,
  fight: Engagement,
  slot: number,
  team: number,
  timeMs: number,
): void {
  participantOf(fight, slot, team, timeMs).isIn = true;
  fights.home[slot] = fight;
  fights.team[slot] = team;
  countIn(fight, team, 1);
}

/** Whether they downed an enemy in the fight that they are in so lately that nothing takes them out of it. */
function isHeldByKill(fights: Fights, slot: number, timeMs: number): boolean {
  const killMs = fights.killMs[slot];
  return killMs !== undefined && timeMs - killMs <= KILL_MS;
}

function leaveInSilence(fights: Fights, timeMs: number, silenceMs: number): void {
  for (let slot = 0; slot < MOST_SLOTS; slot++) {
    if (fights.home[slot] !== undefined && timeMs - (fights.lastMs[slot] ?? 0) >= silenceMs)
      leaveFight(fights, slot, "silence");
  }
}

/** Moves a player to the fight with whose people they have most heat, if it is more than with those of their own; whether it is. */
function rehome(fights: Fights, slot: number, own: Engagement, timeMs: number): boolean {
  const { heat, home } = fights;
  for (const fight of fights.open) fight.heat = 0;
  for (let place = 0; place < heat.count; place++) {
    let other: number | undefined;
    if (heat.first[place] === slot) other = heat.second[place];
    else if (heat.second[place] === slot) other = heat.first[place];
    const fight = other === undefined ? undefined : home[other];
    if (fight !== undefined) fight.heat += heat.points[place] ?? 0;
  }
  let best = own;
  for (const fight of fights.open) if (fight.heat > best.heat) best = fight;
  if (best === own || best.heat < LEAST_HEAT) return false;
  leaveFight(fights, slot, "escape");
  enterFight(fights, best, slot, fights.team[slot] ?? 0, timeMs);
  return true;
}

/** Notes who has heat with somebody in another fight; whether there is anyone. */
function markCrossings(fights: Fights): boolean {
  const { crosses, heat, home } = fights;
  let isAny = false;
  for (let slot = 0; slot < MOST_SLOTS; slot++) crosses[slot] = false;
  for (let place = 0; place < heat.count; place++) {
    const first = heat.first[place] ?? 0;
    const second = heat.second[place] ?? 0;
    if (home[first] === undefined || home[second] === undefined || home[first] === home[second]) continue;
    crosses[first] = true;
    crosses[second] = true;
    isAny = true;
  }
  return isAny;
}

function rehomeAll(fights: Fights, timeMs: number): void {
  if (!markCrossings(fights)) return;
  // Who has moved may leave others with heat in another fight, who had none before.
  let hasMoved = false;
  for (let slot = 0; slot < MOST_SLOTS; slot++) {
    const own = fights.home[slot];
    if (own === undefined || !(hasMoved || fights.crosses[slot] === true)) continue;
    if (!isHeldByKill(fights, slot, timeMs) && rehome(fights, slot, own, timeMs)) hasMoved = true;
  }
}

/** Sums the heat within and between the open fights; whether there is any between two. */
function sumHeat(fights: Fights): boolean {
  const { between, heat, home, open } = fights;
  let place = 0;
  for (const fight of open) {
    fight.place = place;
    fight.heat = 0;
    place += 1;
  }
  let isAny = false;
  for (let pair = 0; pair < heat.count; pair++) {
    const first = home[heat.first[pair] ?? 0];
    const second = home[heat.second[pair] ?? 0];
    if (first === undefined || second === undefined) continue;
    const points = heat.points[pair] ?? 0;
    if (first === second) {
      first.heat += points;
      continue;
    }
    if (!isAny) for (let index = 0; index < MOST_SLOTS * open.length; index++) between[index] = 0;
    isAny = true;
    const isFirstOlder = first.place < second.place;
    const younger = isFirstOlder ? second.place : first.place;
    const older = isFirstOlder ? first.place : second.place;
    const key = younger * MOST_SLOTS + older;
    between[key] = (between[key] ?? 0) + points;
  }
  return isAny;
}

/** Moves everybody of the younger fight into the older. */
function merge(fights: Fights, older: Engagement, younger: Engagement): void {
  younger.isOver = true;
  younger.mergedInto = older;
  addFight(older, younger);
  for (let slot = 0; slot < MOST_SLOTS; slot++)
    if (fights.home[slot] === younger) enterFight(fights, older, slot, fights.team[slot] ?? 0, older.lastMs);
}

/** The older fight that one is nearly one with; undefined where there is none. */
function nearlyIn(fights: Fights, younger: Engagement): Engagement | undefined {
  let best: Engagement | undefined;
  let most = LEAST_HEAT - 1;
  for (const older of fights.open) {
    if (older === younger) return best;
    const points = fights.between[younger.place * MOST_SLOTS + older.place] ?? 0;
    const least = older.heat < younger.heat ? older.heat : younger.heat;
    if (points > most && points >= least) {
      best = older;
      most = points;
    }
  }
  return best;
}

function mergeAll(fights: Fights): void {
  const isAny = sumHeat(fights);
  let hasMerged = false;
  for (const fight of fights.open) {
    const older = isAny ? nearlyIn(fights, fight) : undefined;
    fight.nearlySteps = older !== undefined && older === fight.nearlyIn ? fight.nearlySteps + 1 : 1;
    fight.nearlyIn = older;
    if (older === undefined || fight.nearlySteps < MERGE_STEPS) continue;
    merge(fights, older.mergedInto ?? older, fight);
    hasMerged = true;
  }
  if (hasMerged) removeOver(fights);
}

/** Takes the fights that are over off the list. */
function removeOver(fights: Fights): void {
  const still: Engagement[] = [];
  for (const fight of fights.open) if (!fight.isOver) still.push(fight);
  fights.open = still;
}

/** The lowest slot of a player's group, as far as groups are known. */
function rootOf(group: readonly number[], slot: number): number {
  let root = slot;
  while (group[root] !== root) root = group[root] ?? 0;
  return root;
}

/** Finds who in a fight is tied to whom by heat, directly or by others, and counts the groups of at least two. */
function findGroups(fights: Fights): void {
  const { group, groupSize, heat, home } = fights;
  for (let slot = 0; slot < MOST_SLOTS; slot++) {
    group[slot] = slot;
    groupSize[slot] = 0;
  }
  for (let place = 0; place < heat.count; place++) {
    const first = heat.first[place] ?? 0;
    const second = heat.second[place] ?? 0;
    const fight = home[first];
    if (fight === undefined || fight !== home[second] || (heat.points[place] ?? 0) < LEAST_HEAT) continue;
    const one = rootOf(group, first);
    const other = rootOf(group, second);
    if (one < other) group[other] = one;
    else group[one] = other;
  }
  for (const fight of fights.open) {
    fight.groups = 0;
    fight.largestSize = 0;
  }
  for (let slot = 0; slot < MOST_SLOTS; slot++) {
    if (home[slot] === undefined) continue;
    const root = rootOf(group, slot);
    group[slot] = root;
    groupSize[root] = (groupSize[root] ?? 0) + 1;
  }
  for (let slot = 0; slot < MOST_SLOTS; slot++) {
    const fight = home[slot];
    const size = groupSize[slot] ?? 0;
    if (fight === undefined || size < 2) continue;
    fight.groups += 1;
    if (size > fight.largestSize) {
      fight.largestSize = size;
      fight.largest = slot;
    }
  }
}

/** Lets those go who are in a group of their own, but for the largest group of each fight. */
function splitAll(fights: Fights, timeMs: number): void {
  findGroups(fights);
  const { group, groupSize, home } = fights;
  for (let slot = 0; slot < MOST_SLOTS; slot++) {
    const fight = home[slot];
    if (fight === undefined || fight.groups < 2) continue;
    const root = group[slot] ?? slot;
    if (root !== fight.largest && (groupSize[root] ?? 0) > 1 && !isHeldByKill(fights, slot, timeMs))
      leaveFight(fights, slot, "escape");
  }
}

/** A step of time: pairs cool down, players fall silent or change fights, fights become one or fall apart. */
export function stepFights(fights: Fights, timeMs: number, silenceMs: number): void {
  coolDown(fights.heat);
  leaveInSilence(fights, timeMs, silenceMs);
  if (fights.open.length > 1) {
    rehomeAll(fights, timeMs);
    mergeAll(fights);
  }
  splitAll(fights, timeMs);
}

/** Takes a player out of everything: they are down, gone, or another one. */
export function forgetPlayer(fights: Fights, slot: number, how: EngagementOutcome): void {
  leaveFight(fights, slot, how);
  fights.killMs[slot] = undefined;
  clearHeat(fights.heat, slot);
}

/** Ends a fight for all who are in it. */
export function closeFight(fights: Fights, fight: Engagement): void {
  fight.isOver = true;
  for (let slot = 0; slot < MOST_SLOTS; slot++)
    if (fights.home[slot] === fight) fights.home[slot] = undefined;
  removeOver(fights);
}
