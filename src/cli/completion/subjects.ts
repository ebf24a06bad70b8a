/** What a word on the command line names, told from where it stands: then its names can be offered. */
import type { Command } from "@oclif/core";

/** What can be looked up, and `files`, which the shell knows itself. */
export type Subject =
  | "servers"
  | "maps"
  | "map files"
  | "players"
  | "clans"
  | "sessions"
  | "rounds"
  | "excluded rounds"
  | "tags"
  | "error codes"
  | "files";

/** Flags with a name of something as their value, by the name of the flag. */
const OF_FLAGS: Readonly<Record<string, Subject>> = {
  map: "maps",
  player: "players",
  clan: "clans",
  session: "sessions",
  round: "rounds",
  tag: "tags",
};

/** Arguments with a name of something, by command and argument. */
const OF_ARGUMENTS: Readonly<Record<string, Subject>> = {
  "errors code": "error codes",
  "help command": "error codes",
  "map:add name": "maps",
  "map:remove name": "map files",
  "player:hide who": "players",
  "player:merge who": "players",
  "player:rename who": "players",
  "player:split who": "players",
  "report:matchup first": "clans",
  "report:player who": "players",
  "report:round key": "rounds",
  "report:team clan": "clans",
  "round:exclude key": "rounds",
  "round:forget key": "rounds",
  "round:include key": "excluded rounds",
  "session:join session": "sessions",
  "session:name session": "sessions",
  "session:split round": "rounds",
  "session:tag session": "sessions",
  "session:untag session": "sessions",
};

/** A command as the list of all commands has it. */
export type ListedCommand = Pick<Command.Loadable, "id" | "summary" | "hidden" | "args" | "flags">;

/** The command that the words begin with, and the words behind its name. */
export function commandOf(
  commands: readonly ListedCommand[],
  words: readonly string[],
): { command: ListedCommand; rest: readonly string[] } | undefined {
  for (const length of [2, 1]) {
    const command = commands.find(({ id }) => id === words.slice(0, length).join(":"));
    if (command !== undefined && words.length > length) return { command, rest: words.slice(length) };
  }
  return undefined;
}

/** What an argument names; undefined for one with a free value. */
export function subjectOfArgument(command: ListedCommand, argument: string): Subject | undefined {
  if (argument === "servers") return "servers";
  return OF_ARGUMENTS[`${command.id} ${argument}`];
}

/** What the value of a flag names; undefined for a switch, and for a flag that lists its values itself. */
export function subjectOfFlag(command: ListedCommand, name: string): Subject | undefined {
  const flag = command.flags[name];
  if (flag?.type !== "option" || (flag.options ?? []).length > 0) return undefined;
  return OF_FLAGS[name] ?? "files";
}

/** What the last of the words names, as far as it was typed; undefined where it is a command, a flag or a listed value. */
export function subjectOf(commands: readonly ListedCommand[], words: readonly string[]): Subject | undefined {
  const found = commandOf(commands, words);
  if (found === undefined) return undefined;
  const { command, rest } = found;
  const last = rest.at(-1) ?? "";
  const before = rest.at(-2) ?? "";
  const nameOf = (word: string): string => word.slice(2).split("=", 1)[0] ?? "";
  if (last.startsWith("--") && last.includes("=")) return subjectOfFlag(command, nameOf(last));
  if (before.startsWith("--") && !before.includes("=") && command.flags[nameOf(before)]?.type === "option") {
    return subjectOfFlag(command, nameOf(before));
  }
  if (last.startsWith("-")) return undefined;
  const [first] = Object.keys(command.args);
  return first === undefined ? undefined : (subjectOfArgument(command, first) ?? "files");
}
