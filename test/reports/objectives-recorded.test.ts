/**
 * Numbers about objectives, each counted a second time from the rows of the round files of a recorded match that has all
 * kinds of objectives.
 */
import { beforeAll, describe, expect, test } from "vitest";

import { deriveRound } from "../../src/db/derive.ts";
import type { Sql } from "../../src/db/driver/connect.ts";
import { packagePath } from "../../src/package-root.ts";
import { loadReplay } from "../../src/replay/load-replay.ts";
import { packReplay } from "../../src/replay/pack.ts";
import type { PackedReplay } from "../../src/replay/packed.ts";
import { buildGoals, placeAt, stateAt } from "../../src/replay/page/objectives.ts";
import { reportObjectives } from "../../src/reports/objectives.ts";
import { reportPlayer } from "../../src/reports/player.ts";
import { reportRound } from "../../src/reports/round.ts";
import { createTestDatabase } from "../support/database.ts";
import { importPaths } from "../support/import.ts";
import { sharedRecording } from "../support/shared-recordings.ts";
import { readRounds } from "../support/simulations.ts";
import type { RoundText } from "../support/round-text.ts";

type Row = Readonly<Record<string, string>>;

/** The side that has to reach the objectives of the recording's map: its header says it. */
const ALLIES = 2;

let sql: Sql;
let objectives: RoundText;
let combat: readonly Row[];
type Point = readonly [number, number, number];
interface Place {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly team: string;
  readonly at: Point;
}
/** What the first recording has to fight for, by its number. */
let places: ReadonlyMap<string, Place>;
/** The round of the first recording, and all rounds. */
let key: string;
let rounds: ReturnType<typeof readRounds>;

beforeAll(async () => {
  const [database, ...played] = await Promise.all([
    createTestDatabase(),
    ...["objectives-12", "objectives-stopwatch-16"].map((name) =>
      sharedRecording(packagePath(`test/fixtures/recordings/${name}.tsv.gz`)),
    ),
  ]);
  await importPaths(
    database.sql,
    played.map(({ folder }) => folder),
  );
  sql = database.sql;
  rounds = played.flatMap(({ folder }) => readRounds(folder));
  expect(rounds).toHaveLength(3);
  const [round] = rounds;
  const { combat: fights, objectives: file } = round?.files ?? {};
  if (round === undefined || fights === undefined || file === undefined)
    throw new Error("the recording has no round");
  key = round.key;
  objectives = file;
  combat = fights.rows;
  places = placesOf(file);
});

const placesOf = (file: RoundText): ReadonlyMap<string, Place> =>
  new Map(
    file.objectives.map(([id = "", kind = "", name = "", team = "", x, y, z]) => [
      id,
      { id, kind, name, team, at: [Number(x), Number(y), Number(z)] as const },
    ]),
  );

/** The nearest of the places that do not move, and how far away it is. */
function nearestTo(file: RoundText, [x, y, z]: Point): { id: string; units: number } {
  const [nearest] = [...placesOf(file).values()]
    .filter(({ kind }) => kind !== "vehicle")
    .map(({ at, id }) => ({ id, units: Math.hypot(at[0] - x, at[1] - y, at[2] - z) }))
    .sort((a, b) => a.units - b.units || Number(a.id) - Number(b.id));
  return nearest ?? { id: "", units: Infinity };
}
const pointOf = (row: Row, prefix = ""): Point =>
  ["x", "y", "z"].map((axis) => Number(row[`${prefix}${axis}`])) as unknown as Point;

const timeOf = (row: Row): number => Number(row["time_ms"]);
const rowsOf = (name: string, ...events: string[]): Row[] =>
  objectives.rows.filter(
    ({ event = "", objective = "" }) => places.get(objective)?.name === name && events.includes(event),
  );
const enemyKills = (): Row[] =>
  combat.filter(({ event, relation }) => event === "kill" && relation === "enemy");

