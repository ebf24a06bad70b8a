/** Figures of recorded rounds, computed in plain TypeScript: what the reports' SQL is held against. */
import type { FilterRequest } from "../../src/reports/filter-request.ts";
import type { FileRow, Person, RecordedEvent, RecordedRound, Sample } from "../support/recorded-rounds.ts";

/** Numbers of what fires bullets, and of what is no weapon, as the engine's `weapon_t` has them. */
export const BULLET_WEAPONS: readonly number[] = [
  2, 3, 7, 8, 10, 14, 23, 24, 25, 30, 31, 32, 33, 35, 36, 39, 40, 41, 42, 45, 46, 47, 49, 50, 54,
];
const ITEMS = [0, 11, 12, 16, 18, 19, 20, 21, 28, 29, 44];
/** Means of death that are bullets, as the engine's `meansOfDeath_t` has them. */
export const BULLET_MEANS: readonly number[] = [
  1, 2, 3, 6, 7, 8, 9, 10, 11, 12, 13, 14, 37, 38, 44, 45, 46, 50, 51, 53, 54, 55, 56, 62, 66,
];

export const isBulletShot = ({ weapon }: RecordedEvent): boolean => BULLET_WEAPONS.includes(weapon ?? -1);
export const isWeaponShot = ({ weapon }: RecordedEvent): boolean => !ITEMS.includes(weapon ?? -1);
export const isBulletHit = ({ means }: RecordedEvent): boolean => BULLET_MEANS.includes(means ?? -1);
export const isOnEnemy = ({ relation }: { relation?: unknown }): boolean => relation === "enemy";

/** Bullets that count as fired: those that hit a downed body do not. */
export const countBullets = (shots: readonly RecordedEvent[], bodyHits: readonly RecordedEvent[]): number =>
  Math.max(0, shots.filter(isBulletShot).length - bodyHits.filter(isBulletHit).length);

export const sum = <What>(list: readonly What[], of: (what: What) => unknown): number =>
  list.reduce((total, what) => total + Number(of(what) ?? 0), 0);

export function groupBy<What>(
  list: readonly What[],
  key: (what: What) => string | number,
): Map<string, What[]> {
  const groups = new Map<string, What[]>();
  for (const what of list) {
    const name = String(key(what));
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [what]);
    else group.push(what);
  }
  return groups;
}

export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

/** A way to ask, and what it keeps of events and samples; `who` is whose doings the report is about. */
export interface Question {
  says: string;
  request: FilterRequest;
  keeps: (what: { timeMs: number }, who: Life["who"] | undefined) => boolean;
}

export const QUESTIONS: readonly Question[] = [
  { says: "people alone", request: {}, keeps: () => true },
  { says: "everybody", request: { bots: true }, keeps: () => true },
  { says: "Axis", request: { bots: true, team: "axis" }, keeps: (_, who) => who?.team === 1 },
  {
    says: "ten seconds",
    request: { bots: true, phase: "0:15-0:25" },
    keeps: ({ timeMs }) => timeMs >= 15_000 && timeMs < 25_000,
  },
  {
    says: "one player",
    request: { bots: true, player: ["NetHuman02"] },
    keeps: (_, who) => who?.name === "NetHuman02",
  },
  { says: "medics", request: { bots: true, class: ["medic"] }, keeps: (_, who) => who?.playerClass === 1 },
];

/** What of a list a question keeps; without bots, nothing that one had a part in. */
export function asked<What extends Life | RecordedEvent | Sample | Step>(
  { keeps, request }: Question,
  list: readonly What[],
  subject: (what: What) => Life["who"] | undefined,
): What[] {
  return list.filter((what) => {
    const people = "relation" in what ? [what.attacker, what.target] : [subject(what)];
    if (request.bots !== true && people.some((person) => person?.isBot === true)) return false;
    return keeps(what, subject(what));
  });
}

