/** The thresholds by which team shape is measured, see docs/metrics.md. What is stored was made with them. */

/** Players at most so far apart are in one group, directly or by way of others. */
export const LINK_UNITS = 700;
/** A player further than this from every teammate is isolated. */
export const ISOLATED_UNITS = 1200;
/** Who covers so much ground, seen from above, moves. */
export const MOVING_UPS = 80;
/** Two players move the same way when their directions differ by at most 45 degrees. */
export const SAME_WAY_COSINE = Math.SQRT1_2;
/** The line between the teams has no place where their ends are nearer to each other. */
export const LEAST_ENDS_UNITS = 500;

/** In a push, so many players of one group advance. */
export const PUSH_PLAYERS = 3;
/** The share of the living that must advance. */
export const PUSH_SHARE = 1 / 3;
/** Who moves within 60 degrees of the direction to the middle of the enemy advances. */
export const ADVANCE_COSINE = 0.5;
/** A push lasts at least so long. */
export const PUSH_SECONDS = 3;
/** So many seconds in a row may lie in it in which it does not go on. */
export const PUSH_GAP_SECONDS = 1;
/** It comes so far towards the enemy. */
export const PUSH_APPROACH_UNITS = 300;
/** It ends at most so far from an enemy. */
export const PUSH_CONTACT_UNITS = 1500;

/** A team with so many living players or more can be split, and come together. */
export const REGROUP_PLAYERS = 3;
/** A team is split when its largest group has at most this share of the living. */
export const SPLIT_SHARE = 1 / 2;
/** It is together when that has at least this share. */
export const TOGETHER_SHARE = 3 / 4;
/** It comes together at most so long after it was split. */
export const REGROUP_WITHIN_SECONDS = 15;
/** It stays together for so many seconds. */
export const REGROUP_HOLD_SECONDS = 3;
