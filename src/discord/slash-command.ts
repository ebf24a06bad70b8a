/** What a slash command is: its name, what it asks for, and how it answers. */
import type {
  ApplicationCommandOptionType,
  RESTPostAPIChatInputApplicationCommandsJSONBody,
} from "discord-api-types/v10";

import type { Sql } from "../db/driver/connect.ts";
import type { Library } from "./library.ts";

/** A picture of an answer. */
export interface SlashPicture {
  /** PNG. */
  readonly png: Uint8Array;
  /** What it says, for who cannot see it: plain text. */
  readonly alt: string;
}

/** An answer; all texts from outside in it are escaped for Discord. */
export interface SlashAnswer {
  readonly title: string;
  /** Lines of Discord's markdown. */
  readonly lines: readonly string[];
  /** What it was taken from. */
  readonly footer: string;
  readonly picture?: SlashPicture | undefined;
}

/** What the names are of that are offered while somebody types. */
export type NameKind = "maps" | "players" | "sessions" | "rounds" | "days";

/** Something that a command asks for; always text. */
export interface SlashOption {
  readonly name: string;
  readonly description: string;
  readonly isRequired?: boolean;
  /** Offered while somebody types; anything else may come all the same. */
  readonly names?: NameKind;
  /** Nothing else can be given. */
  readonly choices?: readonly { readonly name: string; readonly value: string }[];
}

/** What somebody gave, by name of the option. */
export type SlashValues = Readonly<Record<string, string | undefined>>;

/** A slash command. */
export interface SlashCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly SlashOption[];
  /**
   * Reads the answer from the reports. Throws their errors: `E_NOT_FOUND`, `E_AMBIGUOUS`, `E_NOTHING_FOUND`, `E_FILTER`, `E_TOO_LITTLE_DATA`.
   * @param sql may only read.
   */
  readonly answer: (sql: Sql, values: SlashValues) => Promise<SlashAnswer>;
}

/** No name, key or day is longer. */
const LONGEST_VALUE = 100;
/** Numbers of Discord by their names. */
export type CommandNumbers = Pick<
  Library,
  | "ApplicationCommandOptionType"
  | "ApplicationCommandType"
  | "ApplicationIntegrationType"
  | "InteractionContextType"
>;

/** A command as Discord takes it: https://discord.com/developers/docs/interactions/application-commands. */
export function commandBody(
  { description, name, options }: SlashCommand,
  numbers: CommandNumbers,
): RESTPostAPIChatInputApplicationCommandsJSONBody {
  return {
    type: numbers.ApplicationCommandType.ChatInput,
    name,
    description,
    // Not in private messages: whoever is in a server may ask.
    contexts: [numbers.InteractionContextType.Guild],
    integration_types: [numbers.ApplicationIntegrationType.GuildInstall],
    options: options.map(({ choices, isRequired = false, names, ...option }) => {
      const type: ApplicationCommandOptionType.String = numbers.ApplicationCommandOptionType.String;
      const text = { type, ...option, required: isRequired };
      if (choices !== undefined) return { ...text, choices: choices.map((choice) => ({ ...choice })) };
      return { ...text, max_length: LONGEST_VALUE, ...(names === undefined ? {} : { autocomplete: true }) };
    }),
  };
}
