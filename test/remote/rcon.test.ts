import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { Rcon, parseRconAddress } from "../../src/remote/rcon.ts";
import { type RconServer, startRconServer } from "../support/rcon-server.ts";

const TIMES = { spacingMs: 60, answerMs: 3000, silenceMs: 80 };
let folder: string;
let server: RconServer;
let rcon: Rcon;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-rcon-"));
  server = await startRconServer(folder, "secret");
  rcon = new Rcon({ host: "127.0.0.1", port: server.port }, "secret", TIMES);
});
afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

test("lists the loaded modules with their SHA-1, over several packets", async () => {
  const names = Array.from({ length: 5 }, (_, index) => `module-${index}.lua`);
  for (const name of names) writeFileSync(path.join(folder, name), `-- ${name}`);
  expect(await rcon.modules()).toEqual([]);
  await rcon.command(`set lua_modules "${names.join(" ")}"`);
  server.runFrame();
  await rcon.command("lua_init");
  expect(await rcon.modules()).toEqual(
    names.map((file) => ({ file, sha1: createHash("sha1").update(`-- ${file}`).digest("hex") })),
  );
});

test("keeps its distance between requests", async () => {
  for (let index = 0; index < 4; index += 1) await rcon.command("lua_status");
  const times = server.commands.map(({ atMs }) => atMs);
  for (let index = 1; index < times.length; index += 1) {
    // The wait begins after the answer's silence: never less than both together, but for the clock's grain.
    expect((times[index] ?? 0) - (times[index - 1] ?? 0)).toBeGreaterThan(
      TIMES.spacingMs + TIMES.silenceMs - 10,
    );
  }
});

test("reads cvars without colour codes, and what the server says to everybody", async () => {
  server.humans = 3;
  expect(await rcon.cvar("gamestate")).toBe("2");
  expect(await rcon.cvar("no_such_cvar")).toBeUndefined();
  expect(await rcon.info()).toEqual({ map: "oasis", players: 3, humans: 3 });
});

test("silence is an error, not an answer", async () => {
  server.loseNext = 1;
  await expect(rcon.command("lua_status")).rejects.toMatchObject({ code: "E_RCON_SILENT", exit: "remote" });
  const nobody = new Rcon({ host: "127.0.0.1", port: 9 }, "secret", TIMES);
  await expect(nobody.command("lua_status")).rejects.toMatchObject({ code: "E_RCON_SILENT" });
});

test("a wrong password is told, and one that the engine cannot take is refused before it is sent", async () => {
  const wrong = new Rcon({ host: "127.0.0.1", port: server.port }, "wrong", TIMES);
  await expect(wrong.command("lua_status")).rejects.toMatchObject({ code: "E_RCON_PASSWORD" });
  for (const password of ["two words", "100%", 'a"b', "a;b"]) {
    expect(() => new Rcon({ host: "h", port: 1 }, password, TIMES)).toThrow("has a space");
  }
  const open = await startRconServer(folder, "");
  const unset = new Rcon({ host: "127.0.0.1", port: open.port }, "any", TIMES);
  await expect(unset.command("lua_status")).rejects.toMatchObject({
    code: "E_RCON_PASSWORD",
    message: "the server refuses the rcon password: No rconpassword set on the server.",
  });
  await open.stop();
});

test("flood protection drops nothing of what comes at its pace, and silence tells of what comes faster", async () => {
  server.refillMs = 100;
  const patient = new Rcon({ host: "127.0.0.1", port: server.port }, "secret", { ...TIMES, spacingMs: 110 });
  for (let index = 0; index < 15; index += 1) {
    if (index % 2 === 0) await patient.command("gamestate");
    else await patient.info();
  }
  expect(server.dropped).toBe(0);
  server.refillMs = Number.POSITIVE_INFINITY;
  const hasty = (): Rcon =>
    new Rcon({ host: "127.0.0.1", port: server.port }, "secret", { ...TIMES, answerMs: 300 });
  const results = await Promise.allSettled(Array.from({ length: 30 }, () => hasty().command("gamestate")));
  expect(results.filter(({ status }) => status === "fulfilled").length).toBeLessThanOrEqual(10);
  await expect.poll(() => server.dropped).toBeGreaterThanOrEqual(20);
  for (const result of results) {
    if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "E_RCON_SILENT" });
  }
});

test("takes an answer of hundreds of lines as one", async () => {
  const text = await rcon.command("map_restart 0");
  expect(text.split("\n")).toHaveLength(401);
  expect(text).toContain("spawning entity 399 of the map");
});

test("does not cut an answer that lies unread because this process stood still", async () => {
  // In each turn for longer than the silence that ends an answer; a turn reads fewer packets than this one has.
  let isBusy = true;
  const standStill = (): void => {
    const until = performance.now() + 2 * TIMES.silenceMs;
    while (performance.now() < until);
    if (isBusy) setImmediate(standStill);
  };
  setImmediate(standStill);
  const text = await rcon.command("map_restart 0");
  isBusy = false;
  expect(text.split("\n")).toHaveLength(401);
});

test("a list that is changed counts from the next frame on, as in the engine", async () => {
  writeFileSync(path.join(folder, "a.lua"), "-- a");
  const hasty = new Rcon({ host: "127.0.0.1", port: server.port }, "secret", {
    spacingMs: 0,
    answerMs: 1000,
    silenceMs: 5,
  });
  server.isFrozen = true;
  await hasty.command("set lua_modules a.lua");
  await hasty.command("lua_restart");
  server.runFrame();
  expect(await rcon.modules(), "too early: the old list was loaded, and then all of it unloaded").toEqual([]);
  await rcon.command("lua_restart");
  expect((await rcon.modules()).map(({ file }) => file)).toEqual(["a.lua"]);
});

test("a command longer than the engine reads is refused", async () => {
  await expect(rcon.command(`set x ${"y".repeat(1024)}`)).rejects.toMatchObject({ code: "E_RCON_COMMAND" });
  expect(server.commands).toEqual([]);
});

test("addresses", () => {
  expect(parseRconAddress("et.example.org:27960")).toEqual({ host: "et.example.org", port: 27960 });
  expect(parseRconAddress("[::1]:27961")).toEqual({ host: "::1", port: 27961 });
});
