/** The card of two who play together. */
import { counted } from "../counts.ts";
import { safeText } from "../names.ts";
import type { HeatmapReport } from "../reports/heatmap.ts";
import type { RoundRow } from "../reports/rounds.ts";
import type { Pair } from "../reports/team-play.ts";
import type { Card } from "./card.ts";
import {
  BETWEEN_NAMES,
  describeCardSample,
  estimateFact,
  formatPeriod,
  joinNames,
  plain,
  rateFact,
} from "./words.ts";

/**
 * The card of a pair.
 * @param rounds in which both played, the latest first.
 * @param heatmap of the kills of the two, where there are any.
 */
export function duoCard(
  pair: Pair,
  rounds: readonly RoundRow[],
  heatmap: HeatmapReport | undefined,
  areBotsCounted: boolean,
): Card {
  const [last] = rounds;
  const first = rounds.at(-1);
  const { crossfireRate, crossfires, nearShare, sharedFights, tradeRate, winRate } = pair;
  return {
    kind: "duo",
    kicker: "Duo",
    headline: joinNames([pair.name, pair.partnerName], BETWEEN_NAMES),
    subline: [plain(`${counted(sharedFights, "fight")} side by side, ${counted(crossfires, "crossfire")}`)],
    facts: [
      rateFact("of fights won", winRate),
      rateFact("of deaths avenged", tradeRate),
      nearShare === null
        ? rateFact("fights with a crossfire", crossfireRate)
        : estimateFact("time near each other", nearShare, "share"),
    ],
    picture: heatmap === undefined ? undefined : { kind: "heatmap", heatmap: heatmap.picture },
    pictureWords:
      heatmap === undefined
        ? ""
        : `${counted(heatmap.populations[0]?.total ?? 0, "kill")} of both on ${safeText(heatmap.map)}`,
    sample: describeCardSample(
      rounds.length,
      undefined,
      first === undefined || last === undefined ? "" : formatPeriod(first.startedAt, last.startedAt),
      areBotsCounted,
    ),
  };
}
