/** Names in Discord messages: as they are, and never as markup, mentions or links. */
import { expect, test } from "vitest";

import { plainName } from "../../src/names.ts";
import { cutText, discordText, fitLines } from "../../src/posts/discord-text.ts";
import { HOSTILE_NAMES } from "../support/hostile-names.ts";

/** What a reader sees of escaped text: what stands behind a backslash is itself. */
const seen = (text: string): string => text.replace(/\\(.)/gsu, "$1").replaceAll("\u200b", "");

test.each([
  ["*bold* _it_ __under__ ~~gone~~ ||spoiler|| `code`"],
  ["# heading"],
  ["> quote"],
  ["-# small"],
  ["1. list"],
  ["[text](https://example.org)"],
  ["<@123> <#5> <t:1> <:e:1>"],
  [String.raw`back\slash`],
])("%s is text", (text) => {
  const escaped = discordText(text);
  expect(seen(escaped)).toBe(text);
  // Each character that could act has a backslash of its own.
  expect(escaped.replace(/\\./gsu, "")).not.toMatch(/[\\*_~`|>#\-+.[\]()<:]/);
});

test("nobody is called, and no invitation or address becomes a link", () => {
  expect(discordText("@everyone")).toBe("@\u200beveryone");
  expect(discordText("discord.gg/abc www.example.org")).toBe(
    "discord\u200b\\.gg/abc www\u200b\\.example\\.org",
  );
  expect(discordText("https://example.org")).toBe(String.raw`https\://example\.org`);
});

test.each(Object.entries(HOSTILE_NAMES))("the name %s stays on one line", (_, name) => {
  const text = discordText(plainName(name));
  expect(text).not.toMatch(/[\n\r\u2028\u202e]/);
  expect(seen(text)).toBe(plainName(name).replace(/\s+/gu, " ").trim());
});

test("texts are cut between characters and escapes", () => {
  expect(cutText("abc", 3)).toBe("abc");
  expect(cutText("abcd", 3)).toBe("ab…");
  expect(cutText(String.raw`ab\*c`, 4)).toBe("ab…");
  expect(cutText(String.raw`a\\bcd`, 4)).toBe(String.raw`a\\…`);
  expect(cutText("ab🔥cd", 4)).toBe("ab…");
});

test("lines fit as a whole", () => {
  expect(fitLines(["ab", "cd", "ef"], 5)).toBe("ab\ncd");
  expect(fitLines(["abcdef"], 5)).toBe("");
});
