/**
 * The bins in which the engine counts shots and hits by weapon, for its own statistics and those that modules write: several
 * weapons share one. Numbers are stable from ET:Legacy 2.76 to 2.85 (27 came with 2.77).
 *
 * Source: `src/game/bg_public.h` (enum `extWeaponStats_t`) and `src/game/bg_misc.c` (tables `weaponTable` and `modTable`) of
 * ET:Legacy.
 */

/** One of the engine's bins. `name` is prox's own, the rest is the engine's. */
export interface WeaponBin {
  /** The engine's number, and the bit of the bin in the masks that statistics hold. */
  readonly number: number;
  /** The engine's name without its prefix, in lower case. */
  readonly id: string;
  /** The name to show to people. */
  readonly name: string;
  /** Weapons whose shots are counted in it, by the engine's numbers. */
  readonly weapons: readonly number[];
  /** Means of death whose kills are counted in it, by the engine's numbers. */
  readonly means: readonly number[];
}

function bin(
  number: number,
  id: string,
  name: string,
  weapons: readonly number[],
  means: readonly number[],
): WeaponBin {
  return { number, id, name, weapons, means };
}

/** All bins; the index is the engine's number. */
export const WEAPON_BINS: readonly WeaponBin[] = [
  bin(0, "knife", "Knife", [1], [5, 65]),
  bin(1, "knife_kbar", "Ka-Bar knife", [48], [61]),
  bin(2, "luger", "Luger", [2, 14, 36, 46], [6, 12, 54, 56]),
  bin(3, "colt", "Colt", [7, 35, 39, 45], [7, 45, 53, 55]),
  bin(4, "mp40", "MP 40", [3], [8]),
  bin(5, "thompson", "Thompson", [8], [9]),
  bin(6, "sten", "Sten", [10], [10]),
  bin(7, "fg42", "FG 42", [32, 42], [13, 14]),
  bin(8, "panzerfaust", "Panzerfaust", [5], [15]),
  bin(9, "bazooka", "Bazooka", [53], [64]),
  bin(10, "flamethrower", "Flamethrower", [6], [17]),
  bin(11, "grenade", "Grenade", [4, 9], [4, 16, 18]),
  bin(12, "mortar", "Granatwerfer", [17, 34, 43], [19, 20, 52]),
  bin(13, "mortar2", "M2 mortar", [51, 52], [63]),
  bin(14, "dynamite", "Dynamite", [15], [22]),
  bin(15, "airstrike", "Airstrike", [22, 55], [23, 57]),
  bin(16, "artillery", "Artillery", [13, 16], [26]),
  bin(17, "satchel", "Satchel charge", [28], [42]),
  bin(18, "grenadelauncher", "Rifle grenade", [37, 38], [39, 40]),
  bin(19, "landmine", "Landmine", [26], [41]),
  bin(20, "mg42", "MG 42", [30, 33, 47], [1, 3, 44]),
  bin(21, "browning", "Browning", [49, 50], [2, 62]),
  bin(22, "carbine", "M1 carbine", [24], [37]),
  bin(23, "kar98", "K98 rifle", [23], [38]),
  bin(24, "garand", "Garand", [25, 40], [11, 46]),
  bin(25, "k43", "K43", [31, 41], [50, 51]),
  bin(26, "mp34", "MP 34", [54], [66]),
  bin(27, "syringe", "Syringe", [11], [24]),
];
