/** With what someone took part in a fight or a crossfire: hits on living enemies, from its begin to its end. */
import { beforeAll, expect, it } from "vitest";

import { listEngagements } from "../../src/reports/queries/engagements.ts";
import { readPairs } from "../../src/reports/queries/pairs.ts";
import { listRounds } from "../../src/reports/rounds.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { addRound, type HandEvent } from "../support/hand-made.ts";

let database: TestDatabase;

/** Al and Amy fight Bo from 10 to 20 s, and have them in a crossfire from 12 to 14 s; Bea is elsewhere. */
const [AL, AMY, BO, BEA] = [0, 1, 2, 3] as const;

/** What was done, each with another weapon, and how many fights and crossfires were then with that weapon. */
const DEEDS: readonly (readonly [
  says: string,
  deed: Omit<HandEvent, "weapon">,
  counted: [number, number],
])[] = [
  ["a hit", { event: "hit", timeMs: 13_000, attacker: AL, target: BO }, [1, 1]],
  ["a hit at the begin", { event: "hit", timeMs: 12_000, attacker: AL, target: BO }, [1, 1]],
  ["a hit at the end", { event: "hit", timeMs: 14_000, attacker: AL, target: BO }, [1, 1]],
  ["a hit by the partner", { event: "hit", timeMs: 13_000, attacker: AMY, target: BO }, [1, 1]],
  ["a shot", { event: "fire", timeMs: 13_000, attacker: AL }, [0, 0]],
  ["a hit on a body", { event: "hit", timeMs: 13_000, attacker: AL, target: BO, isWounded: true }, [0, 0]],
  ["a hit on a teammate", { event: "hit", timeMs: 13_000, attacker: AL, target: AMY }, [0, 0]],
  ["a hit on another", { event: "hit", timeMs: 13_000, attacker: AL, target: BEA }, [1, 0]],
  ["a hit before the crossfire", { event: "hit", timeMs: 11_999, attacker: AL, target: BO }, [1, 0]],
  ["a hit after the crossfire", { event: "hit", timeMs: 14_001, attacker: AL, target: BO }, [1, 0]],
  ["a hit before the fight", { event: "hit", timeMs: 9999, attacker: AL, target: BO }, [0, 0]],
  ["a hit after the fight", { event: "hit", timeMs: 20_001, attacker: AL, target: BO }, [0, 0]],
];

beforeAll(async () => {
  database = await createTestDatabase();
  const round = await addRound(database.sql, {
    key: "round",
    players: [
      { guid: "AAAA0000", name: "Al", team: 1 },
      { guid: "AAAA1111", name: "Amy", team: 1 },
      { guid: "BBBB0000", name: "Bo", team: 2 },
      { guid: "BBBB1111", name: "Bea", team: 2 },
    ],
  });
  await round.addEvents(DEEDS.map(([, deed], weapon) => ({ ...deed, weapon })));
  await round.addEngagements([
    { number: 1, startMs: 10_000, endMs: 20_000, attackers: [AL, AMY], defenders: [BO] },
  ]);
  await round.addTeamPlay([
    {
      record: "crossfire",
      startMs: 12_000,
      timeMs: 14_000,
      engagement: 1,
      slot: AL,
      partner: AMY,
      enemy: BO,
    },
  ]);
});

it.each(DEEDS.map(([says, , counted], weapon) => [says, counted, weapon] as const))(
  "%s: %o fights and crossfires",
  async (_says, counted, weapon) => {
    const filters = { weapons: [weapon], bots: "without" } as const;
    const fights = await listEngagements(database.sql, filters, "time", 10);
    const [pair] = await readPairs(database.sql, filters);
    expect([fights.length, pair?.crossfires ?? 0]).toEqual(counted);
    // A round is listed for whatever was done with it.
    expect(await listRounds(database.sql, filters, 10)).toHaveLength(1);
  },
);
