/** Rounds with a plain list of fights, and what every filter leaves of them. */
import type { Sql } from "../../src/db/driver/connect.ts";
import { addRound, type StoredRound } from "./hand-made.ts";

interface Player {
  readonly name: string;
  readonly team: 1 | 2;
  readonly class: number;
  readonly isBot?: boolean;
  /** The side of the round; undefined where it is not known who attacks. */
  readonly side?: "attack" | "defence" | undefined;
}

/** One fight: its attackers hit its first defender, the first of them kills; defenders do nothing. */
interface Fight {
  readonly startMs: number;
  readonly attackers: readonly string[];
  readonly defenders: readonly string[];
  readonly weapon: "mp40" | "thompson" | "luger";
}

interface Round {
  readonly key: string;
  readonly map: string;
  /** The day; each is a session of its own. */
  readonly day: string;
  readonly endMs: number;
  readonly attackingTeam?: 1 | 2;
  /** When a gate that stands from the beginning is blown up, and when a bridge is built and destroyed; ms. */
  readonly gateFallsMs?: number;
  readonly bridgeStandsMs?: readonly [number, number];
  readonly players: readonly Player[];
  readonly fights: readonly Fight[];
}

const TOOLS = {
  mp40: { weapon: 3, means: 8 },
  thompson: { weapon: 8, means: 9 },
  luger: { weapon: 2, means: 6 },
} as const;
const CLASSES = ["soldier", "medic", "engineer", "fieldops", "covertops"];

const STAGED: readonly Round[] = [
  {
    key: "airstrip",
    attackingTeam: 1,
    map: "yard",
    day: "2026-11-19",
    endMs: 100_000,
    players: [
      { name: "bot one", team: 1, class: 2, isBot: true },
      { name: "bot three", team: 1, class: 2, isBot: true },
      { name: "bot two", team: 2, class: 2, isBot: true },
    ],
    fights: [
      { startMs: 10_000, attackers: ["bot one", "bot three"], defenders: ["bot two"], weapon: "luger" },
    ],
  },
  {
    key: "alpha",
    attackingTeam: 2,
    gateFallsMs: 70_000,
    bridgeStandsMs: [60_000, 120_000],
    map: "arena",
    day: "2026-11-20",
    endMs: 200_000,
    players: [
      { name: "Al", team: 1, class: 0 },
      { name: "Amy", team: 1, class: 1 },
      { name: "Bo", team: 2, class: 0 },
      { name: "Bea", team: 2, class: 1 },
      { name: "bot one", team: 2, class: 2, isBot: true },
      { name: "bot two", team: 2, class: 2, isBot: true },
    ],
    fights: [
      { startMs: 10_000, attackers: ["Al", "Amy"], defenders: ["Bo"], weapon: "mp40" },
      { startMs: 70_000, attackers: ["Bo", "Bea"], defenders: ["Al"], weapon: "thompson" },
      { startMs: 100_000, attackers: ["bot one", "bot two"], defenders: ["Al", "Amy"], weapon: "luger" },
      { startMs: 130_000, attackers: ["Al", "Amy"], defenders: ["Bo", "Bea"], weapon: "thompson" },
    ],
  },
  {
    key: "bravo",
    attackingTeam: 1,
    gateFallsMs: 90_000,
    map: "arena",
    day: "2026-11-21",
    endMs: 100_000,
    players: [
      { name: "Cy", team: 1, class: 2 },
      { name: "Cat", team: 1, class: 3 },
      { name: "Bea", team: 2, class: 1 },
    ],
    fights: [{ startMs: 30_000, attackers: ["Cat", "Cy"], defenders: ["Bea"], weapon: "mp40" }],
  },
  {
    key: "charlie",
    map: "ruins",
    day: "2026-11-22",
    endMs: 100_000,
    players: [
      { name: "Cy", team: 1, class: 2 },
      { name: "Cat", team: 1, class: 3 },
      { name: "Al", team: 2, class: 2 },
      { name: "Bea", team: 2, class: 1 },
    ],
    fights: [{ startMs: 20_000, attackers: ["Al", "Bea"], defenders: ["Cy", "Cat"], weapon: "mp40" }],
  },
  {
    key: "delta",
    attackingTeam: 1,
    gateFallsMs: 10_000,
    map: "ruins",
    day: "2026-11-23",
    endMs: 50_000,
    players: [{ name: "Cy", team: 1, class: 4 }],
    fights: [],
  },
];

/** The rounds, whose players know their side. */
export const ROUNDS: readonly Round[] = STAGED.map((round) => ({
  ...round,
  players: round.players.map((player) => ({
    ...player,
    side:
      round.attackingTeam === undefined
        ? undefined
        : player.team === round.attackingTeam
          ? "attack"
          : "defence",
  })),
}));

/** Filters by name: what a report is asked for. */
export type Case = Readonly<Record<string, string | true>>;

/** A player of a fight, as far as filters see. */
interface Subject extends Player {
  readonly weapon?: Fight["weapon"];
  /** The shape of the fight, the side of the player first: `2v1`. */
  readonly shape?: string;
}

