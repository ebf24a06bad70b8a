/** Rounds made by hand for tests of what is computed in the database: rows as objects, everything else by default. */
import type { Sql } from "../../src/db/driver/connect.ts";
import { deriveRound } from "../../src/db/derive.ts";
import { sumUpMovement } from "./sum-up-movement.ts";

type Row = Readonly<Record<string, string | number | boolean | null>>;

/** A round's facts. Rows name the columns that matter; player_id stands as the player's letter. */
export interface Facts {
  readonly round: Row;
  /** Size of the heatmap's cells; 256 unless said otherwise. */
  readonly cellUnits?: number;
  /** Slot, team and times of each player, by letter; slots follow the order. */
  readonly players: Readonly<Record<string, Row>>;
  readonly positions?: readonly Row[];
  readonly combat?: readonly Row[];
  readonly engagements?: readonly Row[];
  readonly participants?: readonly Row[];
  readonly proximity?: readonly Row[];
  readonly heatmap?: readonly Row[];
}

const ROUND: Row = {
  match_key: "match",
  map: "supply",
  round: 1,
  started_at: "2026-01-01T20:00:00Z",
  end_ms: 600000,
  game_type: 3,
  time_limit_ms: 600000,
  server_name: "server",
  tracker_version: "0",
  engine_version: "0",
  lua_version: "Lua 5.4",
  is_complete: true,
  end_reason: "finished",
};
const POSITION: Row = {
  life: 1,
  x: 0,
  y: 0,
  z: 0,
  velocity_x_ups: 0,
  velocity_y_ups: 0,
  velocity_z_ups: 0,
  speed_ups: 0,
  pitch_deg: 0,
  yaw_deg: 0,
  stationary_ms: 0,
  distance_units: 0,
  stance: 0,
  health: 100,
  class: 0,
  weapon: 8,
  is_sprinting: false,
  is_zoomed: false,
  is_mounted: false,
  is_moving: false,
};

/** Stores the facts as an import does and derives what follows. Returns the ids of the round and of the players. */
export async function storeRound(
  sql: Sql,
  facts: Facts,
): Promise<{ roundId: number; playerIds: Record<string, number> }> {
  return sql.begin(async (transaction) => {
    const insert = async (table: string, rows: readonly Row[]): Promise<void> => {
      for (const row of rows) await transaction`insert into ${transaction(table)} ${transaction(row)}`;
    };
    const rowsOf = (rows: readonly Row[] | undefined): number | null => rows?.length ?? null;
    const [round] = await transaction<{ round_id: number }[]>`
      insert into rounds ${transaction({
        ...ROUND,
        position_rows: rowsOf(facts.positions),
        combat_rows: rowsOf(facts.combat),
        engagement_rows: rowsOf(facts.engagements),
        heatmap_rows: rowsOf(facts.heatmap),
        captures: transaction.json({}),
        configuration: transaction.json({
          prox_heatmap_cell_units: String(facts.cellUnits ?? 256),
          prox_sample_ms: "1000",
          prox_near_units: "600",
        }),
        ...facts.round,
      })} returning round_id`;
    if (round === undefined) throw new Error("no round was stored");
    const round_id = round.round_id;
    await transaction`
      insert into round_rules (round_id, rule, version, derived_by)
      select ${round_id}, rule, 1, 'server' from unnest(enum_range(null::rule_name)) as rule
      where case when rule = 'heatmap' then ${facts.heatmap !== undefined} else ${facts.engagements !== undefined} end`;

    const playerIds: Record<string, number> = {};
    for (const [slot, [letter, row]] of Object.entries(facts.players).entries()) {
      const { guid = `GUID-${letter}`, name = letter, ...note } = row;
      await transaction`insert into players ${transaction({ guid, name })} on conflict (guid) do nothing`;
      const [player] = await transaction<{ player_id: number }[]>`
        select player_id from players where guid is not distinct from ${guid} order by player_id desc limit 1`;
      if (player === undefined) throw new Error(`no player ${letter} was stored`);
      playerIds[letter] = player.player_id;
      await insert("round_players", [
        {
          round_id,
          slot,
          from_ms: 0,
          player_id: player.player_id,
          name,
          team: 1,
          class: 0,
          is_bot: false,
          ...note,
        },
      ]);
    }
    /** Puts ids in place of letters. */
    const withIds = (row: Row): Row =>
      Object.fromEntries(
        Object.entries(row).map(([column, value]) => [
          column,
          column.endsWith("player_id") && typeof value === "string" ? (playerIds[value] ?? null) : value,
        ]),
      );
    const complete = (rows: readonly Row[] | undefined, defaults: (row: Row, index: number) => Row): Row[] =>
      (rows ?? []).map((row, index) => ({ ...defaults(row, index), ...withIds(row) }));
    const slotOf = (row: Row): number => Object.keys(facts.players).indexOf(String(row["player_id"]));
    const teamOf = (row: Row, column: string): number | null => {
      const player = facts.players[String(row[column])];
      return player === undefined ? null : Number(player["team"] ?? 1);
    };

    await insert(
      "player_positions",
      complete(facts.positions, (row) => ({
        ...POSITION,
        round_id,
        slot: slotOf(row),
        team: teamOf(row, "player_id"),
      })),
    );
    await insert(
      "combat_events",
      complete(facts.combat, (row, index) => ({
        round_id,
        event_number: index + 1,
        attacker_team: teamOf(row, "attacker_player_id"),
        target_team: teamOf(row, "target_player_id"),
      })),
    );
    await insert(
      "engagement_analysis",
      complete(facts.engagements, (row) => ({ round_id, rule_version: 1, team: teamOf(row, "player_id") })),
    );
    await insert(
      "engagement_participants",
      complete(facts.participants, (row, index) => ({
        round_id,
        row_number: index + 1,
        start_ms: 0,
        time_ms: 0,
        rule_version: 1,
        slot: slotOf(row),
        team: teamOf(row, "player_id"),
      })),
    );
    await insert(
      "proximity_events",
      complete(facts.proximity, (row, index) => ({
        round_id,
        row_number: 1000 + index,
        start_ms: 0,
        time_ms: 0,
        rule_version: 1,
        team: teamOf(row, "player_id"),
      })),
    );
    await insert(
      "proximity_heatmap",
      complete(facts.heatmap, () => ({ round_id })),
    );
    await sumUpMovement(transaction, round_id, facts.cellUnits ?? 256, 1000);
    await deriveRound(transaction, round_id);
    return { roundId: round_id, playerIds };
  });
}

