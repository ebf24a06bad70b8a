/** The card of a map. */
import { formatDuration, whole } from "../counts.ts";
import { safeText } from "../names.ts";
import type { HeatmapReport } from "../reports/heatmap.ts";
import type { MapResults } from "../reports/map-results.ts";
import type { Card } from "./card.ts";
import { describeCardSample, formatPeriod, plain, rateFact } from "./words.ts";

/**
 * The card of a map.
 * @param heatmap of all kills on it, where there are any.
 */
export function mapCard(
  results: MapResults,
  heatmap: HeatmapReport | undefined,
  areBotsCounted: boolean,
): Card {
  const { alliesWins, axisWins, completeRounds, map, meanMs, sample } = results;
  const kills = heatmap?.populations[0]?.total;
  return {
    kind: "map",
    kicker: "Map",
    headline: [plain(safeText(map))],
    subline: [plain(`${formatDuration(sample.playedMs)} played`)],
    facts: [
      rateFact("won by Allies", alliesWins),
      rateFact("won by Axis", axisWins),
      {
        value: meanMs === null ? "–" : formatDuration(Math.round(meanMs / 60_000) * 60_000),
        label: [plain("a round, on average")],
        details: [`n=${whole(completeRounds)}`],
      },
    ],
    picture: heatmap === undefined ? undefined : { kind: "heatmap", heatmap: heatmap.picture },
    pictureWords: kills === undefined ? "" : `where ${whole(kills)} kills were made from`,
    sample: describeCardSample(
      sample.rounds,
      sample.players,
      sample.firstStart === null || sample.lastStart === null
        ? ""
        : formatPeriod(sample.firstStart, sample.lastStart),
      areBotsCounted,
    ),
  };
}
