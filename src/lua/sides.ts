/** Who attacks and who defends in the round: what the map's script says. */
import { CS_MULTI_INFO, GAME_TYPE_LAST_MAN_STANDING } from "../engine/game.ts";
import { TEAM_ALLIES, TEAM_AXIS } from "../engine/players.ts";
import type { RoundSide } from "../format/columns.ts";

/** The team that attacks in the round, undefined where it is not known. */
let attackingTeam: number | undefined;

/** Reads which team attacks, for this round; undefined where the map does not say it. To be called when a round begins. */
export function readAttackingTeam(gameType: number): number | undefined {
  const defender = et.Info_ValueForKey(et.trap_GetConfigstring(CS_MULTI_INFO), "d");
  attackingTeam = undefined;
  if (gameType !== GAME_TYPE_LAST_MAN_STANDING) {
    if (defender === "0") attackingTeam = TEAM_ALLIES;
    else if (defender === "1") attackingTeam = TEAM_AXIS;
  }
  return attackingTeam;
}

/** The side of a team, empty where it is not known. */
export function sideOf(team: number): RoundSide | "" {
  if (attackingTeam === undefined) return "";
  return team === attackingTeam ? "attack" : "defence";
}