describe("parts of the round", () => {
  /** The parts of one objective, as `phase from to`, seconds. */
  const partsOf = async (name: string, kind: string): Promise<string[]> => {
    const rows = await sql<{ phase: string; from_ms: number; to_ms: number | null }[]>`
      select phase, from_ms, to_ms from objective_phases join objectives n using (round_id, objective)
      where n.name = ${name} and n.kind = ${kind}
        and round_id = (select round_id from rounds where round_key = ${key}) order by n.team, from_ms`;
    return rows.map(({ from_ms: from, phase, to_ms: to }) => `${phase} ${from} ${to ?? ""}`.trimEnd());
  };

  test("walls stand until they fall, and a wall that does not fall all the time", async () => {
    const [fall] = rowsOf("the Bank Wall", "objective_destroy");
    const at = timeOf(fall ?? {});
    expect(at).toBeGreaterThan(0);
    expect(await partsOf("the Bank Wall", "explosive")).toEqual([`while 0 ${at}`, `after ${at}`]);
    expect(rowsOf("the Main Gate", "objective_destroy")).toEqual([]);
    expect(await partsOf("the Main Gate", "explosive")).toEqual(["while 0"]);
  });

  test("what is built stands from then on, what is destroyed before it is built stood already", async () => {
    const [bridge] = rowsOf("the Bridge", "construct_finish").map(timeOf);
    expect(await partsOf("the Bridge", "constructible")).toEqual([
      `before 0 ${bridge ?? ""}`,
      `while ${bridge ?? ""}`,
    ]);
    const [fallen] = rowsOf("the Tank Barrier", "construct_destroy").map(timeOf);
    const [built] = rowsOf("the Tank Barrier", "construct_finish").map(timeOf);
    expect(await partsOf("the Tank Barrier", "constructible")).toEqual([
      `while 0 ${fallen ?? ""}`,
      `after ${fallen ?? ""} ${built ?? ""}`,
      `while ${built ?? ""}`,
    ]);
  });

  test("documents stand in their place, vehicles while they work", async () => {
    const changes = rowsOf("the Secret War Documents", "carry_take", "carry_return").map(timeOf);
    expect(changes.length).toBeGreaterThan(4);
    expect(await partsOf("the Secret War Documents", "documents")).toEqual(
      [0, ...changes].map((from, index) =>
        `${index % 2 === 0 ? "while" : "after"} ${from} ${changes[index] ?? ""}`.trimEnd(),
      ),
    );
    const [disabled] = rowsOf("The Tank", "vehicle_disable").map(timeOf);
    const [repaired] = rowsOf("The Tank", "vehicle_repair").map(timeOf);
    expect(await partsOf("The Tank", "vehicle")).toEqual([
      `while 0 ${disabled ?? ""}`,
      `after ${disabled ?? ""} ${repaired ?? ""}`,
      `while ${repaired ?? ""}`,
    ]);
  });

  test("choose kills by the time of the fall of the wall", async () => {
    const [fall] = rowsOf("the Bank Wall", "objective_destroy").map(timeOf);
    const killTimes = async (phase: string): Promise<number[]> =>
      (await reportRound(sql, key, { phase, bots: true })).kills
        .filter(({ relation }) => relation === "enemy")
        .map(({ timeMs }) => timeMs);
    const times = enemyKills().map(timeOf);
    const [before, after] = [
      times.filter((time) => time < (fall ?? 0)),
      times.filter((time) => time >= (fall ?? 0)),
    ];
    expect(Math.min(before.length, after.length)).toBeGreaterThan(0);
    expect(await killTimes("while the Bank Wall")).toEqual(before);
    expect(await killTimes("after bank wall")).toEqual(after);
  });

  test("ask back where two have the name", async () => {
    await expect(reportRound(sql, key, { phase: "while Command Post" })).rejects.toMatchObject({
      code: "E_AMBIGUOUS",
      details: { candidates: ["Axis command post the Command Post", "Allies command post the Command Post"] },
    });
    await expect(reportRound(sql, key, { phase: "while axis the Command Post" })).resolves.toBeDefined();
    await expect(reportRound(sql, key, { phase: "after the Moon" })).rejects.toMatchObject({
      code: "E_NOT_FOUND",
    });
  });
});