export const isChosen = (round: Round, asked: Case): boolean =>
  isNamed(round, asked) &&
  (asked["side"] === undefined || round.attackingTeam !== undefined) &&
  phasesOf(round, asked) !== undefined;

/** The day whose session has the tag "cup". */
export const TAGGED_DAY = "2026-11-22";

/** A roster of one clan, and its members. */
export const STAGED_ROSTER = 'clan,player\nRed Kites,Amy\n"Red Kites",cy\n';
const CLAN_MEMBERS: readonly string[] = ["Amy", "Cy"];

/** Whether a round is one of those named; what is known of it does not matter. */
export const isNamed = (round: Round, { map, round: key, session, since, tag, until }: Case): boolean =>
  (map === undefined || round.map === map) &&
  (since === undefined || round.day >= String(since)) &&
  (until === undefined || round.day <= String(until)) &&
  (key === undefined || round.key === key) &&
  (session === undefined || round.day === session) &&
  (tag === undefined || round.day === TAGGED_DAY);

export const isAsked = (
  subject: Subject,
  { clan, class: asked, engagement, means, player, side, team, weapon }: Case,
): boolean =>
  (engagement === undefined || subject.shape === engagement) &&
  (player === undefined || subject.name === player) &&
  (clan === undefined || CLAN_MEMBERS.includes(subject.name)) &&
  (team === undefined || subject.team === (team === "axis" ? 1 : 2)) &&
  (side === undefined || subject.side === side) &&
  (asked === undefined || CLASSES[subject.class] === asked) &&
  (weapon === undefined || subject.weapon === weapon) &&
  (means === undefined || subject.weapon === means);

/** The spans of time of a phase in a round, ms; undefined where the round does not have what the phase is about. */
function phasesOf(round: Round, { phase = "0:00-" }: Case): [number, number][] | undefined {
  const [, part = "", thing = ""] = /^(\w+) (.*)$/u.exec(String(phase)) ?? [];
  if (/gate$/iu.test(thing)) {
    const { gateFallsMs: falls } = round;
    if (falls === undefined) return undefined;
    return part === "while" ? [[0, falls]] : part === "after" ? [[falls, Infinity]] : [];
  }
  if (thing.endsWith("Bridge")) {
    if (round.bridgeStandsMs === undefined) return undefined;
    const [from, to] = round.bridgeStandsMs;
    return part === "before" ? [[0, from]] : part === "while" ? [[from, to]] : [[to, Infinity]];
  }
  const clock = (text: string): number =>
    Number(text.split(":")[0]) * 60_000 + Number(text.split(":")[1]) * 1000;
  const [from = "", to = ""] = String(phase).split("-");
  return [[clock(from), to === "" ? Infinity : clock(to)]];
}

/** A fight with its players as subjects: attackers did damage with its weapon. */
interface Staged {
  readonly fight: Fight;
  readonly attackers: readonly Subject[];
  readonly defenders: readonly Subject[];
}

/** The fights of the rounds chosen that have the phase, with bots only where asked; of what shape, each subject says. */
export function fightsOf(round: Round, asked: Case): Staged[] {
  const phases = phasesOf(round, asked) ?? [];
  const find = (name: string): Player => {
    const player = round.players.find((one) => one.name === name);
    if (player === undefined) throw new Error(`nobody is called ${name}`);
    return player;
  };
  if (!isChosen(round, asked)) return [];
  return round.fights
    .map((fight) => ({
      fight,
      attackers: fight.attackers.map((name) => ({
        ...find(name),
        weapon: fight.weapon,
        shape: `${fight.attackers.length}v${fight.defenders.length}`,
      })),
      defenders: fight.defenders.map((name) => ({
        ...find(name),
        shape: `${fight.defenders.length}v${fight.attackers.length}`,
      })),
    }))
    .filter(
      ({ attackers, defenders, fight }) =>
        phases.some(([fromMs, toMs]) => fight.startMs >= fromMs && fight.startMs < toMs) &&
        (asked["bots"] === true || ![...attackers, ...defenders].some(({ isBot }) => isBot === true)),
    );
}

export const allFights = (asked: Case): Staged[] => ROUNDS.flatMap((round) => fightsOf(round, asked));
export const killsIn = (fights: readonly Staged[], asked: Case): number =>
  fights.filter(({ attackers: [killer] }) => killer !== undefined && isAsked(killer, asked)).length;

export function isEventful(round: Round, asked: Case): boolean {
  const { engagement, means, weapon } = asked;
  const fights = fightsOf(round, asked);
  if (weapon !== undefined || means !== undefined) {
    return fights.some(({ attackers }) => attackers.some((one) => isAsked(one, asked)));
  }
  if (engagement !== undefined) {
    return fights.some(({ attackers, defenders }) =>
      [...attackers, ...defenders].some((one) => isAsked(one, asked)),
    );
  }
  return (
    isChosen(round, asked) &&
    (phasesOf(round, asked) ?? []).some(([fromMs]) => round.endMs > fromMs) &&
    round.players.some((one) => (asked["bots"] === true || one.isBot !== true) && isAsked(one, asked))
  );
}

