/** Team shape, pushes and regroupings of planted positions, and of what just misses a rule. */
import { describe, expect, test } from "vitest";

import { TeamShapes } from "../../src/shape/team-shapes.ts";

type Place = readonly [x: number, y: number, z?: number];

/** Where somebody is in each second, or not alive. */
interface Player {
  readonly team: 1 | 2;
  readonly at: (second: number) => Place | undefined;
  /** 1 if not said. */
  readonly life?: (second: number) => number;
}

interface Told {
  readonly shapes: Record<string, string>[];
  readonly moves: Record<string, string>[];
  readonly pairs: Record<string, string>[];
}

/** The rows of a round in which each player has a position in each second; `offsetMs` of each slot is added to its times. */
function shapeOf(players: readonly Player[], seconds: number, offsetMs: readonly number[] = []): Told {
  const shapes = new TeamShapes(7);
  const samples = players.flatMap(({ at, life, team }, slot) =>
    Array.from({ length: seconds }, (_, second) => ({ second, place: at(second) })).flatMap(
      ({ place, second }) => {
        if (place === undefined) return [];
        const [x, y, z] = [place[0], place[1], place[2] ?? 0].map((units) => Math.round(units * 10)) as [
          number,
          number,
          number,
        ];
        const timeMs = second * 1000 + (offsetMs[slot] ?? 0);
        return [{ slot, playerId: slot + 101, team, life: life?.(second) ?? 1, timeMs, x, y, z }];
      },
    ),
  );
  for (const sample of samples.sort((a, b) => a.timeMs - b.timeMs)) shapes.add(sample);
  const [told, moves, pairs] = shapes.tables().map(({ columns, rows }) =>
    Buffer.concat(rows)
      .toString()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => Object.fromEntries(line.split("\t").map((field, at) => [columns[at] ?? "", field]))),
  );
  return { shapes: told ?? [], moves: moves ?? [], pairs: pairs ?? [] };
}

const still = (team: 1 | 2, x: number, y: number, z = 0): Player => ({ team, at: () => [x, y, z] });
/** From a place on with a speed along x, from one second to another. */
const walk = (team: 1 | 2, [x, y]: Place, ups: number, from = 0, to = Infinity): Player => ({
  team,
  at: (second) => [x + ups * (Math.min(Math.max(second, from), to) - from), y],
});
const pick = (row: Record<string, string> | undefined, ...names: string[]): unknown =>
  names.map((name) => row?.[name]).join(" ");

describe("the shape of a team", () => {
  test("counts neighbours, groups and the lonely, with what is exactly at the limit", () => {
    const { shapes } = shapeOf(
      [
        still(1, 0, 0),
        still(1, 700, 0),
        still(1, 1400, 0),
        still(1, 1400, 700.1),
        still(1, 1400, 1900.1),
        still(1, 1400, 3100.2),
      ],
      1,
    );
    // Distances to the nearest: 700, 700, 700, 700.1, 1200, 1200.1.
    expect(shapes).toEqual([
      {
        ...{ round_id: "7", time_ms: "0", team: "1", players: "6" },
        ...{ middle_x: "1400", middle_y: "700", middle_z: "0", nearest_units: "867", spread_units: "1200" },
        ...{ groups: "4", largest_group: "3", isolated: "1" },
        ...{ moving: "", moving_together: "", enemy_units: "", line_percent: "" },
      },
    ]);
  });

  test("of one player is no distance, and of two one", () => {
    const { shapes } = shapeOf([still(1, 0, 0), still(2, 300, 400), still(2, 300, 400, 1500)], 1);
    expect(
      shapes.map((row) => pick(row, "players", "nearest_units", "spread_units", "groups", "isolated")),
    ).toEqual(["1   1 ", "2 1500 1500 2 2"]);
    expect(shapes.map((row) => pick(row, "enemy_units", "line_percent"))).toEqual(["500 50", "500 50"]);
  });

  test("the line between the teams goes with both, from each one's own end", () => {
    const { shapes } = shapeOf([walk(1, [0, 0], 200), still(2, 1000, 0)], 4);
    expect(shapes.map((row) => pick(row, "team", "line_percent", "enemy_units"))).toEqual([
      ...["1 50 1000", "2 50 1000", "1 60 800", "2 40 800", "1 70 600", "2 30 600", "1 80 400", "2 20 400"],
    ]);
    // Ends that are too near have no way between them.
    const close = shapeOf([still(1, 0, 0), still(2, 499.9, 0)], 1);
    expect(close.shapes.map((row) => row["line_percent"])).toEqual(["", ""]);
  });

  test("who moves with whom: fast enough, near enough, the same way, and in the same life", () => {
    const { pairs, shapes } = shapeOf(
      [
        walk(1, [0, 0], 80),
        walk(1, [0, 700], 80),
        // Too far from the first, and from the second too slow.
        walk(1, [0, 1400], 79.9),
        // At 45 degrees to the first, and at more.
        { team: 1, at: (second) => [100 * second, -300 + 99 * second] },
        { team: 1, at: (second) => [-100 * second, -100] },
        // Dies and comes again, elsewhere.
        {
          team: 1,
          at: (second) => [100 * second + (second > 0 ? 500 : 0), 0],
          life: (second) => (second > 0 ? 2 : 1),
        },
      ],
      2,
    );
    expect(pick(shapes[0], "time_ms", "moving", "moving_together")).toBe("0  ");
    expect(pick(shapes[1], "time_ms", "moving", "moving_together")).toBe("1000 4 3");
    expect(
      pairs.map((row) => pick(row, "player_id", "teammate_player_id", "moving_s", "together_s", "team")),
    ).toEqual([
      "101 102 1 1 1",
      "101 104 1 1 1",
      "101 105 1 0 1",
      "102 104 1 0 1",
      "102 105 1 0 1",
      "104 105 1 0 1",
    ]);
  });

  test("takes the first position of each in a second, whenever that is, and no position of a second that is over", () => {
    const players = [still(1, 0, 0), walk(1, [100, 0], 100)];
    const apart = shapeOf(players, 3, [0, 900]);
    expect(apart.shapes).toEqual(shapeOf(players, 3).shapes);
    const shapes = new TeamShapes(7);
    const at = (timeMs: number, slot: number, x: number): void => {
      shapes.add({ slot, playerId: slot, team: 1, life: 1, timeMs, x, y: 0, z: 0 });
    };
    at(0, 0, 0);
    at(500, 0, 9000);
    at(999, 1, 1000);
    at(1000, 1, 2000);
    at(900, 2, 0);
    const [rows] = shapes.tables();
    expect(Buffer.concat(rows?.rows ?? []).toString()).toBe(
      "7\t0\t0\t0\t0\t1\t2\t100\t100\t1\t2\t0\t\t\t\t\n7\t1000\t200\t0\t0\t1\t1\t\t\t1\t1\t\t1\t0\t\t\n",
    );
  });
});

