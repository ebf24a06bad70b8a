/**
 * The fields of entities that prox reads, by the type of their value: a field that does not stand here is a compile
 * error in the tracker, and reading one that the engine does not have is an error at run time.
 *
 * Source: `gclient_fields` and `gentity_fields` in `src/game/g_lua.c` of ET:Legacy; all exist since 2.77.
 */

/** `et.gentity_get(entity, field)` is a whole number. */
export type IntegerField =
  | "health"
  | "pers.connected"
  | "pers.lastrevive_client"
  | "ps.eFlags"
  | "ps.pm_flags"
  | "ps.pm_type"
  | "ps.weapon"
  | "r.svFlags"
  | "sess.playerType"
  | "sess.sessionTeam";

/** `et.gentity_get(entity, field, index)` is a whole number; the index begins with 0 and is not checked. */
export type IntegerArrayField = "pers.playerStats.hitRegions" | "ps.stats";

/** `et.gentity_get(entity, field)` is text. */
export type TextField = "pers.netname";

/** `et.gentity_get(entity, field)` is a new table of three numbers. */
export type VectorField = "ps.origin" | "ps.velocity" | "ps.viewangles";
