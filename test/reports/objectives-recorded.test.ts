/**
 * Reports, views and the replay of objectives: each number counted a second time from the rows of recorded round files of
 * matches that have all kinds of objectives.
 */
import { beforeAll, describe, expect, test } from "vitest";

import { deriveRound } from "../../src/db/derive.ts";
import type { Sql, Transaction } from "../../src/db/driver/connect.ts";
import { loadReplay } from "../../src/replay/load-replay.ts";
import { packReplay } from "../../src/replay/pack.ts";
import type { PackedReplay } from "../../src/replay/packed.ts";
import { buildGoals, placeAt, stateAt } from "../../src/replay/page/objectives.ts";
import { reportHeatmap } from "../../src/reports/heatmap.ts";
import { reportObjectives } from "../../src/reports/objectives.ts";
import { reportRound } from "../../src/reports/round.ts";
import {
  DONE,
  enemyKills,
  nearestTo,
  personIn,
  placesOf,
  pointOf,
  timeOf,
  useRecordedObjectives,
  type ObjectiveRound,
} from "../support/recorded-objectives.ts";

const recorded = useRecordedObjectives();

/** When the first fight of a round begins, ms. */
const contactOf = ({ engagements }: ObjectiveRound): number =>
  Math.min(
    ...engagements
      .filter(({ record }) => record === "engagement")
      .map(({ start_ms: start }) => Number(start)),
  );

/** The deaths of attackers in a round: when, the nearest objective, how far away; its name where that is within reach. */
function attackDeathsOf(
  round: ObjectiveRound,
): { time: string; id: string; units: number; near: string | null }[] {
  return enemyKills(round)
    .filter(
      ({ target_slot: slot = "" }) =>
        personIn(round, slot).team === round.objectives.header.get("attacking_team"),
    )
    .map((row) => {
      const { id, units } = nearestTo(round, pointOf(row, "target_"));
      const near = units <= 500 ? (placesOf(round).get(id)?.name ?? null) : null;
      return { time: row["time_ms"] ?? "", id, units, near };
    });
}

test("attack_deaths has every death of an attacker, and the objective that was nearest", async () => {
  const expected = recorded.rounds.flatMap((round) =>
    attackDeathsOf(round).map(
      ({ id, time, units }) => `${round.key} ${time} ${id} ${Math.round(units)} ${String(units <= 500)}`,
    ),
  );
  const rows = await recorded.sql<{ death: string }[]>`
    select concat_ws(' ', round_key, time_ms, objective, round(distance_units)::int, is_within_reach::text) as death
    from attack_deaths join rounds using (round_id)`;
  expect(expected.length).toBeGreaterThan(10);
  expect(rows.map(({ death }) => death).sort()).toEqual(expected.sort());
});

test("objective_results says when each was done, and how long after the first fight", async () => {
  const expected = recorded.rounds.flatMap((round) =>
    [...placesOf(round).values()].map(({ id, kind }) => {
      const times = round.objectives.rows
        .filter(({ event, objective }) => objective === id && event === DONE[kind])
        .map(timeOf);
      const first = Math.min(...times);
      const contact = contactOf(round);
      const after = times.length > 0 && contact <= first ? first - contact : "";
      return `${round.key} ${id} ${times.length} ${times.length > 0 ? first : ""} ${after}`;
    }),
  );
  const rows = await recorded.sql<{ result: string }[]>`
    select concat_ws(' ', round_key, objective, times_done, coalesce(first_done_ms::text, ''), coalesce(contact_to_done_ms::text, '')) as result
    from objective_results join rounds using (round_id)`;
  expect(rows.map(({ result }) => result).sort()).toEqual(expected.sort());
  expect(expected.filter((one) => !one.endsWith(" ")).length).toBeGreaterThan(3);
});

/** The events behind each count of `report objectives`. */
const COUNTED = {
  planted: ["dynamite_arm"],
  defused: ["dynamite_defuse"],
  exploded: ["dynamite_explode"],
  destroyed: ["objective_destroy", "construct_destroy"],
  built: ["construct_finish"],
  taken: ["carry_take"],
  pickedUp: ["carry_pickup"],
  dropped: ["carry_drop"],
  returned: ["carry_return"],
  secured: ["carry_secure"],
  captured: ["spawn_capture"],
  disabled: ["vehicle_disable"],
  repaired: ["vehicle_repair"],
} as const;

