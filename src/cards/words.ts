/** The few words and numbers that all cards are written with. */
import { counted, whole } from "../counts.ts";
import { type NameRun, nameRuns, safeText } from "../names.ts";
import { describeBots } from "../reports/describe.ts";
import type { Estimate, Rate } from "../reports/statistics.ts";
import type { Card, CardFact } from "./card.ts";

/** Text without a colour of its own. */
export const plain = (text: string): NameRun => ({ text, colour: undefined });

/** A number with as many decimals as tell it apart: 1,234, 12.3, 1.23. */
function formatNumber(value: number): string {
  const size = Math.abs(value);
  const digits = Number.isInteger(value) || size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Hundredths of a share, without decimals. */
const percent = (share: number): string => (share * 100).toFixed(0);

/** An estimate as a fact: the value large, its interval and sample below, and the value of others where it is given. */
export function estimateFact(
  label: string,
  estimate: Estimate,
  unit: "share" | "",
  others?: Estimate,
): CardFact {
  const one = unit === "share" ? percent : formatNumber;
  const { high, low, sample, sampleUnit, value } = estimate;
  const size = {
    n: `n=${formatNumber(sample)}`,
    min: `${whole(sample)} min`,
    lives: counted(sample, "life", "lives"),
    rounds: counted(sample, "round"),
  }[sampleUnit];
  const interval = low === null || high === null ? [] : [`${one(low)}–${one(high)}`];
  const sign = unit === "share" ? " %" : "";
  return {
    value: value === null ? "–" : `${one(value)}${sign}`,
    label: [plain(label)],
    details: [
      [...interval, size].join(", "),
      ...(typeof others?.value === "number" ? [`others ${one(others.value)}${sign}`] : []),
    ],
  };
}

/** A rate as a fact, see {@link estimateFact}. */
export function rateFact(label: string, { high, low, share, trials }: Rate): CardFact {
  return estimateFact(label, { value: share, low, high, sample: trials, sampleUnit: "n" }, "share");
}

/** From when to when, days in UTC. */
export function formatPeriod(first: Date, last: Date): string {
  const [from, to] = [first, last].map((date) => date.toISOString().slice(0, 10));
  return from === to ? (from ?? "") : `${from ?? ""} to ${to ?? ""}`;
}

/** How much was looked at. */
export function describeCardSample(
  rounds: number,
  players: number | undefined,
  period: string,
  areBotsCounted: boolean,
): string {
  const people = players === undefined ? [] : [counted(players, "player")];
  return [counted(rounds, "round"), ...people, period, describeBots(areBotsCounted)]
    .filter(Boolean)
    .join(" · ");
}

/** Stands between the two names of a duo; a card that is too narrow breaks its headline there. */
export const BETWEEN_NAMES = " + ";

/** Names in their colours, one after the other. */
export function joinNames(names: readonly string[], between: string): NameRun[] {
  return names.flatMap((name, index) => [...(index === 0 ? [] : [plain(between)]), ...nameRuns(name)]);
}

/** A card in words, for who cannot see it: at most so many characters. */
export function describeCard({ facts, headline, sample, subline }: Card, length: number): string {
  const text = (runs: readonly NameRun[]): string => runs.map((run) => run.text).join("");
  const parts = [
    [text(headline), text(subline)].filter(Boolean).join(", "),
    ...facts.map(({ details, label, value }) => `${text(label)}: ${[value, ...details].join(", ")}`),
    sample,
  ];
  return Array.from(safeText(parts.join(". ")))
    .slice(0, length)
    .join("");
}