describe("a push", () => {
  const enemy = still(2, 2400, 0);
  const three = (ups = 110, from = 2, to = 5): Player[] =>
    [0, 100, 200].map((y) => walk(1, [1000, y], ups, from, to));
  const pushes = (players: readonly Player[], seconds = 10): string[] =>
    shapeOf(players, seconds)
      .moves.filter(({ move }) => move === "push")
      .map(
        (row) =>
          pick(
            row,
            "team",
            "from_ms",
            "to_ms",
            "players",
            "team_players",
            "approach_units",
            "x",
            "y",
            "enemy_units",
          ) as string,
      );

  test("is three who come three hundred units nearer in three seconds", () => {
    expect(pushes([...three(101), enemy])).toEqual(["1 2000 5000 3 3 301 1303 0 1097"]);
  });

  test.each([
    ["two are too few", (): Player[] => three().slice(1)],
    [
      "less than a third of the living",
      (): Player[] => [...three(), ...Array.from({ length: 7 }, (_, n) => still(1, 900, n * 50))],
    ],
    ["two seconds are too short", (): Player[] => three(200, 2, 4)],
    ["slower than 80 units a second is no way", (): Player[] => three(79, 2, 8)],
    ["away from the enemy", (): Player[] => [0, 100, 200].map((y) => walk(1, [1900, y], -110, 2, 5))],
    ["in two groups", (): Player[] => [...three().slice(0, 2), walk(1, [1000, -700.1], 110, 2, 5)]],
    [
      "across the way",
      (): Player[] =>
        [0, 100, 200].map((x): Player => ({ team: 1, at: (second) => [x + 1500, 200 * second - 900] })),
    ],
  ])("just misses: %s", (_, players) => {
    expect(pushes([...players(), enemy])).toEqual([]);
  });

  test("just misses: not near enough to the enemy at its end, or not far enough", () => {
    const far = (x: number): Player => still(2, x, 0);
    expect(pushes([...three(110), far(2830)])).toHaveLength(1);
    expect(pushes([...three(110), far(2830.1)])).toHaveLength(0);
    expect(pushes([...three(99), enemy])).toHaveLength(0);
  });

  test("goes on over one second without, and not over two", () => {
    const with_ = (pause: number): Player[] =>
      [0, 100, 200].map((y) => ({
        team: 1,
        at: (second) => [
          1000 + 110 * (Math.min(second, 3) + Math.max(0, Math.min(second, 9) - 3 - pause)),
          y,
        ],
      }));
    expect(pushes([...with_(0), enemy], 12)).toHaveLength(1);
    expect(pushes([...with_(1), enemy], 12).map((row) => row.split(" ").slice(1, 3).join(" "))).toEqual([
      "0 9000",
    ]);
    expect(pushes([...with_(2), enemy], 12).map((row) => row.split(" ").slice(1, 3).join(" "))).toEqual([
      "0 3000",
      "5000 9000",
    ]);
  });

  test("is three of nine, and not three of ten", () => {
    const others = (count: number): Player[] =>
      Array.from({ length: count }, (_, number) => still(1, 900, number * 50));
    expect(pushes([...three(), ...others(6), enemy])).toHaveLength(1);
    expect(pushes([...three(), ...others(7), enemy])).toHaveLength(0);
  });

  test("comes on within sixty degrees of the way to the enemy", () => {
    /** Always at so many degrees to the way to the enemy, who is at the origin. */
    const aslant = (degrees: number, last: Place): Player => {
      const places = [last];
      for (let second = 0; second < 4; second++) {
        const [x, y] = places[0] ?? last;
        const direction = Math.atan2(-y, -x) + (degrees * Math.PI) / 180;
        places.unshift([x - 250 * Math.cos(direction), y - 250 * Math.sin(direction)]);
      }
      return { team: 1, at: (second) => places[second] };
    };
    const at = (degrees: number): string[] =>
      pushes([...[0, 50, 100].map((y) => aslant(degrees, [900, y])), still(2, 0, 0)]);
    expect(at(59)).toHaveLength(1);
    expect(at(61)).toEqual([]);
  });

  test("is none without a living enemy", () => {
    expect(pushes(three())).toEqual([]);
  });
});

