/**
 * discord.js, which holds the line to Discord. It takes 18 MB with what it needs, so that it is installed by those who want slash
 * commands.
 */
import type * as DiscordJs from "discord.js";

import { ProxError } from "../errors.ts";

/** The library's exports. */
export type Library = typeof DiscordJs;

/** The version of discord.js that this prox is tested with; `package.json` names it too. */
export const DISCORD_VERSION = "14.28.1";

/** Loads the library. Throws `E_NO_DISCORD` where it is missing. */
export async function loadDiscord(): Promise<Library> {
  try {
    return await import("discord.js");
  } catch (cause) {
    throw new ProxError("E_NO_DISCORD", "slash commands need discord.js, which is not installed", {
      suggestions: [
        `install it beside prox, 18 MB: npm install --global discord.js@${DISCORD_VERSION}`,
        "where prox is a package of a folder, leave out --global and run it in that folder",
      ],
      cause,
    });
  }
}
