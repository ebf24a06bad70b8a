import { countPerLife, defineSituation } from "./define.ts";

/**
 * Multikills: two or more kills in one life, each at most 5 s after the one before. A chain of three is one multikill.
 *
 * Unit: per life. Sample: lives. Interval: Poisson, exact.
 */
export const MULTIKILLS = defineSituation("multikills_per_life", "multikills", "per life", (of) =>
  countPerLife(of.doubleKills + of.tripleKills + of.largerKills, of.lives),
);
