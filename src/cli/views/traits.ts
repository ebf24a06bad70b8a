/** Traits: how reliable they are, and those of a player. */
import { counted, whole } from "../../counts.ts";
import type { JudgedTrait, TraitEvaluation } from "../../models/evaluate-traits.ts";
import type { PlayerTrait, PlayerTraits } from "../../models/player-traits.ts";
import type { TraitTest } from "../../models/trait-tests.ts";
import { notes, table, text, type Block } from "../render/blocks.ts";
import { renderCsv } from "../render/table.ts";
import type { TableColumn } from "../render/table.ts";
import type { View } from "../render/view.ts";
import { formatRate } from "./estimates.ts";
import { OF_BOTS } from "./model.ts";

/** A value of a trait in its unit. */
function inUnit(value: number, unit: string): string {
  if (unit === "share") return `${(value * 100).toFixed(0)} %`;
  return value >= 10 ? whole(value) : value.toFixed(2);
}
const named = ({ name, unit }: { readonly name: string; readonly unit: string }): string =>
  unit === "share" ? name : `${name} (${unit})`;
const twoDigits = (value: number | null | undefined): string =>
  (value ?? null) === null ? "" : (value ?? 0).toFixed(2);

function testColumns(
  key: string,
  title: string,
  of: (row: JudgedTrait) => TraitTest,
): TableColumn<JudgedTrait>[] {
  return [
    {
      key,
      title,
      value: (row) => of(row).won.share,
      show: (row) => `${formatRate(of(row).won)}${of(row).isFound ? " *" : ""}`,
    },
    { key: `${key}_low`, title: "low", value: (row) => of(row).won.low, csvOnly: true },
    { key: `${key}_high`, title: "high", value: (row) => of(row).won.high, csvOnly: true },
    { key: `${key}_matches`, title: "matches", value: (row) => of(row).won.trials, csvOnly: true },
    { key: `${key}_chance`, title: "by chance", value: (row) => of(row).chance, csvOnly: true },
  ];
}

const JUDGED: readonly TableColumn<JudgedTrait>[] = [
  { key: "trait", title: "trait", value: (row) => row.name, show: named },
  { key: "players", title: "players", value: (row) => row.people },
  {
    key: "mean",
    title: "mean",
    value: (row) => (Number.isNaN(row.mean) ? null : row.mean),
    show: (row) => (Number.isNaN(row.mean) ? "" : inUnit(row.mean, row.unit)),
  },
  {
    key: "reliability",
    title: "reliability",
    value: (row) => row.reliability?.value ?? null,
    show: ({ reliability }) =>
      reliability === null
        ? "too few players"
        : `${twoDigits(reliability.value)} (${twoDigits(reliability.low)}–${twoDigits(reliability.high)})`,
  },
  { key: "reliability_low", title: "low", value: (row) => row.reliability?.low ?? null, csvOnly: true },
  { key: "reliability_high", title: "high", value: (row) => row.reliability?.high ?? null, csvOnly: true },
  {
    key: "split_half",
    title: "by halves",
    value: (row) => row.splitHalf,
    show: (row) => twoDigits(row.splitHalf),
  },
  { key: "ranked", title: "ranked", value: (row) => (row.isReliable ? "yes" : "no") },
  ...testColumns("within_round", "more of it won", (row) => row.tests.withinRound),
  ...testColumns("next_round", "more of it before won", (row) => row.tests.nextRound),
];

/** How reliable traits are, and what they have to do with winning. */
export function traitsView(found: TraitEvaluation, { bots }: { readonly bots: boolean }): View {
  return {
    title: "How reliable traits are",
    blocks: [
      table(JUDGED, found.traits, "Traits"),
      text([
        `${counted(found.rounds, "round")} of ${counted(found.matches, "match", "matches")}`,
        "reliability: of what players differ the part that is theirs, and not of the match; players are ranked from 0.70 on",
        `* found among ${found.tests} tests, of which one in ten may be chance; all others may be chance`,
        ...(bots ? [OF_BOTS] : []),
      ]),
      notes([
        "more of it won: of the matches, how often the team that did more of it won; it may have done more because it was winning",
        "more of it before won: how often the team won whose players had done more of it in earlier matches",
      ]),
      text(found.traits.map(({ name, says }) => `${name}: ${says}`)),
    ],
    csv: () => renderCsv(JUDGED, found.traits),
  };
}

const OWN: readonly TableColumn<PlayerTrait>[] = [
  { key: "trait", title: "trait", value: (row) => row.name, show: named },
  {
    key: "value",
    title: "player",
    value: (row) => row.shrunk,
    show: ({ chances, high, low, of, shrunk, unit }) =>
      `${inUnit(shrunk, unit)} (${inUnit(Math.max(0, low), unit)} to ${inUnit(high, unit)}, ${whole(chances)} ${of})`,
  },
  { key: "mean", title: "mean of all", value: (row) => row.mean, show: (row) => inUnit(row.mean, row.unit) },
  {
    key: "percentile",
    title: "more than",
    value: (row) => row.percentile,
    show: ({ isReliable, people, percentile }) => {
      if (!isReliable) return "not yet reliable";
      return percentile === null ? "too few matches" : `${percentile.toFixed(0)} % of ${people - 1} others`;
    },
  },
  {
    key: "reliability",
    title: "reliability",
    value: (row) => row.reliability,
    show: (row) => twoDigits(row.reliability),
    detail: 1,
  },
];

/** The traits of a player; nothing where too few people have played enough. */
export function traitBlocks({ roles, rounds, traits }: PlayerTraits): Block[] {
  if (traits.length === 0) return [];
  return [
    table(OWN, traits, "Traits"),
    text([
      ...roles.map(
        ({ role, trait }) =>
          `${role}: ${trait.name} ${inUnit(trait.shrunk, trait.unit)}, more than ${(trait.percentile ?? 0).toFixed(0)} % of ${trait.people - 1} others`,
      ),
      `traits: from the latest ${counted(rounds, "round")} that somebody won, drawn towards the mean of all as far as chance is in them`,
    ]),
  ];
}
