/** The report commands on names that players chose to do harm, in every form of output. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { parse } from "csv-parse/sync";
import { beforeAll, describe, expect, it } from "vitest";

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
import { plainName } from "../../src/names.ts";
import { Browser, findChromium } from "../support/browser.ts";
import { addRound } from "../support/hand-made.ts";
import { HOSTILE_NAMES } from "../support/hostile-names.ts";
import { readPng } from "../support/png.ts";
import { type Runnable, useReportCommands } from "../support/report-commands.ts";

const reports = useReportCommands();
const { run } = reports;

describe("with hostile names", () => {
  let names: string[];

  beforeAll(async () => {
    // A name of the game is shorter than 64 bytes and has no zero byte; a database takes none.
    names = Object.values(HOSTILE_NAMES).map((name) => name.replaceAll("\0", ""));
    const players = names.map(
      (name, slot) =>
        ({ guid: `GUID${String(slot).padStart(4, "0")}`, name, team: slot % 2 === 0 ? 1 : 2 }) as const,
    );
    const round = await addRound(reports.sql, {
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
    // Maps name objectives as they like.
    await round.addObjectives(
      names.map((name, index) => ({ objective: index + 1, kind: "explosive", name })),
      names.map((_, slot) => ({
        event: "objective_destroy",
        timeMs: slot * 1000,
        slot,
        objective: slot + 1,
      })),
    );
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
  const REPORTS: [string, Runnable, string[]][] = [
    ["rounds", ReportRounds, []],
    ["round", ReportRound, ["hostile"]],
    ["heatmap", ReportHeatmap, ["--map", "arena"]],
    ["movement", ReportMovement, ["--map", "arena"]],
    ["engagements", ReportEngagements, []],
    ["engagement", ReportEngagement, ["hostile#1"]],
    ["crossfire", ReportCrossfire, ["--limit", "1000"]],
    ["synergy", ReportSynergy, ["--limit", "1000"]],
    ["leaders", ReportLeaders, ["--least-minutes", "0"]],
    ["situations", ReportSituations, ["--table", "first-deaths"]],
    ["objectives", ReportObjectives, []],
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
    expect([...new Set(stdout.match(/(?:https?:)?\/\/\w[\w.]*/gu))]).toEqual(
      stdout.includes("<svg") ? ["http://www.w3.org"] : [],
    );
    expect(stdout).toMatch(/<td|<p/u);
  });

  it.skipIf(findChromium() === undefined)("pages are shown as they are meant, also narrow", async () => {
    const browser = await Browser.start(findChromium() ?? "");
    try {
      for (const [name, command, argv] of PAGES) {
        const file = path.join(reports.folder, `${name}.html`);
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
    await run(ReportEngagement, "hostile#1", "--png", path.join(reports.folder, "hostile.png"));
    expect(readPng(readFileSync(path.join(reports.folder, "hostile.png"))).width).toBe(1200);
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
