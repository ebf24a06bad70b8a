import { setTimeout as sleep } from "node:timers/promises";

import { expect, test } from "vitest";

import { Lanes } from "../../src/import/lanes.ts";

test("as many pieces of work as there are lanes run at once, and are handed over in the order of their beginning", async () => {
  const lanes = new Lanes(2);
  const over: number[] = [];
  let running = 0;
  let most = 0;
  for (const [index, ms] of [40, 5, 20, 1].entries()) {
    const work = async (): Promise<number> => {
      most = Math.max(most, ++running);
      await sleep(ms);
      running--;
      return index;
    };
    await lanes.start(work, (result) => over.push(result));
  }
  await lanes.end();
  expect(most).toBe(2);
  expect(over).toEqual([0, 1, 2, 3]);
});

test("after an error nothing is begun; what runs is finished and handed over, and the error comes out", async () => {
  const lanes = new Lanes(2);
  const over: string[] = [];
  const slow = (): Promise<string> => sleep(30, "slow");
  const fail = (): Promise<string> => Promise.reject(new Error("full"));
  const note = (result: string): void => {
    over.push(result);
  };
  await lanes.start(slow, note);
  await lanes.start(fail, note);
  await expect(lanes.start(slow, note)).rejects.toThrow("full");
  await lanes.settle();
  expect(over).toEqual(["slow"]);
  await expect(lanes.end()).rejects.toThrow("full");
});
