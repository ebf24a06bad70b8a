/** Arranges an engagement for its picture. */
import { fightShape } from "../fight-shape.ts";
import { counted, whole } from "../counts.ts";
import type { Sql } from "../db/driver/connect.ts";
import { TEAM_NAMES } from "../engine/players.ts";
import { plainName } from "../names.ts";
import { fightBounds } from "../pictures/engagement.ts";
import type { EngagementPicture } from "../pictures/engagement.ts";
import type { Fighter, FightPanel, Strike } from "../pictures/engagement-panel.ts";
import { describeDowns } from "./downs.ts";
import type { EngagementReport } from "./engagements.ts";
import { cutFight, TRACK_LEAD_MS } from "./fight-stretches.ts";
import type { Stretch } from "./fight-stretches.ts";
import { formatClock } from "../clock.ts";
import { layGround, readGround, type KnownGround } from "./ground.ts";
import type { EngagementEvent, TrackPoint } from "./queries/engagements.ts";

/** A hit or a kill, with what only its arranging needs. */
interface TimedStrike extends Strike {
  readonly timeMs: number;
  readonly attackerSlot: number | null;
  readonly targetSlot: number | null;
}

/** A player's way, cut where a new life begins. */
function lives(track: readonly TrackPoint[]): TrackPoint[][] {
  const numbers = [...new Set(track.map(({ life }) => life))];
  return numbers.map((life) => track.filter((point) => point.life === life));
}

/** Hits and kills whose place is known; downs have the numbers that the table has. */
function strikesOf({ events, participants }: EngagementReport): TimedStrike[] {
  const bySlot = new Map(participants.map((one) => [one.slot, one]));
  const toStrike = (event: EngagementEvent): TimedStrike[] => {
    const { attackerSlot, attackerX, attackerY, down, relation, targetSlot, targetX, targetY, timeMs } =
      event;
    if (event.event === "revive" || targetX === null || targetY === null) return [];
    return [
      {
        timeMs,
        attackerSlot,
        targetSlot,
        team: bySlot.get(attackerSlot ?? -1)?.team ?? 0,
        relation: relation ?? "world",
        from: attackerX === null || attackerY === null ? null : { x: attackerX, y: attackerY },
        to: { x: targetX, y: targetY },
        down:
          down === null ? null : { number: down, label: plainName(bySlot.get(targetSlot ?? -1)?.name ?? "") },
      },
    ];
  };
  return events.flatMap(toStrike);
}

/** Whether the place before a stretch belongs to the life in it: not long ago, and not down since. */
function isFollowed(
  { life, slot, timeMs }: TrackPoint,
  next: number | undefined,
  { fromMs }: Stretch,
  strikes: readonly TimedStrike[],
): boolean {
  return (
    fromMs - timeMs <= TRACK_LEAD_MS &&
    (next === undefined || next === life) &&
    !strikes.some(
      (strike) =>
        strike.down !== null &&
        strike.targetSlot === slot &&
        strike.timeMs >= timeMs &&
        strike.timeMs < fromMs,
    )
  );
}

/** One stretch: the ways of all who were in it; names stand at those who downed someone. */
function panelOf(report: EngagementReport, strikes: readonly TimedStrike[], stretch: Stretch): FightPanel {
  const { fromMs, toMs } = stretch;
  const shown = strikes.filter(({ timeMs }) => timeMs >= fromMs && timeMs <= toMs);
  const involved = new Set(shown.flatMap(({ attackerSlot, targetSlot }) => [attackerSlot, targetSlot]));
  const downs = shown.filter(({ down }) => down !== null);
  const named = new Set((downs.length > 0 ? downs : shown).map(({ attackerSlot }) => attackerSlot));
  const everybody = downs.length === 0 || report.participants.length <= 4;
  const fighters = report.participants.flatMap(({ name, slot, team }): Fighter[] => {
    const until = report.tracks.filter((point) => point.slot === slot && point.timeMs <= toMs);
    const points = until.filter(({ timeMs }) => timeMs >= fromMs);
    // Where they were last: without it a short stretch has no place for one whose samples lie around it.
    const before = until[until.length - points.length - 1];
    if (before !== undefined && isFollowed(before, points[0]?.life, stretch, strikes)) points.unshift(before);
    if (points.length === 0 || !involved.has(slot)) return [];
    const lastMs = points.at(-1)?.timeMs ?? 0;
    const isUp = !downs.some(({ targetSlot, timeMs }) => targetSlot === slot && timeMs >= lastMs);
    return [
      { label: everybody || named.has(slot) ? plainName(name) : "", team, tracks: lives(points), isUp },
    ];
  });
  const numbers = downs.map(({ down }) => down?.number ?? 0);
  const [first, last] = [numbers[0], numbers.at(-1)];
  const told =
    first === undefined || last === undefined
      ? "nobody down"
      : first === last
        ? `down ${first}`
        : `downs ${first} to ${last}`;
  return {
    label: `${formatClock(Math.max(0, fromMs))} to ${formatClock(toMs)} · ${told}`,
    bounds: fightBounds({ fighters, strikes: shown }),
    fighters,
    strikes: shown,
  };
}

/**
 * The picture of an engagement, cut to where it happened, and to when: see {@link cutFight}.
 * @param known the ground of its map, where it was read already.
 */
export async function engagementPicture(
  sql: Sql,
  report: EngagementReport,
  known?: KnownGround,
): Promise<EngagementPicture> {
  const { row } = report;
  const strikes = strikesOf(report);
  const timesOf = (isDown: boolean): number[] =>
    strikes.filter(({ down }) => (down !== null) === isDown).map(({ timeMs }) => timeMs);
  const { drawn, leftOut } = cutFight(row, timesOf(true), timesOf(false));
  const ground = layGround(known ?? (await readGround(sql, row.map)), [[0, 0]], 1);
  const everything = { fromMs: row.startMs - TRACK_LEAD_MS, toMs: row.endMs, downs: [] };
  const entire = panelOf(report, strikes, everything);
  const winner = row.winnerTeam === null ? "nobody won" : `${TEAM_NAMES[row.winnerTeam] ?? ""} won`;
  const lead =
    drawn.length === 1
      ? `routes from ${TRACK_LEAD_MS / 1000} s before`
      : leftOut.stretches === 0
        ? "each map shows one stretch around downs"
        : `the ${drawn.length} stretches with most downs; ${counted(leftOut.stretches, "other")} with ${counted(leftOut.downs, "down")} in the table`;
  return {
    caption: {
      title: `${fightShape(row.attackers, row.defenders)} on ${row.map}`,
      subtitle: `${winner} · ${formatClock(row.startMs)} to ${formatClock(row.endMs)} of the round`,
      notes: [
        `${whole(row.damageGiven + row.damageReceived)} damage · ${describeDowns(report.events)} · ${lead}`,
        report.id,
      ],
    },
    ground: { ...ground, bounds: entire.bounds, imageBounds: ground.bounds },
    whole: entire,
    panels: drawn.map((stretch) => panelOf(report, strikes, stretch)),
  };
}
