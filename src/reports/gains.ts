/** Gains at objectives, see docs/metrics.md. */
import type { ObjectiveRow } from "./queries/objectives.ts";

/** What moves the round for the team that does it: what objectives are there for, what leads to it, and what undoes it. */
export const GAINS: readonly ObjectiveRow["event"][] = [
  "dynamite_arm",
  "dynamite_defuse",
  "objective_destroy",
  "construct_stage",
  "construct_finish",
  "construct_damage",
  "construct_destroy",
  "carry_take",
  "carry_return",
  "carry_secure",
  "spawn_capture",
  "vehicle_disable",
  "vehicle_repair",
];

/** Whether something is a gain for its team: dynamite in the open is none, nor what comes back by itself. */
export function isGain({ event, objective, reason }: ObjectiveRow): boolean {
  return GAINS.includes(event) && objective !== null && reason !== "time";
}
