/** What shells are told when the Tab key is pressed: by prox, and in a real bash with the script that prox prints. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { captureOutput } from "@oclif/test";
import { beforeAll, describe, expect, test } from "vitest";

import Complete from "../../../src/commands/complete.ts";
import { packagePath } from "../../../src/package-root.ts";
import { afterFile } from "../../support/clean-ups.ts";
import { createEvenings } from "../../support/evenings.ts";
import { addRound } from "../../support/hand-made.ts";

let folder: string;
let config: string;
let url: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "prox-completion-"));
  afterFile(() => rm(folder, { recursive: true }));
  config = path.join(folder, "prox.config.json");
  const servers = { main: { host: "one.example.org" }, match: { host: "two.example.org" } };
  await writeFile(config, JSON.stringify({ servers, groups: { league: ["main", "match"] } }));
  const evenings = await createEvenings();
  ({ url } = evenings);
  await addRound(evenings.sql, {
    key: "spaces",
    players: [{ guid: "DDDD0000", name: "^3Mad $(id)\nMax", team: 1 }],
    startedAt: "2026-11-22T20:00:00Z",
  });
});

/** What prox offers for a line of which the last word is being typed, each with what is said of it. */
async function offers(...words: string[]): Promise<string[]> {
  const { error, stdout } = await captureOutput(async () =>
    Complete.run(["--", ...words], { root: packagePath(".") }),
  );
  if (error !== undefined) throw error;
  return stdout.split("\n").filter((line) => line !== "");
}

const NO_FILES = ":4";

test("servers and groups come from the configuration that the line names", async () => {
  expect(await offers("deploy", "--config", config, "ma")).toEqual([
    "main\tserver",
    "match\tserver",
    NO_FILES,
  ]);
  expect(await offers("pull", "--config", config, "main", "l")).toEqual(["league\tgroup", NO_FILES]);
});

describe("from the database that the line names", () => {
  test("people by the name that can be typed, others by GUID with the name beside it; no bots", async () => {
    const found = await offers("report", "player", "--database-url", url, "");
    expect(found.toSorted()).toEqual(
      [NO_FILES, "Al\t", "Amy\t", "Bea\t", "Bo\t", "DDDD0000\tMad $(id)\uFFFDMax"].toSorted(),
    );
    const some = await offers("report", "heatmap", "--database-url", url, "--player", "A");
    expect(some.toSorted()).toEqual([NO_FILES, "Al	", "Amy	"]);
  });

  test("maps, sessions and rounds", async () => {
    const value = (line: string): string => line.split("\t")[0] ?? "";
    const report = ["report", "rounds", "--database-url", url];
    expect(await offers(...report, "--map", "")).toEqual([
      expect.stringMatching(/^\w+\t4 rounds$/),
      NO_FILES,
    ]);
    const sessions = await offers(...report, "--session=2026-11-2");
    expect(sessions.map(value)).toEqual(["2026-11-22-2000", "2026-11-21-2000", "2026-11-20-2350", NO_FILES]);
    expect((await offers(...report, "--round", "la")).map(value)).toEqual(["late", NO_FILES]);
  });
});

test("a database that does not answer, or a broken configuration, is no reason to say anything", async () => {
  const gone = "postgres://prox@127.0.0.1:1/prox";
  expect(await offers("report", "player", "--database-url", gone, "")).toEqual([NO_FILES]);
  await writeFile(path.join(folder, "broken.json"), "{");
  expect(await offers("deploy", "--config", path.join(folder, "broken.json"), "")).toEqual([NO_FILES]);
});

test("commands, flags and listed values", async () => {
  expect(await offers("depl")).toEqual([expect.stringMatching(/^deploy\t./), NO_FILES]);
  const db = await offers("db", "");
  expect(db).toContainEqual(expect.stringMatching(/^migrate\t./));
  expect(await offers("report", "heatmap", "--wh")).toEqual([expect.stringMatching(/^--what\t./), NO_FILES]);
  expect(await offers("report", "heatmap", "--team", "")).toEqual(["axis\t", "allies\t", NO_FILES]);
  expect(await offers("comp"), "the command that shells call is not one for people").toEqual([
    expect.stringMatching(/^completion\t/),
    NO_FILES,
  ]);
});

test("files are left to the shell", async () => {
  expect(await offers("import", "")).toEqual([":0"]);
  expect(await offers("report", "heatmap", "--png", "")).toEqual([":0"]);
});

const BASH_COMPLETION = "/usr/share/bash-completion/bash_completion";

test.skipIf(!existsSync(BASH_COMPLETION))("bash completes with the script", async () => {
  const prox = path.join(folder, "prox");
  await writeFile(prox, `#!/bin/sh\nexec "${process.execPath}" "${packagePath("bin/run.js")}" "$@"\n`);
  await chmod(prox, 0o755);
  const inBash = (line: string): string[] =>
    execFileSync(
      "bash",
      [
        "-c",
        `source ${BASH_COMPLETION}; source <(prox completion bash)
        compopt() { :; } # works only while bash completes
        COMP_LINE=$1; COMP_POINT=\${#1}; read -ra COMP_WORDS <<<"$1"; [[ $1 == *" " ]] && COMP_WORDS+=("")
        COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); __prox_complete; printf '%s\\n' "\${COMPREPLY[@]}"; complete -p prox`,
        "bash",
        line,
      ],
      { encoding: "utf8", env: { ...process.env, PATH: `${folder}:${process.env["PATH"] ?? ""}` } },
    )
      .trim()
      .split("\n");
  const registered = "complete -o default -F __prox_complete prox";
  expect(inBash(`prox deploy --config ${config} ma`)).toEqual(["main", "match", registered]);
  expect(inBash(`prox report player --database-url ${url} Am`)).toEqual(["Amy", registered]);
});
