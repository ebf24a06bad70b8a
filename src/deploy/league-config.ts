/**
 * What a league config sets, as the engine reads it (etlegacy/etlegacy `src/game/g_config.c`): the block `init`, then, in
 * the order of the file, the blocks `map default` and those of the map that is played; the last assignment counts. At a
 * word that has no meaning the engine stops, and keeps what was set until then. Pure.
 */
import { LeagueReader, type LeagueWord } from "./league-tokens.ts";

/** One assignment that the engine carries out. */
export interface LeagueAssignment {
  /** Name of the variable in lower case. */
  readonly name: string;
  readonly value: string;
  /** The word that holds the value. */
  readonly word: LeagueWord;
  readonly line: number;
  /** Whether the engine watches that it keeps this value (`setl`). */
  readonly isLocked: boolean;
}

/** A console command that the engine runs when the config has been read. */
export interface LeagueCommand {
  readonly text: string;
  readonly line: number;
}

/** What the engine does with a config on one map. */
export interface LeagueRun {
  /** In their order. */
  readonly assignments: readonly LeagueAssignment[];
  readonly commands: readonly LeagueCommand[];
  /** The maps that have a block of their own, in lower case. */
  readonly maps: readonly string[];
  /** Line at which the engine stops, because it has no meaning for a word there; undefined where it reads everything. */
  readonly stoppedLine: number | undefined;
  /** Line at which prox stopped, because of a directive (`#include`, `#define`) that it does not follow. */
  readonly directiveLine: number | undefined;
}

/** The engine cuts a longer value. */
const VALUE_ROOM = 255;

/** The words of a config in their order; undefined where the engine cannot read one, and goes on behind it. */
interface LeagueWords {
  readonly words: readonly (LeagueWord | undefined)[];
  /** Where each begins its line; the last is for the end. */
  readonly lines: readonly number[];
  readonly directiveLine: number | undefined;
}

/** What was taken apart last: each config is read once for every map and every list. */
const known = new Map<string, LeagueWords>();
const MAXIMUM_KNOWN = 64;

function takeApart(text: string): LeagueWords {
  const reader = new LeagueReader(text);
  const words: (LeagueWord | undefined)[] = [];
  const lines: number[] = [];
  let [line, countedTo] = [1, 0];
  const lineAt = (at: number): number => {
    for (; countedTo < at; countedTo += 1) if (text[countedTo] === "\n") line += 1;
    return line;
  };
  for (let before = -1; ;) {
    const word = reader.next();
    // Twice nothing at the same place is the end.
    const isEnd = word === undefined && reader.at === before;
    before = word === undefined ? reader.at : -1;
    lines.push(lineAt(word?.start ?? Math.max(countedTo, Math.min(reader.at, text.length))));
    if (isEnd) break;
    words.push(word);
  }
  const { directiveAt } = reader;
  const directiveLine = directiveAt === undefined ? undefined : lineAt(directiveAt);
  return { words, lines, directiveLine };
}

function wordsOf(text: string): LeagueWords {
  const found = known.get(text) ?? takeApart(text);
  known.delete(text);
  known.set(text, found);
  const [oldest] = known.keys();
  if (known.size > MAXIMUM_KNOWN && oldest !== undefined) known.delete(oldest);
  return found;
}

/** Reads a config as the engine does on a map, undefined for one that no block names. */
export function runLeagueConfig(text: string, map: string | undefined): LeagueRun {
  const { directiveLine, lines, words } = wordsOf(text);
  let at = 0;
  const next = (): LeagueWord | undefined => words[at++];
  const assignments: LeagueAssignment[] = [];
  const commands: LeagueCommand[] = [];
  const maps = new Set<string>();

  /** Reads a statement that begins with this word; false where the engine stops. */
  const readStatement = (first: LeagueWord): boolean => {
    const verb = first.text.toLowerCase();
    const line = lines[at - 1] ?? 0;
    if (verb === "set" || verb === "setl") {
      const [name, word] = [next(), next()];
      if (name === undefined || word === undefined) return false;
      assignments.push({
        name: name.text.toLowerCase(),
        value: word.text.slice(0, VALUE_ROOM),
        word,
        line,
        isLocked: verb === "setl",
      });
      return true;
    }
    if (verb !== "command" && verb !== "mapscripthash") return false;
    const word = next();
    if (word !== undefined && verb === "command") commands.push({ text: word.text, line });
    return word !== undefined;
  };

  /** Reads a block, or passes it over; false where the engine stops. It takes any word for the opening brace. */
  const readBlock = (isApplied: boolean): boolean => {
    next();
    for (let word = next(); word !== undefined; word = next()) {
      if (word.text.startsWith("}")) return true;
      if (isApplied && !readStatement(word)) return false;
    }
    return true;
  };

  const readPart = (word: LeagueWord): boolean => {
    switch (word.text.toLowerCase()) {
      case "configname":
      case "version":
      case "signature":
        return next() !== undefined;
      case "public":
        return true;
      case "init":
        return readBlock(true);
      case "map": {
        const name = next()?.text.toLowerCase() ?? "";
        if (name !== "default") maps.add(name);
        return readBlock(name === "default" || name === map);
      }
      default:
        return false;
    }
  };

  let stoppedLine: number | undefined;
  for (let word = next(); word !== undefined && stoppedLine === undefined;) {
    if (readPart(word)) word = next();
    else stoppedLine = lines[Math.min(at, lines.length) - 1];
  }
  return {
    assignments,
    commands,
    maps: [...maps],
    stoppedLine,
    directiveLine,
  };
}

/** An assignment that counts in the end, and on which maps. */
export interface LeagueWinner {
  readonly assignment: LeagueAssignment;
  /** Whether it counts on all maps but those that another one counts on. */
  readonly isGeneral: boolean;
  /** The maps with a block of their own that it counts on, in lower case. */
  readonly maps: readonly string[];
}

/** The assignments of a variable that count in the end, each once: on maps without a block, and on each that has one. */
export function winnersOf(text: string, name: string): LeagueWinner[] {
  const general = runLeagueConfig(text, undefined);
  const winners = new Map<number, { assignment: LeagueAssignment; isGeneral: boolean; maps: string[] }>();
  for (const map of [undefined, ...general.maps]) {
    const run = map === undefined ? general : runLeagueConfig(text, map);
    const assignment = run.assignments.findLast((each) => each.name === name);
    if (assignment === undefined) continue;
    const known = winners.get(assignment.word.start) ?? { assignment, isGeneral: false, maps: [] };
    winners.set(assignment.word.start, known);
    if (map === undefined) known.isGeneral = true;
    else known.maps.push(map);
  }
  return [...winners.values()];
}
