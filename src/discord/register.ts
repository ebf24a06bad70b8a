/** Tells Discord which slash commands there are. */
import { isDeepStrictEqual } from "node:util";

import type {
  APIApplicationCommand,
  RESTGetCurrentApplicationResult,
  RESTPutAPIApplicationCommandsJSONBody,
} from "discord-api-types/v10";

import { explainDiscordError } from "./failures.ts";
import type { Library } from "./library.ts";
import { commandBody, type CommandNumbers } from "./slash-command.ts";
import { SLASH_COMMANDS } from "./slash-commands.ts";

/** What registering did. */
export interface Registered {
  readonly applicationId: string;
  readonly commands: readonly string[];
  /** False where Discord had the same already. */
  readonly isChanged: boolean;
}

type AnyOption = Readonly<Record<string, unknown>>;
/** A command as Discord gives it: the types of its options share few fields, and what is not there is undefined. */
type AnyCommand = Partial<Omit<APIApplicationCommand, "options">> & {
  readonly options?: readonly AnyOption[];
};

/** What can be told apart of a command: Discord leaves out what is false or empty, and adds numbers of its own. */
function comparable(commands: readonly unknown[]): unknown {
  const all = commands as readonly AnyCommand[];
  return all
    .map(({ contexts, description, integration_types, name = "", options, type }) => ({
      name,
      description,
      type: type ?? 1,
      contexts: [...(contexts ?? [])].sort(),
      integration_types: [...(integration_types ?? [])].sort(),
      options: (options ?? []).map((option) => ({
        name: option["name"],
        description: option["description"],
        type: option["type"],
        autocomplete: option["autocomplete"] === true,
        required: option["required"] === true,
        max_length: option["max_length"],
        choices: ((option["choices"] ?? []) as readonly AnyOption[]).map((choice) => [
          choice["name"],
          choice["value"],
        ]),
      })),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Puts all commands in place of those that the application has; does nothing where these are the same. Throws `E_DISCORD_TOKEN`,
 * `E_DISCORD_REFUSED` and `E_DISCORD_UNREACHED`.
 * @param guild id of the server that alone gets them, at once; undefined for all that the bot is in.
 */
export async function registerCommands(
  { REST, Routes, ...numbers }: Pick<Library, "REST" | "Routes"> & CommandNumbers,
  {
    api,
    guild,
    token,
  }: { readonly api: string | undefined; readonly guild: string | undefined; readonly token: string },
): Promise<Registered> {
  const rest = new REST(api === undefined ? {} : { api }).setToken(token);
  try {
    const { id } = (await rest.get(Routes.currentApplication())) as RESTGetCurrentApplicationResult;
    const route =
      guild === undefined ? Routes.applicationCommands(id) : Routes.applicationGuildCommands(id, guild);
    const known = (await rest.get(route)) as unknown[];
    const body: RESTPutAPIApplicationCommandsJSONBody = SLASH_COMMANDS.map((command) =>
      commandBody(command, numbers),
    );
    const isChanged = !isDeepStrictEqual(comparable(known), comparable(body));
    if (isChanged) await rest.put(route, { body });
    return { applicationId: id, commands: body.map(({ name }) => name), isChanged };
  } catch (error) {
    throw explainDiscordError(error);
  }
}
