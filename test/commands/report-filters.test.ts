/** Every filter in every report: held against what a plain list of fights says, or refused with a reason. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { captureOutput } from "@oclif/test";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { filterFlags } from "../../src/cli/filter-flags.ts";
import ReportCrossfire from "../../src/commands/report/crossfire.ts";
import ReportEngagement from "../../src/commands/report/engagement.ts";
import ReportEngagements from "../../src/commands/report/engagements.ts";
import ReportHeatmap from "../../src/commands/report/heatmap.ts";
import ReportLeaders from "../../src/commands/report/leaders.ts";
import ReportMovement from "../../src/commands/report/movement.ts";
import ReportPlayer from "../../src/commands/report/player.ts";
import ReportRound from "../../src/commands/report/round.ts";
import ReportRounds from "../../src/commands/report/rounds.ts";
import ReportObjectives from "../../src/commands/report/objectives.ts";
import ReportSessions from "../../src/commands/report/sessions.ts";
import ReportSituations from "../../src/commands/report/situations.ts";
import ReportSynergy from "../../src/commands/report/synergy.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import {
  ROUNDS,
  isChosen,
  isNamed,
  isAsked,
  fightsOf,
  allFights,
  killsIn,
  isEventful,
  pairsIn,
  chancesIn,
  storeStagedFights,
  STAGED_ROSTER,
  TAGGED_DAY,
  type Case,
} from "../support/staged-fights.ts";

interface Runnable {
  flags: Record<string, unknown>;
  run: (argv: string[], options: { root: string }) => Promise<unknown>;
}

/** Each filter alone, and some together. */
const CASES: readonly Case[] = [
  {},
  { map: "arena" },
  { since: "2026-11-21" },
  { until: "2026-11-21" },
  { round: "alpha" },
  { session: "2026-11-22" },
  { tag: "cup" },
  { player: "Amy" },
  { clan: "red kites" },
  { clan: "kites", player: "Amy", phase: "2:00-" },
  { clan: "RedKites", weapon: "mp40", side: "attack" },
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
  { engagement: "1v2", team: "axis" },
  { phase: "1:00-", player: "Al", engagement: "2v2" },
  { phase: "0:55-1:00" },
  { side: "attack" },
  { side: "defence", bots: true },
  { side: "attack", team: "axis" },
  { side: "defence", class: "medic", weapon: "mp40" },
  { side: "attack", engagement: "2v2" },
  { phase: "while Old Gate" },
  { phase: "after gate", side: "attack" },
  { phase: "before Bridge" },
  { phase: "while Allies Bridge", weapon: "thompson" },
  { phase: "after Bridge", engagement: "2v2" },
];

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
  // What its filters leave of the events, test/reports/objectives.test.ts counts.
  objectives: {
    command: ReportObjectives,
    argv: [],
    refused: [],
    figure: ({ rounds }: { rounds: number }) => rounds,
    truth: (asked) => ROUNDS.filter((round) => isChosen(round, asked)).length,
  },
  round: {
    command: ReportRound,
    argv: ["latest"],
    refused: ["round"],
    figure: ({ kills, round }: { kills: unknown[]; round: { roundKey: string } }) =>
      `${round.roundKey}: ${kills.length}`,
    truth: (asked) => {
      // A side or an objective chooses no round: the latest one has it or not.
      const round = ROUNDS.filter((one) => isNamed(one, asked)).at(-1);
      return round === undefined || !isChosen(round, asked)
        ? null
        : `${round.key}: ${killsIn(fightsOf(round, asked), asked)}`;
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
    refused: ["player", "clan"],
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
  situations: {
    command: ReportSituations,
    argv: [],
    refused: [],
    // The one kill of each fight is its first down.
    figure: ({ openings }: { openings: { made: number; suffered: number }[] }) =>
      openings.reduce((sum, { made }) => sum + made, 0),
    truth: (asked) => (chancesIn(asked) + downsIn(asked) === 0 ? null : killsIn(allFights(asked), asked)),
  },
  leaders: {
    command: ReportLeaders,
    argv: ["--least-minutes", "0"],
    refused: [],
    figure: ({ leaders }: { leaders: { kills: number }[] }) =>
      leaders.reduce((sum, { kills }) => sum + kills, 0),
    truth: (asked) => {
      const { clan, class: ofClass, player, side, team } = asked;
      const who = Object.entries({ clan, class: ofClass, player, side, team }).filter(
        (entry): entry is [string, string | true] => entry[1] !== undefined,
      );
      const isAnybody = ROUNDS.filter((round) => isChosen(round, asked))
        .flatMap(({ players }) => players)
        .some(
          (one) => (asked["bots"] === true || one.isBot !== true) && isAsked(one, Object.fromEntries(who)),
        );
      return isAnybody ? killsIn(allFights(asked), asked) : null;
    },
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

/** Fights whose down was made, or suffered, by one who is asked for, with the weapon. */
function downsIn(asked: Case): number {
  return allFights(asked).filter(({ attackers: [killer], defenders: [victim], fight }) =>
    [killer, victim === undefined ? undefined : { ...victim, weapon: fight.weapon }].some(
      (one) => one !== undefined && isAsked(one, asked),
    ),
  ).length;
}

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

let database: TestDatabase;
let folder: string;
const root = path.resolve(import.meta.dirname, "../..");

beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(path.join(tmpdir(), "prox-filters-"));
  mkdirSync(path.join(folder, "prox"));
  writeFileSync(path.join(folder, "prox/roster.csv"), STAGED_ROSTER);
  writeFileSync(path.join(folder, "prox/config.json"), JSON.stringify({ site: { roster: "roster.csv" } }));
  vi.stubEnv("XDG_CONFIG_HOME", folder);
  await storeStagedFights(database.sql);
  await database.sql`
    insert into session_tags select round_id, 'cup' from sessions where starts_with(session, ${TAGGED_DAY})`;
});

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

it.each([
  [["--clan", "nobody"], "E_NOT_FOUND", "no clan is called nobody"],
  [["--clan", "red kites", "--player", "Al"], "E_FILTER", "--player Al: not in Red Kites"],
])("%j is refused in a sentence", async (flags, code, message) => {
  expect((await ask(ReportSynergy, flags)).error).toMatchObject({ code, message });
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
    "situations",
    "leaders",
    "movement",
    "objectives",
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