test("sides choose kills as the header says who attacks", async () => {
  expect(objectives.header.get("attacking_team")).toBe(String(ALLIES));
  const teamOf = (slot: string): string | undefined => objectives.players.find(([, of]) => of === slot)?.[4];
  const killers = async (side: string): Promise<number> =>
    (await reportRound(sql, key, { side, bots: true })).kills.length;
  const byTeam = (team: string): number =>
    combat.filter(({ attacker_slot: slot = "", event }) => event === "kill" && teamOf(slot) === team).length;
  expect(byTeam("1")).toBeGreaterThan(0);
  expect(await killers("attack")).toBe(byTeam("2"));
  expect(await killers("defence")).toBe(byTeam("1"));
});

/** The deaths of attackers in a round: when, the nearest objective, how far away; its name where that is within reach. */
function attackDeathsOf({
  files,
}: (typeof rounds)[number]): { time: string; id: string; units: number; near: string | null }[] {
  const file = files.objectives ?? objectives;
  const teamOf = (slot: string): string | undefined => file.players.findLast(([, of]) => of === slot)?.[4];
  return (files.combat?.rows ?? [])
    .filter(({ event, relation }) => event === "kill" && relation === "enemy")
    .filter(({ target_slot: slot = "" }) => teamOf(slot) === file.header.get("attacking_team"))
    .map((row) => {
      const { id, units } = nearestTo(file, pointOf(row, "target_"));
      const near = units <= 500 ? (placesOf(file).get(id)?.name ?? null) : null;
      return { time: row["time_ms"] ?? "", id, units, near };
    });
}

test("attack_deaths has every death of an attacker, and the objective that was nearest", async () => {
  const expected = rounds.flatMap((round) =>
    attackDeathsOf(round).map(
      ({ id, time, units }) => `${round.key} ${time} ${id} ${Math.round(units)} ${String(units <= 500)}`,
    ),
  );
  const rows = await sql<{ death: string }[]>`
    select concat_ws(' ', round_key, time_ms, objective, round(distance_units)::int, is_within_reach::text) as death
    from attack_deaths join rounds using (round_id)`;
  expect(expected.length).toBeGreaterThan(10);
  expect(rows.map(({ death }) => death).sort()).toEqual(expected.sort());
});

/** What each kind of objective is there for. */
const DONE: Readonly<Record<string, string>> = {
  explosive: "objective_destroy",
  constructible: "construct_finish",
  command_post: "construct_finish",
  documents: "carry_secure",
  spawn: "spawn_capture",
};

test("objective_results says when each was done, and how long after the first fight", async () => {
  const expected = rounds.flatMap(({ files, key: round }) => {
    const file = files.objectives ?? objectives;
    const begins = (files.engagements?.rows ?? [])
      .filter(({ record }) => record === "engagement")
      .map(({ start_ms: start }) => Number(start));
    return [...placesOf(file).values()].map(({ id, kind }) => {
      const times = file.rows
        .filter(({ event, objective }) => objective === id && event === DONE[kind])
        .map(timeOf);
      const first = Math.min(...times);
      const contact = Math.min(...begins);
      const after = times.length > 0 && contact <= first ? first - contact : "";
      return `${round} ${id} ${times.length} ${times.length > 0 ? first : ""} ${after}`;
    });
  });
  const rows = await sql<{ result: string }[]>`
    select concat_ws(' ', round_key, objective, times_done, coalesce(first_done_ms::text, ''), coalesce(contact_to_done_ms::text, '')) as result
    from objective_results join rounds using (round_id)`;
  expect(rows.map(({ result }) => result).sort()).toEqual(expected.sort());
  expect(expected.filter((one) => !one.endsWith(" ")).length).toBeGreaterThan(3);
});

