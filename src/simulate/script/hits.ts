/** What the engine makes of a hit of which no more is known than the weapon. */
import { MEANS_OF_DEATH } from "../../engine/means-of-death.ts";
import { WEAPONS } from "../../engine/weapons.ts";
import { HIT_REGIONS } from "../../format/columns.ts";
import type { MountedGun } from "./client.ts";

/** Bits of the damage flags; source: `src/game/g_local.h` of ET:Legacy. */
const RADIUS = 1;
const NO_KNOCKBACK = 8;
const DISTANCE_FALLOFF = 64;
const BODY = HIT_REGIONS.indexOf("body");

const GUN_MEANS: Readonly<Record<MountedGun, string>> = {
  fixed: "machinegun",
  tank: "browning",
  aa: "machinegun",
};

function meansById(id: string): number | undefined {
  return MEANS_OF_DEATH.find((means) => means.id === id)?.number;
}

/** The means of death of a direct hit; undefined for a weapon that makes none. */
export function meansOfWeapon(weapon: number): number | undefined {
  const id = WEAPONS[weapon]?.id.replace(/_set$/, "");
  return id === undefined ? undefined : meansById(id === "fg42_scope" ? "fg42scope" : id);
}

/** The means of death of a hit with a mounted gun. */
export function meansOfGun(gun: MountedGun): number {
  return meansById(GUN_MEANS[gun]) ?? 0;
}

/** The damage flags that were seen with such a means of death. */
export function flagsOf(meansOfDeath: number): number {
  switch (MEANS_OF_DEATH[meansOfDeath]?.kind) {
    case "bullet":
      return DISTANCE_FALLOFF;
    case "explosive":
      return RADIUS;
    case "world":
      return NO_KNOCKBACK;
    default:
      return 0;
  }
}

/** The region that a hit has: the one asked for, the body, or none where the engine counts none. */
export function regionOf(meansOfDeath: number, asked: number | undefined): number | undefined {
  return MEANS_OF_DEATH[meansOfDeath]?.hasRegion === true ? (asked ?? BODY) : undefined;
}