/** How many of the places, told to a tenth of a unit as the files do, lie in each cell, as sorted lines. */
export function cellLines(
  places: readonly ({ x: number; y: number } | undefined)[],
  cellUnits: number,
): string[] {
  const known = places.filter((place) => place !== undefined);
  const cells = groupBy(known, ({ x, y }) =>
    [x, y].map((value) => Math.floor(Number(value.toFixed(1)) / cellUnits)).join(","),
  );
  return [...cells].map(([cell, { length }]) => `${cell}: ${length}`).sort();
}

/** The rows of one record of the engagements file. */
export const recordsOf = (round: RecordedRound, ...records: readonly string[]): FileRow[] =>
  round.rows.engagements.filter(({ record }) => records.includes(String(record)));

/** An engagement with who took part. */
export interface Fight {
  round: RecordedRound;
  row: FileRow;
  participants: FileRow[];
  acts: FileRow[];
}

/** The number of the engagement that an act belongs to: that of its enemy, where the file does not name it. */
function engagementOf(round: RecordedRound, act: FileRow): FileRow[string] | undefined {
  const { engagement, enemy_slot: enemy, time_ms: time } = act;
  if (recordsOf(round, "engagement").some((row) => row["engagement"] === engagement)) return engagement;
  return recordsOf(round, "participant")
    .filter(
      (row) =>
        row["slot"] === enemy &&
        Number(row["start_ms"]) <= Number(time) &&
        Number(time) <= Number(row["time_ms"]),
    )
    .sort((one, other) => Number(one["start_ms"]) - Number(other["start_ms"]))
    .at(-1)?.["engagement"];
}

export function fightsOf(rounds: readonly RecordedRound[]): Fight[] {
  return rounds.flatMap((round) => {
    const acts = recordsOf(round, "crossfire", "bait", "trade").map((act) => ({
      act,
      engagement: engagementOf(round, act),
    }));
    return recordsOf(round, "engagement").map((row) => ({
      round,
      row,
      participants: recordsOf(round, "participant").filter(
        ({ engagement }) => engagement === row["engagement"],
      ),
      acts: acts.filter(({ engagement }) => engagement === row["engagement"]).map(({ act }) => act),
    }));
  });
}

/** Whether a bot took part. */
export const hasBot = ({ participants, round }: Fight): boolean =>
  participants.some(({ slot }) => round.isBot(slot));

export const pairName = (first: string, second: string): string => [first, second].sort().join(" + ");

/** Deaths by enemies that a living teammate could avenge, and did, by the names of the two. */
export function chancesOf(
  rounds: readonly RecordedRound[],
  withBots: boolean,
): Map<string, { downs: number; trades: number }> {
  const chances = new Map<string, { downs: number; trades: number }>();
  for (const round of rounds) {
    const trades = recordsOf(round, "trade");
    /** Team of the living, by slot. */
    const living = new Map<unknown, unknown>();
    for (const row of round.rows.combat) {
      const { event, target_slot: victim, time_ms: time } = row;
      const team = round.players.get(round.nameOf(victim ?? -1))?.team;
      if (event === "spawn" || event === "revive") living.set(victim, team);
      if (event !== "kill" && event !== "leave" && event !== "join") continue;
      living.delete(victim);
      if (event !== "kill" || !isOnEnemy(row)) continue;
      const avengers = trades
        .filter((trade) => trade["partner_slot"] === victim && trade["start_ms"] === time)
        .map((trade) => trade["slot"]);
      const mates = [...living].filter(([, theirs]) => theirs === team).map(([slot]) => slot);
      for (const mate of new Set([...mates, ...avengers])) {
        if (!withBots && (round.isBot(victim) || round.isBot(mate as number))) continue;
        const pair = pairName(round.nameOf(victim), round.nameOf(mate as number));
        const chance = chances.get(pair) ?? { downs: 0, trades: 0 };
        chance.downs += 1;
        if (avengers.includes(mate as number)) chance.trades += 1;
        chances.set(pair, chance);
      }
    }
  }
  return chances;
}

