/** One request to a chat: what is tried again, what is waited for, and what is certain. Against a stand-in on loopback. */
import { afterEach, beforeEach, expect, test } from "vitest";

import { deliver } from "../../src/posts/deliver.ts";
import { type ChatServer, startChatServer } from "../support/chat-server.ts";

let chat: ChatServer;
beforeEach(async () => {
  chat = await startChatServer();
});
afterEach(() => chat.close());

const never = new AbortController().signal;
const waits = [1, 1, 1];
const send = (signal = never, url = chat.url) =>
  deliver(
    { url: new URL(url), headers: { "X-Test": "yes" }, body: '{"a":1}', place: "the chat" },
    signal,
    waits,
  );

test("the answer of a place that takes it", async () => {
  chat.answers.push({ status: 200, body: { id: "7" } }, { status: 204 }, { status: 200, body: [1] });
  expect(await send()).toEqual({ id: "7" });
  expect(await send()).toEqual({});
  expect(await send()).toMatchObject({});
  expect(chat.requests[0]).toMatchObject({
    body: '{"a":1}',
    headers: { "content-type": "application/json", "x-test": "yes" },
  });
  expect(chat.requests).toHaveLength(3);
});

test("errors that may pass are tried three times more", async () => {
  chat.answers.push({ status: 503 }, { status: 500 }, { status: 502 }, { status: 200, body: { id: "7" } });
  expect(await send()).toEqual({ id: "7" });
  chat.answers.push(
    ...Array.from({ length: 9 }, () => ({ status: 503, body: { message: "over capacity" } })),
  );
  await expect(send()).rejects.toMatchObject({
    code: "E_POST_UNREACHED",
    message: "the chat answers 503: over capacity",
  });
  expect(chat.requests).toHaveLength(8);
});

test("a refusal is told at once, and a redirection is one", async () => {
  chat.answers.push({ status: 404, body: { message: "Unknown Webhook", code: 10_015 } });
  await expect(send()).rejects.toMatchObject({
    code: "E_POST_REFUSED",
    message: "the chat answers 404: Unknown Webhook",
    details: { status: 404 },
  });
  chat.answers.push({ status: 307, headers: { Location: `${chat.url}/other` } });
  await expect(send()).rejects.toMatchObject({ code: "E_POST_REFUSED" });
  expect(chat.requests).toHaveLength(2);
});

test("429 is waited for as long as it says, and does not use up attempts", async () => {
  const busy = {
    status: 429,
    body: { message: "You are being rate limited.", retry_after: 0.02, global: false },
  };
  chat.answers.push(busy, busy, busy, busy, busy, { status: 200, body: { id: "7" } });
  expect(await send()).toEqual({ id: "7" });
  chat.answers.push({ status: 429, headers: { "Retry-After": "0.02" } });
  expect(await send()).toEqual({ id: "message 8" });
  chat.answers.push({ status: 429, body: { retry_after: 3600 } });
  await expect(send()).rejects.toMatchObject({ code: "E_POST_UNREACHED" });
});

test("an abort ends a wait", async () => {
  const stop = new AbortController();
  chat.answers.push({ status: 429, body: { retry_after: 60 } });
  const sent = send(stop.signal);
  await expect.poll(() => chat.requests.length).toBe(1);
  stop.abort(new Error("stopped"));
  await expect(sent).rejects.toThrow("stopped");
});

test("an answer that never comes leaves it open, and nothing is repeated", async () => {
  chat.answers.push("hang up");
  await expect(send()).rejects.toMatchObject({
    code: "E_POST_UNSURE",
    message: expect.stringContaining("the chat may have taken the message") as string,
  });
  expect(chat.requests).toHaveLength(1);
});

test("nobody there: certain, and tried again", async () => {
  const { url } = chat;
  await chat.close();
  await expect(send(never, url)).rejects.toMatchObject({
    code: "E_POST_UNREACHED",
    message: expect.stringContaining("ECONNREFUSED") as string,
  });
  chat = await startChatServer();
});
