/** What a report is drawn from, in words; and what to do where there is nothing to draw. */
import { counted, formatDuration } from "../counts.ts";
import { ProxError } from "../errors.ts";
import { plainName, safeText } from "../names.ts";
import type { Filters } from "./filters.ts";
import type { HeatSubject } from "./queries/heat-cells.ts";
import type { Sample } from "./queries/sample.ts";

/** Whether bots count. */
export function describeBots(isCounted: boolean): string {
  return isCounted ? "bots included" : "bots left out";
}

/** A mark behind the name of a bot in a sentence, with a space before it; nothing for people. */
export function botMark(isBot: boolean): string {
  return isBot ? " (bot)" : "";
}

/** A name without its colours, safe to show in a sentence; of a bot it says so. */
export function nameInWords(name: string, isBot: boolean): string {
  return `${plainName(name)}${botMark(isBot)}`;
}

/** How many played, of rounds or sessions that count people and bots apart: bots are players where they count. */
export function countPlayers(
  { bots, players }: { readonly bots: number; readonly players: number },
  areBotsCounted: boolean,
): number {
  return players + (areBotsCounted ? bots : 0);
}

/** What a report says of rounds that it leaves out because other trackers do not record the time alive; nothing without any. */
export function describeLeftOut(rounds: number): string {
  return rounds === 0
    ? ""
    : `; ${counted(rounds, "round")} of other trackers left out, which do not record the time alive`;
}

function formatDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** How many rounds, from when to when, in words. */
export function describeSample({
  firstStart,
  foreignRounds,
  incompleteRounds,
  lastStart,
  playedMs,
  players,
  rounds,
}: Sample): string {
  const [first, last] = [firstStart, lastStart].map((date) => (date === null ? "" : formatDay(date)));
  const when =
    rounds === 1 && firstStart !== null
      ? `${firstStart.toISOString().slice(0, 16).replace("T", " ")} UTC`
      : first === last
        ? (first ?? "")
        : `${first ?? ""} to ${last ?? ""}`;
  return [
    counted(rounds, "round"),
    `${formatDuration(playedMs)} played`,
    counted(players, "player"),
    when,
    ...(incompleteRounds === 0 ? [] : [`${incompleteRounds} incomplete`]),
    ...(foreignRounds === 0 ? [] : [`${foreignRounds} from other trackers`]),
  ].join(" · ");
}

/** The error for a report without data, with what might be missing. */
export function nothingFound(what: string, filters: Filters, words: readonly string[]): ProxError {
  return new ProxError(
    "E_NOTHING_FOUND",
    `no ${what}${words.length === 0 ? "" : ` for ${words.join(", ")}`}`,
    {
      suggestions: [
        ...(filters.bots === "without" ? ["bots are left out: --bots counts them too"] : []),
        "`prox report rounds` lists the recorded rounds",
      ],
    },
  );
}

/** The total in words: `1 kill`, `1,234 kills`, `81 min of presence`. */
export function amountOf(total: number, what: HeatSubject): string {
  return what === "presence"
    ? `${formatDuration(total * 1000)} of presence`
    : counted(total, what.slice(0, -"s".length), what);
}

/** The one map of the rounds; asks back where there are several. */
export function onlyMap(sample: Sample): string {
  const [first, second] = sample.maps;
  if (first !== undefined && second === undefined) return first.map;
  if (first === undefined) {
    throw new ProxError("E_NOTHING_FOUND", "no round matches these filters", {
      suggestions: ["`prox report rounds` lists the recorded rounds"],
    });
  }
  throw new ProxError("E_FILTER", "these rounds were played on several maps: name one with --map", {
    suggestions: [`--map ${sample.maps.map(({ map }) => safeText(map)).join(", ")}`],
    details: { maps: sample.maps },
  });
}
