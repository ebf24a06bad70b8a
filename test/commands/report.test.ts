/** The report commands on a real match, on hostile names, and in every form of output. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { captureOutput } from "@oclif/test";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import Demo from "../../src/commands/demo.ts";
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
import { displayWidth } from "../../src/cli/terminal.ts";
import { plainName } from "../../src/names.ts";
import { findRecording } from "../../src/simulate/recording.ts";
import { Browser, findChromium } from "../support/browser.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { addRound } from "../support/hand-made.ts";
import { HOSTILE_NAMES } from "../support/hostile-names.ts";
import { readPng } from "../support/png.ts";
import { readTruth } from "../support/recording-truth.ts";
import type { TrueRound } from "../support/recording-truth.ts";

interface Runnable {
  run: (argv: string[], options: { root: string }) => Promise<unknown>;
}

let database: TestDatabase;
let folder: string;
const root = path.resolve(import.meta.dirname, "../..");

/** Runs a command against the test's database; what it printed, and its error code where it failed. */
async function run(command: Runnable, ...argv: string[]): Promise<{ stdout: string; stderr: string }> {
  const { error, stderr, stdout } = await captureOutput(
    () => command.run([...argv, "--database-url", database.url], { root }),
    { stripAnsi: false },
  );
  if (error !== undefined) throw error;
  return { stdout, stderr };
}

/** The `result` of a command's JSON. */
async function json<Result>(command: Runnable, ...argv: string[]): Promise<Result> {
  const { stdout } = await run(command, ...argv, "--json");
  const { ok, result } = JSON.parse(stdout) as { ok: boolean; result: Result };
  expect(ok, stdout).toBe(true);
  return result;
}

