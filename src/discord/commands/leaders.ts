/** `/leaders`: everybody beside each other. */
import { readPlayerCard } from "../../cards/read-card.ts";
import { estimateFact, rateFact } from "../../cards/words.ts";
import type { CardFact } from "../../cards/card.ts";
import { counted, formatDuration } from "../../counts.ts";
import { discordText } from "../../posts/discord-text.ts";
import {
  type Leader,
  LEADER_ORDERS,
  type LeaderOrder,
  LEAST_MINUTES,
  reportLeaders,
} from "../../reports/leaders.ts";
import { resolveWho } from "../name-book.ts";
import type { SlashCommand } from "../slash-command.ts";
import { boldName, cardPictureIfAny, factWords, LAST_OPTION, sampleWords } from "../words.ts";

const LEADERS_TOLD = 10;

const count = (value: string, label: string): CardFact => ({
  value,
  label: [{ text: label, colour: undefined }],
  details: [],
});

/** The number that an order sorts by. */
const TOLD: Readonly<Record<LeaderOrder, (leader: Leader) => CardFact>> = {
  "kills-per-death": ({ killsPerDeath }) => estimateFact("kills per death", killsPerDeath, ""),
  "kills-per-minute": ({ killsPerMinute }) => estimateFact("kills a minute", killsPerMinute, ""),
  damage: ({ damagePerMinute }) => estimateFact("damage a minute", damagePerMinute, ""),
  accuracy: ({ accuracy }) => estimateFact("accuracy", accuracy, "share"),
  headshots: ({ headShare }) => estimateFact("headshots", headShare, "share"),
  fights: ({ fightsWon }) => rateFact("of fights won", fightsWon),
  revives: ({ revivesPerMinute }) => estimateFact("revives a minute", revivesPerMinute, ""),
  kast: ({ kast }) => estimateFact("KAST", kast, "share"),
  assists: ({ assistsPerLife }) => estimateFact("assists a life", assistsPerLife, ""),
  multikills: ({ multikillsPerLife }) => estimateFact("multikills a life", multikillsPerLife, ""),
  "kills-held": ({ killsHeld }) => estimateFact("of kills held", killsHeld, "share"),
  "time-bought": ({ timeBought }) => estimateFact("seconds bought a kill", timeBought, ""),
  "all-time-bought": ({ boughtS }) =>
    count(boughtS === null ? "–" : formatDuration(boughtS * 1000), "bought"),
  "gibbed-in-time": ({ gibbedInTime }) => estimateFact("of kills gibbed in time", gibbedInTime, "share"),
  "revived-in-time": ({ revivedInTime }) => estimateFact("of deaths revived in time", revivedInTime, "share"),
  kills: ({ kills }) => count(String(kills), kills === 1 ? "kill" : "kills"),
  rounds: ({ rounds }) => count(String(rounds), rounds === 1 ? "round" : "rounds"),
  time: ({ aliveS }) => count(formatDuration(aliveS * 1000), "alive"),
};

/** The command. */
export const LEADERS: SlashCommand = {
  name: "leaders",
  description: `Who leads, of players with at least ${LEAST_MINUTES} minutes alive`,
  options: [
    {
      name: "by",
      description: "what comes first; kills per death unless you say so",
      choices: LEADER_ORDERS.map((value) => ({ name: value.replaceAll("-", " "), value })),
    },
    LAST_OPTION,
    { name: "session", description: "one evening", names: "sessions" },
    { name: "map", description: "one map", names: "maps" },
  ],
  answer: async (sql, { by, last, map, session }) => {
    const order = LEADER_ORDERS.find((one) => one === by) ?? "kills-per-death";
    const request = { map, session, since: last };
    const { leaders, notes } = await reportLeaders(sql, request, { order, leastMinutes: LEAST_MINUTES });
    const [best] = leaders;
    const lines = leaders
      .slice(0, LEADERS_TOLD)
      .map(
        (leader, at) =>
          `${at + 1}\\. ${boldName(leader.name)} ${factWords(TOLD[order](leader))}, ` +
          `${counted(leader.kills, "kill")}, ${counted(leader.deaths, "death")}`,
      );
    const more = leaders.length - lines.length;
    return {
      title: `Leaders by ${order.replaceAll("-", " ")}`,
      lines: more === 0 ? lines : [...lines, discordText(`and ${counted(more, "more player")}`)],
      footer: sampleWords(notes),
      picture:
        best === undefined
          ? undefined
          : await cardPictureIfAny(async () =>
              readPlayerCard(sql, await resolveWho(sql, `#${best.playerId}`), request),
            ),
    };
  },
};
