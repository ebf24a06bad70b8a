/** What a card says: one headline, three facts, one picture. Plain values; how they are drawn is not known here. */
import type { NameRun } from "../names.ts";
import type { EngagementPicture } from "../pictures/engagement.ts";
import type { HeatmapPicture } from "../pictures/heatmap.ts";
import type { MomentumStep } from "../reports/round.ts";

/** What there are cards of. */
export type CardKind = "player" | "session" | "round" | "fight" | "duo" | "map";

/** One fact. */
export interface CardFact {
  /** A number with its unit: what is read first. */
  readonly value: string;
  /** What the number is, or whose. */
  readonly label: readonly NameRun[];
  /** Interval, sample, what it is compared with: at most two short lines. */
  readonly details: readonly string[];
}

/** How a round ended; teams by number, null for nobody. */
export interface CardResult {
  readonly map: string;
  readonly results: readonly { readonly winnerTeam: number | null; readonly lengthMs: number }[];
}

/** The picture of a card. */
export type CardPicture =
  | { readonly kind: "heatmap"; readonly heatmap: HeatmapPicture }
  | { readonly kind: "fight"; readonly fight: EngagementPicture }
  | { readonly kind: "momentum"; readonly steps: readonly MomentumStep[]; readonly endMs: number }
  | { readonly kind: "results"; readonly maps: readonly CardResult[] };

/** A card. Names keep their colours as runs; all other text is plain. */
export interface Card {
  readonly kind: CardKind;
  /** Stands small above the headline: what this is of, and of when. */
  readonly kicker: string;
  readonly headline: readonly NameRun[];
  readonly subline: readonly NameRun[];
  /** Three. */
  readonly facts: readonly CardFact[];
  /** Undefined where there is nothing to draw. */
  readonly picture: CardPicture | undefined;
  /** What the picture shows. */
  readonly pictureWords: string;
  /** How much all of it was taken from, and whether bots count. */
  readonly sample: string;
}
