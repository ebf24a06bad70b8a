/** What cards say, against rounds that are counted by hand. */
import { beforeAll, describe, expect, it } from "vitest";

import { hidePlayer } from "../../src/care/players.ts";
import type { Card } from "../../src/cards/card.ts";
import { drawCard } from "../../src/cards/draw-card.ts";
import { loadCardFonts } from "../../src/cards/fit-text.ts";
import {
  readDuoCard,
  readFightCard,
  readMapCard,
  readPlayerCard,
  readRoundCard,
  readSessionCard,
} from "../../src/cards/read-card.ts";
import { drawHeatmap } from "../../src/pictures/heatmap.ts";
import { reportHeatmap } from "../../src/reports/heatmap.ts";
import { resolvePlayer } from "../../src/reports/players.ts";
import type { TestDatabase } from "../support/database.ts";
import { createEvenings } from "../support/evenings.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createEvenings();
});

const text = (runs: Card["headline"]): string => runs.map((run) => run.text).join("");
const factsOf = ({ facts }: Card): string[] =>
  facts.map(({ details, label, value }) => [value, text(label), ...details].join(" | "));

describe("a card", () => {
  it("of a player has the numbers of the profile, and their kills", async () => {
    const card = await readPlayerCard(database.sql, "AAAA0000", {});
    expect([text(card.headline), text(card.subline)]).toEqual(["Al", "2 rounds on 1 map"]);
    expect(card.headline[0]?.colour).toEqual([255, 0, 0]);
    // Two kills and two deaths; 130 damage in six seconds; of two decided fights one was won.
    expect(factsOf(card)).toEqual([
      expect.stringMatching(/^1 \| kills per death \| .*n=4 \| others 0.67$/u),
      expect.stringMatching(/^1,300 \| damage a minute \| /u),
      expect.stringMatching(/^50 % \| of fights won \| .*n=2$/u),
    ]);
    expect(card.pictureWords).toBe("2 kills on arena");
    expect(card.sample).toBe("2 rounds · 2026-11-20 · bots left out");
  });

  it("of a session and of a round say who stood out", async () => {
    const session = await readSessionCard(database.sql, "2026-11-20", false);
    expect(text(session.headline)).toBe("2 rounds on 1 map");
    expect(factsOf(session)).toEqual(["2 | Al | most kills", "130 | Al | most damage", "4 | players"]);
    expect(session.picture).toMatchObject({
      kind: "results",
      maps: [{ map: "arena", results: [{ winnerTeam: null }, { winnerTeam: null }] }],
    });
    const round = await readRoundCard(database.sql, "one", true);
    expect(text(round.headline)).toBe("arena: no result");
    expect(factsOf(round)[0]).toBe("2 | Al | most kills");
    expect(round.sample).toBe("1 round · 5 players · 2026-11-20 · bots included");
  });

  it("of a fight, a duo and a map", async () => {
    const fight = await readFightCard(database.sql, "one#1");
    expect([text(fight.headline), text(fight.subline)]).toEqual(["2v1: Axis win", "Al, Amy against Bo"]);
    expect(factsOf(fight)[2]).toMatch(/^1.0 s \| long \| 2 crossfires, 1 trades$/u);
    const duo = await readDuoCard(database.sql, ["AAAA0000", "Amy"], {});
    expect(text(duo.headline)).toBe("Al + Amy");
    expect(text(duo.subline)).toBe("2 fights side by side, 2 crossfires");
    expect(factsOf(duo)[0]).toMatch(/^100 % \| of fights won \| .*n=1$/u);
    // 30 of 60 seconds near each other.
    expect(factsOf(duo)[2]).toMatch(/^50 % \| time near each other \| /u);
    await expect(readDuoCard(database.sql, ["Amy", "Bo"], {})).rejects.toMatchObject({
      code: "E_NOTHING_FOUND",
    });
    const map = await readMapCard(database.sql, "arena", {});
    expect(text(map.headline)).toBe("arena");
    expect(factsOf(map)[0]).toBe("– | won by Allies | n=0");
    expect(map.pictureWords).toBe("where 4 kills were made from");
  });

  it("draws heat as smooth as the heatmap report", async () => {
    const levelsOf = (svg: string): string[] =>
      Array.from(svg.matchAll(/class="contour" data-level="([^"]+)"/gu), ([, level = ""]) => level);
    const fonts = loadCardFonts();
    for (const [card, filters] of [
      [await readMapCard(database.sql, "arena", {}), { map: "arena" }],
      [await readPlayerCard(database.sql, "AAAA0000", {}), { map: "arena", player: ["AAAA0000"] }],
    ] as const) {
      const { picture } = await reportHeatmap(database.sql, { what: "kills", filters });
      const levels = levelsOf(drawHeatmap(picture));
      expect(levels.length).toBeGreaterThan(5);
      for (const shape of ["wide", "square"] as const) {
        const { svg } = drawCard(card, shape, fonts);
        expect(levelsOf(svg)).toEqual(levels);
        expect(svg).not.toContain("data-value");
      }
    }
  });

  it("does not tell who is hidden", async () => {
    const other = await createEvenings();
    await hidePlayer(other.sql, await resolvePlayer(other.sql, "AAAA0000"), "asked");
    const cards = [
      await readSessionCard(other.sql, "2026-11-20", false),
      await readRoundCard(other.sql, "one", false),
      await readFightCard(other.sql, "one#1"),
    ];
    expect(JSON.stringify(cards)).not.toMatch(/"Al"|AAAA0000/u);
    expect(cards.map((card) => factsOf(card)[0])[0]).toBe("2 | hidden player 1 | most kills");
    await expect(readPlayerCard(other.sql, "AAAA0000", {})).rejects.toMatchObject({ code: "E_NOT_FOUND" });
  });
});
