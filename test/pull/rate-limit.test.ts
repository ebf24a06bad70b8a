import { afterEach, describe, expect, test, vi } from "vitest";

import { parseRate } from "../../src/cli/rate-flag.ts";
import { PullBounds } from "../../src/pull/pull-bounds.ts";
import { RateLimit } from "../../src/pull/rate-limit.ts";
import { serverSettings } from "../support/server-settings.ts";

const never = new AbortController().signal;

describe("a rate limit", () => {
  test.each([
    ["slow", 400_000, 10],
    // A request a fifth of a millisecond: far more often than timers come.
    ["fast", 160_000_000, 2000],
  ])("that is %s holds for all that ask, side by side", async (_name, bytesPerS, requests) => {
    const limit = new RateLimit(bytesPerS);
    const started = performance.now();
    await Promise.all(Array.from({ length: requests }, () => limit.take(32_000, never)));
    const tookMs = performance.now() - started;
    // All but the last one have had their time, less what may be caught up with.
    const wholeMs = ((requests - 1) * 32_000_000) / bytesPerS;
    expect(tookMs).toBeGreaterThan(wholeMs - 60);
    expect(tookMs).toBeLessThan(wholeMs * 1.5 + 500);
  });

  test("is given up at once by a pull that is stopped, and goes on for the others", async () => {
    const limit = new RateLimit(64_000);
    const stopping = new AbortController();
    await limit.take(6400, never);
    const stopped = limit.take(6_400_000, stopping.signal);
    const other = limit.take(1, never);
    stopping.abort(new Error("stopped"));
    await expect(stopped).rejects.toThrow("stopped");
    await expect(limit.take(1, stopping.signal)).rejects.toThrow("stopped");
    await other;
  });
});

test.each([
  ["64000", 64_000],
  ["500K", 500_000],
  ["2m", 2_000_000],
  ["1.5MB/s", 1_500_000],
  ["1G", 1_000_000_000],
])("%s are %i bytes per second", (text, bytesPerS) => {
  expect(parseRate(text)).toBe(bytesPerS);
});

test.each(["", "fast", "-1M", "63K", "2T", "1M 2M"])("%j is no rate", (text) => {
  expect(() => parseRate(text)).toThrow("is no rate from 64K");
});

describe("a server that sends little", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test.each([
    [true, false],
    [false, true],
  ])("while the limit holds it back (%s) is given up: %s", (isHeldBack, isGivenUp) => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    const bounds = new PullBounds(serverSettings({ timeoutS: 1 }), () => undefined);
    bounds.fetching();
    for (let second = 0; second < 25; second += 1) {
      if (isHeldBack) bounds.heldBack();
      vi.advanceTimersByTime(1000);
    }
    expect(bounds.reached !== undefined).toBe(isGivenUp);
    bounds.stop();
  });
});
