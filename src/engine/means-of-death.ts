/**
 * The engine's means of death by number: what caused damage or a kill. A kill's weapon is best taken from here,
 * because a grenade may explode after its thrower has changed weapon. Numbers are stable from ET:Legacy 2.76 to 2.85.
 *
 * Source: `src/game/bg_public.h` (enum `meansOfDeath_t`) and `src/game/bg_misc.c` (table `modTable`) of ET:Legacy.
 */

/** How a means of death does its damage. */
export type DamageKind = "bullet" | "melee" | "fire" | "explosive" | "world" | "other";

/** One of the engine's means of death. `name` and `kind` are prox's own, the rest is the engine's. */
export interface MeansOfDeath {
  /** The engine's number. */
  readonly number: number;
  /** The engine's name without its prefix, in lower case. */
  readonly id: string;
  /** The name to show to people. */
  readonly name: string;
  readonly kind: DamageKind;
  /** Whether the engine counts a hit region for its hits. */
  readonly hasRegion: boolean;
}

function located(number: number, id: string, name: string): MeansOfDeath {
  return { number, id, name, kind: "bullet", hasRegion: true };
}

function means(number: number, id: string, name: string, kind: DamageKind): MeansOfDeath {
  return { number, id, name, kind, hasRegion: false };
}

/** All means of death; the index is the engine's number. */
export const MEANS_OF_DEATH: readonly MeansOfDeath[] = [
  means(0, "unknown", "Unknown", "other"),
  means(1, "machinegun", "Mounted gun", "bullet"),
  means(2, "browning", "Mounted Browning", "bullet"),
  means(3, "mg42", "Mounted MG 42", "bullet"),
  means(4, "grenade", "Grenade", "explosive"),
  means(5, "knife", "Knife", "melee"),
  located(6, "luger", "Luger"),
  located(7, "colt", "Colt"),
  located(8, "mp40", "MP 40"),
  located(9, "thompson", "Thompson"),
  located(10, "sten", "Sten"),
  located(11, "garand", "Garand"),
  located(12, "silencer", "Silenced Luger"),
  located(13, "fg42", "FG 42"),
  located(14, "fg42scope", "FG 42 (scoped)"),
  means(15, "panzerfaust", "Panzerfaust", "explosive"),
  means(16, "grenade_launcher", "German grenade", "explosive"),
  means(17, "flamethrower", "Flamethrower", "fire"),
  means(18, "grenade_pineapple", "American grenade", "explosive"),
  means(19, "mapmortar", "Map mortar", "explosive"),
  means(20, "mapmortar_splash", "Map mortar", "explosive"),
  means(21, "kicked", "Kicked", "other"),
  means(22, "dynamite", "Dynamite", "explosive"),
  means(23, "airstrike", "Airstrike", "explosive"),
  means(24, "syringe", "Syringe", "other"),
  means(25, "ammo", "Ammo pack", "other"),
  means(26, "arty", "Artillery", "explosive"),
  means(27, "water", "Drowned", "world"),
  means(28, "slime", "Slime", "world"),
  means(29, "lava", "Lava", "world"),
  means(30, "crush", "Crushed", "world"),
  means(31, "telefrag", "Telefragged", "world"),
  means(32, "falling", "Fell", "world"),
  means(33, "suicide", "Suicide", "world"),
  means(34, "target_laser", "Laser", "world"),
  means(35, "trigger_hurt", "Map hazard", "world"),
  means(36, "explosive", "Explosion", "explosive"),
  located(37, "carbine", "M1 carbine"),
  located(38, "kar98", "K98 rifle"),
  means(39, "gpg40", "GPG 40", "explosive"),
  means(40, "m7", "M7", "explosive"),
  means(41, "landmine", "Landmine", "explosive"),
  means(42, "satchel", "Satchel charge", "explosive"),
  means(43, "smokebomb", "Smoke bomb", "other"),
  means(44, "mobile_mg42", "Mobile MG 42", "bullet"),
  located(45, "silenced_colt", "Silenced Colt"),
  located(46, "garand_scope", "Garand (scoped)"),
  means(47, "crush_construction", "Crushed by a construction", "other"),
  means(48, "crush_constructiondeath", "Crushed by a falling construction", "other"),
  means(49, "crush_constructiondeath_noattacker", "Crushed by a falling construction", "other"),
  located(50, "k43", "K43"),
  located(51, "k43_scope", "K43 (scoped)"),
  means(52, "mortar", "Granatwerfer", "explosive"),
  located(53, "akimbo_colt", "Akimbo Colts"),
  located(54, "akimbo_luger", "Akimbo Lugers"),
  located(55, "akimbo_silencedcolt", "Akimbo silenced Colts"),
  located(56, "akimbo_silencedluger", "Akimbo silenced Lugers"),
  means(57, "smokegrenade", "Airstrike marker", "other"),
  means(58, "swap_places", "Swapped places", "other"),
  means(59, "switchteam", "Changed team", "world"),
  means(60, "shove", "Shoved", "world"),
  means(61, "knife_kabar", "Ka-Bar knife", "melee"),
  means(62, "mobile_browning", "Mobile Browning", "bullet"),
  means(63, "mortar2", "M2 mortar", "explosive"),
  means(64, "bazooka", "Bazooka", "explosive"),
  means(65, "backstab", "Backstab", "melee"),
  located(66, "mp34", "MP 34"),
];

/** The explosion of dynamite. */
export const MEANS_DYNAMITE = 22;

/** The name to show for a means of death's number. */
export function meansOfDeathName(number: number): string {
  return MEANS_OF_DEATH[number]?.name ?? `means of death ${number}`;
}
