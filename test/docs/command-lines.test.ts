/** Every command line of prox in the documents and in the examples of the help is one that prox takes. */
import { readdirSync, readFileSync } from "node:fs";

import { Config, Flags, Parser } from "@oclif/core";
import { beforeAll, expect, test } from "vitest";

import { packagePath } from "../../src/package-root.ts";

const DOCUMENTS = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "recordings/README.md",
  ...readdirSync(packagePath("docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

let config: Config;
beforeAll(async () => {
  config = await Config.load(packagePath("."));
});

/** The words of each call of prox in a line of shell: quotes taken off, comments and redirections left out. */
function callsIn(line: string): string[][] {
  const words = line.match(/"[^"]*"|'[^']*'|#.*|\$\(|\d?>>?|[;&|<{}()]+|[^\s;&|<>(){}]+/g) ?? [];
  const calls: string[][] = [];
  /** The words of the call at hand; undefined in another program's, null where a program's name comes next. */
  let call: string[] | null | undefined = null;
  for (const word of words) {
    if (/^(?:\$\(|[;&|{}()]+)$/.test(word)) call = null;
    else if (/^(?:#.*|<|\d?>>?)$/.test(word)) call = undefined;
    else if (call === null) call = word === "prox" ? [] : undefined;
    else call?.push(word.replace(/^(["'])(.*)\1$/, "$2"));
    if (call?.length === 0) calls.push(call);
  }
  return calls;
}

/** Throws unless prox takes the words. */
async function parse(words: readonly string[]): Promise<void> {
  const length = words.findLastIndex(
    (_, index) => config.findCommand(words.slice(0, index + 1).join(":")) !== undefined,
  );
  const found = config.findCommand(words.slice(0, length + 1).join(":"));
  if (found === undefined) throw new Error("there is no such command");
  const command = await found.load();
  const rest = words.slice(length + 1);
  if (rest.length === 1 && rest[0] === "--help") return;
  await Parser.parse(rest, {
    args: command.args,
    flags: {
      ...command.baseFlags,
      ...command.flags,
      ...(command.enableJsonFlag ? { json: Flags.boolean() } : {}),
    },
    strict: command.strict,
  });
}

/** Those of the lines that prox does not take, with the reason. */
async function refused(lines: readonly string[]): Promise<string[]> {
  const complaints: string[] = [];
  for (const words of lines.flatMap(callsIn)) {
    await parse(words).catch((error: unknown) => {
      complaints.push(`prox ${words.join(" ")}: ${String(error)}`);
    });
  }
  return complaints;
}

test.each(DOCUMENTS)("%s", async (name) => {
  const text = readFileSync(packagePath(name), "utf8");
  const blocks = [...text.matchAll(/^```(sh|console|cron|ini)\n([\s\S]*?)^```$/gm)];
  const lines = blocks.flatMap(([, language, block = ""]) =>
    block
      .replaceAll("\\\n", " ")
      .split("\n")
      .filter((line) => language !== "console" || line.startsWith("$ "))
      .map((line) => line.replace(/^\$ |^ExecStart=\/usr\/bin\/env /, "")),
  );
  expect(await refused(lines)).toEqual([]);
});

test("the examples of each command", async () => {
  const examples = await Promise.all(
    config.commands
      .filter(({ pluginName }) => pluginName === config.name)
      .map(async (found) => {
        const { examples: texts } = await found.load();
        return texts.map((text) =>
          (typeof text === "string" ? text : text.command)
            .replaceAll("<%= config.bin %>", "prox")
            .replaceAll("<%= command.id %>", found.id.replaceAll(":", " ")),
        );
      }),
  );
  expect(examples.filter((texts) => texts.length === 0)).toEqual([]);
  expect(await refused(examples.flat())).toEqual([]);
});

/** Sources and documents with the commands that they name in prose: `prox db migrate`, "run: prox import". */
const TEXTS = [
  ...DOCUMENTS,
  ...readdirSync(packagePath("src"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `src/${name}`),
];

// A backtick that begins a template is not one that quotes a command.
test("every command that a hint, a comment or a sentence names exists", () => {
  const unknown = TEXTS.flatMap((file) =>
    [
      ...readFileSync(packagePath(file), "utf8").matchAll(
        /(?:(?<![([{=:?,+]\s*)(?<!^\s*)`|run: )prox (?:help )?([a-z][a-z-]*)(?: ([a-z][a-z-]*))?(?: ([a-z][a-z-]*))?/gm,
      ),
    ]
      .filter(
        ([, first = "", second, third]) =>
          // What stands behind a command is a server or the like.
          config.findCommand(first) === undefined &&
          (config.findTopic(first) === undefined ||
            (second !== undefined &&
              config.findCommand(`${first}:${second}`) === undefined &&
              (config.findTopic(`${first}:${second}`) === undefined ||
                (third !== undefined && config.findCommand(`${first}:${second}:${third}`) === undefined)))),
      )
      .map(([words]) => `${file}: ${words}`),
  );
  expect(unknown).toEqual([]);
});
