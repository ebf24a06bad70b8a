/** Arranges an engagement for its picture. */
import { whole } from "../counts.ts";
import type { Sql } from "../db/driver/connect.ts";
import { TEAM_NAMES } from "../engine/players.ts";
import { plainName } from "../names.ts";
import { fightBounds } from "../pictures/engagement.ts";
import type { EngagementPicture } from "../pictures/engagement.ts";
import type { EngagementReport } from "./engagements.ts";
import type { TrackPoint } from "./queries/engagements.ts";
import { TRACK_LEAD_MS } from "./engagements.ts";
import { formatClock } from "./filter-request.ts";
import { layGround, readGround, type KnownGround } from "./ground.ts";

/** A player's way, cut where a new life begins. */
function lives(track: readonly TrackPoint[]): TrackPoint[][] {
  const numbers = [...new Set(track.map(({ life }) => life))];
  return numbers.map((life) => track.filter((point) => point.life === life));
}

/**
 * The picture of an engagement, cut to where it happened.
 * @param known the ground of its map, where it was read already.
 */
export async function engagementPicture(
  sql: Sql,
  report: EngagementReport,
  known?: KnownGround,
): Promise<EngagementPicture> {
  const { events, participants, row, tracks } = report;
  const fighters = participants.map(({ name, slot, team }) => ({
    label: plainName(name),
    team,
    tracks: lives(tracks.filter((point) => point.slot === slot)),
  }));
  const teamOf = new Map(participants.map(({ slot, team }) => [slot, team]));
  const strikes = events.flatMap(({ attackerSlot, attackerX, attackerY, event, targetX, targetY }) =>
    event === "revive" || targetX === null || targetY === null
      ? []
      : [
          {
            team: teamOf.get(attackerSlot ?? -1) ?? 0,
            isKill: event === "kill",
            from: attackerX === null || attackerY === null ? null : { x: attackerX, y: attackerY },
            to: { x: targetX, y: targetY },
          },
        ],
  );
  const downs = strikes.filter(({ isKill }) => isKill).length;
  const bounds = fightBounds({ fighters, strikes });
  const ground = layGround(known ?? (await readGround(sql, row.map)), [[0, 0]], 1);
  const winner = row.winnerTeam === null ? "nobody won" : `${TEAM_NAMES[row.winnerTeam] ?? ""} won`;
  return {
    caption: {
      title: `${row.attackers}v${row.defenders} on ${row.map}`,
      subtitle: `${winner} · ${formatClock(row.startMs)} to ${formatClock(row.endMs)} of the round`,
      notes: [
        `${whole(row.damageGiven + row.damageReceived)} damage, ${downs} downed · routes from ${TRACK_LEAD_MS / 1000} s before`,
        report.id,
      ],
    },
    ground: { ...ground, bounds, imageBounds: ground.bounds },
    fighters,
    strikes,
  };
}