test("report objectives counts what happened, and says how often and when each was done", async () => {
  const report = await reportObjectives(recorded.sql, { bots: true });
  const median = (values: number[]): number | null => {
    const sorted = values.sort((a, b) => a - b);
    const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
    return low === undefined || high === undefined ? null : (low + high) / 2;
  };
  expect(report.objectives).toHaveLength(placesOf(recorded.round).size);
  let counted = 0;
  for (const row of report.objectives) {
    const { kind, name, team } = row;
    /** The rows about this objective, round by round. */
    const told = recorded.rounds.map((round) => {
      const ids = [...placesOf(round).values()].filter(
        (one) => one.kind === kind && one.name === name && Number(one.team) === team,
      );
      expect(ids).toHaveLength(1);
      return {
        contact: contactOf(round),
        rows: round.objectives.rows.filter(({ objective }) => objective === ids[0]?.id),
      };
    });
    const all = told.flatMap(({ rows }) => rows);
    const firsts = told.flatMap(({ contact, rows }) => {
      const [first] = rows.filter(({ event }) => event === DONE[kind]).map(timeOf);
      return first === undefined ? [] : [{ first, after: first - contact }];
    });
    expect(row).toMatchObject({
      rounds: recorded.rounds.length,
      done: { successes: firsts.length, trials: recorded.rounds.length },
      timesDone: all.filter(({ event }) => event === DONE[kind]).length,
      firstMedianMs: median(firsts.map(({ first }) => first)),
      contactMedianMs: median(firsts.map(({ after }) => after).filter((after) => after >= 0)),
    });
    for (const [key, events] of Object.entries(COUNTED)) {
      const count = all.filter(({ event = "" }) => (events as readonly string[]).includes(event)).length;
      expect([name, key, row.counts[key as keyof typeof COUNTED]]).toEqual([name, key, count]);
      counted += count;
    }
    const sum = (column: string, ...events: string[]): number =>
      all
        .filter(({ event = "" }) => events.includes(event))
        .reduce((total, one) => total + Number(one[column]), 0);
    expect(row.counts.builtPercent).toBe(sum("share_percent", "construct_share"));
    expect(row.counts.carriedMs).toBe(sum("duration_ms", "carry_drop", "carry_secure"));
  }
  expect(counted).toBeGreaterThan(40);
});

test("report objectives says near what attackers died", async () => {
  const { attackDeaths, roundsWithoutSides } = await reportObjectives(recorded.sql, { bots: true });
  const deaths = recorded.rounds.flatMap((round) => attackDeathsOf(round));
  expect(attackDeaths.reduce((sum, row) => sum + row.deaths, 0)).toBe(deaths.length);
  for (const { deaths: count, name } of attackDeaths) {
    expect([name, count]).toEqual([name, deaths.filter(({ near }) => near === name).length]);
  }
  expect(roundsWithoutSides).toBe(0);
});

test.each([
  ["plants", ["dynamite_arm"]],
  ["defuses", ["dynamite_defuse"]],
  ["drops", ["carry_drop"]],
  ["builds", ["construct_stage", "construct_finish"]],
  ["captures", ["spawn_capture"]],
] as const)("report heatmap --what %s counts where they happened", async (what, events) => {
  const cells = new Map<string, number>();
  for (const row of recorded.rounds.flatMap(({ objectives }) => objectives.rows)) {
    const { event = "", objective } = row;
    if (!events.some((one) => one === event) || (objective === "" && event !== "carry_drop")) continue;
    const [x, y] = pointOf(row).map((value) => Math.floor(value / 128));
    const cell = `${x ?? ""} ${y ?? ""}`;
    cells.set(cell, (cells.get(cell) ?? 0) + 1);
  }
  const { populations } = await reportHeatmap(recorded.sql, {
    what,
    cellUnits: 128,
    filters: { map: "objarena", bots: true },
  });
  const shown = populations[0]?.cells.map(({ cellX, cellY, value }) => [`${cellX} ${cellY}`, value] as const);
  expect(new Map(shown)).toEqual(cells);
  expect(cells.size).toBeGreaterThan(0);
});

