/**
 * Slash commands against a stand-in for Discord on loopback, which answers as Discord's documents say; Discord itself cannot be reached.
 * PostgreSQL and discord.js are real.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

import { hidePlayer } from "../../src/care/players.ts";
import DiscordRegister from "../../src/commands/discord/register.ts";
import DiscordServe from "../../src/commands/discord/serve.ts";
import { loadDiscord } from "../../src/discord/library.ts";
import { serveDiscord } from "../../src/discord/serve.ts";
import { readApi, readToken } from "../../src/discord/token.ts";
import { packagePath } from "../../src/package-root.ts";
import { resolvePlayer } from "../../src/reports/players.ts";
import type { Sql } from "../../src/db/driver/connect.ts";
import { learn, readLessons } from "../../src/models/learn.ts";
import { predictIfTrained } from "../../src/models/predict.ts";
import { storeModel } from "../../src/models/stored.ts";
import { discordText } from "../../src/posts/discord-text.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { APPLICATION_ID, type DiscordServer, startDiscordServer } from "../support/discord-server.ts";
import { createEvenings } from "../support/evenings.ts";
import { addRound } from "../support/hand-made.ts";
import { storePlantedRounds } from "../support/planted-rounds.ts";
import { ROOT, useReportCommands } from "../support/report-commands.ts";

const TOKEN = "aVery.Secret-token_1";
const PNG = Buffer.from("\x89PNG\r\n", "latin1").toString("latin1");
const commands = useReportCommands();
let database: TestDatabase;
let discord: DiscordServer;
let lines: string[];
let stop: () => Promise<number>;

beforeAll(async () => {
  database = await createEvenings();
  const round = await addRound(database.sql, {
    ...{ key: "hostile", map: "x*y*", startedAt: "2026-10-01T20:00:00Z" },
    players: [
      { guid: "EEEE0000", name: "@everyone **x** <@1>", team: 1 },
      { guid: "FFFF0000", name: "unseen", team: 2 },
    ],
  });
  await round.addPositions([0, 1].map((slot) => ({ timeMs: 1000, slot, at: [0, 0, 0] as const })));
  // Ten minutes make a leader.
  await database.sql`
    update player_lives set alive_ms = 900000, samples = 900 where round_id = ${round.roundId}`;
  await hidePlayer(database.sql, await resolvePlayer(database.sql, "unseen"), "asked");
});
beforeEach(async () => {
  discord = await startDiscordServer();
  vi.stubEnv("PROX_DISCORD_API", discord.api);
  vi.stubEnv("PROX_DISCORD_TOKEN", TOKEN);
  lines = [];
});
afterEach(() => discord.close());
afterAll(() => {
  vi.unstubAllEnvs();
});

/** Signs in; what it tells is in `lines`. */
async function serve(
  options: { readonly statementLimitMs?: number; readonly sql?: Sql } = {},
): Promise<void> {
  const end = new AbortController();
  const served = serveDiscord(await loadDiscord(), {
    ...{ sql: database.sql, token: TOKEN, api: discord.api, signal: end.signal },
    tell: (line) => lines.push(line),
    warn: (line) => lines.push(`warning: ${line}`),
    ...options,
  });
  stop = () => {
    end.abort();
    return served;
  };
  await vi.waitFor(() => {
    expect(lines).toContain("online as prox");
  }, 10_000);
}

interface Sent {
  readonly method: string;
  readonly kind: string;
  readonly json: Record<string, unknown>;
  readonly body: string;
}

/** The requests to an interaction, as soon as there are so many. */
async function sent(token: string, requests: number): Promise<Sent[]> {
  await vi.waitFor(() => {
    expect(discord.of(token).length, lines.at(-1)).toBeGreaterThanOrEqual(requests);
  }, 20_000);
  return discord.of(token).map(({ body, method, path: place }) => {
    const text = Buffer.from(body, "latin1").toString("utf8");
    const json = /name="payload_json"\r\n(?:Content-[^\r]*\r\n)*\r\n(.*?)\r\n--/su.exec(text)?.[1] ?? text;
    const kind = /@original|%40original|callback/u.exec(place)?.[0].replace("%40", "@") ?? "new";
    return { method, kind, body, json: json === "" ? {} : (JSON.parse(json) as Record<string, unknown>) };
  });
}

