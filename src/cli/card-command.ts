/** What the commands below `prox card` share: the forms of a card, its fonts, and how it is shown. */
import { Flags } from "@oclif/core";

import type { Card } from "../cards/card.ts";
import { drawCard, renderCard } from "../cards/draw-card.ts";
import { loadCardFonts } from "../cards/fit-text.ts";
import type { Sql } from "../db/driver/connect.ts";
import { filterFlags, filterFlagsFor, type RefusedFilters } from "./filter-flags.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "./report-command.ts";
import { text } from "./render/blocks.ts";

/** So many letters without a font are named. */
const LETTERS_TOLD = 10;

/** Flags of all cards. */
export const CARD_FLAGS = {
  ...sourceFlags,
  bots: filterFlags.bots,
  square: Flags.boolean({ summary: "1080 by 1080 pixels, in place of 1200 by 675", helpGroup: "OUTPUT" }),
  font: Flags.string({
    summary:
      "a font for letters that prox has none for, like Chinese or Korean: .ttf, .otf or .ttc; can be given several times",
    helpValue: "FILE",
    helpGroup: "OUTPUT",
    multiple: true,
    multipleNonGreedy: true,
  }),
  ...formFlagsFor("png", "svg"),
};

/** Why a card that is about one player takes no other. */
const REFUSED: RefusedFilters = {
  player: { reason: "the card names its players itself", instead: "leave it out" },
  clan: { reason: "the card names its players itself", instead: "leave it out" },
};

/** The filters of cards that are taken from many rounds. */
export const CARD_FILTERS = { flags: filterFlagsFor(REFUSED), refused: REFUSED } as const;

const REFUSED_OF_MAP: RefusedFilters = {
  map: { reason: "the card is of one map, the one that MAP names", instead: "leave it out" },
};

/** The filters of the card of a map. */
export const MAP_CARD_FILTERS = { flags: filterFlagsFor(REFUSED_OF_MAP), refused: REFUSED_OF_MAP } as const;

interface CardOutputs {
  readonly "database-url"?: string | undefined;
  readonly font?: readonly string[] | undefined;
  readonly from?: readonly string[] | undefined;
  readonly png?: string | undefined;
  readonly square: boolean;
  readonly svg?: string | undefined;
}

/** Base of the commands below `prox card`. */
export abstract class CardCommand extends ReportCommand {
  /** Reads a card, writes it where that is asked for, and shows what it says. */
  protected async draw(flags: CardOutputs, read: (sql: Sql) => Promise<Card>): Promise<object> {
    const fonts = loadCardFonts(flags.font);
    const card = await this.withReports(flags, read);
    const shape = flags.square ? "square" : "wide";
    const { facts, headline, kicker, kind, pictureWords, sample, subline } = card;
    const lines = [
      kicker,
      headline,
      subline,
      ...facts.map(({ details, label, value }) => [
        { text: `${value}  ` },
        ...label,
        ...(details.length === 0 ? [] : [{ text: ` (${details.join("; ")})` }]),
      ]),
      sample,
    ];
    await this.present(
      {
        title: `Card: ${kind}`,
        blocks: [text(lines)],
        svg: () => drawCard(card, shape, fonts).svg,
        png: () => renderCard(card, shape, fonts),
      },
      flags,
    );
    const missing =
      flags.png === undefined && flags.svg === undefined ? [] : drawCard(card, shape, fonts).missing;
    if (missing.length > 0) {
      this.warn(
        `no font here has ${missing.slice(0, LETTERS_TOLD).join(" ")}${missing.length > LETTERS_TOLD ? " …" : ""}: drawn as boxes. ` +
          "--font FILE names a font that has them",
      );
    }
    const plainText = (all: Card["headline"]): string => all.map((run) => run.text).join("");
    return {
      kind,
      kicker,
      headline: plainText(headline),
      subline: plainText(subline),
      facts: facts.map(({ details, label, value }) => ({ value, label: plainText(label), details })),
      picture: card.picture === undefined ? null : { kind: card.picture.kind, shows: pictureWords },
      sample,
    };
  }
}
