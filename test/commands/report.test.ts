/** The report commands on a real match. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { captureOutput } from "@oclif/test";
import { parse } from "csv-parse/sync";
import { beforeAll, describe, expect, it, vi } from "vitest";

import Demo from "../../src/commands/demo.ts";
import ReportCrossfire from "../../src/commands/report/crossfire.ts";
import ReportEngagement from "../../src/commands/report/engagement.ts";
import ReportEngagements from "../../src/commands/report/engagements.ts";
import ReportHeatmap from "../../src/commands/report/heatmap.ts";
import ReportLeaders from "../../src/commands/report/leaders.ts";
import ReportMovement from "../../src/commands/report/movement.ts";
import ReportPlayer from "../../src/commands/report/player.ts";
import ReportRound from "../../src/commands/report/round.ts";
import ReportRoutes from "../../src/commands/report/routes.ts";
import ReportRounds from "../../src/commands/report/rounds.ts";
import ReportObjectives from "../../src/commands/report/objectives.ts";
import ReportSessions from "../../src/commands/report/sessions.ts";
import ReportSituations from "../../src/commands/report/situations.ts";
import ReportSynergy from "../../src/commands/report/synergy.ts";
import { displayWidth } from "../../src/cli/render/terminal.ts";
import { plainName } from "../../src/names.ts";
import { findRecording } from "../../src/simulate/recording.ts";
import { readPng } from "../support/png.ts";
import { readTruth } from "../support/recording-truth.ts";
import type { TrueRound } from "../support/recording-truth.ts";
import { ROOT, type Runnable, useReportCommands } from "../support/report-commands.ts";
import { BULLET_MEANS, BULLET_WEAPONS } from "../reports/figures.ts";

const reports = useReportCommands();
const { json, run } = reports;

describe("on a recorded match", () => {
  let truth: TrueRound;
  let demo: { stdout: string; stderr: string };
  /** Team by slot at the time of each obituary, as the frame before shows it. */
  let kills: { killer: string; victim: string; isEnemy: boolean }[];

  beforeAll(async () => {
    demo = await run(Demo, "--out", path.join(reports.folder, "demo"));
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
    const picture = path.join(reports.folder, "demo", "kills.png");
    const { height, width } = readPng(readFileSync(picture));
    expect(width).toBe(1200);
    expect(height).toBeGreaterThan(600);
    expect(existsSync(path.join(reports.folder, "demo", "proximity_tracker.lua"))).toBe(true);
    const objectives = ["objarena, 1 round", "the Bank Wall", "attackers died near"];
    for (const words of [picture, "arena, round 1", "prox report rounds", "kills per cell", ...objectives]) {
      expect(demo.stdout).toContain(words);
    }
    expect(demo.stderr).toContain("1. take the tracker");
    expect(demo.stderr, "the database is empty before, and need not be told so").not.toContain("warning");
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
      const tracked = await reports.sql<{ cellX: number; cellY: number; value: number }[]>`
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
    let aliveS = 0;
    truth.frames.forEach(({ alive, timeMs }, index) => {
      const next = truth.frames[index + 1];
      if (next !== undefined) aliveS += (alive.size * (next.timeMs - timeMs)) / 1000;
    });
    expect(Math.abs((populations[0]?.total ?? 0) - aliveS) / aliveS).toBeLessThan(0.01);
  });

  it("a player's profile counts the recording's shots and damage", async () => {
    const slot = 1;
    const name = plainName(truth.names.get(slot) ?? "");
    const { combat } = await json<{ combat: { player: { kills: number; shots: number; deaths: number } } }>(
      ReportPlayer,
      name,
      "--bots",
    );
    const bullets = new Set(BULLET_WEAPONS);
    expect(combat.player).toMatchObject({
      kills: kills.filter(({ isEnemy, killer }) => isEnemy && killer === name).length,
      deaths: kills.filter(({ victim }) => victim === name).length,
      shots:
        truth.shots.filter(({ args }) => args[0] === slot && bullets.has(args[1] ?? -1)).length -
        truth.damage.filter(
          ({ args, people: [target], targetHealth }) =>
            args[1] === slot &&
            target !== undefined &&
            targetHealth <= 0 &&
            BULLET_MEANS.includes(args[4] ?? -1),
        ).length,
    });
  });

  it("every report prints, and writes its forms", async () => {
    const file = (name: string): string => path.join(reports.folder, name);
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
    expect(one).toContain("1 fight; use --limit to list more");
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
    ["leaders", ReportLeaders, ["--bots", "--least-minutes", "0"]],
    ["situations", ReportSituations, ["--bots"]],
    ["heatmap", ReportHeatmap, ["--map", "arena", "--bots"]],
    ["movement", ReportMovement, ["--map", "arena", "--bots"]],
    ["routes", ReportRoutes, ["--map", "arena", "--bots"]],
    ["objectives", ReportObjectives, ["--bots"]],
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
    const place = path.join(reports.folder, "temporary");
    mkdirSync(place);
    // Run by root, the server works as another user, who has to get in.
    for (const each of [reports.folder, place]) chmodSync(each, 0o711);
    const before = process.env["TMPDIR"];
    process.env["TMPDIR"] = place;
    const argv = ["--from", path.join(reports.folder, "demo", "gamestats"), "--bots", "--json"];
    const { stdout } = await captureOutput(() => ReportRounds.run(argv, { root: ROOT }));
    const { result } = JSON.parse(stdout) as { result: { rounds: { kills: number }[] } };
    expect(result.rounds.map((round) => round.kills)).toEqual([
      kills.filter(({ isEnemy }) => isEnemy).length,
    ]);
    const nothing = await captureOutput(() =>
      ReportRounds.run(["--from", path.join(ROOT, "docs"), "--json"], { root: ROOT }),
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
          suggestions: [`this report can write: ${forms}`],
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