/** Fights side by side, counted by pair: one of the two is as asked for. Bots are no partners, but may be enemies. */
export function pairsIn(asked: Case): number {
  return allFights({ ...asked, bots: true })
    .flatMap(({ attackers, defenders }) => [attackers, defenders])
    .filter((side) => asked["bots"] === true || side.every(({ isBot }) => isBot !== true))
    .filter((side) => side.length === 2 && side.some((one) => isAsked(one, asked))).length;
}

/**
 * Deaths that a living teammate could avenge, one of the two being as asked for; with what does not matter. The fight has
 * the shape that the victim's side sees.
 */
export function chancesIn(asked: Case): number {
  const rest: Case = Object.fromEntries(
    Object.entries(asked).filter(([name]) => !["means", "weapon"].includes(name)),
  );
  return ROUNDS.flatMap((round) => {
    const dead = new Set<string>();
    const counted = fightsOf(round, { ...rest, bots: true });
    return [...round.fights]
      .sort((a, b) => a.startMs - b.startMs)
      .map((fight) => {
        const victim = round.players.find(({ name }) => name === fight.defenders[0]);
        if (victim === undefined) throw new Error("nobody was killed");
        dead.add(victim.name);
        if (!counted.some((one) => one.fight === fight)) return 0;
        return round.players.filter(
          (mate) =>
            mate.team === victim.team &&
            !dead.has(mate.name) &&
            (asked["bots"] === true || ![mate, victim].some(({ isBot }) => isBot === true)) &&
            [mate, victim].some((one) =>
              isAsked({ ...one, shape: `${fight.defenders.length}v${fight.attackers.length}` }, rest),
            ),
        ).length;
      });
  }).reduce((sum, count) => sum + count, 0);
}

/** A gate and a bridge, and what becomes of them. */
async function storeObjectives(round: StoredRound, { bridgeStandsMs, gateFallsMs }: Round): Promise<void> {
  const gate = { objective: 10, kind: "explosive", name: "^1Old ^7Gate" };
  const bridge = { objective: 11, kind: "constructible", name: "Bridge", team: 2 } as const;
  await round.addObjectives(
    [...(gateFallsMs === undefined ? [] : [gate]), ...(bridgeStandsMs === undefined ? [] : [bridge])],
    [
      ...(bridgeStandsMs === undefined
        ? []
        : [
            { event: "construct_start", timeMs: bridgeStandsMs[0] - 1000, objective: 11 },
            { event: "construct_finish", timeMs: bridgeStandsMs[0], objective: 11 },
            { event: "construct_destroy", timeMs: bridgeStandsMs[1], objective: 11 },
          ]),
      ...(gateFallsMs === undefined
        ? []
        : [{ event: "objective_destroy", timeMs: gateFallsMs, objective: 10 }]),
    ],
  );
}

/** Stores the rounds with their fights. */
export async function storeStagedFights(sql: Sql): Promise<void> {
  for (const staged of ROUNDS) {
    const { attackingTeam, day, endMs, fights, key, map, players } = staged;
    const slot = (name: string): number => players.findIndex((player) => player.name === name);
    const round = await addRound(sql, {
      key,
      map,
      attackingTeam,
      endMs,
      startedAt: `${day}T20:00:00Z`,
      players: players.map((player) => ({ ...player, guid: `GUID ${player.name}` })),
    });
    await storeObjectives(round, staged);
    for (const [index, { attackers, defenders, startMs, weapon }] of fights.entries()) {
      const tool = TOOLS[weapon];
      const target = slot(defenders[0] ?? "");
      const place = { from: [50, 50, 0], to: [250, 50, 0] } as const;
      await round.addEvents([
        ...attackers.flatMap((name, nth) => [
          {
            event: "fire",
            timeMs: startMs + nth,
            attacker: slot(name),
            weapon: tool.weapon,
            from: place.from,
          },
          {
            event: "hit",
            timeMs: startMs + nth,
            attacker: slot(name),
            target,
            damage: 50,
            ...tool,
            ...place,
          },
        ]),
        { event: "kill", timeMs: startMs + 1, attacker: slot(attackers[0] ?? ""), target, ...tool, ...place },
      ]);
      await round.addEngagements([
        {
          number: index + 1,
          startMs,
          endMs: startMs + 5000,
          attackers: attackers.map(slot),
          defenders: defenders.map(slot),
          did: { [slot(attackers[0] ?? "")]: [1, 0, 0, 0], [target]: [0, 1, 0, 0] },
        },
      ]);
      await round.addTeamPlay([
        {
          record: "crossfire",
          timeMs: startMs + 1,
          engagement: index + 1,
          slot: slot(attackers[0] ?? ""),
          partner: slot(attackers[1] ?? ""),
          enemy: target,
          angleDeg: 90,
        },
      ]);
      await round.addPositions(
        attackers.map((name) => ({ timeMs: startMs, slot: slot(name), at: place.from, weapon: tool.weapon })),
      );
    }
  }
}