describe("a regrouping", () => {
  /** Two and two, 1500 units apart until second 5, together from second `to` on, apart again from `until`. */
  const four = (to = 10, until = Infinity): Player[] => [
    still(1, 0, 0),
    still(1, 0, 50),
    ...[0, 50].map((y): Player => ({
      team: 1,
      at: (second) => [second <= 5 ? 1500 : second < to ? 900 : second < until ? 400 : 1500, y],
    })),
  ];
  const regroupings = (players: readonly Player[], seconds = 30): string[] =>
    shapeOf(players, seconds)
      .moves.filter(({ move }) => move === "regroup")
      .map(
        (row) => pick(row, "team", "from_ms", "to_ms", "players", "team_players", "approach_units") as string,
      );

  test("is a split team that comes together for three seconds, from the last second of the split", () => {
    expect(regroupings(four())).toEqual(["1 9000 10000 4 4 "]);
    expect(regroupings(four(10, 13))).toEqual(["1 9000 10000 4 4 "]);
    expect(regroupings(four(10, 12))).toEqual([]);
  });

  test("is of three quarters of the living, too", () => {
    const third: Player = { team: 1, at: (second) => [second < 10 ? 1500 : 400, 0] };
    expect(regroupings([...four().slice(0, 2), third, still(1, 3000, 0)])).toEqual(["1 9000 10000 3 4 "]);
  });

  test("takes fifteen seconds at most between split and together", () => {
    // Three of five are neither split nor together while two are on their way, each by themselves.
    const five = (to: number): Player[] => [
      still(1, 0, 0),
      still(1, 0, 50),
      { team: 1, at: (second) => [second <= 5 ? 1500 : 100, 0] },
      { team: 1, at: (second) => [second < to ? 1500 : 200, 0] },
      { team: 1, at: (second) => [second < to ? 3000 : 300, 0] },
    ];
    expect(regroupings(five(20))).toEqual(["1 5000 20000 5 5 "]);
    expect(regroupings(five(21))).toEqual([]);
  });

  test.each([
    [
      "the others died",
      (): Player[] => [
        still(1, 0, 0),
        still(1, 0, 50),
        still(1, 0, 90),
        ...[0, 50, 90].map((y): Player => ({ team: 1, at: (s) => (s <= 5 ? [1500, y] : undefined) })),
      ],
    ],
    [
      "the others died and came again beside them",
      (): Player[] => [
        still(1, 0, 0),
        still(1, 0, 50),
        ...[0, 50].map((y): Player => ({
          team: 1,
          at: (s) => [s <= 5 ? 1500 : 400, y],
          life: (s) => (s <= 5 ? 1 : 2),
        })),
      ],
    ],
    ["two are no team", (): Player[] => four().slice(1, 3)],
    [
      "three of four were together before",
      (): Player[] => [...four().slice(0, 2), still(1, 0, 90), ...four().slice(3)],
    ],
  ])("just misses: %s", (_, players) => {
    expect(regroupings(players())).toEqual([]);
  });
});
