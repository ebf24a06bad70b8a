/**
 * The fields that `et.gentity_get` knows, by the type of their value: reading any other one raises an error.
 * Source: `gclient_fields` and `gentity_fields` in `src/game/g_lua.c` of ET:Legacy 2.85.
 */

/**
 * Type of a field's value: `ints` and `floats` are read by index, `vector` is a new table of three floats,
 * `entity` an entity's number or nil, `trajectory` and `weaponStats` tables.
 */
export type FieldType =
  "float" | "floats" | "int" | "ints" | "text" | "vector" | "weaponStats" | "trajectory" | "entity";

/** Fields of clients, separated by spaces: an error on an entity that is no client. */
export const CLIENT_FIELDS: Readonly<Record<FieldType, string>> = {
  float: "acc hspct ps.leanf sess.mu sess.oldmu sess.oldsigma sess.sigma sess.startxptotal",
  floats: "sess.skillpoints sess.startskillpoints",
  int:
    "client.inactivityTime client.inactivityWarning combatState constructSoundTime deathAnimTime " +
    "deathTime disguiseClientNum freezed inactivityTime inactivityWarning landmineSpottedTime " +
    "lastConstructibleBlockingWarnTime lastKillTime lasthurt_client lasthurt_mod lasthurt_time medals " +
    "noclip pers.applicationClient pers.applicationEndTime pers.autofireteamCreateEndTime " +
    "pers.autofireteamEndTime pers.autofireteamJoinEndTime pers.complaintClient pers.complaintEndTime " +
    "pers.complaints pers.connectTime pers.connected pers.enterTime pers.initialSpawn " +
    "pers.invitationClient pers.invitationEndTime pers.lastBattleSenseBonusTime pers.lastHQMineReportTime " +
    "pers.lastReinforceTime pers.lastSpawnTime pers.lastammo_client pers.lasthealth_client " +
    "pers.lastkilled_client pers.lastkiller_client pers.lastrevive_client pers.lastteambleed_client " +
    "pers.lastteambleed_dmg pers.localClient pers.maxHealth pers.playerStats.selfkills " +
    "pers.propositionClient pers.propositionClient2 pers.propositionEndTime pers.ready " +
    "pers.teamState.state pers.voteCount ps.classWeaponTime ps.eFlags ps.ping ps.pm_flags ps.pm_time " +
    "ps.pm_type ps.viewheight ps.weapon ps.weaponstate respawnTime sess.authId sess.damage_given " +
    "sess.damage_received sess.deaths sess.gibs sess.kills sess.latchPlayerType sess.latchPlayerWeapon " +
    "sess.latchPlayerWeapon2 sess.muted sess.playerType sess.playerWeapon sess.playerWeapon2 sess.rank " +
    "sess.referee sess.rounds sess.self_kills sess.sessionTeam sess.shoutcaster sess.spec_invite " +
    "sess.spec_team sess.spectatorClient sess.spectatorState sess.spectatorTime sess.team_damage " +
    "sess.team_damage_given sess.team_damage_received sess.team_gibs sess.team_kills sess.team_received " +
    "sess.time_allies sess.time_axis sess.time_played sess.uci sess.userSpawnPointValue",
  ints:
    "pers.playerStats.hitRegions ps.ammo ps.ammoclip ps.persistant ps.powerups ps.stats saved_persistant " +
    "sess.ignoreClients sess.medals sess.skill",
  text: "pers.netname sess.authName",
  vector: "origin ps.origin ps.velocity ps.viewangles",
  weaponStats: "sess.aWeaponStats",
  trajectory: "",
  entity: "",
};

/** Fields of every entity, separated by spaces. */
export const ENTITY_FIELDS: Readonly<Record<FieldType, string>> = {
  float: "closespeed delay duration harc random varc wait",
  floats: "",
  int:
    "TargetFlag clipmask count count2 damage deathType dl_atten end_size entstate flags health inuse " +
    "isProp key methodOfDeath mg42BaseEnt missionLevel noise_index props_frame_state r.bmodel r.contents " +
    "r.eventTime r.linked r.ownerNum r.singleClient r.svFlags r.worldflags radius s.clientNum " +
    "s.constantLight s.density s.dl_intensity s.dmgFlags s.eFlags s.eType s.effect1Time s.effect2Time " +
    "s.effect3Time s.eventParm s.frame s.groundEntityNum s.loopSound s.modelindex s.modelindex2 s.number " +
    "s.onFireEnd s.onFireStart s.powerups s.solid s.teamNum s.time s.time2 s.weapon spawnflags speed " +
    "splashDamage splashMethodOfDeath splashRadius start_size takedamage waterlevel watertype",
  ints: "",
  text:
    "classname dl_shader dl_stylestring item message model model2 scriptName spawnitem tagName target " +
    "targetname track",
  vector:
    "TargetAngles dl_color origin r.absmax r.absmin r.currentAngles r.currentOrigin r.maxs r.mins rotate " +
    "s.angles s.angles2 s.origin s.origin2",
  weaponStats: "",
  trajectory: "s.apos s.pos",
  entity: "activator chain enemy nextTrain prevTrain tagParent tankLink teamchain teammaster",
};