describe("the replay", () => {
  let packed: PackedReplay;
  beforeAll(async () => {
    packed = packReplay(await loadReplay(recorded.sql, recorded.round.key));
  });

  test("knows every objective, and every row about one that the page shows", () => {
    const hidden = /^(?:dynamite_throw|construct_share|mine_|satchel_|pack_|status|winner|exit)/u;
    const shown = recorded.round.objectives.rows.filter(({ event = "" }) => !hidden.test(event));
    expect(packed.objectives).toHaveLength(placesOf(recorded.round).size);
    expect(packed.objectiveEvents.map(({ event, timeMs }) => `${timeMs} ${event}`)).toEqual(
      shown.map((row) => `${row["time_ms"] ?? ""} ${row["event"] ?? ""}`),
    );
  });

  test("shows those as carriers who carried something when they were sampled, and nobody else", () => {
    const goals = buildGoals(packed);
    const samples = recorded.round.positions;
    let carried = 0;
    for (const sample of samples) {
      const slot = Number(sample["slot"]);
      const carrying = goals.find((goal) => {
        const { carrier } = stateAt(goal, timeOf(sample));
        return carrier !== undefined && packed.actors[carrier]?.slot === slot;
      });
      expect([sample["time_ms"], slot, carrying?.packed.team ?? 0]).toEqual([
        sample["time_ms"],
        slot,
        Number(sample["carrying"]),
      ]);
      if (carrying !== undefined) carried += 1;
    }
    expect(carried).toBeGreaterThan(10);
  });

  test("shows the tank where its last row puts it", () => {
    const tank = buildGoals(packed).find(({ packed: { kind } }) => kind === "vehicle");
    const moves = recorded.round.objectives.rows.filter(({ event }) => event === "vehicle_move");
    expect(moves.length).toBeGreaterThan(10);
    for (const move of moves) {
      const [x, y] = pointOf(move).map(Math.round);
      expect(tank && placeAt(tank, timeOf(move))).toEqual({ x, y });
    }
  });
});

describe("momentum and moments", () => {
  const GAINS =
    /^(?:dynamite_(?:arm|defuse)|objective_destroy|construct_(?:stage|finish|damage|destroy)|carry_(?:take|return|secure)|spawn_capture|vehicle_(?:disable|repair))$/u;

  test("gains are counted where they were made", async () => {
    const { momentum, round } = await reportRound(recorded.sql, recorded.round.key, { bots: true });
    const stepMs = momentum[1]?.fromMs ?? 0;
    expect(momentum).toHaveLength(Math.ceil(round.endMs / stepMs));
    const gains = (team: string): number[] =>
      momentum.map(
        ({ fromMs }) =>
          recorded.round.objectives.rows.filter(
            (row) =>
              GAINS.test(row["event"] ?? "") &&
              row["objective"] !== "" &&
              row["reason"] !== "time" &&
              row["team"] === team &&
              timeOf(row) >= fromMs &&
              timeOf(row) < fromMs + stepMs,
          ).length,
      );
    expect(momentum.map(({ axisGains }) => axisGains)).toEqual(gains("1"));
    expect(momentum.map(({ alliesGains }) => alliesGains)).toEqual(gains("2"));
    expect(gains("1").reduce((sum, count) => sum + count, 0)).toBeGreaterThan(10);
  });

  test("objectives that were done are moments", async () => {
    const { moments } = await reportRound(recorded.sql, recorded.round.key, { bots: true });
    const done = recorded.round.objectives.rows.filter(
      ({ event, objective = "" }) => event === DONE[placesOf(recorded.round).get(objective)?.kind ?? ""],
    );
    expect(done.length).toBeGreaterThan(8);
    expect(
      moments.filter(({ kind }) => kind === "objective").map(({ timeMs, team }) => `${timeMs} ${team}`),
    ).toEqual(done.map((row) => `${row["time_ms"] ?? ""} ${row["team"] ?? ""}`));
  });
});

test("acts of team play name the objective that the enemy was near", async () => {
  const expected = recorded.rounds.flatMap((round) =>
    round.engagements
      .filter(({ record = "" }) => ["crossfire", "bait", "trade"].includes(record))
      .map((row) => {
        const { id, units } = nearestTo(round, pointOf(row));
        return `${round.key} ${row["time_ms"] ?? ""} ${units <= 500 ? id : ""}`;
      }),
  );
  const linked = async (sql: Sql | Transaction): Promise<string[]> => {
    const rows = await sql<{ act: string }[]>`
      select concat_ws(' ', round_key, time_ms, coalesce(objective::text, '')) as act
      from proximity_events join rounds using (round_id)`;
    return rows.map(({ act }) => act).sort();
  };
  expect(expected.filter((act) => /\d$/u.test(act)).length).toBeGreaterThan(3);
  expect(await linked(recorded.sql)).toEqual(expected.sort());
  // Nothing is within reach of objectives that are far away. The database keeps nothing of this.
  const undone = new Error("undone");
  const farAway = recorded.sql.begin("read write", async (transaction) => {
    await transaction`update objectives set z = z + 10000`;
    for (const { round_id } of await transaction<{ round_id: number }[]>`select round_id from rounds`) {
      await deriveRound(transaction, round_id);
    }
    expect((await linked(transaction)).every((act) => act.endsWith(" "))).toBe(true);
    throw undone;
  });
  await expect(farAway).rejects.toBe(undone);
});
