/** Who is alive in recorded rounds, as the model's states have it, against what the recordings themselves say at each kill. */
import { expect, test } from "vitest";

import { readRoundFacts } from "../../src/models/queries/round-facts.ts";
import { playRound, statesAt } from "../../src/models/round-states.ts";
import { useRecordedRounds } from "../support/recorded-rounds.ts";

const recorded = useRecordedRounds();

test("after each kill as many live as the recording counts", async () => {
  let compared = 0;
  for (const { key, kills } of recorded.rounds) {
    const [round] = await recorded.sql<{ round_id: number }[]>`
      select round_id from rounds where round_key = ${key}`;
    for await (const facts of readRoundFacts(recorded.sql, [round?.round_id ?? 0])) {
      const played = playRound(facts);
      const spawned = new Set(
        facts.lives.filter(({ event }) => event !== "kill").map(({ timeMs }) => timeMs),
      );
      const last = new Map(kills.map((kill) => [kill.timeMs, kill]));
      // Where somebody comes back in the same frame, the count is of the middle of it.
      const times = [...last.keys()].filter((timeMs) => !spawned.has(timeMs)).sort((a, b) => a - b);
      const found = [...statesAt(played, times)].map(({ state, timeMs }) => [timeMs, ...state.alive]);
      const told = times.map((timeMs) => [
        timeMs,
        last.get(timeMs)?.axisAlive,
        last.get(timeMs)?.alliesAlive,
      ]);
      expect(found, key).toEqual(told);
      compared += times.length;
    }
  }
  expect(compared).toBeGreaterThan(100);
});
