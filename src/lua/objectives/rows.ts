/** The shapes of the rows of the objectives file. */
import type { NumberText } from "../row-types.ts";
import { orNull, rowFormat } from "../rows.ts";

/** A team as a row says it: null for any number but those of the two teams. */
export function teamText(team: number | undefined): NumberText {
  return orNull(team === 1 || team === 2 ? team : undefined, 0);
}

/** Formats for `formatRow`, by their event. */
export const ROWS = {
  dynamiteThrow: rowFormat("objectives", { event: "dynamite_throw" }),
  dynamiteArm: rowFormat("objectives", { event: "dynamite_arm" }),
  dynamiteDefuse: rowFormat("objectives", { event: "dynamite_defuse" }),
  dynamiteExplode: rowFormat("objectives", { event: "dynamite_explode" }),
  dynamiteGone: rowFormat("objectives", { event: "dynamite_gone" }),
  objectiveDestroy: rowFormat("objectives", { event: "objective_destroy" }),
  constructStart: rowFormat("objectives", { event: "construct_start" }),
  constructShare: rowFormat("objectives", { event: "construct_share" }),
  constructStage: rowFormat("objectives", { event: "construct_stage" }),
  constructFinish: rowFormat("objectives", { event: "construct_finish" }),
  constructDecay: rowFormat("objectives", { event: "construct_decay" }),
  constructDamage: rowFormat("objectives", { event: "construct_damage" }),
  constructDestroy: rowFormat("objectives", { event: "construct_destroy" }),
  carryTake: rowFormat("objectives", { event: "carry_take" }),
  carryPickup: rowFormat("objectives", { event: "carry_pickup" }),
  carryDrop: rowFormat("objectives", { event: "carry_drop" }),
  carryReturn: rowFormat("objectives", { event: "carry_return" }),
  carrySecure: rowFormat("objectives", { event: "carry_secure" }),
  spawnCapture: rowFormat("objectives", { event: "spawn_capture" }),
  vehicleDisable: rowFormat("objectives", { event: "vehicle_disable" }),
  vehicleRepair: rowFormat("objectives", { event: "vehicle_repair" }),
  vehicleMove: rowFormat("objectives", { event: "vehicle_move" }),
  minePlace: rowFormat("objectives", { event: "mine_place" }),
  mineArm: rowFormat("objectives", { event: "mine_arm" }),
  mineTrigger: rowFormat("objectives", { event: "mine_trigger" }),
  mineExplode: rowFormat("objectives", { event: "mine_explode" }),
  mineGone: rowFormat("objectives", { event: "mine_gone" }),
  satchelPlace: rowFormat("objectives", { event: "satchel_place" }),
  satchelExplode: rowFormat("objectives", { event: "satchel_explode" }),
  satchelGone: rowFormat("objectives", { event: "satchel_gone" }),
  packHealth: rowFormat("objectives", { event: "pack_health" }),
  packAmmo: rowFormat("objectives", { event: "pack_ammo" }),
  status: rowFormat("objectives", { event: "status" }),
  winner: rowFormat("objectives", { event: "winner" }),
  exit: rowFormat("objectives", { event: "exit" }),
};
