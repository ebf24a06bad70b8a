import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { ServerSettings } from "../../src/config/settings.ts";
import { resolveSshHosts } from "../../src/remote/ssh-hosts.ts";
import { serverSettings } from "../support/server-settings.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "prox-ssh-config-"));
  mkdirSync(path.join(home, ".ssh/conf.d"), { recursive: true });
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

function config(text: string): void {
  writeFileSync(path.join(home, ".ssh/config"), text);
}

function resolve(settings: Partial<ServerSettings>): ReturnType<typeof resolveSshHosts> {
  return resolveSshHosts(serverSettings(settings), { home, agent: "/agent" });
}

function withCode(code: string): Error {
  return expect.objectContaining({ code }) as Error;
}

test("an alias gets its host, user, port and key from the configuration, settings win", () => {
  writeFileSync(path.join(home, ".ssh/league"), "");
  config(
    "Host league\n  HostName 192.0.2.7\n  User et\n  Port 2222\n  IdentityFile ~/.ssh/league\nHost *\n  User other\n",
  );
  expect(resolve({ host: "league" })).toMatchObject([
    {
      host: "192.0.2.7",
      user: "et",
      port: 2222,
      keyFiles: [path.join(home, ".ssh/league")],
      agent: "/agent",
    },
  ]);
  expect(resolve({ host: "league", port: 22, user: "root" })).toMatchObject([{ port: 22, user: "root" }]);
  expect(resolve({ host: "else" })).toMatchObject([{ host: "else", user: "other", port: 22, keyFiles: [] }]);
});

test("jump hosts come first, each with its own settings, in chains too", () => {
  config(
    "Host et\n  HostName et.lan\n  ProxyJump gate,me@second:2200\nHost gate\n  HostName gate.example.org\n  ProxyJump outer\nHost outer\n  Port 443\n",
  );
  expect(resolve({ host: "et" }).map(({ host, port }) => `${host}:${port}`)).toEqual([
    "outer:443",
    "gate.example.org:22",
    "second:2200",
    "et.lan:22",
  ]);
  config("Host a\n  ProxyJump b\nHost b\n  ProxyJump a\n");
  expect(() => resolve({ host: "a" })).toThrow(withCode("E_SSH_CONFIG"));
  config("Host a\n  ProxyCommand nc %h %p\n");
  expect(() => resolve({ host: "a" })).toThrow(withCode("E_SSH_CONFIG"));
});

test("a key that settings name and that does not exist is refused", () => {
  const key = path.join(home, "no-key");
  expect(() => resolve({ host: "a", key })).toThrow(withCode("E_SSH_KEY"));
});

test("included files count, also by wildcard", () => {
  config("Include conf.d/*\nHost *\n  User late\n");
  writeFileSync(path.join(home, ".ssh/conf.d/10-et"), "Host et\n  User early\n");
  expect(resolve({ host: "et" })).toMatchObject([{ user: "early" }]);
  expect(resolve({ host: "no" })).toMatchObject([{ user: "late" }]);
});

test("what prox cannot do is refused rather than passed over", () => {
  config("Host et\n  ProxyCommand nc %h %p\n");
  expect(() => resolve({ host: "et" })).toThrow("ProxyCommand");
  config("");
  expect(() => resolve({ host: "et", key: path.join(home, "none") })).toThrow("does not exist");
});
