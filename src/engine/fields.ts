/**
 * The fields of entities that prox reads, by the type of their value: a field that does not stand here is a compile
 * error in the tracker, and reading one that the engine does not have is an error at run time.
 *
 * Source: `gclient_fields` and `gentity_fields` in `src/game/g_lua.c` of ET:Legacy; all exist since 2.77.
 */

/** `et.gentity_get(entity, field)` is a whole number. */
export type IntegerField =
  | "count"
  | "count2"
  | "entstate"
  | "flags"
  | "health"
  | "pers.connected"
  | "pers.lastrevive_client"
  | "ps.eFlags"
  | "ps.pm_flags"
  | "ps.pm_type"
  | "ps.weapon"
  | "r.linked"
  | "r.svFlags"
  | "s.clientNum"
  | "s.density"
  | "s.eType"
  | "s.effect1Time"
  | "s.effect2Time"
  | "s.effect3Time"
  | "s.frame"
  | "s.modelindex"
  | "s.teamNum"
  | "sess.playerType"
  | "sess.sessionTeam"
  | "spawnflags"
  | "takedamage";

/** `et.gentity_get(entity, field, index)` is a whole number; the index begins with 0 and is not checked. */
export type IntegerArrayField = "pers.playerStats.hitRegions" | "ps.powerups" | "ps.stats";

/** `et.gentity_get(entity, field)` is text. */
export type TextField = "pers.netname";

/** `et.gentity_get(entity, field)` is text, or nothing where the entity has none. */
export type OptionalTextField = "classname" | "message" | "scriptName" | "target" | "targetname" | "track";

/** `et.gentity_get(entity, field)` is the number of another entity, or nothing. */
export type EntityField = "enemy";

/** `et.gentity_get(entity, field)` is a new table of three numbers. */
export type VectorField =
  "ps.origin" | "ps.velocity" | "ps.viewangles" | "r.absmax" | "r.absmin" | "r.currentOrigin" | "s.angles2";
