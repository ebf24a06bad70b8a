/** Team shape computed anew as docs/metrics.md says it, the slow and plain way: what the tables are held against. */

/** A position: units and ms. */
export interface Spot {
  readonly timeMs: number;
  readonly slot: number;
  readonly life: number;
  readonly player: string;
  readonly team: number;
  readonly at: readonly [x: number, y: number, z: number];
}

type Vector = readonly number[];
const minus = (a: Vector, b: Vector): number[] => a.map((value, axis) => value - (b[axis] ?? 0));
const dot = (a: Vector, b: Vector): number => a.reduce((sum, value, axis) => sum + value * (b[axis] ?? 0), 0);
const length = (a: Vector): number => Math.sqrt(dot(a, a));
const apart = (a: Spot, b: Spot): number => length(minus(a.at, b.at));
const flat = (a: Vector): Vector => a.slice(0, 2);
const degrees = (a: Vector, b: Vector): number =>
  (Math.acos(Math.max(-1, Math.min(1, dot(a, b) / (length(a) * length(b))))) * 180) / Math.PI;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The spots of a team in a second, by slot. */
type Team = readonly Spot[];

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [Math.floor((sorted.length - 1) / 2), Math.ceil((sorted.length - 1) / 2)];
  return ((sorted[low] ?? 0) + (sorted[high] ?? 0)) / 2;
}

/** Groups by merging two as long as any two players of theirs are at most 700 units apart. */
function groupsOf(team: Team): Spot[][] {
  const groups = team.map((spot) => [spot]);
  for (;;) {
    const found = groups.flatMap((one, i) =>
      groups
        .slice(i + 1)
        .flatMap((other) =>
          one.some((a) => other.some((b) => apart(a, b) <= 700)) ? [[one, other] as const] : [],
        ),
    )[0];
    if (found === undefined) return groups;
    groups.splice(groups.indexOf(found[1]), 1);
    found[0].push(...found[1]);
  }
}

function found(spot: Spot | undefined): Spot {
  if (spot === undefined) throw new Error("nobody is there");
  return spot;
}

function middleOf(team: Team): Spot {
  const sums = team.map((spot) => sum(team.map((other) => apart(spot, other))));
  return found(team[sums.indexOf(Math.min(...sums))]);
}

/** How the shape of a round is told. */
export interface TrueShape {
  readonly shapes: Readonly<Record<string, number | null>>[];
  readonly moves: Readonly<Record<string, number | string | null>>[];
  /** Seconds that each pair moved, and moved together: `A B team`. */
  readonly pairs: ReadonlyMap<string, readonly [moving: number, together: number]>;
}

