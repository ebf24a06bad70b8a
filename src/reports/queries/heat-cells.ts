/** Counts by cell of the map: kills, deaths, shots, hits, what was done at objectives, or seconds of presence. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows } from "../../db/rows.ts";
import type { Schema } from "../../db/schema.ts";
import { ITEM_KINDS, WEAPONS } from "../../engine/weapons.ts";
import type { HeatCell, Mark } from "../../pictures/heatmap.ts";
import { eventConditions, objectiveConditions } from "../event-conditions.ts";
import { allOf, roundIdArray } from "../filters.ts";
import type { Filters, Fragment, Subject } from "../filters.ts";
import { zoneCondition, type Zone } from "../zones.ts";
import { cellSource } from "./cells.ts";

/** What a heatmap counts. */
export const HEAT_SUBJECTS = [
  "kills",
  "deaths",
  "shots",
  "hits",
  "presence",
  "plants",
  "defuses",
  "drops",
  "builds",
  "captures",
] as const;
/**
 * Kills and hits are of living enemies, deaths by whomever, shots without items; plants and defuses are of dynamite at an
 * objective, drops of what was carried, builds of a stage, captures of a spawn point; presence is time alive, seconds.
 */
export type HeatSubject = (typeof HEAT_SUBJECTS)[number];

/** Where an event is put: where the attacker stood, or the target. */
export type HeatPlace = Subject;

/** The events of {@link ObjectiveSubject}. */
const OBJECTIVE_SUBJECTS = {
  plants: ["dynamite_arm"],
  defuses: ["dynamite_defuse"],
  drops: ["carry_drop"],
  builds: ["construct_stage", "construct_finish"],
  captures: ["spawn_capture"],
} as const satisfies Partial<Record<HeatSubject, readonly Schema["objective_events"]["event"][]>>;
/** What a heatmap counts that happens at objectives. */
type ObjectiveSubject = keyof typeof OBJECTIVE_SUBJECTS;

/** Whether a subject happens at objectives. */
export function isObjectiveSubject(what: HeatSubject): what is ObjectiveSubject {
  return what in OBJECTIVE_SUBJECTS;
}

/** Numbers of items whose use is no shot: syringes, packs, pliers. */
const ITEMS = WEAPONS.filter(({ kind }) => ITEM_KINDS.includes(kind)).map(({ number }) => number);

/** The events that each subject counts, and whose actions the filters choose. */
function eventsOf(
  sql: Sql,
  what: Exclude<HeatSubject, "presence" | ObjectiveSubject>,
): { condition: Fragment; subject: Subject } {
  switch (what) {
    case "kills":
      return { condition: sql`is_enemy_kill(e.event, e.relation)`, subject: "attacker" };
    case "deaths":
      return { condition: sql`e.event = 'kill'`, subject: "target" };
    case "hits":
      return {
        condition: sql`is_enemy_hit(e.event, e.relation, e.target_is_wounded)`,
        subject: "attacker",
      };
    case "shots":
      return { condition: sql`e.event = 'fire' and e.weapon <> all(${ITEMS}::int[])`, subject: "attacker" };
  }
}

/** The place that a subject is shown at unless the user says otherwise. */
export function defaultPlace(what: HeatSubject): HeatPlace {
  return what === "deaths" || what === "hits" ? "target" : "attacker";
}

function eventSource(
  sql: Sql,
  what: Exclude<HeatSubject, "presence">,
  place: HeatPlace,
  filters: Filters,
  zone: Zone | undefined,
): Fragment {
  if (isObjectiveSubject(what)) {
    return sql`
      select o.x, o.y from objective_events o
      where o.round_id = any(${roundIdArray(sql, filters)}) and o.x is not null
        and o.event = any(${[...OBJECTIVE_SUBJECTS[what]]}::text[]::objective_event[])
        and (o.objective is not null or o.event = 'carry_drop')
        and ${allOf(sql, [
          objectiveConditions(sql, filters),
          zoneCondition(sql, zone, { x: sql`o.x`, y: sql`o.y`, z: sql`o.z` }),
        ])}`;
  }
  const { condition, subject } = eventsOf(sql, what);
  const x = place === "attacker" ? sql`e.attacker_x` : sql`e.target_x`;
  const y = place === "attacker" ? sql`e.attacker_y` : sql`e.target_y`;
  const z = place === "attacker" ? sql`e.attacker_z` : sql`e.target_z`;
  return sql`
    select ${x} as x, ${y} as y from combat_events e
    where e.round_id = any(${roundIdArray(sql, filters)}) and ${x} is not null
      and ${allOf(sql, [condition, eventConditions(sql, filters, subject), zoneCondition(sql, zone, { x, y, z })])}`;
}

