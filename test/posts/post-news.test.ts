/**
 * What is new is told exactly once. PostgreSQL is real; Discord and the other end of the webhook are stand-ins on loopback, which
 * answer as Discord's documents say.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

import DiscordPost from "../../src/commands/discord/post.ts";
import WebhookPost from "../../src/commands/webhook/post.ts";
import { discordChannel } from "../../src/posts/discord.ts";
import type { Message } from "../../src/posts/message.ts";
import { postNews } from "../../src/posts/post-news.ts";
import { type ChatServer, type SentRequest, startChatServer } from "../support/chat-server.ts";
import { addRound } from "../support/hand-made.ts";
import { HOSTILE_NAMES } from "../support/hostile-names.ts";
import { useReportCommands } from "../support/report-commands.ts";

const TOKEN = "aVery-Secret_token";
const commands = useReportCommands();
let chat: ChatServer;

beforeAll(async () => {
  chat = await startChatServer();
});
afterAll(() => chat.close());
beforeEach(async () => {
  await commands.sql`truncate rounds, players, posts cascade`;
  chat.requests.length = 0;
  chat.answers.length = 0;
  vi.stubEnv("PROX_DISCORD_WEBHOOK", `${chat.url}/api/webhooks/123/${TOKEN}`);
  vi.stubEnv("PROX_WEBHOOK", chat.url.replace("//", "//me:pass-word@"));
  vi.stubEnv("PROX_DATA_FOLDER", commands.folder);
});

const al = { guid: "A".repeat(32), name: "^1al", team: 1 as const };
const bo = { guid: "B".repeat(32), name: "bo", team: 2 as const };
const bot = { guid: "OMNIBOT01", name: "bot", team: 2 as const, isBot: true };

/** When a round began that ended so many minutes ago. */
const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000 - 600_000).toISOString();

async function addEvening(...minutesAgo: number[]): Promise<void> {
  for (const minutes of minutesAgo) {
    const round = await addRound(commands.sql, {
      key: `round-${minutes}`,
      map: minutes % 2 === 0 ? "goldrush" : "adlernest",
      startedAt: ago(minutes),
      winnerTeam: 1,
      players: [al, bo],
    });
    await round.addEvents([
      { event: "hit", timeMs: 4900, attacker: 0, target: 1, damage: 60 },
      { event: "kill", timeMs: 5000, attacker: 0, target: 1 },
      { event: "kill", timeMs: 9000, attacker: 1, target: 0 },
      { event: "kill", timeMs: 12_000, attacker: 0, target: 1 },
      { event: "kill", timeMs: 15_000, attacker: 0, target: 1 },
      { event: "kill", timeMs: 18_000, attacker: 0, target: 1 },
    ]);
  }
}

/** The JSON of a request, which with a card is a part of a form. */
const jsonOf = ({ body }: SentRequest): string =>
  /name="payload_json"\r\n(?:Content-[^\r]*\r\n)*\r\n(.*?)\r\n--/su.exec(body)?.[1] ?? body;
const bodies = (): unknown[] => chat.requests.map((request) => JSON.parse(jsonOf(request)) as unknown);
const post = (...argv: string[]) => commands.run(DiscordPost, ...argv);
/** What a run that fails says of it: to programs, and to whoever reads its errors. */
async function failed(...argv: string[]) {
  const { stdout } = await post("--json", ...argv);
  process.exitCode = 0;
  return JSON.parse(stdout) as unknown;
}
const states = () =>
  commands.sql`select distinct on (post_key) kind, state, message_id from posts order by post_key, round_key`;

