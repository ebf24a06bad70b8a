/**
 * The engine's weapons by number. Numbers are stable from ET:Legacy 2.76 to 2.85 (55 came with 2.77).
 *
 * Source: `src/game/bg_public.h` (enum `weapon_t`) and `src/game/bg_misc.c` (table `weaponTable`) of ET:Legacy.
 */

/**
 * What a weapon is for. `tool`, `medical` and `supply` items do no damage by themselves: their uses are recorded as
 * shots too, and this tells them apart.
 */
export type WeaponKind =
  | "none"
  | "melee"
  | "pistol"
  | "smg"
  | "rifle"
  | "scoped_rifle"
  | "machine_gun"
  | "flamethrower"
  | "grenade"
  | "launcher"
  | "mortar"
  | "mine"
  | "support_fire"
  | "tool"
  | "medical"
  | "supply";

/** One of the engine's weapons or items. `name` and `kind` are prox's own, the rest is the engine's. */
export interface Weapon {
  /** The engine's number, as in `ps.weapon` and `et_WeaponFire`. */
  readonly number: number;
  /** The engine's name without its prefix, in lower case: unique, stable, fit for file names and queries. */
  readonly id: string;
  /** The name to show to people. */
  readonly name: string;
  readonly kind: WeaponKind;
}

function weapon(number: number, id: string, name: string, kind: WeaponKind): Weapon {
  return { number, id, name, kind };
}

/** All weapons; the index is the engine's number. */
export const WEAPONS: readonly Weapon[] = [
  weapon(0, "none", "none", "none"),
  weapon(1, "knife", "Knife", "melee"),
  weapon(2, "luger", "Luger", "pistol"),
  weapon(3, "mp40", "MP 40", "smg"),
  weapon(4, "grenade_launcher", "German grenade", "grenade"),
  weapon(5, "panzerfaust", "Panzerfaust", "launcher"),
  weapon(6, "flamethrower", "Flamethrower", "flamethrower"),
  weapon(7, "colt", "Colt", "pistol"),
  weapon(8, "thompson", "Thompson", "smg"),
  weapon(9, "grenade_pineapple", "American grenade", "grenade"),
  weapon(10, "sten", "Sten", "smg"),
  weapon(11, "medic_syringe", "Syringe", "medical"),
  weapon(12, "ammo", "Ammo pack", "supply"),
  weapon(13, "arty", "Artillery", "support_fire"),
  weapon(14, "silencer", "Silenced Luger", "pistol"),
  weapon(15, "dynamite", "Dynamite", "mine"),
  weapon(16, "smoketrail", "Smoke trail", "none"),
  weapon(17, "mapmortar", "Map mortar", "mortar"),
  weapon(18, "verybigexplosion", "Explosion", "none"),
  weapon(19, "medkit", "Medkit", "medical"),
  weapon(20, "binoculars", "Binoculars", "tool"),
  weapon(21, "pliers", "Pliers", "tool"),
  weapon(22, "smoke_marker", "Airstrike marker", "support_fire"),
  weapon(23, "kar98", "K98 rifle", "rifle"),
  weapon(24, "carbine", "M1 carbine", "rifle"),
  weapon(25, "garand", "Garand", "rifle"),
  weapon(26, "landmine", "Landmine", "mine"),
  weapon(27, "satchel", "Satchel charge", "mine"),
  weapon(28, "satchel_det", "Satchel detonator", "tool"),
  weapon(29, "smoke_bomb", "Smoke bomb", "supply"),
  weapon(30, "mobile_mg42", "Mobile MG 42", "machine_gun"),
  weapon(31, "k43", "K43", "rifle"),
  weapon(32, "fg42", "FG 42", "rifle"),
  weapon(33, "dummy_mg42", "Mounted gun", "machine_gun"),
  weapon(34, "mortar", "Granatwerfer", "mortar"),
  weapon(35, "akimbo_colt", "Akimbo Colts", "pistol"),
  weapon(36, "akimbo_luger", "Akimbo Lugers", "pistol"),
  weapon(37, "gpg40", "GPG 40", "launcher"),
  weapon(38, "m7", "M7", "launcher"),
  weapon(39, "silenced_colt", "Silenced Colt", "pistol"),
  weapon(40, "garand_scope", "Garand (scoped)", "scoped_rifle"),
  weapon(41, "k43_scope", "K43 (scoped)", "scoped_rifle"),
  weapon(42, "fg42_scope", "FG 42 (scoped)", "scoped_rifle"),
  weapon(43, "mortar_set", "Granatwerfer (set up)", "mortar"),
  weapon(44, "medic_adrenaline", "Adrenaline", "medical"),
  weapon(45, "akimbo_silencedcolt", "Akimbo silenced Colts", "pistol"),
  weapon(46, "akimbo_silencedluger", "Akimbo silenced Lugers", "pistol"),
  weapon(47, "mobile_mg42_set", "Mobile MG 42 (set up)", "machine_gun"),
  weapon(48, "knife_kabar", "Ka-Bar knife", "melee"),
  weapon(49, "mobile_browning", "Mobile Browning", "machine_gun"),
  weapon(50, "mobile_browning_set", "Mobile Browning (set up)", "machine_gun"),
  weapon(51, "mortar2", "M2 mortar", "mortar"),
  weapon(52, "mortar2_set", "M2 mortar (set up)", "mortar"),
  weapon(53, "bazooka", "Bazooka", "launcher"),
  weapon(54, "mp34", "MP 34", "smg"),
  weapon(55, "airstrike", "Airstrike", "support_fire"),
];

/** What engineers throw and plant. */
export const WEAPON_DYNAMITE = 15;
/** What engineers arm, defuse, build and repair with. */
export const WEAPON_PLIERS = 21;
/** What engineers lay. */
export const WEAPON_LANDMINE = 26;
/** What covert ops throw. */
export const WEAPON_SATCHEL = 27;

/** The gun of a fixed machine gun, an anti-air gun or a tank: shots from them are recorded with this number. */
export const MOUNTED_GUN = 33;

/** Kinds of items that are no weapons: their uses are no shots at anybody. */
export const ITEM_KINDS: readonly WeaponKind[] = ["none", "tool", "medical", "supply"];

/** Whether `number` is a weapon rather than a tool, a medical item or a supply. Unknown numbers are weapons. */
export function isWeapon(number: number): boolean {
  const known = WEAPONS[number];
  return known === undefined || !ITEM_KINDS.includes(known.kind);
}

/** The name to show for a weapon's number. */
export function weaponName(number: number): string {
  return WEAPONS[number]?.name ?? `weapon ${number}`;
}
