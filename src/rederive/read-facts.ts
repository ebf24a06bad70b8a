/** Reads the facts of a round from the database, some thousand rows at a time. */
import type { Transaction } from "../db/driver/connect.ts";
import type { Columns, KnownColumns } from "../db/rows.ts";
import type { Attacker, EventFact, Place, RoundFacts } from "./facts.ts";
import { ruleSettings } from "./settings.ts";
import type { StoredRound } from "./stored-round.ts";
import { Tracks } from "./tracks.ts";

/** Rows of one query: all of a usual round. */
const ROWS_PER_QUERY = 20_000;

type CombatRow = Columns<
  "combat_events",
  | "event_number"
  | "time_ms"
  | "event"
  | "relation"
  | "damage_effective"
  | "attacker_slot"
  | "target_slot"
  | "attacker_team"
  | "target_team"
  | "attacker_health"
  | "attacker_x"
  | "attacker_y"
  | "attacker_z"
  | "target_x"
  | "target_y"
  | "target_z"
>;

type SampleRow = KnownColumns<"player_positions", "time_ms" | "slot" | "x" | "y" | "z">;

const placeOf = (x: number | null, y: number | null, z: number | null): Place | undefined =>
  x === null || y === null || z === null ? undefined : { x, y, z };

function attackerOf(row: CombatRow): Attacker | undefined {
  const place = placeOf(row.attacker_x, row.attacker_y, row.attacker_z);
  if (row.attacker_slot === null || place === undefined) return undefined;
  return {
    slot: row.attacker_slot,
    team: row.attacker_team ?? 0,
    place,
    isUp: (row.attacker_health ?? 1) > 0,
  };
}

/** Adds where the two of a row were to the tracks; returns what the rules are told of it, undefined for a shot. */
function takeEvent(row: CombatRow, tracks: Tracks): EventFact | undefined {
  const { event, target_slot: target, time_ms: timeMs } = row;
  const isComing = event === "spawn" || event === "revive";
  const place = placeOf(row.target_x, row.target_y, row.target_z);
  // Of who revives, the tracker told the place and did not take it for its own use.
  const attacker = isComing ? undefined : attackerOf(row);
  if (attacker !== undefined) tracks.addSight(attacker.slot, timeMs, attacker.place);
  if (target === null || event === "fire") return undefined;
  if (place !== undefined) tracks.addSight(target, timeMs, place, isComing);
  return {
    event: event as EventFact["event"],
    timeMs,
    target,
    targetTeam: row.target_team ?? 0,
    place,
    attacker,
    isByEnemy: row.relation === "enemy",
    damage: event === "hit" ? (row.damage_effective ?? 0) : 0,
  };
}

async function readEvents(transaction: Transaction, roundId: number, tracks: Tracks): Promise<EventFact[]> {
  const events: EventFact[] = [];
  for (let last = 0; ;) {
    const rows = await transaction<CombatRow[]>`
      select event_number, time_ms, event, relation, damage_effective, attacker_slot, target_slot, attacker_team,
        target_team, attacker_health, attacker_x, attacker_y, attacker_z, target_x, target_y, target_z
      from combat_events
      where round_id = ${roundId} and event_number > ${last}
        and event in ('fire', 'hit', 'kill', 'spawn', 'revive', 'leave')
      order by event_number
      limit ${ROWS_PER_QUERY}`;
    for (const row of rows) {
      const fact = takeEvent(row, tracks);
      if (fact !== undefined) events.push(fact);
    }
    last = rows.at(-1)?.event_number ?? last;
    if (rows.length < ROWS_PER_QUERY) return events;
  }
}

async function readSamples(transaction: Transaction, roundId: number, tracks: Tracks): Promise<void> {
  for (let lastMs = -1, lastSlot = 0; ;) {
    const rows = await transaction<SampleRow[]>`
      select time_ms, slot, x, y, z from player_positions
      where round_id = ${roundId} and (time_ms, slot) > (${lastMs}, ${lastSlot})
      order by time_ms, slot
      limit ${ROWS_PER_QUERY}`;
    for (const { slot, time_ms, x, y, z } of rows) tracks.addSample(slot, time_ms, x, y, z);
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_PER_QUERY) return;
    lastMs = last.time_ms;
    lastSlot = last.slot;
  }
}

/** All facts of a round that rules look at. */
export async function readFacts(transaction: Transaction, round: StoredRound): Promise<RoundFacts> {
  const tracks = new Tracks();
  const events = await readEvents(transaction, round.roundId, tracks);
  await readSamples(transaction, round.roundId, tracks);
  return {
    settings: ruleSettings(round.configuration),
    beganMs: round.beganMs ?? 0,
    endMs: round.endedAt === null ? undefined : round.endMs,
    events,
    tracks,
  };
}