/** A fight on a small field, each number of which can be counted by hand. A and B are Axis, C and D Allies. */
export function fight(roundKey: string, round: Row = {}): Facts {
  const seconds = Array.from({ length: 21 }, (_, second) => second);
  const hit = { event: "hit", relation: "enemy", means_of_death: 9, weapon: 8, target_is_wounded: false };
  return {
    round: { round_key: roundKey, ...round },
    players: { A: { team: 1 }, B: { team: 1 }, C: { team: 2 }, D: { team: 2 } },
    positions: [
      // A stands still at the origin, dies after 9 seconds, is back after 15. B stands 300 units away, then 1000.
      ...seconds
        .filter((second) => second < 10 || second >= 15)
        .map((second) => ({
          player_id: "A",
          time_ms: second * 1000,
          life: second < 10 ? 1 : 2,
          stationary_ms: 1000,
        })),
      ...seconds.map((second) => ({ player_id: "B", time_ms: second * 1000, x: second < 10 ? 300 : 1000 })),
      // C runs and is 500 units from D, who was there for three samples only.
      ...seconds.map((second) => ({ player_id: "C", time_ms: second * 1000, y: 5000, distance_units: 200 })),
      ...[0, 1, 2].map((second) => ({ player_id: "D", time_ms: second * 1000, y: 5500 })),
    ],
    combat: [
      // Thompson: 4 shots by A, of which 2 hit C, one in the head. A syringe is no shot.
      ...[1, 2, 3, 4].map(() => ({ time_ms: 5000, event: "fire", attacker_player_id: "A", weapon: 8 })),
      { time_ms: 5000, event: "fire", attacker_player_id: "A", weapon: 11 },
      {
        ...hit,
        time_ms: 5000,
        attacker_player_id: "A",
        target_player_id: "C",
        damage: 50,
        damage_effective: 50,
        hit_region: "head",
      },
      {
        ...hit,
        time_ms: 5100,
        attacker_player_id: "A",
        target_player_id: "C",
        damage: 90,
        damage_effective: 70,
        hit_region: "body",
      },
      {
        time_ms: 5100,
        event: "kill",
        relation: "enemy",
        attacker_player_id: "A",
        target_player_id: "C",
        means_of_death: 9,
      },
      // Into the body of C, and gibbed: no damage counts.
      {
        ...hit,
        time_ms: 5200,
        attacker_player_id: "B",
        target_player_id: "C",
        damage: 200,
        damage_effective: 0,
        target_is_wounded: true,
      },
      { time_ms: 5200, event: "gib", attacker_player_id: "B", target_player_id: "C" },
      // D kills A, B revives A, and A falls again by D; B avenges that; C falls by themselves; A hits and downs B.
      {
        ...hit,
        time_ms: 8000,
        attacker_player_id: "D",
        target_player_id: "A",
        damage: 100,
        damage_effective: 100,
      },
      { time_ms: 8000, event: "kill", relation: "enemy", attacker_player_id: "D", target_player_id: "A" },
      { time_ms: 9000, event: "revive", attacker_player_id: "B", target_player_id: "A" },
      { time_ms: 9500, event: "kill", relation: "enemy", attacker_player_id: "D", target_player_id: "A" },
      { time_ms: 9900, event: "kill", relation: "enemy", attacker_player_id: "B", target_player_id: "D" },
      { time_ms: 12000, event: "kill", relation: "self", attacker_player_id: "C", target_player_id: "C" },
      {
        ...hit,
        time_ms: 16000,
        relation: "team",
        attacker_player_id: "A",
        target_player_id: "B",
        damage: 30,
        damage_effective: 30,
      },
      { time_ms: 16000, event: "kill", relation: "team", attacker_player_id: "A", target_player_id: "B" },
      { time_ms: 17000, event: "kill", relation: "world", target_player_id: "A" },
    ],
    engagements: [
      // A alone beats C alone; A and B beat D; D had opened against A, who got away.
      {
        engagement: 1,
        start_ms: 5000,
        time_ms: 5100,
        player_id: "A",
        enemy_player_id: "C",
        attackers: 1,
        defenders: 1,
        outcome: "death",
        winner_team: 1,
        damage_given: 120,
        damage_received: 0,
        kills: 1,
        deaths: 0,
      },
      {
        engagement: 2,
        start_ms: 8000,
        time_ms: 9900,
        player_id: "D",
        enemy_player_id: "A",
        attackers: 1,
        defenders: 2,
        outcome: "death",
        winner_team: 1,
        damage_given: 100,
        damage_received: 0,
        kills: 2,
        deaths: 1,
      },
      {
        engagement: 3,
        start_ms: 15000,
        time_ms: 20000,
        player_id: "C",
        enemy_player_id: "A",
        attackers: 1,
        defenders: 1,
        outcome: "escape",
        damage_given: 10,
        damage_received: 0,
        kills: 0,
        deaths: 0,
      },
    ],
    participants: [
      { engagement: 1, player_id: "A", side: "attackers", kills: 1 },
      { engagement: 1, player_id: "C", side: "defenders", kills: 0 },
      { engagement: 2, player_id: "D", side: "attackers", kills: 2 },
      { engagement: 2, player_id: "A", side: "defenders", kills: 0 },
      { engagement: 2, player_id: "B", side: "defenders", kills: 1 },
      { engagement: 3, player_id: "C", side: "attackers", kills: 0 },
      { engagement: 3, player_id: "A", side: "defenders", kills: 0 },
    ],
    proximity: [
      { record: "crossfire", player_id: "B", partner_player_id: "A", enemy_player_id: "D", damage_given: 80 },
      { record: "crossfire", player_id: "A", partner_player_id: "B", enemy_player_id: "C", damage_given: 40 },
      { record: "bait", player_id: "A", partner_player_id: "B", enemy_player_id: "D" },
      { record: "trade", player_id: "B", partner_player_id: "A", enemy_player_id: "D" },
    ],
    heatmap: [
      { cell_x: 0, cell_y: 0, team: 1, kills: 2, deaths: 2 },
      { cell_x: 0, cell_y: 19, team: 2, kills: 2, deaths: 2 },
    ],
  };
}