test("report objectives tells the time from the first fight, and where attackers died", async () => {
  const report = await reportObjectives(sql, { bots: true });
  const contacts = rounds.map(({ files }) =>
    Math.min(
      ...(files.engagements?.rows ?? [])
        .filter(({ record }) => record === "engagement")
        .map(({ start_ms: start }) => Number(start)),
    ),
  );
  const median = (values: number[]): number | null => {
    const sorted = values.sort((a, b) => a - b);
    const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
    return low === undefined || high === undefined ? null : (low + high) / 2;
  };
  expect(report.objectives).toHaveLength(places.size);
  for (const { contactMedianMs, kind, name, team } of report.objectives) {
    const after = rounds.flatMap(({ files }, index) => {
      const file = files.objectives ?? objectives;
      const ids = file.objectives.filter(
        ([, of, called, whose]) => of === kind && called === name && Number(whose) === team,
      );
      const times = file.rows
        .filter(({ event, objective }) => event === DONE[kind] && ids.some(([id]) => id === objective))
        .map(timeOf);
      const waited = Math.min(...times) - (contacts[index] ?? 0);
      return times.length > 0 && waited >= 0 ? [waited] : [];
    });
    expect([name, team, contactMedianMs]).toEqual([name, team, median(after)]);
  }
  const deaths = rounds.flatMap((round) => attackDeathsOf(round));
  const near = (name: string | null): number => deaths.filter((death) => death.near === name).length;
  expect(report.attackDeaths.reduce((sum, row) => sum + row.deaths, 0)).toBe(deaths.length);
  for (const { deaths: count, name } of report.attackDeaths)
    expect([name, count]).toEqual([name, near(name)]);
  expect(report.roundsWithoutSides).toBe(0);
});

