import { countPerLife, defineSituation } from "./define.ts";

/**
 * Assists by damage: kills of teammates whose victim lost at least 40 hit points to this player in the 5 s before, since the victim's last
 * spawn or revive.
 *
 * Unit: per life. Sample: lives in which hits are recorded. Interval: Poisson, exact.
 */
export const ASSISTS = defineSituation(
  "assists_per_life",
  "assists",
  "per life",
  ({ assistLives, assists }) => countPerLife(assists, assistLives),
);
