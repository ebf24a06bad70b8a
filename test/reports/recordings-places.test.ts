/**
 * Heatmaps and movement on every recorded match: what happened is counted from the recordings themselves, what the rules decided from
 * the rows of the round files, both in plain TypeScript.
 */
import { describe, expect, test } from "vitest";

import { reportHeatmap } from "../../src/reports/heatmap.ts";
import { reportMovement } from "../../src/reports/movement.ts";
import {
  type Person,
  type RecordedEvent,
  type RecordedRound,
  useRecordedRounds,
} from "../support/recorded-rounds.ts";
import { expectMovement } from "./expect-movement.ts";
import {
  asked,
  cellLines,
  groupBy,
  isOnEnemy,
  isWeaponShot,
  livesOf,
  movementOf,
  QUESTIONS,
  sum,
  waysOf,
} from "./figures.ts";

/** As the tracker has it unless told otherwise. */
const CELL_UNITS = 256;

const recorded = useRecordedRounds();
const { rounds } = recorded;
const onMap = (map: string): RecordedRound[] => rounds.filter((round) => round.map === map);

const attacker = (event: RecordedEvent): Person | undefined => event.attacker;
const target = (event: RecordedEvent): Person | undefined => event.target;

/** A report, or undefined where it says that there is nothing. */
async function unlessNothing<Report>(report: Promise<Report>): Promise<Report | undefined> {
  try {
    return await report;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "E_NOTHING_FOUND") return undefined;
    throw error;
  }
}

describe("report heatmap", () => {
  const SUBJECTS = [
    {
      what: "kills",
      events: ({ kills }: RecordedRound) => kills.filter(isOnEnemy),
      subject: attacker,
      place: "attacker",
    },
    { what: "deaths", events: ({ kills }: RecordedRound) => kills, subject: target, place: "target" },
    {
      what: "shots",
      events: ({ shots }: RecordedRound) => shots.filter(isWeaponShot),
      subject: attacker,
      place: "attacker",
    },
    {
      what: "hits",
      events: ({ hits }: RecordedRound) => hits.filter(isOnEnemy),
      subject: attacker,
      place: "target",
    },
  ] as const;
  const cases = QUESTIONS.flatMap((question) => SUBJECTS.map((one) => ({ ...one, question })));

  test.each(cases)("$what of $question.says", async ({ events, place, question, subject, what }) => {
    let found = 0;
    for (const map of new Set(rounds.map((round) => round.map))) {
      for (const cellUnits of [CELL_UNITS, 100]) {
        const filters = { ...question.request, map };
        const report = await unlessNothing(reportHeatmap(recorded.sql, { what, cellUnits, filters }));
        const cells = report?.populations[0]?.cells ?? [];
        const expected = asked(question, onMap(map).flatMap(events), subject);
        found += expected.length;
        expect(cells.map(({ cellX, cellY, value }) => `${cellX},${cellY}: ${value}`).sort()).toEqual(
          cellLines(
            expected.map((event) => event[place]),
            cellUnits,
          ),
        );
      }
    }
    expect(found).toBeGreaterThan(0);
  });

  test.each(QUESTIONS)("seconds of presence of $says", async (question) => {
    for (const map of new Set(rounds.map((round) => round.map))) {
      const filters = { ...question.request, map };
      const report = await reportHeatmap(recorded.sql, { what: "presence", filters });
      const steps = asked(
        question,
        onMap(map).flatMap((round) => movementOf(round, CELL_UNITS)),
        (step) => step.who,
      );
      expect(report.cellUnits).toBe(CELL_UNITS);
      const cells = groupBy(steps, ({ cell }) => cell);
      const shown = report.populations[0]?.cells ?? [];
      expect(shown).toHaveLength(cells.size);
      for (const { cellX, cellY, value } of shown) {
        expect(value).toBeCloseTo(
          sum(cells.get(`${cellX},${cellY}`) ?? [], ({ standsForS }) => standsForS),
          6,
        );
      }
    }
  });
});

describe("report movement", () => {
  test.each(QUESTIONS)("places, ways and classes of $says", async (question) => {
    for (const map of new Set(rounds.map((round) => round.map))) {
      const report = await reportMovement(recorded.sql, { ...question.request, map }, CELL_UNITS);
      const steps = onMap(map).flatMap((round) => movementOf(round, CELL_UNITS));
      const expected = asked(question, steps, (step) => step.who);
      const lives = asked(question, onMap(map).flatMap(livesOf), (life) => life.who);
      const places = groupBy(expected, ({ cell }) => cell);
      expect(report.places.map(({ cellX, cellY }) => `${cellX},${cellY}`).sort()).toEqual(
        [...places.keys()].sort(),
      );
      for (const place of report.places) {
        const own = places.get(`${place.cellX},${place.cellY}`) ?? [];
        expect(place.presenceS).toBeCloseTo(
          sum(own, ({ standsForS }) => standsForS),
          6,
        );
        expect(place.stationaryS).toBeCloseTo(sum(own, ({ stationaryMs }) => stationaryMs) / 1000, 6);
        expect(place.meanSpeedUps).toBeCloseTo(sum(own, ({ speedUps }) => speedUps) / own.length, 1);
      }

      const ways = groupBy(waysOf(expected), ({ from, to }) => `${from} > ${to}`);
      expect(report.flows.length).toBe(Math.min(120, ways.size));
      for (const { fromX, fromY, players, times, toX, toY } of report.flows) {
        const taken = ways.get(`${fromX},${fromY} > ${toX},${toY}`) ?? [];
        expect([times, players]).toEqual([taken.length, new Set(taken.map(({ name }) => name)).size]);
      }
      expect(report.flows.map(({ times }) => times)).toEqual(
        [...ways.values()]
          .map(({ length }) => length)
          .sort((a, b) => b - a)
          .slice(0, 120),
      );

      const classes = groupBy(expected, ({ who }) => who.playerClass);
      expect(report.classes.map((row) => String(row.class)).sort()).toEqual([...classes.keys()].sort());
      for (const row of report.classes) {
        const own = classes.get(String(row.class)) ?? [];
        expectMovement(
          row,
          own,
          question.request.phase === undefined
            ? lives.filter(({ who }) => who.playerClass === row.class)
            : undefined,
          `${map}, class ${row.class}`,
        );
      }
    }
  });
});