interface HeatCellColumns {
  readonly cell_x: number;
  readonly cell_y: number;
  readonly value: number;
}

/**
 * The counts of all cells that have any.
 * @param zone the part of the map that is meant.
 */
export async function readHeatCells(
  sql: Sql,
  what: HeatSubject,
  place: HeatPlace,
  filters: Filters,
  cellUnits: number,
  zone?: Zone,
): Promise<HeatCell[]> {
  const inZone = zoneCondition(sql, zone, { x: sql`p.x`, y: sql`p.y`, z: sql`p.z` });
  const counts =
    what === "presence"
      ? sql`
        select cell_x, cell_y, (sum(presence_ns) / 1e9)::float8 as value
        from ${cellSource(sql, filters, cellUnits, inZone)} group by 1, 2`
      : sql`
        select floor(x / ${cellUnits})::int as cell_x, floor(y / ${cellUnits})::int as cell_y, count(*)::int as value
        from (${eventSource(sql, what, place, filters, zone)}) events group by 1, 2`;
  return camelRows(await sql<HeatCellColumns[]>`${counts} order by 1, 2`);
}

/** Where players were on a map, in cells of a size: all of them, or those of one team. */
export type PresenceReader = (team: Filters["team"], cellUnits: number) => Promise<HeatCell[]>;

/** Time alive of a team in a cell, whole nanoseconds: sums of them are the same in whatever order they are added. */
export interface TeamPresence {
  readonly cellX: number;
  readonly cellY: number;
  readonly team: number;
  readonly ns: number;
}

/** Time alive by cell and team, in this order. */
export async function readTeamPresence(
  sql: Sql,
  filters: Omit<Filters, "team">,
  cellUnits: number,
): Promise<TeamPresence[]> {
  const rows = await sql<{ cell_x: number; cell_y: number; team: number; ns: number }[]>`
    select cell_x, cell_y, team, sum(presence_ns)::float8 as ns
    from ${cellSource(sql, filters, cellUnits)} group by 1, 2, 3 order by 1, 2, 3`;
  return camelRows(rows);
}

/** The cells of one team, or of both together, seconds. @param rows in the order of {@link readTeamPresence}. */
export function presenceCells(rows: readonly TeamPresence[], team: Filters["team"]): HeatCell[] {
  const cells: { cellX: number; cellY: number; value: number }[] = [];
  for (const row of rows) {
    if (team !== undefined && row.team !== team) continue;
    const last = cells.at(-1);
    if (last?.cellX === row.cellX && last.cellY === row.cellY) last.value += row.ns;
    else cells.push({ cellX: row.cellX, cellY: row.cellY, value: row.ns });
  }
  return cells.map((cell) => ({ ...cell, value: cell.value / 1e9 }));
}

/** Reads where players were for several pictures: the samples for each size of cells once, whatever the team. */
export function presenceReader(sql: Sql, filters: Omit<Filters, "team">): PresenceReader {
  const read = new Map<number, Promise<readonly TeamPresence[]>>();
  return async (team, cellUnits) => {
    const rows = read.get(cellUnits) ?? readTeamPresence(sql, filters, cellUnits);
    read.set(cellUnits, rows);
    return presenceCells(await rows, team);
  };
}

/** Single events, at most `limit`. */
export async function readMarks(
  sql: Sql,
  what: Exclude<HeatSubject, "presence">,
  place: HeatPlace,
  filters: Filters,
  limit: number,
  zone?: Zone,
): Promise<Mark[]> {
  return sql<Mark[]>`${eventSource(sql, what, place, filters, zone)} order by 1, 2 limit ${limit}`;
}
