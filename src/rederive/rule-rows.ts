/** What the rules find, as rows of the engagements file and of the heatmap: values by the names of their columns. */
import { COLUMNS } from "../format/columns.ts";
import { BAIT_VERSION, type Bait } from "../rules/bait.ts";
import { CROSSFIRE_VERSION, type Crossfire } from "../rules/crossfire.ts";
import { ENGAGEMENT_VERSION, type EngagementEnd } from "../rules/engagement.ts";
import type { Engagement } from "../rules/fight.ts";
import { HEATMAP_VERSION, type HeatmapCell } from "../rules/heatmap.ts";
import { TRADE_VERSION, type Trade } from "../rules/trade.ts";

/** Values by the names of the columns of a file; a column that is not named is null. */
export type RuleRow = Readonly<Record<string, number | string | undefined>>;

/** The row of a fight, and those of its participants. */
export function engagementRows(fight: Readonly<Engagement>, end: Readonly<EngagementEnd>): RuleRow[] {
  const { attackerTeam, number: engagement } = fight;
  const openers = fight.participants.filter(({ team }) => team === attackerTeam);
  const sum = (of: "damageGiven" | "damageReceived" | "hitsGiven" | "kills" | "deaths"): number =>
    openers.reduce((total, participant) => total + participant[of], 0);
  const shared = { time_ms: end.timeMs, engagement, rule_version: ENGAGEMENT_VERSION };
  return [
    {
      ...shared,
      record: "engagement",
      start_ms: fight.startMs,
      team: attackerTeam,
      attackers: fight.attackers,
      defenders: fight.defenders,
      outcome: end.outcome,
      winner_team: end.winnerTeam,
      slot: fight.opener,
      enemy_slot: fight.firstTarget,
      damage_given: sum("damageGiven"),
      damage_received: sum("damageReceived"),
      hits_given: sum("hitsGiven"),
      kills: sum("kills"),
      deaths: sum("deaths"),
      distance_units: fight.distance,
      end_distance_units: end.distance,
      x: fight.x,
      y: fight.y,
      z: fight.z,
    },
    ...fight.participants.map((participant) => ({
      ...shared,
      record: "participant",
      start_ms: participant.joinedMs,
      team: participant.team,
      side: participant.team === attackerTeam ? "attackers" : "defenders",
      slot: participant.slot,
      damage_given: participant.damageGiven,
      damage_received: participant.damageReceived,
      hits_given: participant.hitsGiven,
      kills: participant.kills,
      deaths: participant.deaths,
    })),
  ];
}

/** What a crossfire, a bait and a trade say alike. */
function actRow(record: string, act: Readonly<Crossfire | Bait | Trade>): RuleRow {
  return {
    record,
    time_ms: act.timeMs,
    start_ms: act.startMs,
    team: act.team,
    slot: act.slot,
    partner_slot: act.partner,
    enemy_slot: act.enemy,
    partner_distance_units: act.partnerDistance,
    x: act.x,
    y: act.y,
    z: act.z,
  };
}

/** The row of a crossfire, without the number of its fight. */
export function crossfireRow(found: Readonly<Crossfire>): RuleRow {
  return {
    ...actRow("crossfire", found),
    damage_given: found.damage,
    hits_given: found.hits,
    distance_units: found.distance,
    angle_deg: found.angleDeg,
    rule_version: CROSSFIRE_VERSION,
  };
}

/** The row of a bait, without the number of its fight. */
export function baitRow(found: Readonly<Bait>): RuleRow {
  return {
    ...actRow("bait", found),
    damage_given: found.damageGiven,
    damage_received: found.damageReceived,
    distance_units: found.distance,
    end_distance_units: found.endDistance,
    retreat_units: found.retreatUnits,
    rule_version: BAIT_VERSION,
  };
}

/** The row of a trade, without the number of its fight. */
export function tradeRow(found: Readonly<Trade>): RuleRow {
  return { ...actRow("trade", found), end_distance_units: found.distance, rule_version: TRADE_VERSION };
}

/** The row of a cell of the heatmap. */
export function heatmapRow({ cellX, cellY, deaths, kills, team }: Readonly<HeatmapCell>): RuleRow {
  return { cell_x: cellX, cell_y: cellY, team, kills, deaths, rule_version: HEATMAP_VERSION };
}

const DIGITS: ReadonlyMap<string, number> = new Map(
  Object.values(COLUMNS)
    .flat()
    .map((column) => [column.name, column.type === "decimal" ? column.digits : 0]),
);

/** A number with so many decimals, a tie to the even digit, as the tracker writes it. */
function fixed(value: number, digits: number): string {
  const scaled = value * 10 ** digits;
  // Only quarters and halves are ties: nothing else is exact in binary.
  const isTie = (value * 4) % 1 === 0 && Math.abs(scaled % 1) === 0.5;
  return isTie ? ((2 * Math.round(scaled / 2)) / 10 ** digits).toFixed(digits) : value.toFixed(digits);
}

/** A value of a row as the file would have it; empty for null. */
export function fieldText(column: string, value: number | string | undefined): string {
  return typeof value === "number" ? fixed(value, DIGITS.get(column) ?? 0) : (value ?? "");
}