interface Embed {
  readonly title: string;
  readonly description: string;
  readonly footer: { readonly text: string };
  readonly image?: { readonly url: string };
}

/** The answer to a command: deferred, then edited. */
async function answer(
  name: string,
  values?: Record<string, string>,
): Promise<Embed & { readonly alt: string }> {
  const all = await sent(discord.command(name, values), 2);
  const [deferred, edited] = all as [Sent, Sent];
  expect(all.map(({ kind, method }) => `${method} ${kind}`)).toEqual(["POST callback", "PATCH @original"]);
  expect(deferred.json).toMatchObject({ type: 5 });
  expect(edited.json).toMatchObject({ allowed_mentions: { parse: [] } });
  const { attachments = [], embeds } = edited.json as {
    attachments?: { description: string }[];
    embeds: [Embed];
  };
  const [embed] = embeds;
  expect(embed.image === undefined ? undefined : embed.image.url).toBe(
    attachments.length === 0 ? undefined : "attachment://picture.png",
  );
  expect(edited.body.includes(PNG)).toBe(attachments.length > 0);
  return { ...embed, alt: attachments[0]?.description ?? "" };
}

/** What somebody is told in private when there is no answer. */
async function apology(name: string, values?: Record<string, string>): Promise<unknown> {
  const all = await sent(discord.command(name, values), 3);
  expect(all.map(({ kind, method }) => `${method} ${kind}`)).toEqual([
    "POST callback",
    "DELETE @original",
    "POST new",
  ]);
  expect(all[2]?.json).toMatchObject({ flags: 64 });
  return all[2]?.json["content"];
}

async function offered(name: string, values: Record<string, string>, focused: string): Promise<unknown> {
  const [first] = await sent(discord.complete(name, values, focused), 1);
  expect(first?.json).toMatchObject({ type: 8 });
  return (first?.json["data"] as { choices: unknown }).choices;
}