/** The shape of both teams of a round. */
export function trueShape(spots: readonly Spot[]): TrueShape {
  const lastSecond = Math.floor((spots.at(-1)?.timeMs ?? 0) / 1000);
  const seconds = Array.from({ length: lastSecond + 1 }, (_, second) => {
    const inSecond = spots.filter(({ team, timeMs }) => Math.floor(timeMs / 1000) === second && team < 3);
    return inSecond
      .filter((spot, at) => inSecond.findIndex(({ slot }) => slot === spot.slot) === at)
      .sort((a, b) => a.slot - b.slot);
  });
  const teamAt = (second: number, team: number): Team =>
    (seconds[second] ?? []).filter((spot) => spot.team === team);
  const speedOf = (second: number, spot: Spot): Vector | undefined => {
    const before = seconds[second - 1]?.find(
      ({ life, player, slot, team }) =>
        slot === spot.slot && player === spot.player && life === spot.life && team === spot.team,
    );
    return (
      before && flat(minus(spot.at, before.at)).map((way) => (way * 1000) / (spot.timeMs - before.timeMs))
    );
  };
  const isMoving = (second: number, spot: Spot): boolean => length(speedOf(second, spot) ?? [0, 0]) >= 80;
  const areTogether = (second: number, a: Spot, b: Spot): boolean =>
    apart(a, b) <= 700 && degrees(speedOf(second, a) ?? [], speedOf(second, b) ?? []) <= 45 + 1e-9;
  const enemyOf = (spot: Spot, enemies: Team): number =>
    Math.min(...enemies.map((enemy) => apart(spot, enemy)));
  const firstMiddle = (team: number): Spot | undefined => {
    const first = seconds.findIndex((_, second) => teamAt(second, team).length > 0);
    return first < 0 ? undefined : middleOf(teamAt(first, team));
  };
  const ends = [firstMiddle(1), firstMiddle(2)] as const;
  const rounded = (value: number): number | null => (Number.isFinite(value) ? Math.round(value) : null);

  const shapes: TrueShape["shapes"] = [];
  const pairs = new Map<string, readonly [number, number]>();
  for (const second of seconds.keys())
    for (const team of [1, 2]) {
      const own = teamAt(second, team);
      const enemies = teamAt(second, 3 - team);
      if (own.length === 0) continue;
      const others = (spot: Spot): Team => own.filter((other) => other !== spot);
      const nearest = own.map((spot) => Math.min(...others(spot).map((other) => apart(spot, other))));
      const middle = middleOf(own);
      const sizes = groupsOf(own).map((group) => group.length);
      const movers = own.filter((spot) => isMoving(second, spot));
      const isKnown = own.some((spot) => speedOf(second, spot) !== undefined);
      for (const [at, a] of movers.entries())
        for (const b of movers.slice(at + 1)) {
          const key = `${[a.player, b.player].sort().join(" ")} ${team}`;
          const [moving, together] = pairs.get(key) ?? [0, 0];
          pairs.set(key, [moving + 1, together + (areTogether(second, a, b) ? 1 : 0)]);
        }
      const line = ((): number | null => {
        const [home, away] = team === 1 ? ends : [ends[1], ends[0]];
        if (home === undefined || away === undefined || enemies.length === 0 || apart(home, away) < 500)
          return null;
        const between = middle.at.map((value, axis) => (value + (middleOf(enemies).at[axis] ?? 0)) / 2);
        return (100 * dot(minus(between, home.at), minus(away.at, home.at))) / apart(home, away) ** 2;
      })();
      shapes.push({
        time_ms: second * 1000,
        team,
        players: own.length,
        middle_x: Math.round(middle.at[0]),
        middle_y: Math.round(middle.at[1]),
        middle_z: Math.round(middle.at[2]),
        nearest_units: rounded(sum(nearest) / own.length),
        spread_units:
          own.length === 1 ? null : Math.round(median(others(middle).map((spot) => apart(spot, middle)))),
        groups: sizes.length,
        largest_group: Math.max(...sizes),
        isolated: own.length === 1 ? null : nearest.filter((distance) => distance > 1200).length,
        moving: isKnown ? movers.length : null,
        moving_together: isKnown
          ? movers.filter((a) => movers.some((b) => a !== b && areTogether(second, a, b))).length
          : null,
        enemy_units: rounded(Math.min(...own.map((spot) => enemyOf(spot, enemies)))),
        line_percent: line === null ? null : Math.round(line),
      });
    }

  /** Those who advance in a second, of the group with most of them, and how fast they come nearer; where these are too few, no one. */
  const pushersAt = (second: number, team: number): { readonly spot: Spot; readonly speed: number }[] => {
    const own = teamAt(second, team);
    const enemies = teamAt(second, 3 - team);
    if (enemies.length === 0) return [];
    const middle = middleOf(enemies);
    const advancing = groupsOf(own).map((group) =>
      group.flatMap((spot) => {
        const way = flat(minus(middle.at, spot.at));
        const speed = speedOf(second, spot);
        return speed !== undefined && isMoving(second, spot) && degrees(speed, way) <= 60 + 1e-9
          ? [{ spot, speed: dot(speed, way) / length(way) }]
          : [];
      }),
    );
    const most = advancing.toSorted((a, b) => b.length - a.length)[0] ?? [];
    return most.length >= 3 && 3 * most.length >= own.length ? most : [];
  };
  const moves: TrueShape["moves"] = [];
  for (const team of [1, 2]) {
    const on = [...seconds.keys()].filter((second) => pushersAt(second, team).length > 0);
    const runs: number[][] = [];
    for (const second of on) {
      const run = runs.at(-1);
      if (run !== undefined && second - (run.at(-1) ?? 0) <= 2) run.push(second);
      else runs.push([second]);
    }
    for (const run of runs) {
      const [first = 0, last = 0] = [run[0], run.at(-1)];
      const enemies = teamAt(last, 3 - team);
      const foremost = found(
        pushersAt(last, team)
          .map(({ spot }) => spot)
          .sort((a, b) => enemyOf(a, enemies) - enemyOf(b, enemies))[0],
      );
      const approach = sum(
        run.map((second) => {
          const speeds = pushersAt(second, team).map(({ speed }) => speed);
          return sum(speeds) / speeds.length;
        }),
      );
      if (last - first < 2 || approach < 300 || enemyOf(foremost, enemies) > 1500) continue;
      const [x, y, z] = foremost.at.map(Math.round);
      moves.push({
        ...{ team, move: "push", from_ms: (first - 1) * 1000, to_ms: last * 1000 },
        ...{ x: x ?? 0, y: y ?? 0, z: z ?? 0 },
        players: Math.max(...run.map((second) => pushersAt(second, team).length)),
        team_players: teamAt(last, team).length,
        approach_units: Math.round(approach),
        enemy_units: Math.round(enemyOf(foremost, enemies)),
      });
    }
    const largestAt = (second: number): Spot[] =>
      groupsOf(teamAt(second, team)).reduce((most, group) => (group.length > most.length ? group : most), []);
    const isSplit = (second: number): boolean => {
      const { length: players } = teamAt(second, team);
      return players >= 3 && 2 * largestAt(second).length <= players;
    };
    const isTogether = (second: number): boolean => {
      const { length: players } = teamAt(second, team);
      return players >= 3 && 4 * largestAt(second).length >= 3 * players;
    };
    let done = -1;
    for (const second of seconds.keys()) {
      if (![0, 1, 2].every((step) => isTogether(second + step)) || isTogether(second - 1)) continue;
      const split = [...seconds.keys()].findLast((one) => one > done && one < second && isSplit(one));
      if (split === undefined || second - split > 15) continue;
      done = second;
      const through = largestAt(second).filter((spot) =>
        teamAt(split, team).some(
          ({ life, player, slot }) => slot === spot.slot && life === spot.life && player === spot.player,
        ),
      );
      const before = groupsOf(teamAt(split, team)).map(
        (group) => group.filter(({ slot }) => through.some((spot) => spot.slot === slot)).length,
      );
      if (through.length < 3 || 4 * Math.max(...before) >= 3 * through.length) continue;
      const own = teamAt(second, team);
      const [x, y, z] = middleOf(own).at.map(Math.round);
      moves.push({
        ...{ team, move: "regroup", from_ms: split * 1000, to_ms: second * 1000 },
        ...{ x: x ?? 0, y: y ?? 0, z: z ?? 0 },
        ...{ players: through.length, team_players: own.length, approach_units: null },
        enemy_units: rounded(Math.min(...own.map((spot) => enemyOf(spot, teamAt(second, 3 - team))))),
      });
    }
  }
  return { shapes, moves, pairs };
}