beforeAll(async () => {
  // Output as it is in a plain pipe, whatever runs the tests.
  vi.stubEnv("FORCE_COLOR", "");
  vi.stubEnv("COLUMNS", "");
  database = await createTestDatabase();
  folder = mkdtempSync(path.join(tmpdir(), "prox-report-"));
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

describe("on a recorded match", () => {
  let truth: TrueRound;
  let demo: { stdout: string; stderr: string };
  /** Team by slot at the time of each obituary, as the frame before shows it. */
  let kills: { killer: string; victim: string; isEnemy: boolean }[];

  beforeAll(async () => {
    demo = await run(Demo, "--out", path.join(folder, "demo"));
    const [round] = readTruth(findRecording("objective-16"));
    if (round === undefined) throw new Error("the recording has no round");
    truth = round;
    const teams = new Map<number, number>();
    let frame = 0;
    const nameOf = (slot: number): string => plainName(truth.names.get(slot) ?? "");
    kills = truth.obituaries.map(({ args: [victim = -1, killer = -1], timeMs }) => {
      for (; (truth.frames[frame]?.timeMs ?? Infinity) <= timeMs; frame++) {
        for (const [slot, { team }] of truth.frames[frame]?.alive ?? []) teams.set(slot, team);
      }
      const isEnemy = killer < 64 && killer !== victim && teams.get(killer) !== teams.get(victim);
      return { killer: nameOf(killer), victim: nameOf(victim), isEnemy };
    });
  });

  it("the demo makes the module, the round files and the picture, and says so", () => {
    const picture = path.join(folder, "demo", "kills.png");
    const { height, width } = readPng(readFileSync(picture));
    expect(width).toBe(1200);
    expect(height).toBeGreaterThan(600);
    expect(existsSync(path.join(folder, "demo", "proximity_tracker.lua"))).toBe(true);
    for (const words of [picture, "arena, round 1", "prox report rounds", "kills per cell"]) {
      expect(demo.stdout).toContain(words);
    }
    expect(demo.stderr).toContain("1. compile the tracker");
    expect(demo.stdout).not.toContain("\u001B");
  });

  it("the round is there, whole, with the kills that its scores have", async () => {
    const { rounds } = await json<{ rounds: { kills: number; isComplete: boolean }[] }>(
      ReportRounds,
      "--bots",
    );
    expect(rounds).toHaveLength(1);
    const enemies = kills.filter(({ isEnemy }) => isEnemy).length;
    expect(enemies).toBeLessThan(kills.length);
    expect(rounds[0]).toMatchObject({ isComplete: true, kills: enemies });
  });

  it("the scores are those of the recording", async () => {
    const { scores } = await json<{ scores: { name: string; kills: number; deaths: number }[] }>(
      ReportRound,
      "latest",
      "--bots",
    );
    const count = (what: (kill: (typeof kills)[number]) => string | undefined): Record<string, number> => {
      const counts: Record<string, number> = {};
      for (const kill of kills) {
        const name = what(kill);
        if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
      }
      return counts;
    };
    const trueKills = count(({ isEnemy, killer }) => (isEnemy ? killer : undefined));
    const trueDeaths = count(({ victim }) => victim);
    for (const { deaths, kills: made, name } of scores) {
      expect({ name: plainName(name), made, deaths }).toEqual({
        name: plainName(name),
        made: trueKills[plainName(name)] ?? 0,
        deaths: trueDeaths[plainName(name)] ?? 0,
      });
    }
    expect(scores.length).toBe(new Set(truth.names.values()).size);
  });

  it("the heatmaps hold every kill, and agree with the tracker's own", async () => {
    interface Heatmap {
      cellUnits: number;
      populations: { total: number; cells: { cellX: number; cellY: number; value: number }[] }[];
    }
    for (const what of ["kills", "deaths"] as const) {
      const { cellUnits, populations } = await json<Heatmap>(
        ReportHeatmap,
        "--map",
        "arena",
        "--what",
        what,
        "--bots",
      );
      expect(populations[0]?.total).toBe(
        what === "kills" ? kills.filter(({ isEnemy }) => isEnemy).length : kills.length,
      );
      expect(cellUnits).toBe(256);
      if (what === "deaths") continue;
      const tracked = await database.sql<{ cellX: number; cellY: number; value: number }[]>`
        select cell_x as "cellX", cell_y as "cellY", sum(kills)::int as value from proximity_heatmap
        group by 1, 2 having sum(kills) > 0`;
      const key = ({ cellX, cellY, value }: { cellX: number; cellY: number; value: number }): string =>
        `${cellX} ${cellY} ${value}`;
      expect(populations[0]?.cells.map(key).sort()).toEqual(tracked.map(key).sort());
    }
  });

  it("presence is the seconds that players were alive", async () => {
    const { populations } = await json<{ populations: { total: number }[] }>(
      ReportHeatmap,
      "--map",
      "arena",
      "--what",
      "presence",
      "--bots",
    );
    // One sample a second: everybody who was alive in the first frame of each second.
    let second = 1;
    let samples = 0;
    for (const { alive, timeMs } of truth.frames) {
      if (timeMs < second * 1000) continue;
      samples += alive.size;
      second = Math.floor(timeMs / 1000) + 1;
    }
    expect(Math.abs((populations[0]?.total ?? 0) - samples) / samples).toBeLessThan(0.01);
  });

  it("a player's profile counts the recording's shots and damage", async () => {
    const slot = 1;
    const name = plainName(truth.names.get(slot) ?? "");
    const { combat } = await json<{ combat: { player: { kills: number; shots: number; deaths: number } } }>(
      ReportPlayer,
      name,
      "--bots",
    );
    const bullets = new Set([
      2, 3, 7, 8, 10, 14, 23, 24, 25, 30, 31, 32, 33, 35, 36, 39, 40, 41, 42, 45, 46, 47, 49, 50, 54,
    ]);
    expect(combat.player).toMatchObject({
      kills: kills.filter(({ isEnemy, killer }) => isEnemy && killer === name).length,
      deaths: kills.filter(({ victim }) => victim === name).length,
      shots: truth.shots.filter(({ args }) => args[0] === slot && bullets.has(args[1] ?? -1)).length,
    });
  });

  it("every report prints, and writes its forms", async () => {
    const file = (name: string): string => path.join(folder, name);
    const { engagements } = await json<{ engagements: { id: string; kills: number }[] }>(
      ReportEngagements,
      "--bots",
    );
    expect(engagements.length).toBeGreaterThan(5);
    await run(ReportEngagement, engagements[0]?.id ?? "", "--png", file("fight.png"));
    await run(
      ReportMovement,
      "--map",
      "arena",
      "--bots",
      "--png",
      file("ways.png"),
      "--ways",
      file("ways.csv"),
    );
    await run(ReportPlayer, "Bravo", "--bots", "--png", file("player.png"), "--csv", file("player.csv"));
    for (const name of ["fight", "ways", "player"])
      expect(readPng(readFileSync(file(`${name}.png`))).width).toBe(1200);
    const ways: Record<string, string>[] = parse(readFileSync(file("ways.csv")), { columns: true });
    expect(ways.length).toBeGreaterThan(10);
    for (const { from, from_cell_x: x = "", from_cell_y: y = "" } of ways) {
      expect(from).toBe(`${(Number(x) + 0.5) * 256} ${(Number(y) + 0.5) * 256}`);
    }
    const metrics: { metric: string }[] = parse(readFileSync(file("player.csv")), { columns: true });
    expect(metrics.map(({ metric }) => metric)).toContain("accuracy");
    const { stdout: all } = await run(ReportEngagements, "--bots", "--limit", String(engagements.length));
    expect(all).toContain(`${engagements.length} fights · `);
    const { stdout: one } = await run(ReportEngagements, "--bots", "--limit", "1");
    expect(one).toContain("1 fight, --limit shows more");
    const { stdout: crossfires } = await run(ReportCrossfire, "--bots");
    expect(crossfires).toContain("n=");
    expect((await run(ReportSynergy, "--bots")).stdout).toContain("near each other");
    expect((await run(ReportSessions)).stdout).toContain("arena");
    const { stdout: svg } = await run(ReportHeatmap, "--map", "arena", "--bots", "--svg", "-");
    expect(svg).toMatch(/^<svg [^]*<\/svg>$/u);
  });

  it.each<[string, Runnable, string[]]>([
    ["rounds", ReportRounds, ["--bots"]],
    ["sessions", ReportSessions, ["--bots"]],
    ["round", ReportRound, ["latest", "--bots"]],
    ["engagements", ReportEngagements, ["--bots"]],
    ["engagement", ReportEngagement, ["latest#1"]],
    ["player", ReportPlayer, ["Bravo", "--bots"]],
    ["crossfire", ReportCrossfire, ["--bots"]],
    ["synergy", ReportSynergy, ["--bots"]],
    ["heatmap", ReportHeatmap, ["--map", "arena", "--bots"]],
    ["movement", ReportMovement, ["--map", "arena", "--bots"]],
  ])("%s fits terminals of 60 columns and more, and cuts no number", async (_name, command, argv) => {
    for (const columns of [60, 80, 120]) {
      vi.stubEnv("COLUMNS", String(columns));
      const { stdout } = await run(command, ...argv);
      const wide = stdout.split("\n").filter((line) => displayWidth(line) > columns);
      expect(wide).toEqual([]);
      expect(stdout).not.toMatch(/\d…|n=…|\([^)]*…/u);
    }
    vi.stubEnv("COLUMNS", "");
  });

  it("reports on round files without a database, and leaves nothing behind", async () => {
    const place = path.join(folder, "temporary");
    mkdirSync(place);
    // Run by root, the server works as another user, who has to get in.
    for (const each of [folder, place]) chmodSync(each, 0o711);
    const before = process.env["TMPDIR"];
    process.env["TMPDIR"] = place;
    const argv = ["--from", path.join(folder, "demo", "gamestats"), "--bots", "--json"];
    const { stdout } = await captureOutput(() => ReportRounds.run(argv, { root }));
    const { result } = JSON.parse(stdout) as { result: { rounds: { kills: number }[] } };
    expect(result.rounds.map((round) => round.kills)).toEqual([
      kills.filter(({ isEnemy }) => isEnemy).length,
    ]);
    const nothing = await captureOutput(() =>
      ReportRounds.run(["--from", path.join(root, "docs"), "--json"], { root }),
    );
    expect(JSON.parse(nothing.stdout)).toMatchObject({ error: { code: "E_NOTHING_FOUND" } });
    process.exitCode = undefined;
    expect(readdirSync(place)).toEqual([]);
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  });

  it("says which forms there are where one makes no sense", async () => {
    for (const [command, argv, forms] of [
      [ReportRounds, ["--png", "x.png"], "--csv, --html, --json"],
      [ReportRound, ["latest", "--svg", "-"], "--csv, --html, --json"],
      [ReportSynergy, ["--svg", "x.svg"], "--csv, --html, --json"],
    ] as const) {
      const { stdout } = await run(command, ...argv, "--json");
      expect(JSON.parse(stdout)).toMatchObject({
        error: {
          code: "E_FORM",
          exitCode: 2,
          message: expect.stringContaining("draws no picture") as unknown,
          suggestions: [`its forms: ${forms}`],
        },
      });
      process.exitCode = undefined;
    }
  });

  it("bots are left out unless asked, and an empty report says what is missing", async () => {
    const { stdout } = await run(ReportHeatmap, "--map", "arena", "--weapon", "mortar", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: {
        code: "E_NOTHING_FOUND",
        exitCode: 9,
        suggestions: [expect.stringContaining("--bots"), expect.any(String)],
      },
    });
    process.exitCode = undefined;
  });
});

describe("with hostile names", () => {
  let other: TestDatabase;
  let names: string[];

  beforeAll(async () => {
    other = database;
    database = await createTestDatabase();
    // A name of the game is shorter than 64 bytes and has no zero byte; a database takes none.
    names = Object.values(HOSTILE_NAMES).map((name) => name.replaceAll("\0", ""));
    const players = names.map(
      (name, slot) =>
        ({ guid: `GUID${String(slot).padStart(4, "0")}`, name, team: slot % 2 === 0 ? 1 : 2 }) as const,
    );
    const round = await addRound(database.sql, {
      key: "hostile",
      serverName: HOSTILE_NAMES["terminalEscape"] ?? "",
      players,
    });
    for (const [slot] of players.entries()) {
      const target = (slot + 1) % players.length;
      const place = [slot * 100, slot * 50, 0] as const;
      await round.addEvents([
        {
          event: "hit",
          timeMs: slot * 1000,
          attacker: slot,
          target,
          relation: "enemy",
          weapon: 3,
          means: 8,
          damage: 20,
          from: place,
          to: [0, 0, 0],
        },
        {
          event: "kill",
          timeMs: slot * 1000 + 5,
          attacker: slot,
          target,
          relation: "enemy",
          weapon: 3,
          means: 8,
          from: place,
          to: [0, 0, 0],
        },
      ]);
      await round.addPositions([{ timeMs: slot * 1000, slot, at: place }]);
    }
    const axis = players.flatMap(({ team }, slot) => (team === 1 ? [slot] : []));
    const allies = players.flatMap(({ team }, slot) => (team === 2 ? [slot] : []));
    await round.addEngagements([
      { number: 1, startMs: 0, endMs: 90_000, attackers: axis, defenders: allies, winnerTeam: 1 },
    ]);
    await round.addTeamPlay([
      {
        record: "crossfire",
        timeMs: 500,
        engagement: 1,
        slot: axis[0] ?? 0,
        partner: axis[1] ?? 0,
        enemy: allies[0] ?? 0,
        angleDeg: 80,
      },
    ]);
  });
  afterAll(async () => {
    await database.drop();
    database = other;
  });

  const REPORTS: [string, Runnable, string[]][] = [
    ["rounds", ReportRounds, []],
    ["round", ReportRound, ["hostile"]],
    ["heatmap", ReportHeatmap, ["--map", "arena"]],
    ["movement", ReportMovement, ["--map", "arena"]],
    ["engagements", ReportEngagements, []],
    ["engagement", ReportEngagement, ["hostile#1"]],
    ["crossfire", ReportCrossfire, ["--limit", "1000"]],
    ["synergy", ReportSynergy, ["--limit", "1000"]],
    ["sessions", ReportSessions, []],
  ];

  it.each(REPORTS)(
    "%s prints text without escapes, and CSV that reads back without formulas",
    async (_name, command, argv) => {
      const text = (await run(command, ...argv)).stdout;
      expect(text).not.toMatch(
        /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2066-\u2069]/u,
      );
      const { stdout: csv } = await run(command, ...argv, "--csv", "-");
      const rows: string[][] = parse(csv);
      expect(rows.length).toBeGreaterThan(1);
      for (const cell of rows.flat()) {
        expect(cell).not.toMatch(/^[=+@\t\r]|^-(?!\d)/u);
        expect(cell).not.toMatch(/[\u0000-\u0008\u001B]/u);
      }
    },
  );

  /** `round` has the replay for a page, which has tests of its own. */
  const PAGES: [string, Runnable, string[]][] = [
    ...REPORTS.filter(([name]) => name !== "round"),
    ["player", ReportPlayer, ["GUID0000"]],
  ];

  it.each(PAGES)("%s makes a page in which names are text", async (_name, command, argv) => {
    const { stdout } = await run(command, ...argv, "--html", "-");
    expect(stdout).toMatch(/^<!doctype html>[^]*<\/html>\n$/u);
    expect(stdout).not.toMatch(/<script|<img|javascript:|\u001B|[\u200B-\u200F\u2028-\u202E\u2066-\u2069]/iu);
    // Nothing is fetched, and nothing could run: no address but the names of the languages that it is written in.
    expect(stdout).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`);
    expect(stdout.match(/(?:https?:)?\/\/\w[\w.]*/gu) ?? []).toEqual(
      stdout.includes("<svg") ? ["http://www.w3.org"] : [],
    );
    expect(stdout).toMatch(/<td|<p/u);
  });

  it.skipIf(findChromium() === undefined)("pages are shown as they are meant, also narrow", async () => {
    const browser = await Browser.start(findChromium() ?? "");
    try {
      for (const [name, command, argv] of PAGES) {
        const file = path.join(folder, `${name}.html`);
        await run(command, ...argv, "--html", file);
        const page = await browser.newPage();
        await page.open(pathToFileURL(file).href);
        const look = async (): Promise<unknown> =>
          page.evaluate(`({
            heading: document.querySelector("h1").textContent,
            foreign: document.querySelectorAll("script, img, iframe, link, h1 *, td i").length,
            isWide: document.documentElement.scrollWidth > innerWidth,
            width: document.querySelector("figure svg")?.getBoundingClientRect().width ?? 0,
          })`);
        expect(await look(), name).toMatchObject({
          heading: expect.stringMatching(/^\S/u) as unknown,
          foreign: 0,
          isWide: false,
        });
        await page.resize(390, 800);
        const narrow = (await look()) as { isWide: boolean; width: number };
        expect([narrow.isWide, narrow.width <= 390], name).toEqual([false, true]);
        expect(await page.problems(), name).toEqual([]);
        // On paper cells take several lines, but no word or number is cut in two.
        await page.send("Emulation.setEmulatedMedia", { media: "print" });
        await page.resize(700, 1000);
        const isCut = `(cell) => /^[\\w:.]+$/.test(cell.textContent) && new Set([...cell.getClientRects()].map(({ top }) => Math.round(top))).size > 1`;
        const cut = `[...document.querySelectorAll("td bdi")].filter(${isCut}).map((cell) => cell.textContent)`;
        expect(await page.evaluate<string[]>(cut), name).toEqual([]);
      }
    } finally {
      await browser.close();
    }
  });

  it("pictures hold every name as text", async () => {
    const { stdout } = await run(ReportEngagement, "hostile#1", "--svg", "-");
    expect(stdout).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(stdout).not.toMatch(/<script|<img|\u001B|\u202E/u);
    await run(ReportEngagement, "hostile#1", "--png", path.join(folder, "hostile.png"));
    expect(readPng(readFileSync(path.join(folder, "hostile.png"))).width).toBe(1200);
  });

  it.each(Object.entries(HOSTILE_NAMES))("a player can be asked for by the name %s", async (_key, name) => {
    const asked = plainName(name.replaceAll("\0", ""));
    const { stdout } = await run(ReportPlayer, asked, "--json");
    const { error, result } = JSON.parse(stdout) as {
      error?: { code: string };
      result?: { player: { name: string } };
    };
    if (error === undefined) expect(plainName(result?.player.name ?? "")).toBe(asked);
    else expect(error.code).toBe("E_AMBIGUOUS");
    process.exitCode = undefined;
    expect(
      (await run(ReportPlayer, `GUID${String(names.indexOf(name.replaceAll("\0", ""))).padStart(4, "0")}`))
        .stdout,
    ).not.toMatch(/[\u0000-\u0009\u000B-\u001F]/u);
  });
});
