/** Parts of the round by an objective, and sides: counted a second time from the rows of recorded round files. */
import { describe, expect, test } from "vitest";

import type { Sql } from "../../src/db/driver/connect.ts";
import { resolveFilters } from "../../src/reports/filter-request.ts";
import { reportRound } from "../../src/reports/round.ts";
import {
  enemyKills,
  personIn,
  placesOf,
  timeOf,
  useRecordedObjectives,
  type Row,
} from "../support/recorded-objectives.ts";

/** The side that has to reach the objectives of the recordings' map: the header says it. */
const ALLIES = 2;

const recorded = useRecordedObjectives();

const rowsOf = (name: string, ...events: string[]): Row[] =>
  recorded.round.objectives.rows.filter(
    ({ event = "", objective = "" }) =>
      placesOf(recorded.round).get(objective)?.name === name && events.includes(event),
  );

describe("parts of the round", () => {
  /** The parts of one objective, as `phase from to`, seconds. */
  const partsOf = async (name: string, kind: string): Promise<string[]> => {
    const rows = await recorded.sql<{ phase: string; from_ms: number; to_ms: number | null }[]>`
      select phase, from_ms, to_ms from objective_phases join objectives n using (round_id, objective)
      where n.name = ${name} and n.kind = ${kind}
        and round_id = (select round_id from rounds where round_key = ${recorded.round.key}) order by n.team, from_ms`;
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
      (await reportRound(recorded.sql, recorded.round.key, { phase, bots: true })).kills
        .filter(({ relation }) => relation === "enemy")
        .map(({ timeMs }) => timeMs);
    const times = enemyKills(recorded.round).map(timeOf);
    const [before, after] = [
      times.filter((time) => time < (fall ?? 0)),
      times.filter((time) => time >= (fall ?? 0)),
    ];
    expect(Math.min(before.length, after.length)).toBeGreaterThan(0);
    expect(await killTimes("while the Bank Wall")).toEqual(before);
    expect(await killTimes("after bank wall")).toEqual(after);
  });

  test("ask back where two have the name", async () => {
    await expect(
      reportRound(recorded.sql, recorded.round.key, { phase: "while Command Post" }),
    ).rejects.toMatchObject({
      code: "E_AMBIGUOUS",
      details: { candidates: ["Axis command post the Command Post", "Allies command post the Command Post"] },
    });
    for (const phase of ["while axis the Command Post", "after allies bridge", "before the TANK, vehicle"]) {
      await expect(reportRound(recorded.sql, recorded.round.key, { phase })).resolves.toBeDefined();
    }
    await expect(
      reportRound(recorded.sql, recorded.round.key, { phase: "after the Moon" }),
    ).rejects.toMatchObject({
      code: "E_NOT_FOUND",
    });
  });
});
test("sides choose kills as the header says who attacks", async () => {
  const { objectives } = recorded.round;
  expect(objectives.header.get("attacking_team")).toBe(String(ALLIES));
  const killers = async (side: string): Promise<number> =>
    (await reportRound(recorded.sql, recorded.round.key, { side, bots: true })).kills.length;
  const byTeam = (team: string): number =>
    recorded.round.combat.filter(
      ({ attacker_slot: slot = "", event }) =>
        event === "kill" && personIn(recorded.round, slot).team === team,
    ).length;
  expect(byTeam("1")).toBeGreaterThan(0);
  expect(await killers("attack")).toBe(byTeam("2"));
  expect(await killers("defence")).toBe(byTeam("1"));
});

test("the rounds that lack what a filter needs are left out, and counted", async () => {
  const words = async (request: object): Promise<readonly string[]> =>
    (await resolveFilters(recorded.sql, request)).words;
  expect(await words({ side: "attack" })).toEqual(["attack side"]);
  expect(await words({ phase: "while the Bridge" })).toEqual(["while the Bridge stands"]);
  const undone = new Error("undone");
  const changed = recorded.sql.begin("read write", async (transaction) => {
    await transaction`update rounds set attacking_team = null where round = 2`;
    await transaction`delete from objective_phases where round_id in (select round_id from rounds where game_type = 3)`;
    const told = async (request: object): Promise<readonly string[]> =>
      (await resolveFilters(transaction as unknown as Sql, request)).words;
    expect(await told({ side: "defence" })).toEqual([
      "defence side",
      "1 round left out: which team attacks is not known",
    ]);
    expect(await told({ phase: "after the Bridge" })).toEqual([
      "after the Bridge stood",
      "2 rounds left out: no such objective is recorded",
    ]);
    throw undone;
  });
  await expect(changed).rejects.toBe(undone);
});
