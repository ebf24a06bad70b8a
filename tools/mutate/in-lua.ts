/**
 * Mutants of the tracker, which runs in Lua: the scenarios that run a mutant's lines are played with it, the quickest
 * first, until one does not hold.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { trackerModule } from "../../src/build/build-tracker.ts";
import { TRACKER_FILE_NAME } from "../../src/build/tracker-name.ts";
import { messageOf } from "../../src/errors.ts";
import { scriptedMatch } from "../../src/simulate/match.ts";
import { bundledScenarios } from "../../src/simulate/scenario/catalog.ts";
import { simulate } from "../../src/simulate/simulate.ts";
import { compileVariants } from "./lua-variants.ts";
import type { Fates, Mutant } from "./mutants.ts";

/** The tracker's lines are counted from here, where no line of another chunk is. */
const FIRST_LINE = 100_000;
const HOOK_INSTRUCTIONS = 100_000;
/** A mutant that needs so many times the instructions of the tracker never ends. */
const INSTRUCTION_FACTOR = 10;
const MARK = "mutants: ";

/** Prints each line of the tracker that runs when it first does, and whenever so many instructions were. */
const WATCH_LINES = `local seen = {} debug.sethook(function(event, line)
  if event == "count" then et.G_Print("${MARK}0\\n")
  elseif line > ${FIRST_LINE} and not seen[line] then seen[line] = true et.G_Print("${MARK}" .. line .. "\\n") end
end, "l", ${HOOK_INSTRUCTIONS})`;

/** Raises an error again and again once so many instructions were. */
const watchInstructions = (most: number): string =>
  `local count = 0 debug.sethook(function()
  count = count + 1
  if count > ${Math.ceil(most / HOOK_INSTRUCTIONS)} then error("never ends") end
end, "", ${HOOK_INSTRUCTIONS})`;

/** A scenario, ready to be played again and again. */
class Stage {
  readonly #name: string;
  readonly #folder: string;
  #pieces: readonly Uint8Array[] = [];
  /** The lines of the tracker that it runs. */
  lines: ReadonlySet<number> = new Set();
  instructions = 0;

  constructor(name: string, folder: string) {
    this.#name = name;
    this.#folder = folder;
  }

  /** Plays the tracker and finds out what of it runs. Throws where the scenario does not hold as it is. */
  async prepare(lua: string): Promise<this> {
    const pieces: Uint8Array[] = [];
    for await (const piece of scriptedMatch(this.#name).recording) pieces.push(Uint8Array.from(piece));
    this.#pieces = pieces;
    const printed = await this.#play(`${WATCH_LINES}${"\n".repeat(FIRST_LINE)}${lua}`);
    if (typeof printed === "string")
      throw new Error(`${this.#name} does not hold without any mutant: ${printed}`);
    const numbers = printed
      .filter((text) => text.startsWith(MARK))
      .map((text) => Number(text.slice(MARK.length)));
    this.lines = new Set(
      numbers
        .filter((line) => line > 0)
        .map((line) => line - FIRST_LINE - WATCH_LINES.split("\n").length + 1),
    );
    this.instructions = (numbers.length - this.lines.size + 1) * HOOK_INSTRUCTIONS;
    return this;
  }

  /** What does not hold with a tracker; undefined where all does. */
  async fault(lua: string): Promise<string | undefined> {
    const limit = watchInstructions(this.instructions * INSTRUCTION_FACTOR);
    const outcome = await this.#play(`${limit}\n${lua}`);
    return typeof outcome === "string" ? `${this.#name}: ${outcome}` : undefined;
  }

  /** Plays a tracker. Returns the console where the scenario holds, else what does not. */
  async #play(lua: string): Promise<string | string[]> {
    const outputFolder = path.join(this.#folder, this.#name);
    const { check } = scriptedMatch(this.#name);
    try {
      const modules = [{ name: TRACKER_FILE_NAME, lua }];
      const simulation = await simulate({ modules, recording: this.#pieces, outputFolder });
      const { console, drop, leakedFiles, moduleErrors, strangeGlobals } = simulation;
      const [error] = moduleErrors;
      if (error !== undefined) return error.message;
      if (drop !== undefined || leakedFiles.length + strangeGlobals.length > 0) return "it harms the server";
      return check(outputFolder, simulation).find(({ isMet }) => !isMet)?.that ?? console;
    } catch (error) {
      return messageOf(error);
    } finally {
      rmSync(outputFolder, { recursive: true, force: true });
    }
  }
}

/** The lines that differ, from `first` up to but without `end`, counted from 0; where some were put in, those around them. */
function changedLines(before: string, after: string): { first: number; end: number } {
  const [a, b] = [before.split("\n"), after.split("\n")];
  let first = 0;
  while (first < a.length && a[first] === b[first]) first++;
  let end = a.length;
  while (
    end > first &&
    b.length - (a.length - end) > first &&
    a[end - 1] === b[b.length - (a.length - end) - 1]
  )
    end--;
  return end > first ? { first, end } : { first: first - 1, end: first + 1 };
}

const featuresOf = (lua: string): string[] => lua.match(/\b__TS__\w+/g) ?? [];

/** Plays the scenarios with each of the tracker's mutants in turn. */
export async function judgeInLua(mutants: readonly Mutant[], say: (line: string) => void): Promise<Fates> {
  const fates: Fates = new Map();
  const { files, variants } = compileVariants(mutants);
  say("compiled");
  const { lua } = await trackerModule();
  const folder = mkdtempSync(path.join(tmpdir(), "prox-mutants-"));
  const stages: Stage[] = [];
  try {
    for (const name of bundledScenarios()) stages.push(await new Stage(name, folder).prepare(lua));
    stages.sort((a, b) => a.instructions - b.instructions);
    say("prepared");
    for (const { file, id } of mutants) {
      const [before = "", after] = [files.get(file), variants.get(id)];
      const at = lua.indexOf(before);
      if (at < 0) throw new Error(`the tracker does not hold ${file} as it was compiled alone`);
      const isKnown = featuresOf(after ?? "").every((name) => lua.includes(`function ${name}(`));
      if (after === undefined || after === before || !isKnown) {
        fates.set(id, { kind: "unjudged" });
        continue;
      }
      const { end, first } = changedLines(before, after);
      const offset = lua.slice(0, at).split("\n").length;
      const changed = Array.from({ length: end - first }, (_, index) => offset + first + index);
      const reached = stages.filter(({ lines }) => changed.some((line) => lines.has(line)));
      const mutated = lua.slice(0, at) + after + lua.slice(at + before.length);
      let by: string | undefined;
      for (const stage of reached) if ((by ??= await stage.fault(mutated)) !== undefined) break;
      fates.set(
        id,
        by !== undefined ? { kind: "found", by } : { kind: reached.length > 0 ? "survived" : "unreached" },
      );
      if (fates.size % 10 === 0) say(`${fates.size} of ${mutants.length}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return fates;
}