describe("online", () => {
  beforeEach(() => serve());
  afterEach(() => stop());

  test("each command is answered with a card and words for it; the numbers are those of the reports", async () => {
    const { playerId } = await resolvePlayer(database.sql, "AAAA0000");
    const stats = await answer("proximity_stats", { player: `#${playerId}` });
    expect(stats.description).toContain("**Al**, 2 rounds on 1 map\nkills per death: **1**");
    expect(stats.alt).toContain("Al, 2 rounds on 1 map. kills per death: 1, ");
    const fights = await answer("engagement_analysis", { session: "2026-11-20" });
    expect(fights.title).toBe("3 fights");
    expect(fights.description).toMatch(/\*\*2v1\*\* arena 0\\:01\\: Axis win/u);
    expect(fights.alt).not.toBe("");
    const crossfires = await answer("crossfire_report", { session: "2026-11-20" });
    // Two crossfires of Al and Amy in one of two shared fights.
    expect(crossfires.description).toMatch(/^\*\*Al\*\* and \*\*Amy\*\*\\?: 2 crossfires, 50 %/u);
    expect(crossfires.alt).toContain("Al");
    const heat = await answer("heatmap", { map: "arena", date: "2026-11-20" });
    expect(heat.title).toBe("Kills on arena");
    expect(heat.footer.text).toMatch(/^4 kills/u);
    expect(heat.alt).toContain("4 kills");
    const deaths = await answer("heatmap", { map: "arena", what: "deaths" });
    expect(deaths.title).toBe("Deaths on arena");
    expect(discord.gateway).toMatchObject([{ op: 2, d: { intents: 0 } }]);
    const all = JSON.stringify(discord.requests);
    for (const guid of ["AAAA0000", "AAAA1111", "BBBB0000"]) expect(all).not.toContain(guid);
  });

  test("leaders are named by their text, and nobody hidden is", async () => {
    const leaders = await answer("leaders", { by: "rounds" });
    expect(leaders.title).toBe("Leaders by rounds");
    expect(leaders.description).toMatch(
      /^1\\\. \*\*@\u200beveryone \\\*\\\*x\\\*\\\* \\<@\u200b1\\>\*\* 1 round, /u,
    );
    expect(leaders.description).not.toContain("unseen");
  });

  test("names are offered: never more than 25, no GUID, nobody hidden, no bot", async () => {
    const { playerId } = await resolvePlayer(database.sql, "Bea");
    expect(await offered("proximity_stats", { player: "be" }, "player")).toEqual([
      { name: "Bea", value: `#${playerId}` },
    ]);
    const everybody = JSON.stringify(await offered("proximity_stats", { player: "" }, "player"));
    expect(everybody).toContain('"Amy"');
    for (const text of ["unseen", "hidden", "bot", "AAAA"]) expect(everybody).not.toContain(text);
    expect(await offered("heatmap", { map: "", date: "" }, "map")).toEqual([
      { name: "arena", value: "arena" },
      { name: "x*y*", value: "x*y*" },
    ]);
    expect(await offered("heatmap", { map: "arena", date: "2026" }, "date")).toEqual([
      { name: "2026-11-21", value: "2026-11-21" },
      { name: "2026-11-20", value: "2026-11-20" },
    ]);
    expect(await offered("leaders", { session: "2026-11-20" }, "session")).toEqual([
      { name: "2026-11-20-2350 arena", value: "2026-11-20-2350" },
    ]);
    expect(await offered("leaders", { by: "x" }, "by")).toEqual([]);
    expect(await offered("predict", { round: "2026-11-2" }, "round")).toEqual([
      { name: "2026-11-21 20:00 arena, round 1", value: "late" },
      { name: "2026-11-21 00:10 arena, round 1", value: "two" },
      { name: "2026-11-20 23:50 arena, round 1", value: "one" },
    ]);
  });

  test("what nobody knows is said kindly and in private, whatever was typed", async () => {
    const unknown = "prox does not know that name. Begin to type it, and choose from the list.";
    expect(await apology("proximity_stats", { player: "nobody" })).toBe(unknown);
    expect(await apology("proximity_stats", { player: "#99999999" })).toBe(unknown);
    expect(await apology("heatmap", { map: "nowhere" })).toBe(unknown);
    expect(await apology("engagement_analysis", { session: "1999-01-01" })).toBe(unknown);
    const [hidden] = await database.sql<{ id: number }[]>`select person_id as id from people where is_hidden`;
    expect(await apology("proximity_stats", { player: `#${hidden?.id ?? 0}` })).toBe(unknown);
    expect(await apology("proximity_stats", { player: "A" })).toMatch(/^That name fits several/u);
    // Two are called Al: a terminal tells them apart by their GUIDs, a chat must not.
    expect(await apology("proximity_stats", { player: "Al" })).toBe(
      "That name fits several. Begin to type it, and choose one from the list.",
    );
    const all = JSON.stringify(discord.requests);
    for (const guid of ["AAAA0000", "AAAA1111", "CCCC"]) expect(all).not.toContain(guid);
    expect(await apology("heatmap", { map: "arena", date: "yesterday" })).toMatch(
      /a day is written 2026-11-23/u,
    );
    expect(await apology("heatmap", { map: "arena", date: "2020-01-01" })).toMatch(
      /^Nothing of that was recorded/u,
    );
    const [only] = await sent(discord.command("forget"), 1);
    expect(only?.json).toMatchObject({ type: 4, data: { flags: 64, content: unknown } });
  });

  test("without a model that has proved itself nobody is told who would win", async () => {
    expect(await apology("predict", { round: "one" })).toBe(
      "There are too few rounds yet to say who would win: no model has proved itself.",
    );
    expect(lines.filter((line) => line.startsWith("warning"))).toEqual([]);
  });

  test("a fault of prox is told in the log alone, and it goes on", async () => {
    await database.sql`alter table combat_events rename to away`;
    try {
      expect(await apology("heatmap", { map: "arena" })).toBe(
        "prox could not answer this. Ask again later; the log of prox says why.",
      );
    } finally {
      await database.sql`alter table away rename to combat_events`;
    }
    expect(lines.filter((line) => line.startsWith("warning"))).toEqual([
      expect.stringMatching(/^warning: \/heatmap failed: .*relation/u),
    ]);
    await answer("heatmap", { map: "arena" });
  });

  test("a busy Discord is waited for, and one that fails is asked again", async () => {
    const limited = {
      status: 429,
      headers: { "Retry-After": "0.2" },
      body: { message: "slow", retry_after: 0.2, global: false },
    };
    discord.answers.push(
      { to: /^PATCH/u, answer: limited },
      { to: /^PATCH/u, answer: { status: 503, body: {} } },
    );
    const all = await sent(discord.command("heatmap", { map: "arena" }), 4);
    expect(all.map(({ method }) => method)).toEqual(["POST", "PATCH", "PATCH", "PATCH"]);
    await vi.waitFor(() => {
      expect(lines.at(-1)).toMatch(/^answered \/heatmap in \d+ ms$/u);
    });
  });

  test("an interaction that Discord does not know any more is told, and it goes on", async () => {
    const gone = { status: 404, body: { message: "Unknown interaction", code: 10_062 } };
    discord.answers.push({ to: /callback/u, answer: gone });
    await sent(discord.command("heatmap", { map: "arena" }), 1);
    await vi.waitFor(() => {
      expect(lines.at(-1)).toBe("warning: Discord did not take an answer: Unknown interaction (404, 10062)");
    });
    await answer("heatmap", { map: "arena" });
  });

  test("a connection that is lost goes on where it was", async () => {
    discord.drop(4000);
    await vi.waitFor(() => {
      expect(lines).toContain("the connection to Discord goes on");
    }, 15_000);
    expect(discord.gateway.map(({ op }) => op)).toEqual([2, 6]);
    await answer("heatmap", { map: "arena" });
  });
});

