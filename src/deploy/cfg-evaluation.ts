/**
 * What the engine's variables hold after it has executed its cfg files at start: `exec` puts another file's commands
 * in place, `vstr` those of a variable, and the last assignment wins.
 */
import { type CfgCommand, MAXIMUM_COMMAND_LENGTH, parseCfg } from "./cfg-grammar.ts";

/** A cfg file of the server. */
export interface CfgFile {
  /** Absolute path on the server. */
  readonly path: string;
  /** The bytes as Latin-1. */
  readonly text: string;
}

/** One assignment that the engine executes. */
export interface Assignment {
  /** Name of the variable in lower case. */
  readonly name: string;
  readonly value: string;
  readonly file: CfgFile;
  readonly line: number;
  /** The command in the file's text, undefined where it came out of a variable. */
  readonly command: CfgCommand | undefined;
  /** `set`, `seta`, `sets`, `setu`, or empty for a variable's bare name. */
  readonly verb: string;
}

/** A place in a cfg file. */
export interface CfgPlace {
  readonly path: string;
  readonly line: number;
}

/** What {@link evaluateCfgs} found out; which assignment of a variable wins, {@link winnerOf} tells. */
export interface Evaluation {
  /** In the order of execution. */
  readonly assignments: readonly Assignment[];
  /** Files that were executed, each once. */
  readonly files: readonly CfgFile[];
  /** Files that could not be found (they may lie in a pk3). */
  readonly missing: readonly (CfgPlace & { readonly name: string })[];
  /**
   * Commands that load a map, how many assignments came before each, and what leads there: the command of a file that the
   * engine executes by itself, with the character of that file at which it begins.
   */
  readonly mapLoads: readonly (CfgPlace & {
    readonly assignmentsBefore: number;
    readonly root: { readonly path: string; readonly start: number };
  })[];
  /** Why the outcome is not certain. */
  readonly doubts: readonly string[];
}

const ASSIGNING = new Set(["set", "seta", "sets", "setu"]);
const LOADING = new Set(["map", "devmap", "spmap", "spdevmap", "campaign"]);
/** Deeper nesting than this is a circle. */
const MAXIMUM_DEPTH = 32;

/** The name of a file that `exec` is told to execute: the engine appends `.cfg` where it has no ending. */
export function cfgFileName(name: string): string {
  return /\.[^/]*$/.test(name) ? name : `${name}.cfg`;
}

/** The value that the words of an assignment give: joined by single spaces, without a last `unsafe`. */
function valueOf(words: readonly string[]): string {
  const kept = words.length >= 2 && words.at(-1) === "unsafe" ? words.slice(0, -1) : words;
  return kept.join(" ");
}

/** Executes cfg files by name, in this order; `find` gives a file of the game's search path. */
export async function evaluateCfgs(
  names: readonly string[],
  find: (name: string) => Promise<CfgFile | undefined>,
): Promise<Evaluation> {
  const assignments: Assignment[] = [];
  const values = new Map<string, string>();
  const files = new Map<string, CfgFile>();
  const missing: Evaluation["missing"][number][] = [];
  const mapLoads: Evaluation["mapLoads"][number][] = [];
  const doubts: string[] = [];

  const run = async (
    text: string,
    file: CfgFile,
    depth: number,
    origin: { line: number } | undefined,
    rootOfAll?: { path: string; start: number },
  ): Promise<void> => {
    const { commands, openCommentLine } = parseCfg(text);
    if (openCommentLine !== undefined && origin === undefined) {
      doubts.push(`${file.path}:${openCommentLine} opens a comment that never ends`);
    }
    for (const command of commands) {
      const words = command.words.map((word) => word.text);
      const verb = (words[0] ?? "").toLowerCase();
      const line = origin?.line ?? command.line;
      const place = { path: file.path, line };
      const root = rootOfAll ?? { path: file.path, start: command.start };
      const isBare = words.length >= 2 && values.has(verb);
      if ((ASSIGNING.has(verb) && words.length >= 3) || isBare) {
        const name = isBare ? verb : (words[1] ?? "").toLowerCase();
        const value = isBare ? (words[1] ?? "") : valueOf(words.slice(2));
        values.set(name, value);
        assignments.push({
          name,
          value,
          file,
          line,
          command: origin === undefined ? command : undefined,
          verb: isBare ? "" : verb,
        });
      } else if ((verb === "exec" || verb === "execq") && words[1] !== undefined) {
        const name = cfgFileName(words[1]);
        const executed = await find(name);
        if (executed === undefined) missing.push({ ...place, name });
        else if (depth >= MAXIMUM_DEPTH) doubts.push(`${file.path}:${line} executes ${name} in a circle`);
        else {
          files.set(executed.path, executed);
          await run(executed.text, executed, depth + 1, undefined, root);
        }
      } else if (verb === "vstr" && words[1] !== undefined) {
        const value = values.get(words[1].toLowerCase());
        if (depth >= MAXIMUM_DEPTH) doubts.push(`${file.path}:${line} runs ${words[1]} in a circle`);
        else if (value !== undefined) await run(value, file, depth + 1, { line }, root);
      }
      if (LOADING.has(verb) && words.length >= 2) {
        mapLoads.push({ ...place, assignmentsBefore: assignments.length, root });
      }
      if (command.end - command.start >= MAXIMUM_COMMAND_LENGTH) {
        doubts.push(
          `${file.path}:${line} is longer than the engine reads (${MAXIMUM_COMMAND_LENGTH} characters)`,
        );
      }
    }
  };

  for (const name of names) {
    const file = await find(name);
    if (file === undefined) continue;
    files.set(file.path, file);
    await run(file.text, file, 0, undefined);
  }
  return { assignments, files: [...files.values()], missing, mapLoads, doubts };
}

/** The assignment of a variable that wins, undefined where there is none. */
export function winnerOf(evaluation: Evaluation, name: string): Assignment | undefined {
  return evaluation.assignments.findLast((assignment) => assignment.name === name.toLowerCase());
}
