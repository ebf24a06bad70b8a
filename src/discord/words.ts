/** Words that answers share: facts, cards and samples as text for Discord. */
import { renderCard } from "../cards/draw-card.ts";
import type { Card, CardFact } from "../cards/card.ts";
import { loadCardFonts } from "../cards/fit-text.ts";
import { describeCard } from "../cards/words.ts";
import { ProxError } from "../errors.ts";
import type { NameRun } from "../names.ts";
import { plainName } from "../names.ts";
import { cutText, discordText } from "../posts/discord-text.ts";
import type { SlashOption, SlashPicture } from "./slash-command.ts";

/** UTF-16 units of the text that stands for a picture. */
const ALT_LENGTH = 1024;
const NAME_LENGTH = 40;

/** A name of a player in bold, never as markup. */
export const boldName = (name: string): string => `**${discordText(cutText(plainName(name), NAME_LENGTH))}**`;

const textOf = (runs: readonly NameRun[]): string => runs.map((run) => run.text).join("");

/** A fact of a card as a line. */
export function factLine({ details, label, value }: CardFact): string {
  const about = details.length === 0 ? "" : ` (${details.join("; ")})`;
  return `${discordText(textOf(label))}: **${discordText(value)}**${discordText(about)}`;
}

/** A fact within a line: its value, and its sample behind it. */
export function factWords({ details, label, value }: CardFact): string {
  return discordText(`${value} ${textOf(label)}${details.length === 0 ? "" : ` (${details.join("; ")})`}`);
}

/** Lines that say what a report was taken from, as one. */
export const sampleWords = (notes: readonly string[]): string => notes.join(" · ");

/** A card as a picture, with its words for who cannot see it. Throws `E_NO_RENDERER`. */
export async function cardPicture(card: Card): Promise<SlashPicture> {
  const png = await renderCard(card, "wide", loadCardFonts());
  return { png, alt: cutText(describeCard(card, ALT_LENGTH), ALT_LENGTH) };
}

/** The same for a card that may have nothing to say: undefined where nobody is found, or nothing. */
export async function cardPictureIfAny(read: () => Promise<Card>): Promise<SlashPicture | undefined> {
  try {
    return await cardPicture(await read());
  } catch (error) {
    if (error instanceof ProxError && ["E_NOTHING_FOUND", "E_NOT_FOUND", "E_AMBIGUOUS"].includes(error.code))
      return undefined;
    throw error;
  }
}

/** What picture stands for a picture that was not made by a card. */
export const altText = (parts: readonly string[]): string =>
  cutText(parts.filter(Boolean).join(". "), ALT_LENGTH);

/** Option of commands that can look back: how far. */
export const LAST_OPTION: SlashOption = {
  name: "last",
  description: "how far to look back; everything unless you say so",
  choices: [
    { name: "7 days", value: "7d" },
    { name: "30 days", value: "30d" },
    { name: "90 days", value: "90d" },
    { name: "a year", value: "365d" },
  ],
};

/** Option of commands that can look at one evening. */
export const SESSION_OPTION: SlashOption = {
  name: "session",
  description: "name, day or id of the evening; the latest unless you say so",
  names: "sessions",
};