/** What pairs of teammates did, and what became of the fights that they shared, by their names. */
export function pairsOf(
  rounds: readonly RecordedRound[],
  withBots: boolean,
): Map<string, Record<string, number | null>> {
  interface Shared {
    fight: Fight;
    team: unknown;
    acts: FileRow[];
  }
  const shared: (Shared & { pair: string })[] = [];
  for (const fight of fightsOf(rounds)) {
    const { acts, participants, round } = fight;
    for (const [index, one] of participants.entries()) {
      for (const other of participants.slice(index + 1)) {
        if (one["team"] !== other["team"] || one["slot"] === other["slot"]) continue;
        if (!withBots && (round.isBot(one["slot"]) || round.isBot(other["slot"]))) continue;
        const slots = [one["slot"], other["slot"]];
        shared.push({
          pair: pairName(round.nameOf(one["slot"]), round.nameOf(other["slot"])),
          fight,
          team: one["team"],
          acts: acts.filter(
            (act) => slots.includes(act["slot"] ?? -1) && slots.includes(act["partner_slot"] ?? -1),
          ),
        });
      }
    }
  }
  const done = rounds.flatMap((round) =>
    recordsOf(round, "crossfire", "bait")
      .filter((act) => withBots || (!round.isBot(act["slot"]) && !round.isBot(act["partner_slot"])))
      .map((act) => ({ act, pair: pairName(round.nameOf(act["slot"]), round.nameOf(act["partner_slot"])) })),
  );
  return new Map(
    [...new Set([...shared, ...done].map(({ pair }) => pair))].map((pair) => {
      const list = shared.filter((one) => one.pair === pair);
      const acts = (record: string): FileRow[] =>
        done.filter((one) => one.pair === pair && one.act["record"] === record).map(({ act }) => act);
      const decided = list.filter(({ fight }) => fight.row["winner_team"] !== null);
      const won = decided.filter(({ fight, team }) => fight.row["winner_team"] === team).length;
      return [
        pair,
        {
          rounds: new Set(list.map(({ fight }) => fight.round.key)).size,
          sharedFights: list.length,
          wonFights: won,
          lostFights: decided.length - won,
          crossfires: acts("crossfire").length,
          crossfireFights: list.filter((one) => one.acts.some(({ record }) => record === "crossfire")).length,
          crossfireDamage: sum(acts("crossfire"), (act) => act["damage_given"]),
          medianAngleDeg: median(acts("crossfire").map((act) => Number(act["angle_deg"]))),
          baits: acts("bait").length,
        },
      ];
    }),
  );
}

/** Seconds that pairs were alive together, and within 300 units: every sample stands for a second. */
export function timeTogether(
  rounds: readonly RecordedRound[],
): Map<string, { aliveS: number; nearS: number; distanceUnits: number }> {
  const times = new Map<string, { aliveS: number; nearS: number; distanceUnits: number }>();
  for (const { samples } of rounds) {
    for (const people of groupBy(samples, ({ timeMs }) => timeMs).values()) {
      for (const [at, one] of people.entries()) {
        for (const other of people.slice(at + 1)) {
          if (one.team !== other.team) continue;
          const pair = pairName(one.name, other.name);
          const time = times.get(pair) ?? { aliveS: 0, nearS: 0, distanceUnits: 0 };
          const units = Math.hypot(one.x - other.x, one.y - other.y, one.z - other.z);
          times.set(pair, {
            aliveS: time.aliveS + 1,
            nearS: time.nearS + (units <= 300 ? 1 : 0),
            distanceUnits: time.distanceUnits + units,
          });
        }
      }
    }
  }
  return times;
}

/** A life: who it is of, and how long the player was alive in it by the rows of the combat file. */
export interface Life {
  timeMs: number;
  round: RecordedRound;
  who: Pick<Person, "isBot" | "name" | "playerClass" | "slot" | "team">;
  life: number;
  aliveS: number;
}