test("of a crowd 25 names are offered, those first who played last", async () => {
  const crowd = Array.from({ length: 40 }, (_, at) => `Crowd ${at + 10}`);
  const { roundId } = await addRound(database.sql, {
    ...{ key: "crowd", startedAt: "2026-09-01T20:00:00Z" },
    players: crowd.map((name, at) => ({ guid: `C0DE${at}`, name, team: at % 2 === 0 ? 1 : 2 })),
  });
  await serve();
  try {
    const names = (offers: unknown): string[] => (offers as { name: string }[]).map(({ name }) => name);
    expect(names(await offered("proximity_stats", { player: "crowd" }, "player"))).toEqual(
      crowd.slice(0, 25),
    );
    expect(names(await offered("proximity_stats", { player: "" }, "player"))).toHaveLength(25);
    expect(JSON.stringify(discord.requests)).not.toContain("C0DE");
  } finally {
    await stop();
    await database.sql`delete from rounds where round_id = ${roundId}`;
  }
});

test("of more than twelve questions at once the next is told to wait, and slow ones are given up in private", async () => {
  const guid = "AAAA0000";
  const { playerId } = await resolvePlayer(database.sql, guid);
  await serve({ statementLimitMs: 4000 });
  const busy = "prox has many questions to answer at the moment. Ask again in a minute.";
  const waiting = await database.sql.begin(async (sql) => {
    // Whoever reads these waits until the end of this.
    await sql`lock table combat_events, player_lives in access exclusive mode`;
    const asked = Array.from({ length: 12 }, () =>
      discord.command("proximity_stats", { player: `#${playerId}` }),
    );
    for (const token of asked) await sent(token, 1);
    const [refused] = await sent(discord.command("leaders"), 1);
    expect(refused?.json).toMatchObject({ type: 4, data: { flags: 64, content: busy } });
    await sent(asked[0] ?? "", 3);
    return asked;
  });
  const [deferred, removed, apologized] = await sent(waiting[0] ?? "", 3);
  expect([deferred?.json["type"], removed?.method, apologized?.json["flags"]]).toEqual([5, "DELETE", 64]);
  expect(apologized?.json["content"]).toBe(
    "prox could not answer this. Ask again later; the log of prox says why.",
  );
  expect(lines).toContainEqual(
    expect.stringMatching(/^warning: \/proximity_stats failed: .*statement timeout \(57014\)$/u),
  );
  // All twelve are through, and there is room again.
  for (const token of waiting) await sent(token, 2);
  await answer("heatmap", { map: "arena" });
  expect(await stop()).toBeGreaterThan(0);
  expect(JSON.stringify([discord.requests, lines])).not.toContain(guid);
});

