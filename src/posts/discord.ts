/** Messages for a Discord webhook: https://discord.com/developers/docs/resources/webhook#execute-webhook, version 10. */
import type { APIEmbed, RESTPostAPIWebhookWithTokenJSONBody } from "discord-api-types/v10";

import { counted, formatDuration, whole } from "../counts.ts";
import { ProxError } from "../errors.ts";
import { packageVersion } from "../package-root.ts";
import { formatClock } from "../clock.ts";
import { botMark } from "../reports/describe.ts";
import { rememberSecret } from "../secrets.ts";
import type { Channel } from "./channel.ts";
import { deliver } from "./deliver.ts";
import { cutText, discordText, fitLines } from "./discord-text.ts";
import type { MessageCard } from "./message-card.ts";
import type { Message } from "./message.ts";

/** Limits of Discord, characters; all texts of a message together may have 6,000. */
const TITLE_LENGTH = 256;
const FIELD_LENGTH = 1024;
const FOOTER_LENGTH = 2048;
const PLAYERS_TOLD = 10;
/** UTF-16 units of the text that stands for a picture. */
const ALT_LENGTH = 1024;
/** Colour of the edge on the left of a message. */
const EDGE_COLOUR = 0xb3_3a_2b;
/** Delivers without a sound: https://discord.com/developers/docs/resources/message#message-object-message-flags. */
const SUPPRESS_NOTIFICATIONS = 4096;

const HOSTS = /^(?:(?:ptb|canary)\.)?discord(?:app)?\.com$/u;
const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/u;
const PATH = /^\/api(?:\/v\d+)?\/webhooks\/(\d+)\/([\w-]+)\/?$/u;

function readWebhook(text: string): { url: URL; id: string } {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  const [, id, token] = PATH.exec(url?.pathname ?? "") ?? [];
  const isMeant =
    url !== undefined && (HOSTS.test(url.hostname) ? url.protocol === "https:" : LOOPBACK.test(url.hostname));
  if (url === undefined || id === undefined || !isMeant) {
    throw new ProxError("E_POST_ADDRESS", "this is not the address of a Discord webhook", {
      suggestions: [
        "copy it in Discord: channel settings, Integrations, Webhooks; it looks like https://discord.com/api/webhooks/ID/TOKEN",
      ],
    });
  }
  rememberSecret(token);
  url.search = "";
  url.pathname = url.pathname.replace(/^\/api(?:\/v\d+)?\//u, "/api/v10/").replace(/\/$/u, "");
  return { url, id };
}

function field(name: string, lines: readonly string[]): NonNullable<APIEmbed["fields"]> {
  return lines.length === 0 ? [] : [{ name, value: fitLines(lines, FIELD_LENGTH) }];
}

/** Seconds since 1970 as a mark that each reader sees in their own time zone. */
const localTime = (time: Date): string => `<t:${Math.floor(time.getTime() / 1000)}:f>`;

/** What Discord takes; its types have a number of flags as an enumeration, which exists only at run time. */
type Body = Omit<RESTPostAPIWebhookWithTokenJSONBody, "flags"> & { readonly flags?: number };

/** The name of the card's file in a message. */
const CARD_FILE = "card.png";

/** The body of the request that posts a message. Never more than 5,400 characters of text. */
function discordBody(
  message: Message,
  { isSilent }: { readonly isSilent: boolean },
  card: MessageCard | undefined,
): Body {
  const { endedAt, moments, players, rounds, serverName, startedAt } = message;
  const lengthMs = endedAt.getTime() - startedAt.getTime();
  const roundLines = rounds.map(({ isComplete, lengthMs: ms, map, round, winner }) => {
    const result = winner === null ? "no result" : `${winner} win`;
    return `${discordText(map)} ${round}: ${result}, ${formatClock(ms)}${isComplete ? "" : ", incomplete"}`;
  });
  const playerLines = players
    .slice(0, PLAYERS_TOLD)
    .map(
      ({ damageGiven, deaths, isBot, kills, name }) =>
        `**${discordText(cutText(name, 40))}**${botMark(isBot)} ${counted(kills, "kill")}, ${counted(deaths, "death")}, ${whole(damageGiven)} damage`,
    );
  const momentLines = moments.map(
    ({ map, text, timeMs }) => `${discordText(map)} ${formatClock(timeMs)}: ${discordText(text)}`,
  );
  const embed: APIEmbed = {
    title: cutText(discordText(message.title), TITLE_LENGTH),
    description: `${localTime(startedAt)}, ${formatDuration(lengthMs)}, ${counted(players.length, "player")}`,
    color: EDGE_COLOUR,
    timestamp: endedAt.toISOString(),
    fields: [
      ...(message.kind === "session" ? field("Rounds", roundLines) : []),
      ...field("Most kills", playerLines),
      ...field("Moments", momentLines),
    ],
    ...(message.link === undefined ? {} : { url: message.link }),
    ...(card === undefined ? {} : { image: { url: `attachment://${CARD_FILE}` } }),
    ...(serverName === null ? {} : { footer: { text: cutText(serverName, FOOTER_LENGTH / 4) } }),
  };
  return {
    embeds: [embed],
    ...(card === undefined
      ? {}
      : { attachments: [{ id: 0, filename: CARD_FILE, description: card.alt.slice(0, ALT_LENGTH) }] }),
    // Nobody is ever notified because a player is called @everyone.
    allowed_mentions: { parse: [] },
    ...(isSilent ? { flags: SUPPRESS_NOTIFICATIONS } : {}),
  };
}

/** The body with its card as a form: https://discord.com/developers/docs/reference#uploading-files. */
function withCard(body: string, card: MessageCard): FormData {
  const form = new FormData();
  form.set("payload_json", body);
  form.set("files[0]", new Blob([new Uint8Array(card.png)], { type: "image/png" }), CARD_FILE);
  return form;
}

/**
 * The channel of a Discord webhook.
 * @param address the webhook's address, which is a secret. Throws `E_POST_ADDRESS` for another one.
 * @param options.thread id of the thread in the webhook's channel that gets the messages.
 */
export function discordChannel(
  address: string,
  options: { readonly isSilent: boolean; readonly thread?: string | undefined },
): Channel {
  const { id, url } = readWebhook(address);
  // Without it Discord answers before it has saved the message, and tells no id.
  url.searchParams.set("wait", "true");
  if (options.thread !== undefined) url.searchParams.set("thread_id", options.thread);
  const place = `the Discord webhook ${id}`;
  return {
    name: `discord ${id}${options.thread === undefined ? "" : ` ${options.thread}`}`,
    post: async (message, _key, signal, card) => {
      const payload = JSON.stringify(discordBody(message, options, card));
      const body = card === undefined ? payload : withCard(payload, card);
      const headers = { "User-Agent": `DiscordBot (prox, ${packageVersion()})` };
      const answer = await deliver({ url, headers, body, place }, signal);
      return typeof answer["id"] === "string" ? answer["id"] : null;
    },
  };
}
