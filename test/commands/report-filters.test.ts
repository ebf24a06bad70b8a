/** Every filter in every report: held against what a plain list of fights says, or refused with a reason. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { captureOutput } from "@oclif/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { filterFlags } from "../../src/cli/filter-flags.ts";
import ReportCrossfire from "../../src/commands/report/crossfire.ts";
import ReportEngagement from "../../src/commands/report/engagement.ts";
import ReportEngagements from "../../src/commands/report/engagements.ts";
import ReportHeatmap from "../../src/commands/report/heatmap.ts";
import ReportMovement from "../../src/commands/report/movement.ts";
import ReportPlayer from "../../src/commands/report/player.ts";
import ReportRound from "../../src/commands/report/round.ts";
import ReportRounds from "../../src/commands/report/rounds.ts";
import ReportSessions from "../../src/commands/report/sessions.ts";
import ReportSynergy from "../../src/commands/report/synergy.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { addRound } from "../support/hand-made.ts";

interface Runnable {
  flags: Record<string, unknown>;
  run: (argv: string[], options: { root: string }) => Promise<unknown>;
}

interface Player {
  readonly name: string;
  readonly team: 1 | 2;
  readonly class: number;
  readonly isBot?: boolean;
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
  readonly players: readonly Player[];
  readonly fights: readonly Fight[];
}

const TOOLS = {
  mp40: { weapon: 3, means: 8 },
  thompson: { weapon: 8, means: 9 },
  luger: { weapon: 2, means: 6 },
} as const;
const CLASSES = ["soldier", "medic", "engineer", "fieldops", "covertops"];

const ROUNDS: readonly Round[] = [
  {
    key: "airstrip",
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
    map: "ruins",
    day: "2026-11-23",
    endMs: 50_000,
    players: [{ name: "Cy", team: 1, class: 4 }],
    fights: [],
  },
];

/** Each filter alone, and some together. */
const CASES: readonly Readonly<Record<string, string | true>>[] = [
  {},
  { map: "arena" },
  { since: "2026-11-21" },
  { until: "2026-11-21" },
  { round: "alpha" },
  { session: "2026-11-22" },
  { player: "Amy" },
  { team: "axis" },
  { class: "medic" },
  { weapon: "thompson" },
  { means: "mp40" },
  { phase: "1:00-2:00" },
  { engagement: "2v2" },
  { bots: true },
  { weapon: "luger", bots: true },
  { weapon: "luger" },
  { class: "soldier", weapon: "thompson" },
  { player: "Bea", team: "allies", class: "medic", weapon: "thompson" },
  { player: "Bea", weapon: "mp40", map: "arena" },
  { engagement: "2v1", team: "axis", class: "medic" },
  { phase: "1:00-", player: "Al", engagement: "2v2" },
  { phase: "0:55-1:00" },
];

type Case = (typeof CASES)[number];

/** A player of a fight, as far as filters see. */
interface Subject extends Player {
  readonly weapon?: Fight["weapon"];
}

const isChosen = (round: Round, { map, round: key, session, since, until }: Case): boolean =>
  (map === undefined || round.map === map) &&
  (since === undefined || round.day >= String(since)) &&
  (until === undefined || round.day <= String(until)) &&
  (key === undefined || round.key === key) &&
  (session === undefined || round.day === session);

const isAsked = (subject: Subject, { class: asked, means, player, team, weapon }: Case): boolean =>
  (player === undefined || subject.name === player) &&
  (team === undefined || subject.team === (team === "axis" ? 1 : 2)) &&
  (asked === undefined || CLASSES[subject.class] === asked) &&
  (weapon === undefined || subject.weapon === weapon) &&
  (means === undefined || subject.weapon === means);

const phaseOf = ({ phase = "0:00-" }: Case): [number, number] => {
  const clock = (text: string): number =>
    Number(text.split(":")[0]) * 60_000 + Number(text.split(":")[1]) * 1000;
  const [from = "", to = ""] = String(phase).split("-");
  return [clock(from), to === "" ? Infinity : clock(to)];
};

