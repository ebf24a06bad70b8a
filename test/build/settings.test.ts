import { createHash } from "node:crypto";

import { expect, test } from "vitest";

import { trackerModule } from "../../src/build/build-tracker.ts";
import { parseSettings } from "../../src/build/settings.ts";

test("settings are names and values, the last one counts", () => {
  expect(parseSettings(["prox_sample_ms=500", "prox_fire=3, 8", "prox_sample_ms=250"])).toEqual({
    prox_sample_ms: "250",
    prox_fire: "3, 8",
  });
});

test.each([
  ["no value", "prox_sample_ms", /is not a setting/],
  ["an unknown name", "prox_sample=1", /the tracker has no setting prox_sample/],
  ["too small a number", "prox_sample_ms=49", /prox_sample_ms cannot be 49/],
  ["too large a number", "prox_sample_ms=5001", /cannot be 5001/],
  ["no number", "prox_sample_ms=fast", /cannot be fast/],
  ["nothing", "prox_sample_ms=", /cannot be/],
  ["an unknown filter", "prox_fire=guns", /prox_fire cannot be guns/],
])("%s is refused", (_name, text, message) => {
  expect(() => parseSettings([text])).toThrow(message);
  expect(() => parseSettings([text])).toThrow(expect.objectContaining({ code: "E_SETTING" }) as Error);
});

test("a module states its settings, and its signature is that of its text", async () => {
  const plain = await trackerModule();
  const set = await trackerModule(parseSettings(["prox_fire=weapons"]));
  expect(set.lua).toContain('settings = { prox_fire = "weapons" }');
  expect(set.sha1).toBe(createHash("sha1").update(set.lua).digest("hex"));
  expect(set.sha1).not.toBe(plain.sha1);
});
