/** Hostile text through everything that a command can say: it never acts on a terminal, and never begins a line. */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

import { Flags } from "@oclif/core";
import { captureOutput } from "@oclif/test";
import { afterEach, describe, expect, test } from "vitest";

import { BaseCommand } from "../../src/cli/base-command.ts";
import { drawingStream, guardOutput } from "../../src/cli/output.ts";
import { renderSpans, span } from "../../src/cli/render/terminal.ts";
import { COMMAND_ERRORS, type ErrorCode } from "../../src/errors/catalogue.ts";
import { ProxError } from "../../src/errors.ts";
import { packagePath } from "../../src/package-root.ts";
import { HOSTILE_NAMES } from "../support/hostile-names.ts";

/** What names of files, messages of libraries and texts of servers can hold. */
const HOSTILE = [
  "\u001B]0;owned\u0007",
  "\u001B[2J\u001B[H",
  "\nerror: all is lost [E_BUG]\n  → run this",
  "\r\nwarning: forged",
  "\rerror: forged",
  "\u009B2J\u0085error: forged",
  "\u2028error: forged\u2029error: forged",
  "\u202Etxt.exe\u2066\u200F",
  "\uD800 and \uDFFF",
  "\u001B[31mred\u001B[8m",
  "\u001B\u001B[0m[2J",
  "\uE000\u{E0041}\u200D\uFEFF",
  ...Object.values(HOSTILE_NAMES),
].join("|");

/** What a terminal acts on, and the byte order marks and joiners that hide text. */
function actingIn({ stderr, stdout }: { stderr: string; stdout: string }): string[] {
  return (stdout + stderr).match(/(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu) ?? [];
}

class Says extends BaseCommand {
  static override id = "says";
  static override flags = { code: Flags.string(), throws: Flags.string() };

  async run(): Promise<object> {
    const { flags } = await this.parse(Says);
    this.warn(HOSTILE);
    this.warn(new Error(HOSTILE));
    this.log(HOSTILE);
    this.say([renderSpans([span(HOSTILE)], { columns: Infinity, colourBits: 24, unicode: true })]);
    this.logToStderr(HOSTILE);
    if (!this.jsonEnabled()) {
      process.stderr.write(`${HOSTILE.replaceAll("\n", "")}\n`);
      process.stdout.write(`${HOSTILE.replaceAll("\n", "")}\n`);
    }
    if (flags.throws === "bug") throw new RangeError(HOSTILE);
    if (flags.throws === "text") throw HOSTILE as unknown as Error;
    if (flags.code !== undefined) {
      throw new ProxError(flags.code as ErrorCode, ["the first line", `${HOSTILE} is what it is`], {
        suggestions: [HOSTILE],
        details: { [HOSTILE]: [HOSTILE] },
        result: { file: HOSTILE },
        cause: new Error(HOSTILE),
      });
    }
    return { text: HOSTILE };
  }
}

async function run(...argv: string[]): Promise<{ stdout: string; stderr: string }> {
  return captureOutput(async () => Says.run(argv, { root: packagePath(".") }), { stripAnsi: false });
}

/** Lines of standard error that begin as prox's own do. */
function beginnings(stderr: string): string[] {
  return stderr.split("\n").flatMap((line) => /^(?:error|warning|  →)/u.exec(line)?.[0] ?? []);
}

afterEach(() => {
  process.exitCode = undefined;
});

describe("hostile text", () => {
  test.each(Object.keys(COMMAND_ERRORS))("in every part of %s", async (code) => {
    const told = await run("--code", code);
    expect(actingIn(told)).toEqual([]);
    expect(beginnings(told.stderr)).toEqual(["warning", "warning", "error", "  →"]);
    // The second line of the message is one line, whatever stands in it. The stack of a bug comes after it.
    const [message = ""] = told.stderr.split(/^ {4}\w*Error: /mu, 1);
    const lines = message.split("\n");
    expect(lines.filter((line) => line.startsWith("    "))).toHaveLength(1);
    expect(lines.filter((line) => line.includes(" is what it is "))).toHaveLength(1);

    const json = await run("--code", code, "--json");
    expect(actingIn(json)).toEqual([]);
    const { error, result } = JSON.parse(json.stdout) as {
      error: { code: string; details: object };
      result: { file: string };
    };
    expect(error.code).toBe(code);
    // Data is whole; only what is shown is not.
    expect(result.file).toBe(HOSTILE);
    expect(error.details).toEqual({ [HOSTILE]: [HOSTILE] });
  });

  test.each(["bug", "text"])("in what prox did not expect: %s", async (what) => {
    const told = await run("--throws", what);
    expect(actingIn(told)).toEqual([]);
    expect(beginnings(told.stderr)).toEqual(["warning", "warning", "error"]);
  });

  test("on the command line", async () => {
    const told = await run(`--${HOSTILE}`);
    expect(actingIn(told)).toEqual([]);
    expect(beginnings(told.stderr)).toEqual(["error"]);
  });

  test("in a result", async () => {
    const told = await run("--json");
    expect(actingIn(told)).toEqual([]);
    expect(JSON.parse(told.stdout)).toMatchObject({ ok: true, result: { text: HOSTILE } });
  });
});

test("prox's own colours reach the terminal, those of others do not", async () => {
  class Coloured extends BaseCommand {
    static override id = "coloured";
    async run(): Promise<object> {
      await this.parse(Coloured);
      this.say(["\u001B[1mbold\u001B[0m"]);
      this.log("\u001B[1mforeign\u001B[0m");
      process.stdout.write("\u001B[1mforeign\u001B[0m\n");
      return {};
    }
  }
  const { stdout } = await captureOutput(async () => Coloured.run([], { root: packagePath(".") }), {
    stripAnsi: false,
  });
  expect(stdout).toBe("\u001B[1mbold\u001B[0m\n\uFFFD[1mforeign\uFFFD[0m\nforeign\n");
});

test("a stream is guarded once, bytes pass, and lines of CSV keep their ends", async () => {
  const { stdout } = await captureOutput(
    () => {
      guardOutput();
      guardOutput();
      process.stdout.write("a\tb\r\nc\rd\u0007\n");
      process.stdout.write(Buffer.from("\u001B[2J"));
      drawingStream(process.stdout).write("\u001B[K");
      return Promise.resolve();
    },
    { stripAnsi: false },
  );
  expect(stdout).toBe("a\tb\r\nc\uFFFDd\uFFFD\n\u001B[2J\u001B[K");
});

test("only bars and questions go around the guard", () => {
  const src = packagePath("src");
  const users = readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .filter((name) => readFileSync(path.join(src, name), "utf8").includes("drawingStream("));
  expect(users.sort()).toEqual([
    "cli/confirm.ts",
    "cli/import-bar.ts",
    "cli/output.ts",
    "cli/progress-bar.ts",
  ]);
});
