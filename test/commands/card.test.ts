/** `prox card` as commands: their forms, whom they do not find, and names that do harm. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { beforeAll, describe, expect, it } from "vitest";

import CardDuo from "../../src/commands/card/duo.ts";
import CardFight from "../../src/commands/card/fight.ts";
import CardMap from "../../src/commands/card/map.ts";
import CardPlayer from "../../src/commands/card/player.ts";
import CardRound from "../../src/commands/card/round.ts";
import CardSession from "../../src/commands/card/session.ts";
import PlayerHide from "../../src/commands/player/hide.ts";
import PlayerShow from "../../src/commands/player/show.ts";
import { FONTS } from "../../src/pictures/png.ts";
import { addRound } from "../support/hand-made.ts";
import { HOSTILE_NAMES } from "../support/hostile-names.ts";
import { readPng } from "../support/png.ts";
import { type Runnable, useReportCommands } from "../support/report-commands.ts";

const commands = useReportCommands();
const { json, run } = commands;
const names = Object.values(HOSTILE_NAMES).map((name) => name.replaceAll("\0", ""));
const guid = (slot: number): string => `GUID${String(slot).padStart(4, "0")}`;

/** Everybody opens on the next one and downs them; the fight of all has the odd slots on one side. */
beforeAll(async () => {
  const players = names.map(
    (name, slot) => ({ guid: guid(slot), name, team: slot % 2 === 0 ? 1 : 2 }) as const,
  );
  const round = await addRound(commands.sql, { key: "hostile", serverName: names[0] ?? "", players });
  for (const [slot] of players.entries()) {
    const target = (slot + 1) % players.length;
    const struck = { attacker: slot, target, relation: "enemy", weapon: 3, means: 8 } as const;
    const places = { from: [slot * 100, slot * 50, 0], to: [0, 0, 0] } as const;
    await round.addEvents([
      { event: "hit", timeMs: slot * 1000, damage: 20, ...struck, ...places },
      { event: "kill", timeMs: slot * 1000 + 5, ...struck, ...places },
    ]);
    await round.addPositions([{ timeMs: slot * 1000, slot, at: [slot * 100, slot * 50, 0] }]);
  }
  const side = (team: number): number[] => players.flatMap((one, slot) => (one.team === team ? [slot] : []));
  await round.addEngagements([
    { number: 1, startMs: 0, endMs: 90_000, attackers: side(1), defenders: side(2), winnerTeam: 1 },
  ]);
});

const CARDS: [string, Runnable, string[]][] = [
  ["duo", CardDuo, [guid(0), guid(2)]],
  ["fight", CardFight, ["hostile#1"]],
  ["map", CardMap, ["arena"]],
  ["player", CardPlayer, [guid(0)]],
  ["round", CardRound, ["hostile"]],
  ["session", CardSession, ["latest"]],
];

describe.each(CARDS)("card %s", (kind, command, argv) => {
  it("is printed, drawn and told as JSON, hostile names as text", async () => {
    const { stdout } = await run(command, ...argv);
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E]/u);
    const { stdout: svg } = await run(command, ...argv, "--svg", "-");
    expect(svg).toMatch(/^<svg [^>]*width="1200" height="675"/u);
    expect(svg).not.toMatch(/<script|<img|\u001B|\u202E/u);
    expect((await run(command, ...argv, "--svg", "-", "--square")).stdout).toMatch(
      /^<svg [^>]*width="1080" height="1080"/u,
    );
    const file = path.join(commands.folder, `${kind}.png`);
    await run(command, ...argv, "--png", file, "--square", "--font", FONTS.bold);
    const { height, width } = readPng(readFileSync(file));
    expect([width, height]).toEqual([1080, 1080]);
    const card = await json<{ kind: string; facts: unknown[] }>(command, ...argv);
    expect(card).toMatchObject({ kind });
    expect(card.facts).toHaveLength(3);
  });

  it("says what is missing, and writes nothing", async () => {
    const file = path.join(commands.folder, "nothing.png");
    const missing = argv.map((word) => `x${word}`);
    expect((await run(command, ...missing, "--png", file)).stderr).toMatch(/\[E_NO[A-Z_]+\]/u);
    expect((await run(command, ...argv, "--png", file, "--font", import.meta.filename)).stderr).toContain(
      "[E_FONT]",
    );
    expect(existsSync(file)).toBe(false);
    process.exitCode = undefined;
  });
});

it("the map has every kill: one of each player", async () => {
  expect(await json(CardMap, "arena")).toMatchObject({
    picture: { shows: `where ${names.length} kills were made from` },
  });
});

it("a hidden player has no card, and no name on others'", async () => {
  const name = names[0] ?? "";
  expect((await run(CardRound, "hostile", "--svg", "-")).stdout).toContain("alert(1)");
  await run(PlayerHide, guid(0), "--reason", "asked");
  expect((await run(CardPlayer, name)).stderr).toContain("[E_NOT_FOUND]");
  expect((await run(CardFight, "hostile#1", "--svg", "-")).stdout).not.toContain("&lt;script&gt;alert(1)");
  await run(PlayerShow, guid(0));
  process.exitCode = undefined;
});
