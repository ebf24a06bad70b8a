import { ASSISTS } from "./assists.ts";
import type { SituationMetric } from "./define.ts";
import { GIB_DELAY, GIBS_IN_TIME } from "./gibs-in-time.ts";
import { KAST, KAST_PARTS } from "./kast.ts";
import { KILLS_HELD } from "./kills-held.ts";
import { MULTIKILLS } from "./multikills.ts";
import { REVIVE_DELAY, REVIVES_IN_TIME } from "./revives-in-time.ts";
import { TIME_BOUGHT } from "./time-bought.ts";

/** All situations of people that are numbers, in the order in which a profile tells them. */
export const SITUATION_METRICS: readonly SituationMetric[] = [
  KAST,
  ...KAST_PARTS,
  ASSISTS,
  MULTIKILLS,
  KILLS_HELD,
  TIME_BOUGHT,
  GIBS_IN_TIME,
  GIB_DELAY,
  REVIVES_IN_TIME,
  REVIVE_DELAY,
];
