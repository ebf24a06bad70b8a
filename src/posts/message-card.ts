/** The card that goes with a message. */
import { loadCardFonts } from "../cards/fit-text.ts";
import { renderCard } from "../cards/draw-card.ts";
import { roundCard } from "../cards/round.ts";
import { sessionCard } from "../cards/session.ts";
import { describeCard } from "../cards/words.ts";
import type { RoundReport } from "../reports/round.ts";
import type { Subject } from "./message.ts";

/** A picture for a message. */
export interface MessageCard {
  /** PNG, less than 1 MB. */
  readonly png: Uint8Array;
  /** What it says, for who cannot see it: plain text. */
  readonly alt: string;
}

/** Discord takes so many characters. */
const ALT_LENGTH = 1024;

/** Draws the card of a session or round. Throws `E_NO_RENDERER`, and whatever drawing may. */
export async function drawMessageCard(
  { kind, session }: Subject,
  reports: readonly RoundReport[],
  bots: boolean,
): Promise<MessageCard | undefined> {
  const [first] = reports;
  if (first === undefined) return undefined;
  const card = kind === "session" ? sessionCard(session, reports, bots) : roundCard(first, bots);
  return { png: await renderCard(card, "wide", loadCardFonts()), alt: describeCard(card, ALT_LENGTH) };
}
