import { defineSituation } from "./define.ts";
import { shareOf } from "../statistics.ts";

/**
 * KAST of this game: the share of lives, from a spawn to the next, with at least one of
 * - K: a kill that no revive undid;
 * - A: an assist, or a revive given;
 * - S: survived: alive at the end of the round, or fallen at most 3 s before the own team's next wave;
 * - T: traded: a death in it that a teammate avenged.
 *
 * Unit: share of lives. Sample: lives of which all four are recorded. Interval: Wilson.
 */
export const KAST = defineSituation("kast", "KAST, of lives", "share", ({ kast, kastLives }) =>
  shareOf(kast, kastLives),
);

/** The share of lives with each part of it: these overlap, and add up to more. */
export const KAST_PARTS = [
  defineSituation("kast_kill", "– a kill that held", "share", ({ kastKill, kastLives }) =>
    shareOf(kastKill, kastLives),
  ),
  defineSituation("kast_assist", "– an assist or revive", "share", ({ kastAssist, kastLives }) =>
    shareOf(kastAssist, kastLives),
  ),
  defineSituation("kast_survived", "– survived", "share", ({ kastLives, kastSurvived }) =>
    shareOf(kastSurvived, kastLives),
  ),
  defineSituation("kast_traded", "– avenged", "share", ({ kastLives, kastTraded }) =>
    shareOf(kastTraded, kastLives),
  ),
];
