/** `docs/prox.1`, the manual page, made from the help of all commands. */
import type { Command } from "@oclif/core";

import { GENERAL_SETTINGS, type Setting } from "../../src/config/definition.ts";
import { EXIT_CODES, EXIT_CODE_DESCRIPTIONS, type ExitName } from "../../src/errors/exit-codes.ts";

/** A text in which nothing is a request or an escape of troff. */
function troff(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("'", "\\(aq")
    .replaceAll("`", "\\(ga")
    .replaceAll("~", "\\(ti")
    .replaceAll("^", "\\(ha")
    .replaceAll(/^\./gm, "\\&.")
    .replaceAll(
      /[^\n -~]/gu,
      (other) => `\\[u${(other.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`,
    );
}

const paragraph = (text: string): string => `.PP\n${troff(text)}`;

/** A word or phrase, and what it means below it. */
const entry = (head: string, text: string): string => `.TP\n${head}\n${troff(text)}`;

const bold = (text: string): string => `\\fB${troff(text)}\\fR`;
const italic = (text: string): string => `\\fI${troff(text)}\\fR`;

/** A command as the list of all commands has it. */
type Listed = Command.Loadable;
type ListedFlag = Listed["flags"][string];
type ListedArgument = Listed["args"][string];

/** What a flag does: its summary, and the further words where there are some. */
function flagText(flag: ListedFlag): string {
  const texts = [flag.summary, flag.description].filter((text) => text !== undefined);
  const standard: unknown = flag.type === "option" ? flag.default : undefined;
  const isSimple = (typeof standard === "string" && standard !== "") || typeof standard === "number";
  const values =
    flag.type === "option" && flag.options !== undefined ? [`one of ${flag.options.join(", ")}`] : [];
  return [...new Set([...texts, ...values, ...(isSimple ? [`by default ${standard}`] : [])])].join("; ");
}

function flagHead(name: string, flag: ListedFlag): string {
  const value =
    flag.type === "option"
      ? `=${italic(flag.helpValue === undefined ? "VALUE" : String(flag.helpValue))}`
      : "";
  return `${flag.char === undefined ? "" : `${bold(`-${flag.char}`)}, `}${bold(`--${name}`)}${value}`;
}

function argumentWord({ multiple, name, required }: ListedArgument): string {
  const word = `${name.toUpperCase().replace(/S$/, multiple === true ? "" : "S")}${multiple === true ? "..." : ""}`;
  return required === true ? word : `[${word}]`;
}

function section(command: Listed): string {
  const words = command.id.replaceAll(":", " ");
  const filled = (text: string): string =>
    text.replaceAll("<%= config.bin %>", "prox").replaceAll("<%= command.id %>", words);
  const args = Object.values(command.args).filter(({ hidden }) => hidden !== true);
  const flags = Object.entries(command.flags).filter(
    ([name, { hidden }]) => hidden !== true && !GLOBAL_FLAGS.includes(name),
  );
  const synopsis = [bold(`prox ${words}`), ...args.map((arg) => italic(argumentWord(arg)))].join(" ");
  const examples = (command.examples ?? []).map((example) =>
    filled(typeof example === "string" ? example : example.command),
  );
  return [
    `.SS ${troff(`prox ${words}`)}`,
    `${synopsis}${flags.length > 0 ? ` [${italic("FLAGS")}]` : ""}`,
    ...[command.summary, command.description]
      .filter((text) => text !== undefined)
      .map((text) => paragraph(filled(text))),
    ...args.map((arg) => entry(italic(argumentWord(arg)), arg.description ?? "")),
    ...flags.map(([name, flag]) => entry(flagHead(name, flag), flagText(flag))),
    ...(examples.length > 0 ? [".PP\nExamples:", ".PP\n.nf\n.RS", ...examples.map(troff), ".RE\n.fi"] : []),
  ].join("\n");
}

/** Flags that every command has: they are told once. */
const GLOBAL_FLAGS = ["json", "quiet", "verbose"];

function globalFlags(command: Listed): string {
  return GLOBAL_FLAGS.flatMap((name) => {
    const flag = command.flags[name];
    return flag === undefined ? [] : [entry(flagHead(name, flag), flagText(flag))];
  }).join("\n");
}

function environment(): string {
  const settings: readonly Setting[] = Object.values(GENERAL_SETTINGS);
  const entries = settings.flatMap(({ description, variable }) =>
    variable === undefined ? [] : [entry(bold(variable), description)],
  );
  return [
    ...entries,
    entry(bold("PROX_CONFIG"), "configuration file instead of the nearest prox.config.json"),
    entry(
      `\\fBPROX_\\fR${italic("SERVER")}\\fB_\\fR${italic("SETTING")}`,
      "a setting of one server, in capitals with underscores, and its secrets: PROX_MAIN_PASSWORD and PROX_MAIN_RCON_PASSWORD, or " +
        "PROX_MAIN_PASSWORD_FILE with a file that holds it",
    ),
  ].join("\n");
}

/** The whole page; `commands` are all that people call. */
export function manPage(commands: readonly Listed[], description: string): string {
  const exits = (Object.keys(EXIT_CODES) as ExitName[]).map((name) =>
    entry(bold(String(EXIT_CODES[name])), EXIT_CODE_DESCRIPTIONS[name]),
  );
  const [first] = commands;
  if (first === undefined) throw new Error("there are no commands");
  return `${[
    `.\\" Generated from the help of the commands by \`npm run docs\`.`,
    ".TH PROX 1",
    ".SH NAME",
    `prox \\- ${troff(description)}`,
    ".SH SYNOPSIS",
    `${bold("prox")} ${italic("COMMAND")} [${italic("FLAGS")}]`,
    ".SH DESCRIPTION",
    troff(
      "prox puts a tracker on game servers of ET:Legacy, fetches the rounds that it records, loads them into PostgreSQL, and shows " +
        "what happened. Every command takes the flags below; --help shows its own with examples.",
    ),
    globalFlags(first),
    entry(`${bold("-h")}, ${bold("--help")}`, "show the help of a command"),
    ".SH COMMANDS",
    ...commands.map(section),
    ".SH EXIT STATUS",
    ...exits,
    ".SH ENVIRONMENT",
    environment(),
    ".SH FILES",
    entry(bold("prox.config.json"), "the configuration, in this folder or the nearest one above"),
    entry(
      bold("~/.config/prox/config.json"),
      "the user's own configuration, which the one above goes before",
    ),
    entry(
      bold("~/.local/share/prox"),
      "rounds and the embedded database, unless a configuration says otherwise",
    ),
    ".SH SEE ALSO",
    `${bold("psql")}(1), ${bold("sftp")}(1), ${bold("crontab")}(5)`,
  ].join("\n")}\n`;
}
