/** What players did at objectives: each number counted a second time from the rows of recorded round files. */
import { expect, test } from "vitest";

import { reportPlayer } from "../../src/reports/player.ts";
import {
  enemyKills,
  personIn,
  pointOf,
  timeOf,
  useRecordedObjectives,
  type ObjectiveRound,
  type Row,
} from "../support/recorded-objectives.ts";

const recorded = useRecordedObjectives();

/** What `report player` counts of a player's own deeds, from the rows of all rounds. */
function deedsOf(guid: string): Record<string, number> {
  const own = recorded.rounds.flatMap((round) =>
    round.objectives.rows.filter(
      (row) => row["slot"] !== "" && personIn(round, row["slot"] ?? "", timeOf(row)).guid === guid,
    ),
  );
  const count = (...events: string[]): number =>
    own.filter(({ event = "" }) => events.includes(event)).length;
  const sum = (column: string, ...events: string[]): number =>
    own
      .filter(({ event = "" }) => events.includes(event))
      .reduce((total, row) => total + Number(row[column]), 0);
  const kills = recorded.rounds.flatMap((round) =>
    enemyKills(round).map((row) => ({
      row,
      killer: personIn(round, row["attacker_slot"] ?? "", timeOf(row)).guid,
      victim: personIn(round, row["target_slot"] ?? "", timeOf(row)).guid,
    })),
  );
  const killed = (isMeant: (row: Row) => boolean, who: "killer" | "victim" = "killer"): number =>
    kills.filter((kill) => kill[who] === guid && isMeant(kill.row)).length;
  const carries = (row: Row): boolean => Number(row["target_carrying"]) > 0;
  return {
    planted: own.filter(({ event, objective }) => event === "dynamite_arm" && objective !== "").length,
    defused: count("dynamite_defuse"),
    builtPercent: sum("share_percent", "construct_share"),
    carries: count("carry_take", "carry_pickup"),
    secured: count("carry_secure"),
    carriedMs: sum("duration_ms", "carry_drop", "carry_secure"),
    returned: count("carry_return"),
    captured: count("spawn_capture"),
    carriersKilled: killed(carries),
    plantingKilled: killed((row) => row["target_act"] === "planting"),
    defusingKilled: killed((row) => row["target_act"] === "defusing"),
    buildingKilled: killed((row) => row["target_act"] === "building"),
    deathsCarrying: killed(carries, "victim"),
    deathsActing: killed((row) => row["target_act"] !== "", "victim"),
  };
}

test("deeds at objectives, and kills at them, are those of the rows", async () => {
  const players = await recorded.sql<{ guid: string }[]>`select guid from players where guid is not null`;
  expect(players.length).toBeGreaterThan(10);
  const totals: Record<string, number> = {};
  for (const { guid } of players) {
    const { objectives } = await reportPlayer(recorded.sql, guid, { bots: true });
    const expected = deedsOf(guid);
    expect({ guid, ...objectives }).toMatchObject({ guid, ...expected });
    for (const [key, count] of Object.entries(expected)) totals[key] = (totals[key] ?? 0) + count;
  }
  const nothing = Object.entries(totals).filter(([, count]) => count === 0);
  expect(nothing.length).toBeLessThan(4);
});

/** Kills in defence of what the own team did, counted from the rows of one round, by player. */
function defencesOf(round: ObjectiveRound): Map<string, number[]> {
  const told = round.objectives.rows;
  const fights = round.combat;
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
    const { guid, team } = personIn(round, kill["attacker_slot"] ?? "", time);
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
  for (const round of recorded.rounds) {
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
  const players = await recorded.sql<{ guid: string }[]>`select guid from players where guid is not null`;
  expect(players.length).toBeGreaterThan(10);
  for (const { guid } of players) {
    const { objectives: own } = await reportPlayer(recorded.sql, guid, { bots: true });
    expect([
      guid,
      own?.plantsDefended,
      own?.defusesDefended,
      own?.buildsDefended,
      own?.carriersDefended,
    ]).toEqual([guid, ...(expected.get(guid) ?? [0, 0, 0, 0])]);
  }
});