/** The lives of a round: from spawn or revive to death, leaving or the round's end. */
export function livesOf(round: RecordedRound): Life[] {
  const lives = new Map<string, Life>();
  const since = new Map<unknown, { life: Life; timeMs: number }>();
  const end = (slot: unknown, timeMs: number): void => {
    const open = since.get(slot);
    if (open !== undefined) open.life.aliveS += (timeMs - open.timeMs) / 1000;
    since.delete(slot);
  };
  for (const row of round.rows.combat) {
    const { event, target_class: playerClass, target_life: number, target_slot: slot } = row;
    const timeMs = Number(row["time_ms"]);
    if (!["spawn", "revive", "kill", "leave"].includes(String(event))) continue;
    end(slot, timeMs);
    if (event !== "spawn" && event !== "revive") continue;
    const name = round.nameOf(slot);
    const key = `${slot ?? ""} ${number ?? ""}`;
    const life = lives.get(key) ?? {
      timeMs,
      round,
      who: {
        name,
        slot: Number(slot),
        isBot: round.isBot(slot),
        playerClass: Number(playerClass),
        team: round.players.get(name)?.team ?? 0,
      },
      life: Number(number),
      aliveS: 0,
    };
    lives.set(key, life);
    since.set(slot, { life, timeMs });
  }
  for (const slot of [...since.keys()]) end(slot, round.endMs);
  return [...lives.values()];
}

/** A row of the positions, with who it is about. */
export interface Step {
  timeMs: number;
  /** The time alive that it stands for: that of its player in this team and class, shared out among all of the player's rows. */
  standsForS: number;
  who: Sample;
  round: RecordedRound;
  life: number;
  cell: string;
  stationaryMs: number;
  distanceUnits: number;
  speedUps: number;
  stance: number;
  isSprinting: boolean;
}

/** The rows of the positions, each with the sample of the recording that it is of. */
export function movementOf(round: RecordedRound, cellUnits: number): Step[] {
  const roleOf = ({ name, playerClass, team }: Life["who"]): string => `${name} ${team} ${playerClass}`;
  const aliveS = groupBy(livesOf(round), ({ who }) => roleOf(who));
  const sampled = groupBy(round.samples, roleOf);
  return round.rows.positions.map((row, index) => {
    const who = round.samples[index];
    if (who === undefined || who.timeMs !== row["time_ms"] || who.slot !== row["slot"]) {
      throw new Error(
        `${round.key}: row ${index + 1} of the positions is of another sample than the recording's`,
      );
    }
    return {
      timeMs: who.timeMs,
      standsForS:
        sum(aliveS.get(roleOf(who)) ?? [], (life) => life.aliveS) / (sampled.get(roleOf(who)) ?? []).length,
      who,
      round,
      life: Number(row["life"]),
      cell: [row["x"], row["y"]].map((value) => Math.floor(Number(value) / cellUnits)).join(","),
      stationaryMs: Number(row["stationary_ms"]),
      distanceUnits: Number(row["distance_units"]),
      speedUps: Number(row["speed_ups"]),
      stance: Number(row["stance"]),
      isSprinting: row["is_sprinting"] === 1,
    };
  });
}

/** Steps from one cell to another within a life, of samples that follow each other. */
export function waysOf(steps: readonly Step[]): { name: string; from: string; to: string }[] {
  const lives = groupBy(steps, ({ life, round, who }) => `${round.key} ${who.slot} ${life}`);
  return [...lives.values()].flatMap((life) =>
    life.flatMap((step, index) => {
      const before = life[index - 1];
      if (before === undefined || before.cell === step.cell || step.timeMs - before.timeMs > 2000) return [];
      return [{ name: step.who.name, from: before.cell, to: step.cell }];
    }),
  );
}

/** Whether the next thing that became of a victim was a revive, and no other death. */
export function isUndoneIn({ kills, revives }: RecordedRound, kill: RecordedEvent): boolean {
  const isSame = ({ target }: RecordedEvent): boolean => target?.slot === kill.target?.slot;
  const revivedMs = revives.find((event) => isSame(event) && event.timeMs > kill.timeMs)?.timeMs ?? Infinity;
  const killedMs = kills.slice(kills.indexOf(kill) + 1).find(isSame)?.timeMs ?? Infinity;
  return revivedMs < Infinity && revivedMs <= killedMs;
}