/** A fight with its players as subjects: attackers did damage with its weapon. */
interface Staged {
  readonly fight: Fight;
  readonly attackers: readonly Subject[];
  readonly defenders: readonly Subject[];
}

/** The fights of the rounds chosen that have the shape and the phase, with bots only where asked. */
function fightsOf(round: Round, asked: Case): Staged[] {
  const [fromMs, toMs] = phaseOf(asked);
  const find = (name: string): Player => {
    const player = round.players.find((one) => one.name === name);
    if (player === undefined) throw new Error(`nobody is called ${name}`);
    return player;
  };
  if (!isChosen(round, asked)) return [];
  return round.fights
    .map((fight) => ({
      fight,
      attackers: fight.attackers.map((name) => ({ ...find(name), weapon: fight.weapon })),
      defenders: fight.defenders.map(find),
    }))
    .filter(
      ({ attackers, defenders, fight }) =>
        fight.startMs >= fromMs &&
        fight.startMs < toMs &&
        (asked["engagement"] === undefined ||
          asked["engagement"] === `${attackers.length}v${defenders.length}`) &&
        (asked["bots"] === true || ![...attackers, ...defenders].some(({ isBot }) => isBot === true)),
    );
}

const allFights = (asked: Case): Staged[] => ROUNDS.flatMap((round) => fightsOf(round, asked));
const killsIn = (fights: readonly Staged[], asked: Case): number =>
  fights.filter(({ attackers: [killer] }) => killer !== undefined && isAsked(killer, asked)).length;

function isEventful(round: Round, asked: Case): boolean {
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
    round.endMs > phaseOf(asked)[0] &&
    round.players.some((one) => (asked["bots"] === true || one.isBot !== true) && isAsked(one, asked))
  );
}

/** Fights side by side, counted by pair: one of the two is as asked for. Bots are no partners, but may be enemies. */
function pairsIn(asked: Case): number {
  return allFights({ ...asked, bots: true })
    .flatMap(({ attackers, defenders }) => [attackers, defenders])
    .filter((side) => asked["bots"] === true || side.every(({ isBot }) => isBot !== true))
    .filter((side) => side.length === 2 && side.some((one) => isAsked(one, asked))).length;
}

/** Deaths that a living teammate could avenge, one of the two being as asked for; with what does not matter. */
function chancesIn(asked: Case): number {
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
            [mate, victim].some((one) => isAsked(one, rest)),
        ).length;
      });
  }).reduce((sum, count) => sum + count, 0);
}

/** A report: what it is called with, a figure of its result, and the same figure from the list of fights. */
interface Report {
  readonly command: Runnable;
  readonly argv: readonly string[];
  /** Filters that it refuses. */
  readonly refused: readonly string[];
  /** Null where there is nothing to report. */
  readonly figure: (result: never) => unknown;
  readonly truth: (asked: Case) => unknown;
}

