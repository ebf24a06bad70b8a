/** An answer as Discord takes it: https://discord.com/developers/docs/interactions/receiving-and-responding. */
import type { APIEmbed } from "discord-api-types/v10";
import type { InteractionEditReplyOptions } from "discord.js";

import { cutText, fitLines } from "../posts/discord-text.ts";
import type { SlashAnswer } from "./slash-command.ts";

/** Limits of Discord, characters; all texts of a message together may have 6,000. */
const TITLE_LENGTH = 256;
const DESCRIPTION_LENGTH = 4000;
const FOOTER_LENGTH = 1000;
/** Colour of the edge on the left of an answer. */
const EDGE_COLOUR = 0xb3_3a_2b;
const PICTURE_FILE = "picture.png";

/**
 * The body that replaces "prox is thinking". A picture that is too large for the place is left out.
 * @param attachmentLimit bytes.
 */
export function answerBody(
  { footer, lines, picture, title }: SlashAnswer,
  attachmentLimit: number,
): InteractionEditReplyOptions {
  const shown = picture !== undefined && picture.png.length <= attachmentLimit ? picture : undefined;
  const embed: APIEmbed = {
    title: cutText(title, TITLE_LENGTH),
    description: fitLines(lines, DESCRIPTION_LENGTH),
    color: EDGE_COLOUR,
    ...(footer === "" ? {} : { footer: { text: cutText(footer, FOOTER_LENGTH) } }),
    ...(shown === undefined ? {} : { image: { url: `attachment://${PICTURE_FILE}` } }),
  };
  return {
    embeds: [embed],
    ...(shown === undefined
      ? {}
      : { files: [{ attachment: Buffer.from(shown.png), name: PICTURE_FILE, description: shown.alt }] }),
    // Nobody is ever notified because a player is called @everyone.
    allowedMentions: { parse: [] },
  };
}
