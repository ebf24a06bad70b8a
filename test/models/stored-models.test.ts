/** Models of the rounds of a database: trained, stored, and asked. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { captureOutput } from "@oclif/test";
import { beforeAll, describe, expect, test } from "vitest";

import ModelShow from "../../src/commands/model/show.ts";
import ReportPredict from "../../src/commands/report/predict.ts";
import ReportRound from "../../src/commands/report/round.ts";
import { hidePlayer } from "../../src/care/players.ts";
import { resolvePlayer } from "../../src/reports/players.ts";
import { verdictOf } from "../../src/models/evaluate.ts";
import { judge, learn, readLessons } from "../../src/models/learn.ts";
import { predictFight, predictRound } from "../../src/models/predict.ts";
import { findModel, readModels, storeModel, type StoredModel } from "../../src/models/stored.ts";
import { buildSite } from "../../src/site/build-site.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createEvenings } from "../support/evenings.ts";
import { SETTINGS } from "../support/made-site.ts";
import { PLANTED_SHARE, storePlantedRounds } from "../support/planted-rounds.ts";
import { ROOT } from "../support/report-commands.ts";
import { refusal } from "../support/refusal.ts";

const PEOPLE = { bots: "without" } as const;
const ROUNDS = 160;

let database: TestDatabase;
let stored: StoredModel;
beforeAll(async () => {
  database = await createTestDatabase();
});

const roundId = async (key: string): Promise<number> => {
  const [found] = await database.sql<
    { round_id: number }[]
  >`select round_id from rounds where round_key = ${key}`;
  return found?.round_id ?? 0;
};

describe("models of stored rounds", () => {
  test("too little data is refused with what is needed and what there is", async () => {
    const refused = await refusal(readLessons(database.sql, "round", PEOPLE));
    expect(refused.code).toBe("E_TOO_LITTLE_DATA");
    expect(refused.message).toContain("150 decided rounds are needed, 0 are there");
    const ofFights = await refusal(readLessons(database.sql, "fight", PEOPLE));
    expect(ofFights.message).toContain("384 decided fights are needed, 0 are there");
  });

  test("without a model nothing is shown, and the command that trains one is named", async () => {
    expect(await findModel(database.sql, "round")).toBeUndefined();
    for (const command of [ModelShow, ReportPredict]) {
      const { stderr } = await captureOutput(() => command.run(["--database-url", database.url], ROOT));
      expect(stderr).toContain("[E_NOT_FOUND]");
      expect(stderr).toContain("prox model train --kind round");
    }
  });

  test("a planted effect is found, and the model says what was planted", async () => {
    await storePlantedRounds(database.sql, ROUNDS);
    const lessons = await readLessons(database.sql, "round", PEOPLE);
    expect(lessons).toMatchObject({ rounds: ROUNDS, matches: ROUNDS });
    expect(lessons.observations).toHaveLength(ROUNDS * 6);
    stored = await storeModel(database.sql, learn(lessons, 3));
    expect(verdictOf(stored.evaluation)).toContain("better than the base rate");
    for (const [key, axis] of [
      ["planted-0", 1 - PLANTED_SHARE],
      ["planted-20", PLANTED_SHARE],
    ] as const) {
      const prediction = await predictRound(database.sql, await roundId(key), stored);
      expect(prediction?.curve).toHaveLength(71);
      const { axis: found = 0, high = 0, low = 1 } = prediction?.curve[30] ?? {};
      expect(Math.abs(found - axis)).toBeLessThan(0.06);
      expect([low < axis, axis < high]).toEqual([true, true]);
      expect(prediction?.moments.find(({ timeMs }) => timeMs === 5000)?.events).toMatchObject([
        key === "planted-0"
          ? { event: "kill", who: "player 0", by: "player 1" }
          : { event: "kill", who: "player 1", by: "player 0" },
      ]);
      const [best, ...others] = prediction?.added ?? [];
      expect([best?.name, best?.events]).toEqual([key === "planted-0" ? "player 1" : "player 0", 1]);
      expect(best?.added.value).toBeCloseTo(-(others.at(-1)?.added.value ?? 0), 12);
      expect(best?.added.low).toBeGreaterThan(0);
    }
  });

  test("the same data and seed are the same model, stored once; another seed is another", async () => {
    const lessons = await readLessons(database.sql, "round", PEOPLE);
    const again = await storeModel(database.sql, learn(lessons, 3));
    expect(again).toEqual({ ...stored, trainedAt: again.trainedAt });
    const other = await storeModel(database.sql, learn(lessons, 4));
    expect(other.sha256).not.toBe(stored.sha256);
    expect(await readModels(database.sql, "round")).toHaveLength(2);
    expect((await findModel(database.sql, "round"))?.modelId).toBe(other.modelId);
  });

  test("fights: company wins as often as it was planted to, and the rest says nothing", async () => {
    const model = await storeModel(database.sql, learn(await readLessons(database.sql, "fight", PEOPLE), 1));
    expect(model.observations).toBe(ROUNDS * 3);
    const id = await roundId("planted-1");
    const fight = await predictFight(database.sql, id, 1, model);
    // Round 1, fight 1: the opener has company.
    expect(Math.abs(fight.wins.value - PLANTED_SHARE)).toBeLessThan(0.05);
    const logOdds = fight.features.reduce((sum, { adds }) => sum + adds, model.model.intercept);
    expect(fight.wins.value).toBeCloseTo(1 / (1 + Math.exp(-logOdds)), 10);
    expect(fight.features.map(({ name, value }) => [name, Math.round(value * 100) / 100])).toEqual([
      ["near", 1.1],
      ["alive", expect.any(Number)],
      ["health", 0.18],
      ["range", 0.5],
      ["height", 0],
      ["not_a_bullet", 0],
      ["wave", 0],
    ]);
    expect(await refusal(predictFight(database.sql, id, 9, model))).toMatchObject({ code: "E_NOT_FOUND" });
  });

  test("the command shows the curve, and its JSON has it", async () => {
    const { stdout } = await captureOutput(() =>
      ReportPredict.run(["--database-url", database.url, "--round", "planted-0"], ROOT),
    );
    expect(stdout).toContain("player 1 downed player 0");
    expect(stdout).toContain("Axis win |");
    const { stdout: json } = await captureOutput(() =>
      ReportPredict.run(["--database-url", database.url, "--engagement", "planted-1#1", "--json"], ROOT),
    );
    expect(JSON.parse(json)).toMatchObject({
      ok: true,
      result: { roundKey: "planted-1", engagement: 1, team: 1 },
    });
  });

  test("the page of a round has it where a model is proved, and is made anew when another one is", async () => {
    const few = await createEvenings();
    const folder = mkdtempSync(path.join(tmpdir(), "prox-test-"));
    try {
      const out = path.join(folder, "site");
      const build = async (): Promise<number> => {
        const { written } = await buildSite(few.sql, out, {
          settings: { ...SETTINGS, bots: false, replays: 0, fights: 0 },
          ledger: path.join(folder, "players.json"),
          cache: path.join(folder, "cache"),
          isFull: false,
          signal: new AbortController().signal,
          progress: () => undefined,
        });
        return written.length;
      };
      const pages = (): string[] =>
        readdirSync(path.join(out, "rounds"), { recursive: true, encoding: "utf8" })
          .filter((name) => name.endsWith("index.html"))
          .map((name) => readFileSync(path.join(out, "rounds", name), "utf8"));
      const withCurve = (): number => pages().filter((page) => page.includes("Who would win")).length;
      await build();
      expect(withCurve()).toBe(0);
      const lessons = await readLessons(database.sql, "round", PEOPLE);
      await storeModel(few.sql, learn(lessons, 3));
      await build();
      const written = withCurve();
      expect(written).toBeGreaterThan(1);
      expect(await build()).toBe(0);
      await storeModel(few.sql, learn(lessons, 4));
      expect(await build()).toBeGreaterThanOrEqual(written);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("the report of a round has it where a model is trained", async () => {
    const ask = (...argv: string[]): Promise<{ stdout: string }> =>
      captureOutput(() => ReportRound.run(["planted-0", "--database-url", database.url, ...argv], ROOT));
    const { stdout } = await ask();
    expect(stdout).toContain("Who would win");
    expect(stdout).toContain("player 1 downed player 0");
    const trained = JSON.parse((await ask("--json")).stdout) as {
      result: { prediction?: { curve: unknown[] } };
    };
    expect(trained.result.prediction?.curve).toHaveLength(71);
    // Hidden people are in no list that compares, bots only where they are asked for.
    const addedOf = async (...argv: string[]): Promise<string[]> => {
      const { stdout: json } = await ask("--json", ...argv);
      const { result } = JSON.parse(json) as { result: { prediction: { added: { name: string }[] } } };
      return result.prediction.added.map(({ name }) => name);
    };
    expect(await addedOf()).toEqual(["player 1", "player 0"]);
    await database.sql`update players set is_bot = true where name = 'player 0'`;
    expect((await ask()).stdout).toContain("player 1 downed player 0 (bot)");
    expect([await addedOf(), await addedOf("--bots")]).toEqual([["player 1"], ["player 1", "player 0"]]);
    await hidePlayer(database.sql, await resolvePlayer(database.sql, "player 1"), "asked for it");
    expect(await addedOf("--bots")).toEqual(["player 0"]);
    await database.sql`update players set is_bot = false`;
    await database.sql`delete from models where kind = 'round'`;
    expect((await ask()).stdout).not.toContain("Who would win");
    expect((JSON.parse((await ask("--json")).stdout) as typeof trained).result.prediction).toBeUndefined();
  });

  test("where winners have nothing to do with it nothing is found", async () => {
    await database.sql`update rounds set winner_team = 1 + (hashtext(round_key) & 1)`;
    const lessons = await readLessons(database.sql, "round", PEOPLE);
    expect(verdictOf(judge(lessons, 3))).toContain("nothing found");
  });

  test("rounds of bots count only where they are asked for, short and undecided ones never", async () => {
    await database.sql`update rounds set winner_team = null where round_key = 'planted-0'`;
    await database.sql`update rounds set end_ms = 50000 where round_key = 'planted-1'`;
    expect((await readLessons(database.sql, "round", PEOPLE)).rounds).toBe(ROUNDS - 2);
    await database.sql`update round_players set is_bot = true`;
    expect((await refusal(readLessons(database.sql, "round", PEOPLE))).message).toContain("0 are there");
    const ofBots = await readLessons(database.sql, "round", { bots: "with" });
    expect([ofBots.rounds, ofBots.bots]).toEqual([ROUNDS - 2, true]);
  });
});
