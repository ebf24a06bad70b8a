/** Errors of messages to chats. */
import type { ErrorEntry } from "./exit-codes.ts";

/** `prox discord` and `prox webhook`. */
export const POST_ERRORS = {
  E_POST_ADDRESS: {
    exit: "usage",
    meaning: "the address to post to is missing, cannot be read, or is not one of this kind",
    advice: "put it into the variable that the message names, or into a file that only you can read",
  },
  E_POST_UNREACHED: {
    exit: "remote",
    meaning:
      "the chat cannot be reached, is overloaded, or answers with an error that may pass; the message is not posted",
    advice: "run the command again later: it goes on where it stopped",
  },
  E_POST_REFUSED: {
    exit: "remote",
    meaning: "the chat does not take the message: the webhook was deleted, or what was sent does not fit",
    advice: "404 and 401 mean that the webhook is gone: make a new one; report other answers",
  },
  E_POST_UNSURE: {
    exit: "partial",
    meaning:
      "the connection ended before the chat answered: a message may have arrived or not, so that prox does not repeat it",
    advice: "look into the channel; `--again --session` posts a session that is not there",
  },
  E_NO_DISCORD: {
    exit: "input",
    meaning: "slash commands need discord.js, which is not installed",
    advice: "install it as the message says: it takes 18 MB, so that prox comes without it",
  },
  E_DISCORD_TOKEN: {
    exit: "usage",
    meaning: "the token of the bot is missing, cannot be read, or is none that Discord knows",
    advice: "copy it in Discord's developer portal, page Bot; a token that was reset there is void",
  },
  E_DISCORD_UNREACHED: {
    exit: "remote",
    meaning: "Discord cannot be reached, is overloaded, or answers with an error that may pass",
    advice: "run the command again later; a supervisor such as systemd does",
  },
  E_DISCORD_REFUSED: {
    exit: "remote",
    meaning: "Discord refuses what prox asks for, or has ended the connection for good",
    advice:
      "invite the bot to the server with the scope applications.commands; the message has Discord's number",
  },
} satisfies Record<string, ErrorEntry>;