/** What a player's profile says of some rounds, for whom it is asked. */
export function profileOf(
  rounds: readonly RecordedRound[],
  withBots: boolean,
): {
  kills: RecordedEvent[];
  shots: RecordedEvent[];
  /** Bullets' hits on downed bodies. */
  bodyHits: RecordedEvent[];
  combat: (isMeant: (name: string) => boolean) => Record<string, number>;
  steps: (isMeant: (name: string) => boolean) => Step[];
  lives: (isMeant: (name: string) => boolean) => Life[];
} {
  const isBotFree = (person: { isBot: boolean } | undefined): boolean => withBots || person?.isBot !== true;
  const meant = ({ attacker, target }: RecordedEvent): boolean => isBotFree(attacker) && isBotFree(target);
  const [kills, hits, shots, revives] = (["kills", "hits", "shots", "revives"] as const).map((kind) =>
    rounds.flatMap((round) => round[kind]).filter(meant),
  ) as [RecordedEvent[], RecordedEvent[], RecordedEvent[], RecordedEvent[]];
  const isUndone = (kill: RecordedEvent): boolean =>
    rounds.some((round) => round.kills.includes(kill) && isUndoneIn(round, kill));
  const steps = rounds.flatMap((round) => movementOf(round, 256)).filter(({ who }) => withBots || !who.isBot);
  // No shot says at whom it was fired, so that hits on bots always count in accuracy.
  const bullets = rounds
    .flatMap((round) => round.hits)
    .filter((hit) => isBotFree(hit.attacker) && isOnEnemy(hit) && isBulletHit(hit));
  const bodyHits = rounds
    .flatMap((round) => round.bodyHits)
    .filter((hit) => isBotFree(hit.attacker) && isBulletHit(hit));
  const regions = rounds.flatMap((round) =>
    round.rows.combat
      .filter((row) => row["event"] === "hit" && isOnEnemy(row) && row["target_is_wounded"] === 0)
      .filter((row) => withBots || !round.isBot(row["attacker_slot"]))
      .map((row) => ({ name: round.nameOf(row["attacker_slot"]), region: row["hit_region"] })),
  );
  return {
    kills: kills.filter(isOnEnemy),
    shots: shots.filter(isBulletShot),
    bodyHits,
    combat: (isMeant) => {
      const by = (events: readonly RecordedEvent[]): RecordedEvent[] =>
        events.filter(({ attacker }) => attacker !== undefined && isMeant(attacker.name));
      const to = (events: readonly RecordedEvent[]): RecordedEvent[] =>
        events.filter(({ target }) => target !== undefined && isMeant(target.name));
      const struck = (region: string): number =>
        regions.filter((one) => one.region === region && isMeant(one.name)).length;
      return {
        kills: by(kills).filter(isOnEnemy).length,
        killsUndone: by(kills).filter(isOnEnemy).filter(isUndone).length,
        teamKills: by(kills).filter(({ relation }) => relation === "team").length,
        damageGiven: sum(by(hits).filter(isOnEnemy), ({ damage }) => damage),
        damageHits: by(hits).filter(isOnEnemy).length,
        damageSquares: sum(by(hits).filter(isOnEnemy), ({ damage }) => damage ** 2),
        shots: countBullets(by(shots), by(bodyHits)),
        hits: by(bullets).length,
        head: struck("head"),
        arms: struck("arms"),
        body: struck("body"),
        legs: struck("legs"),
        deaths: to(kills).length,
        deathsUndone: to(kills).filter(isUndone).length,
        deathsByEnemies: to(kills).filter(isOnEnemy).length,
        damageReceived: sum(to(hits).filter(isOnEnemy), ({ damage }) => damage),
        receivedHits: to(hits).filter(isOnEnemy).length,
        receivedSquares: sum(to(hits).filter(isOnEnemy), ({ damage }) => damage ** 2),
        revives: by(revives).length,
      };
    },
    steps: (isMeant) => steps.filter(({ who }) => isMeant(who.name)),
    lives: (isMeant) =>
      rounds.flatMap(livesOf).filter(({ who }) => isMeant(who.name) && (withBots || !who.isBot)),
  };
}