test("an evening that is over is posted once, with what happened", async () => {
  await addEvening(300, 240, 200);
  const { stdout } = await post("--link", "https://example.org/{kind}s/{id}/");
  expect(stdout).toMatch(/^\S+Z posted \d{4}-\d{2}-\d{2}-\d{4}: 3 rounds on 1 map\n$/);
  expect(chat.requests[0]?.path).toBe(`/api/v10/webhooks/123/${TOKEN}?wait=true`);
  expect(chat.requests[0]?.headers["user-agent"]).toMatch(/^DiscordBot \(prox, /);
  expect(bodies()).toEqual([
    {
      allowed_mentions: { parse: [] },
      attachments: [
        {
          id: 0,
          filename: "card.png",
          description: expect.stringMatching(
            /^3 rounds on 1 map, a server\. al: 12, most kills\. /,
          ) as string,
        },
      ],
      embeds: [
        {
          image: { url: "attachment://card.png" },
          title: "3 rounds on 1 map",
          url: expect.stringMatching(/^https:\/\/example\.org\/sessions\/[\d-]+\/$/) as string,
          description: expect.stringMatching(/^<t:\d+:f>, 1 h 50 min, 2 players$/) as string,
          color: expect.any(Number) as number,
          timestamp: expect.any(String) as string,
          footer: { text: "a server" },
          fields: [
            { name: "Rounds", value: Array(3).fill("goldrush 1: Axis win, 10:00").join("\n") },
            {
              name: "Most kills",
              value: "**al** 12 kills, 3 deaths, 180 damage\n**bo** 3 kills, 12 deaths, 0 damage",
            },
            { name: "Moments", value: Array(3).fill("goldrush 0:15: al downs 4 in a row").join("\n") },
          ],
        },
      ],
    },
  ]);
  expect(await states()).toEqual([{ kind: "session", state: "sent", message_id: "message 1" }]);
  expect((await post()).stdout).toBe("");
  expect(chat.requests).toHaveLength(1);
  // Another channel has its own memory.
  vi.stubEnv("PROX_DISCORD_WEBHOOK", `${chat.url}/api/webhooks/124/${TOKEN}`);
  await post();
  expect(chat.requests).toHaveLength(2);
});

test("the card is a PNG in the form, and is left out on request and where it cannot be drawn", async () => {
  await addEvening(300);
  await post("--rounds");
  const [first] = chat.requests;
  expect(first?.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/u);
  const start = first?.bytes.indexOf("\u0089PNG", 0, "latin1") ?? 0;
  expect(first?.body).toContain('name="files[0]"; filename="card.png"');
  expect(first?.bytes.subarray(start + 16, start + 24).toString("hex")).toBe("000004b0000002a3");
  expect(first?.body).toContain("goldrush: Axis win");
  await post("--session", "latest", "--again", "--no-card");
  expect(chat.requests[1]?.headers["content-type"]).toBe("application/json");
  expect(chat.requests[1]?.body).not.toContain("card.png");
  const reasons: unknown[] = [];
  await postNews(
    commands.sql,
    discordChannel(process.env["PROX_DISCORD_WEBHOOK"] ?? "", { isSilent: false }),
    {
      ...{ kind: "session", request: { session: "latest" }, quietMinutes: 0, isAgain: true, isDryRun: false },
      ...{ link: undefined, signal: new AbortController().signal },
      drawCard: () => Promise.reject(new Error("no ink")),
      onUndrawn: (error) => reasons.push(error),
    },
  );
  expect(reasons).toEqual([new Error("no ink")]);
  expect(chat.requests[2]?.body).toContain("1 round on 1 map");
});

test("an evening that may go on waits, and so does one of bots alone; old ones are not told", async () => {
  await addEvening(30);
  await addRound(commands.sql, { key: "bots", startedAt: ago(600), players: [bot] });
  await addRound(commands.sql, { key: "old", startedAt: ago(5 * 24 * 60), players: [al] });
  await post();
  expect(chat.requests).toHaveLength(0);
  await post("--after", "20");
  expect(chat.requests).toHaveLength(1);
  await post("--bots");
  expect(chat.requests).toHaveLength(2);
  expect(JSON.stringify(chat.requests[1])).toContain("**bot** (bot)");
  await post("--since", "7d");
  expect(chat.requests).toHaveLength(3);
  expect((await post("--since", "7d", "--verbose")).stdout).toMatch(/nothing new to post\n$/);
});

test("a session that is named may be old", async () => {
  await addEvening(10_000);
  await post();
  expect(chat.requests).toHaveLength(0);
  await post("--session", "latest");
  expect(chat.requests).toHaveLength(1);
});

test("each round by itself, the earliest first; --silent and --thread", async () => {
  await addEvening(60, 31);
  await post("--rounds", "--silent", "--thread", "77");
  expect(chat.requests.map(({ path }) => path.replace(/.*\?/, ""))).toEqual(
    Array(2).fill("wait=true&thread_id=77"),
  );
  expect(bodies()).toMatchObject([
    { flags: 4096, embeds: [{ title: "goldrush, round 1\\: Axis win, 10\\:00" }] },
    { flags: 4096, embeds: [{ title: "adlernest, round 1\\: Axis win, 10\\:00" }] },
  ]);
  await post("--rounds", "--silent", "--thread", "77");
  expect(chat.requests).toHaveLength(2);
});

test("--dry-run posts and remembers nothing, --again posts what is named once more", async () => {
  await addEvening(200);
  expect((await post("--dry-run")).stdout).toMatch(/^would post .*: 1 round on 1 map\n$/);
  expect(await states()).toEqual([]);
  await post();
  await post("--again", "--session", "latest");
  expect(chat.requests).toHaveLength(2);
  expect(await states()).toMatchObject([{ message_id: "message 2" }]);
});

describe("when it goes wrong", () => {
  test("what was certainly not taken is posted by the next run, what was before stays", async () => {
    await addEvening(1000, 500);
    chat.answers.push(
      { status: 200, body: { id: "1" } },
      { status: 404, body: { message: "Unknown Webhook" } },
    );
    expect(await failed()).toMatchObject({
      ok: false,
      error: { code: "E_POST_REFUSED", exitCode: 4 },
      result: { messages: [{ kind: "session" }] },
    });
    expect(await states()).toHaveLength(1);
    await post();
    expect(chat.requests).toHaveLength(3);
    expect(await states()).toHaveLength(2);
  });

  test("what may have arrived is told, and never repeated by itself", async () => {
    await addEvening(1000, 500);
    chat.answers.push("hang up");
    expect(await failed()).toMatchObject({
      error: { code: "E_POST_UNSURE", exitCode: 3, details: { unsure: ["round-1000"] } },
      result: { messages: [{ kind: "session" }] },
    });
    await post();
    expect(chat.requests).toHaveLength(2);
    expect((await states()).map(({ state }) => state as string).sort()).toEqual(["sent", "unsure"]);
  });

  test("a run that was killed while it posted leaves it open, once", async () => {
    await addEvening(500);
    await post();
    await commands.sql`
      update posts set state = 'sending', settled_at = null, claimed_at = now() - interval '11 minutes'`;
    expect(await failed()).toMatchObject({
      error: { code: "E_POST_UNSURE", details: { unsure: ["round-500"] } },
    });
    expect((await post()).stdout).toBe("");
    expect(chat.requests).toHaveLength(1);
  });

  test("two runs at once post each message once", async () => {
    await addEvening(2000, 1500, 1000, 500);
    await Promise.all([post(), post(), post()]);
    expect(chat.requests).toHaveLength(4);
    expect(await states()).toHaveLength(4);
  });

  test("an unattended run tells a deleted webhook once", async () => {
    await addEvening(500);
    const gone = { status: 404, body: { message: "Unknown Webhook" } };
    chat.answers.push(gone, gone);
    expect((await post()).stderr).toContain(
      "the Discord webhook 123 answers 404: Unknown Webhook [E_POST_REFUSED]",
    );
    await expect(post()).rejects.toMatchObject({ oclif: { exit: 4 } });
    process.exitCode = 0;
    expect((await post()).stderr).toContain("warning: discord 123 takes messages again; it failed since");
  });

  test("the secret is in no output", async () => {
    await addEvening(500);
    chat.answers.push({ status: 401, body: { message: `no ${TOKEN}` } });
    const error = await post("--json", "--verbose").then(
      ({ stderr, stdout }) => stdout + stderr,
      (thrown: unknown) => JSON.stringify(thrown),
    );
    expect(error).toContain("E_POST_REFUSED");
    expect(error).not.toContain(TOKEN);
    process.exitCode = 0;
  });
});

test("hostile names stay text, and a message never exceeds Discord's limits", async () => {
  const names = Object.values(HOSTILE_NAMES).filter((name) => !name.includes("\0"));
  await addRound(commands.sql, {
    key: "hostile",
    map: "w".repeat(60),
    startedAt: ago(500),
    serverName: `@everyone ${"s".repeat(500)}`,
    players: names.map((name, at) => ({ guid: String(at).padStart(32, "0"), name, team: 1 as const })),
  });
  await post();
  const [body] = bodies() as [{ content?: string; embeds: [Record<string, unknown>] }];
  const [embed] = body.embeds as [
    { title: string; fields: { name: string; value: string }[]; footer: { text: string } },
  ];
  const texts = [embed.title, embed.footer.text, ...embed.fields.flatMap(({ name, value }) => [name, value])];
  expect(texts.join("").length).toBeLessThan(5500);
  expect(embed.fields.every(({ value }) => value.length > 0 && value.length <= 1024)).toBe(true);
  expect(embed.fields[1]?.value.split("\n")[0]).toMatch(/^\*\*[^*]/);
});

test("the same over a webhook of one's own, as JSON with a key", async () => {
  await addEvening(500);
  await commands.run(WebhookPost);
  await commands.run(WebhookPost);
  expect(chat.requests).toHaveLength(1);
  const [{ body, headers }] = chat.requests as [(typeof chat.requests)[0]];
  expect(headers["authorization"]).toBe(`Basic ${Buffer.from("me:pass-word").toString("base64")}`);
  expect(headers["idempotency-key"]).toMatch(/^[0-9a-f-]{36}$/);
  const message = JSON.parse(body) as Message & { version: number };
  expect(message).toMatchObject({
    version: 1,
    kind: "session",
    link: null,
    serverName: "a server",
    rounds: [{ key: "round-500", map: "goldrush", winner: "Axis", lengthMs: 600_000, isComplete: true }],
    players: [
      { name: "al", kills: 4, deaths: 1, damageGiven: 60, rounds: 1, revives: 0 },
      { name: "bo", kills: 1, deaths: 4 },
    ],
    moments: [{ roundKey: "round-500", timeMs: 15_000, text: "al downs 4 in a row" }],
  });
  expect(body).not.toContain(al.guid);
});