const REPORTS: Readonly<Record<string, Report>> = {
  rounds: {
    command: ReportRounds,
    argv: [],
    refused: [],
    figure: ({ rounds }: { rounds: { roundKey: string }[] }) => rounds.map(({ roundKey }) => roundKey).sort(),
    truth: (asked) => ROUNDS.filter((round) => isEventful(round, asked)).map(({ key }) => key),
  },
  sessions: {
    command: ReportSessions,
    argv: [],
    refused: [],
    figure: ({ sessions }: { sessions: { id: string }[] }) =>
      sessions.map(({ id }) => id.slice(0, 10)).sort(),
    truth: (asked) => ROUNDS.filter((round) => isEventful(round, asked)).map(({ day }) => day),
  },
  round: {
    command: ReportRound,
    argv: ["latest"],
    refused: ["round"],
    figure: ({ kills, round }: { kills: unknown[]; round: { roundKey: string } }) =>
      `${round.roundKey}: ${kills.length}`,
    truth: (asked) => {
      const round = ROUNDS.filter((one) => isChosen(one, asked)).at(-1);
      return round === undefined ? null : `${round.key}: ${killsIn(fightsOf(round, asked), asked)}`;
    },
  },
  "round alpha": {
    command: ReportRound,
    argv: ["alpha"],
    refused: ["round"],
    figure: ({ kills, scores }: { kills: unknown[]; scores: { kills: number }[] }) => [
      kills.length,
      scores.reduce((sum, { kills: made }) => sum + made, 0),
    ],
    truth: (asked) => {
      const round = ROUNDS.find(({ key }) => key === "alpha");
      if (round === undefined || !isChosen(round, asked)) return null;
      const kills = killsIn(fightsOf(round, asked), asked);
      return [kills, kills];
    },
  },
  heatmap: {
    command: ReportHeatmap,
    argv: ["--map", "arena"],
    refused: [],
    figure: ({ populations }: { populations: { total: number }[] }) => populations[0]?.total,
    truth: (asked) => killsIn(allFights({ map: "arena", ...asked }), asked) || null,
  },
  player: {
    command: ReportPlayer,
    argv: ["Al"],
    refused: ["player"],
    figure: ({ combat, shapes }: { combat: { player: { kills: number } }; shapes: { fights: number }[] }) => [
      combat.player.kills,
      shapes.reduce((sum, { fights }) => sum + fights, 0),
    ],
    truth: (asked) => {
      if (!ROUNDS.some((round) => isChosen(round, asked) && round.players.some(({ name }) => name === "Al")))
        return null;
      const of = { ...asked, player: "Al" };
      return [
        killsIn(allFights(asked), of),
        allFights(asked).filter(({ attackers, defenders }) =>
          [...attackers, ...defenders].some((one) => isAsked(one, of)),
        ).length,
      ];
    },
  },
  engagements: {
    command: ReportEngagements,
    argv: [],
    refused: [],
    figure: ({ engagements }: { engagements: unknown[] }) => engagements.length,
    truth: (asked) =>
      allFights(asked).filter(({ attackers, defenders }) =>
        [...attackers, ...defenders].some((one) => isAsked(one, asked)),
      ).length,
  },
  engagement: {
    command: ReportEngagement,
    argv: ["alpha#1"],
    refused: Object.keys(filterFlags),
    figure: ({ id }: { id: string }) => id,
    truth: () => "alpha#1",
  },
  crossfire: {
    command: ReportCrossfire,
    argv: [],
    refused: [],
    figure: ({ pairs }: { pairs: { crossfires: number }[] }) =>
      pairs.reduce((sum, { crossfires }) => sum + crossfires, 0),
    // Defenders can fight side by side without a crossfire; without any such fight there is nothing to report.
    truth: (asked) =>
      pairsIn(asked) + chancesIn(asked) === 0
        ? null
        : allFights(asked).filter(({ attackers }) => attackers.some((one) => isAsked(one, asked))).length,
  },
  synergy: {
    command: ReportSynergy,
    argv: [],
    refused: [],
    figure: ({ pairs }: { pairs: { sharedFights: number; downs: number }[] }) => [
      pairs.reduce((sum, { sharedFights }) => sum + sharedFights, 0),
      pairs.reduce((sum, { downs }) => sum + downs, 0),
    ],
    truth: (asked) => (pairsIn(asked) + chancesIn(asked) === 0 ? null : [pairsIn(asked), chancesIn(asked)]),
  },
  movement: {
    command: ReportMovement,
    argv: ["--map", "arena"],
    refused: ["means"],
    figure: ({ places }: { places: { presenceS: number }[] }) =>
      places.reduce((sum, { presenceS }) => sum + presenceS, 0),
    // One sample of each attacker in each fight.
    truth: (asked) =>
      allFights({ map: "arena", ...asked })
        .flatMap(({ attackers }) => attackers)
        .filter((one) => isAsked(one, asked)).length || null,
  },
};

let database: TestDatabase;
const root = path.resolve(import.meta.dirname, "../..");

