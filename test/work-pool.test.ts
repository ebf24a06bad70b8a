import { setTimeout as sleep } from "node:timers/promises";

import { expect, test } from "vitest";

import { forEachAtOnce, WorkPool } from "../src/work-pool.ts";

test("as many pieces of work as the pool is wide run at once, and are handed over in the order of their start", async () => {
  const pool = new WorkPool(2);
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
    await pool.start(work, (result) => over.push(result));
  }
  await pool.end();
  expect(most).toBe(2);
  expect(over).toEqual([0, 1, 2, 3]);
});

test("after an error nothing is begun; what runs is finished and handed over, and the error comes out", async () => {
  const pool = new WorkPool(2);
  const over: string[] = [];
  const slow = (): Promise<string> => sleep(30, "slow");
  const fail = (): Promise<string> => Promise.reject(new Error("full"));
  const note = (result: string): void => {
    over.push(result);
  };
  await pool.start(slow, note);
  await pool.start(fail, note);
  await expect(pool.start(slow, note)).rejects.toThrow("full");
  await pool.waitForAll();
  expect(over).toEqual(["slow"]);
  await expect(pool.end()).rejects.toThrow("full");
});

test("an error of handing over is no unhandled rejection: it ends the work, and comes out", async () => {
  const pool = new WorkPool(1);
  const unhandled: unknown[] = [];
  const see = (error: unknown): void => {
    unhandled.push(error);
  };
  process.on("unhandledRejection", see);
  try {
    await pool.start(
      () => Promise.resolve(1),
      () => {
        throw new Error("no room");
      },
    );
    await sleep(20);
    await expect(pool.start(() => Promise.resolve(2))).rejects.toThrow("no room");
    await expect(pool.end()).rejects.toThrow("no room");
  } finally {
    process.off("unhandledRejection", see);
  }
  expect(unhandled).toEqual([]);
});

test("forEachAtOnce works on all items, so many at once; an error stops the rest and waits for what runs", async () => {
  const done: number[] = [];
  let running = 0;
  let most = 0;
  const work = async (item: number): Promise<void> => {
    most = Math.max(most, ++running);
    await sleep(item === 1 ? 30 : 5);
    running--;
    if (item === 3) throw new Error("three");
    done.push(item);
  };
  await forEachAtOnce([1, 2, 4, 5], 2, work);
  expect([most, done.sort()]).toEqual([2, [1, 2, 4, 5]]);
  done.length = 0;
  await expect(forEachAtOnce([1, 3, 2, 4, 5, 6], 2, work)).rejects.toThrow("three");
  expect(running).toBe(0);
  expect(done).toContain(1);
  expect(done).not.toContain(6);
});
