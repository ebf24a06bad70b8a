/** The card of a player. */
import { counted } from "../counts.ts";
import { nameRuns } from "../names.ts";
import type { HeatmapReport } from "../reports/heatmap.ts";
import type { PlayerReport } from "../reports/player.ts";
import { wilson } from "../reports/statistics.ts";
import type { Card, CardFact } from "./card.ts";
import { describeCardSample, estimateFact, plain, rateFact } from "./words.ts";

/** The day of a session, by its id. */
const dayOf = (session: string): string => session.slice(0, 10);

/**
 * The card of a profile.
 * @param heatmap of the player's kills, where there are any.
 */
export function playerCard(
  { form, maps, metrics, player, rounds, shapes }: PlayerReport,
  heatmap: HeatmapReport | undefined,
  areBotsCounted: boolean,
): Card {
  const fact = (key: string, label: string): CardFact[] =>
    metrics
      .filter((metric) => metric.key === key)
      .map(({ others, player: own, unit }) =>
        estimateFact(label, own, unit === "share" ? "share" : "", others),
      );
  const won = shapes.reduce((sum, row) => sum + row.won, 0);
  const lost = shapes.reduce((sum, row) => sum + row.lost, 0);
  const days = form.map(({ session }) => dayOf(session)).sort();
  const [first] = days;
  const last = days.at(-1);
  return {
    kind: "player",
    kicker: "Player",
    headline: nameRuns(player.name),
    subline: [plain(`${counted(rounds, "round")} on ${counted(maps.length, "map")}`)],
    facts: [
      ...fact("kills_per_death", "kills per death"),
      ...fact("damage_given_per_minute", "damage a minute"),
      rateFact("of fights won", wilson(won, won + lost)),
    ],
    picture: heatmap === undefined ? undefined : { kind: "heatmap", heatmap: heatmap.picture },
    pictureWords:
      heatmap === undefined ? "" : `${counted(heatmap.populations[0]?.total ?? 0, "kill")} on ${heatmap.map}`,
    sample: describeCardSample(
      rounds,
      undefined,
      first === undefined || first === last ? (first ?? "") : `${first} to ${last ?? ""}`,
      areBotsCounted,
    ),
  };
}