beforeAll(async () => {
  database = await createTestDatabase();
  for (const { day, endMs, fights, key, map, players } of ROUNDS) {
    const slot = (name: string): number => players.findIndex((player) => player.name === name);
    const round = await addRound(database.sql, {
      key,
      map,
      endMs,
      startedAt: `${day}T20:00:00Z`,
      players: players.map((player) => ({ ...player, guid: `GUID ${player.name}` })),
    });
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
});
afterAll(() => database.drop());

interface Answer {
  ok: boolean;
  result?: unknown;
  error?: { code: string; message: string; suggestions: string[] };
}

async function ask(command: Runnable, argv: readonly string[]): Promise<Answer> {
  const { error, stdout } = await captureOutput(() =>
    command.run([...argv, "--json", "--database-url", database.url], { root }),
  );
  process.exitCode = undefined;
  if (error !== undefined) throw error;
  return JSON.parse(stdout) as Answer;
}

const asFlags = (asked: Case): string[] =>
  Object.entries(asked).flatMap(([name, value]) => (value === true ? [`--${name}`] : [`--${name}`, value]));

describe.each(Object.entries(REPORTS))("report %s", (_name, { argv, command, figure, refused, truth }) => {
  it.each(CASES.map((asked) => [asFlags(asked).join(" "), asked] as const))("[%s]", async (_flags, asked) => {
    // What is given last counts, and a report of one map takes another.
    const base =
      asked["map"] === undefined ? argv : argv.filter((word) => word !== "--map" && word !== "arena");
    const { error, ok, result } = await ask(command, [...base, ...asFlags(asked)]);
    const [refusal] = Object.keys(filterFlags).filter((name) => name in asked && refused.includes(name));
    if (refusal === undefined) {
      const expected = truth(asked);
      if (expected === null) expect(error?.code).toMatch(/^E_NOT(HING)?_FOUND$/u);
      else expect(ok ? figure(result as never) : error).toEqual(expected);
    } else {
      expect(error).toMatchObject({ code: "E_FILTER" });
      expect(error?.message).toMatch(/^--\w+: .{15}/u);
      expect(error?.suggestions[0]).toMatch(/.{10}/u);
    }
  });

  it("knows every filter, and shows those that it takes", () => {
    for (const name of Object.keys(filterFlags)) {
      const flag = command.flags[name] as { hidden?: boolean } | undefined;
      expect(flag, name).toBeDefined();
      expect(flag?.hidden === true, name).toBe(refused.includes(name));
    }
  });
});

it("no filter of the list is without a case, and each narrows some report", () => {
  expect(Object.keys(filterFlags).filter((name) => !CASES.some((asked) => name in asked))).toEqual([]);
  for (const asked of CASES.slice(1)) {
    const narrowed = Object.entries(REPORTS).filter(
      ([, { truth }]) => JSON.stringify(truth(asked)) !== JSON.stringify(truth({})),
    );
    expect(narrowed.length, asFlags(asked).join(" ")).toBeGreaterThan(2);
  }
});

it.each([["shots"], ["presence"]])("heatmaps of %s know no means of death, and say so", async (what) => {
  for (const argv of [
    ["--means", "mp40"],
    ["--versus", "means=mp40"],
  ]) {
    const { error } = await ask(ReportHeatmap, ["--map", "arena", "--what", what, ...argv]);
    expect(error).toMatchObject({ code: "E_FILTER" });
    expect(error?.suggestions).toEqual([expect.stringContaining("--weapon")]);
  }
});

it("the documented table says what each report takes", () => {
  const text = readFileSync(path.join(root, "docs/reports.md"), "utf8");
  const rows = text.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  const heading = rows.find(([, first]) => first === "filter");
  const reports = [
    "rounds",
    "sessions",
    "round",
    "heatmap",
    "player",
    "engagements",
    "engagement",
    "crossfire",
    "synergy",
    "movement",
  ];
  expect(heading?.slice(2, -1)).toEqual(reports);
  for (const filter of Object.keys(filterFlags)) {
    const row = rows.find(
      ([, first], index) => first === `\`--${filter}\`` && index > rows.indexOf(heading ?? []),
    );
    expect(
      row?.slice(2, -1).map((cell) => !cell.startsWith("no")),
      filter,
    ).toEqual(reports.map((report) => REPORTS[report]?.refused.includes(filter) === false));
  }
});