describe("the replay", () => {
  let packed: PackedReplay;
  beforeAll(async () => {
    packed = packReplay(await loadReplay(sql, key));
  });

  test("knows every objective, and every row about one that the page shows", () => {
    const hidden = /^(?:dynamite_throw|construct_share|mine_|satchel_|pack_|status|winner|exit)/u;
    const shown = objectives.rows.filter(({ event = "" }) => !hidden.test(event));
    expect(packed.objectives).toHaveLength(places.size);
    expect(packed.objectiveEvents.map(({ event, timeMs }) => `${timeMs} ${event}`)).toEqual(
      shown.map((row) => `${row["time_ms"] ?? ""} ${row["event"] ?? ""}`),
    );
  });

  test("shows those as carriers who carried something when they were sampled, and nobody else", () => {
    const goals = buildGoals(packed);
    const samples = rounds[0]?.files.positions?.rows ?? [];
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
    const moves = objectives.rows.filter(({ event }) => event === "vehicle_move");
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
    const { momentum, round } = await reportRound(sql, key, { bots: true });
    const stepMs = momentum[1]?.fromMs ?? 0;
    expect(momentum).toHaveLength(Math.ceil(round.endMs / stepMs));
    const gains = (team: string): number[] =>
      momentum.map(
        ({ fromMs }) =>
          objectives.rows.filter(
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
    const { moments } = await reportRound(sql, key, { bots: true });
    const done = objectives.rows.filter(
      ({ event, objective = "" }) => event === DONE[places.get(objective)?.kind ?? ""],
    );
    expect(done.length).toBeGreaterThan(8);
    expect(
      moments.filter(({ kind }) => kind === "objective").map(({ timeMs, team }) => `${timeMs} ${team}`),
    ).toEqual(done.map((row) => `${row["time_ms"] ?? ""} ${row["team"] ?? ""}`));
  });
});

/** Kills in defence of what the own team did, counted from the rows of one round, by player. */
function defencesOf({ files }: (typeof rounds)[number]): Map<string, number[]> {
  const told = files.objectives?.rows ?? [];
  const fights = files.combat?.rows ?? [];
  const personIn = (slot: string, time: number): { guid: string; team: string } => {
    const note = files.objectives?.players.findLast(([from, of]) => of === slot && Number(from) <= time);
    return { guid: note?.[2] ?? "", team: note?.[4] ?? "" };
  };
  const endOf =
    (from: number, ...events: string[]) =>
    (same: (row: Row) => boolean): number =>
      timeOf(
        told.slice(from + 1).find((row) => events.includes(row["event"] ?? "") && same(row)) ?? {
          time_ms: "Infinity",
        },
      );
  const counts = new Map<string, number[]>();
  for (const kill of fights.filter(({ event, relation }) => event === "kill" && relation === "enemy")) {
    const time = timeOf(kill);
    const { guid, team } = personIn(kill["attacker_slot"] ?? "", time);
    const [x, y, z] = pointOf(kill, "target_");
    const isNear = (row: Row): boolean => {
      const [ox, oy, oz] = pointOf(row);
      return Math.hypot(ox - x, oy - y, oz - z) <= 500;
    };
    const during = told.map((row, from) => {
      if (row["objective"] === "" || timeOf(row) > time) return "";
      const own = row["team"] === team;
      if (row["event"] === "dynamite_arm" && isNear(row)) {
        const end = endOf(
          from,
          "dynamite_defuse",
          "dynamite_explode",
          "dynamite_gone",
        )(({ charge }) => charge === row["charge"]);
        return time <= Math.min(end, timeOf(row) + 30_000) ? (own ? "plant" : "defuse") : "";
      }
      if (row["event"] === "construct_start" && own && isNear(row)) {
        const end = endOf(
          from,
          "construct_stage",
          "construct_finish",
          "construct_decay",
          "construct_destroy",
        )(({ objective }) => objective === row["objective"]);
        return time <= end ? "build" : "";
      }
      if (
        /^carry_(?:take|pickup)$/u.test(row["event"] ?? "") &&
        own &&
        row["slot"] !== kill["attacker_slot"]
      ) {
        const end = endOf(from, "carry_drop", "carry_secure")(({ slot }) => slot === row["slot"]);
        const isHit = fights.some(
          (hit) =>
            hit["event"] === "hit" &&
            hit["relation"] === "enemy" &&
            hit["target_is_wounded"] !== "1" &&
            hit["target_slot"] === row["slot"] &&
            hit["attacker_slot"] === kill["target_slot"] &&
            timeOf(hit) >= Math.max(timeOf(row), time - 5000) &&
            timeOf(hit) <= Math.min(end, time),
        );
        return isHit ? "carrier" : "";
      }
      return "";
    });
    const before = counts.get(guid) ?? [0, 0, 0, 0];
    counts.set(
      guid,
      (["plant", "defuse", "build", "carrier"] as const).map(
        (what, index) => (before[index] ?? 0) + (during.includes(what) ? 1 : 0),
      ),
    );
  }
  return counts;
}

test("kills in defence are those of enemies who threatened what the own team did", async () => {
  const expected = new Map<string, number[]>();
  for (const round of rounds) {
    for (const [guid, counts] of defencesOf(round)) {
      expected.set(
        guid,
        counts.map((count, index) => count + (expected.get(guid)?.[index] ?? 0)),
      );
    }
  }
  expect(
    Math.max(...[...expected.values()].map(([plant = 0, defuse = 0]) => plant + defuse)),
  ).toBeGreaterThan(0);
  const players = await sql<{ guid: string }[]>`select guid from players where guid is not null`;
  expect(players.length).toBeGreaterThan(10);
  for (const { guid } of players) {
    const { objectives: own } = await reportPlayer(sql, guid, { bots: true });
    expect([
      guid,
      own?.plantsDefended,
      own?.defusesDefended,
      own?.buildsDefended,
      own?.carriersDefended,
    ]).toEqual([guid, ...(expected.get(guid) ?? [0, 0, 0, 0])]);
  }
});

// Changes the database: the last of the file.
test("acts of team play name the objective that the enemy was near", async () => {
  const expected = rounds.flatMap(({ files, key: round }) =>
    (files.engagements?.rows ?? [])
      .filter(({ record = "" }) => ["crossfire", "bait", "trade"].includes(record))
      .map((row) => {
        const { id, units } = nearestTo(files.objectives ?? objectives, pointOf(row));
        return `${round} ${row["time_ms"] ?? ""} ${units <= 500 ? id : ""}`;
      }),
  );
  const linked = async (): Promise<string[]> => {
    const rows = await sql<{ act: string }[]>`
      select concat_ws(' ', round_key, time_ms, coalesce(objective::text, '')) as act
      from proximity_events join rounds using (round_id)`;
    return rows.map(({ act }) => act).sort();
  };
  expect(expected.filter((act) => /\d$/u.test(act)).length).toBeGreaterThan(3);
  expect(await linked()).toEqual(expected.sort());
  // Nothing is within reach of objectives that are far away.
  await sql`update objectives set z = z + 10000`;
  for (const { round_id } of await sql<{ round_id: number }[]>`select round_id from rounds`) {
    await sql.begin((transaction) => deriveRound(transaction, round_id));
  }
  expect((await linked()).every((act) => act.endsWith(" "))).toBe(true);
});
