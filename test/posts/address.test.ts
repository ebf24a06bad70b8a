/** The secret address of a chat: where it comes from, and that nothing shows it. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { readAddress } from "../../src/posts/address.ts";
import { discordChannel } from "../../src/posts/discord.ts";
import { webhookChannel } from "../../src/posts/webhook.ts";
import { maskSecrets } from "../../src/secrets.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-address-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});

const refused = { code: "E_POST_ADDRESS" };

test("a file of one's own, a variable that names it, or a variable", () => {
  const file = path.join(folder, "address");
  writeFileSync(file, "https://example.org/secret-one\n", { mode: 0o600 });
  expect(readAddress(file, "PROX_TEST")).toBe("https://example.org/secret-one");
  vi.stubEnv("PROX_TEST", "https://example.org/secret-two");
  expect(readAddress(undefined, "PROX_TEST")).toBe("https://example.org/secret-two");
  vi.stubEnv("PROX_TEST_FILE", file);
  expect(readAddress(undefined, "PROX_TEST")).toBe("https://example.org/secret-one");
  expect(maskSecrets("posting to https://example.org/secret-two")).toBe("posting to ***");
});

test("a file that others can read, no file, nothing", () => {
  const file = path.join(folder, "address");
  writeFileSync(file, "https://example.org/secret");
  chmodSync(file, 0o640);
  expect(() => readAddress(file, "PROX_TEST")).toThrow(
    expect.objectContaining({ ...refused, suggestions: [`chmod 600 ${file}`] }),
  );
  expect(() => readAddress(`${file}2`, "PROX_TEST")).toThrow(expect.objectContaining(refused));
  expect(() => readAddress(undefined, "PROX_TEST")).toThrow(
    expect.objectContaining({ ...refused, message: "no address to post to" }),
  );
});

describe("Discord", () => {
  const options = { isSilent: false };
  test.each([
    ["https://discord.com/api/webhooks/123/abc-D_e"],
    ["https://discord.com/api/v9/webhooks/123/abc-D_e/"],
    ["https://canary.discord.com/api/webhooks/123/abc-D_e?wait=false"],
    ["https://discordapp.com/api/webhooks/123/abc-D_e"],
    ["http://127.0.0.1:8080/api/webhooks/123/abc-D_e"],
  ])("%s", (address) => {
    expect(discordChannel(address, options).name).toBe("discord 123");
    expect(discordChannel(address, { ...options, thread: "9" }).name).toBe("discord 123 9");
  });
  test.each([
    ["http://discord.com/api/webhooks/123/abc"],
    ["https://discord.com.example.org/api/webhooks/123/abc"],
    ["https://discord.com/channels/123/456"],
    ["https://user@example.org/api/webhooks/123/abc"],
    ["123/abc"],
    [""],
  ])("not %s", (address) => {
    expect(() => discordChannel(address, options)).toThrow(expect.objectContaining(refused));
  });
});

test("an address of one's own: its name tells no secret, and two are two", () => {
  const name = webhookChannel("https://me:pass@example.org/hook/token").name;
  expect(name).toMatch(/^webhook example\.org [0-9a-f]{12}$/);
  expect(webhookChannel("https://example.org/hook/other").name).not.toBe(name);
  for (const address of ["ftp://example.org/x", "example.org", ""])
    expect(() => webhookChannel(address)).toThrow(expect.objectContaining(refused));
});