test("prox ends with an error that says why where Discord does not let it in, and never names the token", async () => {
  const served = async (): Promise<unknown> => {
    const { stdout } = await commands
      .run(DiscordServe, "--json")
      .catch((error: unknown) => ({ stdout: JSON.stringify(error) }));
    process.exitCode = 0;
    expect(stdout).not.toContain(TOKEN);
    return (JSON.parse(stdout) as { error: unknown }).error;
  };
  discord.answers.push({
    to: /gateway/u,
    answer: { status: 401, body: { message: "401: Unauthorized", code: 0 } },
  });
  expect(await served()).toMatchObject({ code: "E_DISCORD_TOKEN", exitCode: 2 });
  discord.refuseWith = 4004;
  expect(await served()).toMatchObject({ code: "E_DISCORD_TOKEN" });
  discord.refuseWith = 4011;
  expect(await served()).toMatchObject({ code: "E_DISCORD_REFUSED", exitCode: 4 });
  vi.stubEnv("PROX_DISCORD_API", "http://127.0.0.1:9/api");
  expect(await served()).toMatchObject({ code: "E_DISCORD_UNREACHED", exitCode: 4 });
});

test("an event that makes no sense does not end it, and SIGTERM does, well", async () => {
  const child = spawn(process.execPath, [packagePath("bin/run.js"), "discord", "serve"], {
    env: { ...process.env, DATABASE_URL: database.url },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data: Buffer) => (output += data.toString()));
  await vi.waitFor(() => {
    expect(output).toContain("online as prox");
  }, 20_000);
  discord.dispatch("INTERACTION_CREATE", { type: 2, id: "1", token: "x" });
  discord.dispatch("INTERACTION_CREATE", null);
  await answer("heatmap", { map: "arena" });
  child.kill("SIGTERM");
  expect(await once(child, "close")).toEqual([0, null]);
  expect(output).toMatch(/Z answered \/heatmap in \d+ ms\n/u);
  expect(output).not.toContain(TOKEN);
  expect(discord.isOnline()).toBe(false);
});

describe("predict", () => {
  let planted: TestDatabase;
  beforeAll(async () => {
    planted = await createTestDatabase();
    await storePlantedRounds(planted.sql, 160);
    await planted.sql`
      update players set name = '*x* @everyone', is_bot = true where name = 'player 0'`;
    await storeModel(planted.sql, learn(await readLessons(planted.sql, "round", { bots: "with" }), 3));
  });
  beforeEach(() => serve({ sql: planted.sql }));
  afterEach(() => stop());

  test("the model's answer is that of the report, and a bot is called one", async () => {
    const [round] = await planted.sql<{ round_id: number }[]>`
      select round_id from rounds where round_key = 'planted-0'`;
    const expected = await predictIfTrained(planted.sql, round?.round_id ?? 0, false);
    const { axis = 0, high = 0, low = 0 } = expected?.curve[35] ?? {};
    const percent = (share: number): string => (share * 100).toFixed(0);
    const { alt, description, footer, image, title } = await answer("predict", { round: "planted-0" });
    expect(title).toBe("Who would win planted\\-0");
    expect(image).toBeDefined();
    const half = `half way (0:35): Axis win with ${percent(axis)} % (${percent(low)}–${percent(high)} %)`;
    expect(alt).toContain(half);
    expect(description).toContain(discordText(half));
    // Slot 0 fell at five seconds, downed by slot 1; slot 0 is made a bot here.
    expect(description).toContain(discordText("0:05 player 1 downed *x* @everyone (bot): +"));
    expect(description).toMatch(/points for Allies/u);
    expect(footer.text).toMatch(/^model \d+, of 160 rounds · /u);
  });

  test("the latest round is meant where none is named", async () => {
    expect((await answer("predict")).title).toBe("Who would win planted\\-159");
  });

  test("a round without events has no answer", async () => {
    await planted.sql`delete from combat_events where round_id = (select round_id from rounds where round_key = 'planted-5')`;
    expect(await apology("predict", { round: "planted-5" })).toMatch(/^Nothing of that was recorded/u);
    expect(await apology("predict", { round: "nowhere" })).toMatch(/^prox does not know that name/u);
  });
});

