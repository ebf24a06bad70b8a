/**
 * Answers a shell that asks how a command line could go on. The library has the scripts for the shells and finds what fits
 * the words; prox says which commands, flags and names there are.
 */
import { RootCommand, ShellCompDirective } from "@bomb.sh/tab";

import {
  type ListedCommand,
  type Subject,
  commandOf,
  subjectOf,
  subjectOfArgument,
  subjectOfFlag,
} from "./subjects.ts";
import { type Offer, offersOf } from "./values.ts";

/** The commands of prox, and the topics that some are below. */
export interface CommandList {
  readonly commands: readonly ListedCommand[];
  readonly topics: readonly { readonly name: string; readonly description?: string | undefined }[];
}

/** The value of a flag among the words. */
function valueOf(words: readonly string[], flag: string): string | undefined {
  const at = words.findLastIndex((word) => word === `--${flag}` || word.startsWith(`--${flag}=`));
  const word = words[at];
  if (word === undefined) return undefined;
  return word.includes("=") ? word.slice(word.indexOf("=") + 1) : words[at + 1];
}

/** The names of the subject; none where they cannot be looked up: a shell has no place for an error. */
async function lookUp(subject: Subject | undefined, words: readonly string[]): Promise<Offer[]> {
  if (subject === undefined) return [];
  try {
    return await offersOf(subject, {
      databaseUrl: valueOf(words, "database-url"),
      configFile: valueOf(words, "config"),
    });
  } catch {
    return [];
  }
}

/**
 * Prints how the words can go on, one possibility a line, as the scripts of `@bomb.sh/tab` read it; the last word is the one
 * that is being typed, and may be empty.
 */
export async function complete({ commands, topics }: CommandList, words: readonly string[]): Promise<void> {
  const subject = subjectOf(commands, words);
  if (subject === "files") {
    // The shell knows files better.
    process.stdout.write(`:${ShellCompDirective.ShellCompDirectiveDefault}\n`);
    return;
  }
  const offers = await lookUp(subject, words);
  const asked = commandOf(commands, words)?.command;
  const root = new RootCommand();
  // The library finds `report heatmap` below `report` only.
  for (const { description, name } of topics) if (!name.includes(":")) root.command(name, description ?? "");
  for (const command of commands) {
    if (command.hidden) continue;
    const listed = root.command(command.id.replaceAll(":", " "), command.summary ?? "");
    // The library looks for a flag in all commands, and the same name can be a switch elsewhere.
    if (command !== asked) continue;
    const offer = (add: (value: string, about: string) => void): void => {
      for (const { about, value } of offers) add(value, about);
    };
    for (const [name, argument] of Object.entries(command.args)) {
      const isOffered = subjectOfArgument(command, name) === subject;
      listed.argument(name, isOffered ? offer : undefined, name === "servers" || argument.multiple === true);
    }
    for (const [name, flag] of Object.entries(command.flags)) {
      if (flag.hidden === true) continue;
      const { options = [] } = flag.type === "option" ? flag : {};
      const values =
        options.length > 0
          ? (add: (value: string, about: string) => void): void => {
              for (const option of options) add(option, "");
            }
          : subjectOfFlag(command, name) === subject
            ? offer
            : (): void => undefined;
      if (flag.type === "option")
        listed.option(name, flag.summary ?? flag.description ?? "", values, flag.char);
      else if (flag.char === undefined) listed.option(name, flag.summary ?? flag.description ?? "");
      else listed.option(name, flag.summary ?? flag.description ?? "", flag.char);
    }
  }
  root.parse([...words]);
}