describe("register", () => {
  const register = async (...argv: string[]): Promise<{ isChanged: boolean; commands: string[] }> => {
    const { captureOutput } = await import("@oclif/test");
    const { stdout } = await captureOutput(() => DiscordRegister.run([...argv, "--json"], { root: ROOT }));
    process.exitCode = 0;
    const { error, result } = JSON.parse(stdout) as { error?: object; result: never };
    if (error !== undefined) throw Object.assign(new Error("refused"), error);
    return result;
  };
  const asked = (): string[] =>
    discord.requests.map(({ method, path: place }) => `${method} ${place.replace(/^\/api(?:\/v\d+)?/u, "")}`);

  test("puts the commands once, and again when they differ", async () => {
    const { commands: names, isChanged } = await register();
    expect([isChanged, names]).toEqual([
      true,
      ["heatmap", "proximity_stats", "engagement_analysis", "crossfire_report", "leaders", "predict"],
    ]);
    const route = `/applications/${APPLICATION_ID}/commands`;
    expect(asked()).toEqual(["GET /applications/@me", `GET ${route}`, `PUT ${route}`]);
    expect(discord.requests.every(({ authorization }) => authorization === `Bot ${TOKEN}`)).toBe(true);
    expect((await register()).isChanged).toBe(false);
    expect(asked()).toHaveLength(5);
    (discord.commands[1] as { description: string }).description = "older";
    expect((await register()).isChanged).toBe(true);
  });

  test("for one server", async () => {
    await register("--guild", "81384788765712384");
    expect(asked().at(-1)).toBe(`PUT /applications/${APPLICATION_ID}/guilds/81384788765712384/commands`);
    await expect(register("--guild", "my server")).rejects.toMatchObject({ code: "E_USAGE" });
  });

  test("says why Discord refuses it", async () => {
    discord.answers.push({
      to: /^PUT/u,
      answer: { status: 403, body: { message: "Missing Access", code: 50_001 } },
    });
    await expect(register()).rejects.toMatchObject({
      code: "E_DISCORD_REFUSED",
      message: "Discord refuses it: Missing Access (403, 50001)",
    });
  });
});

test("the token comes from a file that nobody else can read, and goes nowhere in clear", () => {
  const file = path.join(tmpdir(), `prox-token-${process.pid}`);
  writeFileSync(file, `Bot ${TOKEN}\n`, { mode: 0o600 });
  vi.stubEnv("PROX_DISCORD_TOKEN", "");
  expect(() => readToken(undefined)).toThrow("no token of a bot");
  vi.stubEnv("PROX_DISCORD_TOKEN_FILE", file);
  expect(readToken(undefined)).toBe(TOKEN);
  chmodSync(file, 0o640);
  expect(() => readToken(file)).toThrow("others can read the secret token");
  vi.stubEnv("PROX_DISCORD_TOKEN_FILE", undefined);
  vi.stubEnv("PROX_DISCORD_TOKEN", "two words");
  expect(() => readToken(undefined)).toThrow("it has other characters");
  vi.stubEnv("PROX_DISCORD_API", "http://example.org/api");
  expect(() => readApi()).toThrow("PROX_DISCORD_API");
  vi.stubEnv("PROX_DISCORD_API", "");
  expect(readApi()).toBeUndefined();
});
