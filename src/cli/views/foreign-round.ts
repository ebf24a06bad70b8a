/** What a report says of a round that another tracker recorded: by what, how well, and the totals of its statistics. */
import { TEAM_NAMES } from "../../engine/players.ts";
import { safeText } from "../../names.ts";
import { SOURCE_NOTE_DESCRIPTIONS } from "../../parsers/foreign/foreign-round.ts";
import type { TotalsRow } from "../../reports/queries/totals.ts";
import type { RoundReport } from "../../reports/round.ts";
import type { TableColumn } from "../render/table.ts";

/** Stored notes may be of a later prox. */
const NOTE_WORDS: Readonly<Record<string, string>> = SOURCE_NOTE_DESCRIPTIONS;

/** What each capture of facts is called; what rules make of facts is no capture of another tracker. */
const CAPTURE_WORDS: Readonly<Record<string, string>> = {
  positions: "positions",
  fire: "shots",
  hit: "hits",
  hit_region: "hit regions",
  kill: "kills",
  revive: "revives",
  objectives: "objectives",
};

/** How much the totals of a player cover, where it is not this round alone. */
const BASIS_WORDS: Readonly<Record<string, string>> = {
  unpaired: "of both rounds",
  reconnected: "may be of both rounds",
};

/** The columns of totals that another tracker's statistics hold. */
export const TOTALS_COLUMNS: readonly TableColumn<TotalsRow>[] = [
  {
    key: "team",
    title: "team",
    value: (row) => TEAM_NAMES[row.team] ?? "",
  },
  { key: "player", title: "player", value: (row) => row.name, isName: true },
  { key: "is_bot", title: "bot", value: (row) => row.isBot, csvOnly: true },
  { key: "kills", title: "kills", value: (row) => row.kills },
  { key: "deaths", title: "killed", value: (row) => row.deaths },
  { key: "damage_given", title: "damage", value: (row) => row.damageGiven },
  { key: "damage_received", title: "received", value: (row) => row.damageReceived, detail: 2 },
  { key: "hits", title: "hits", value: (row) => row.hits, detail: 4 },
  { key: "headshots", title: "head", value: (row) => row.headshots, detail: 3 },
  { key: "gibs", title: "gibs", value: (row) => row.gibs, detail: 6 },
  { key: "self_kills", title: "self kills", value: (row) => row.selfKills, csvOnly: true },
  { key: "team_kills", title: "team kills", value: (row) => row.teamKills, csvOnly: true },
  { key: "revives", title: "revives", value: (row) => row.revivesGiven, detail: 1 },
  { key: "times_revived", title: "revived", value: (row) => row.timesRevived, csvOnly: true },
  { key: "xp", title: "XP", value: (row) => row.xp, detail: 5 },
  { key: "played_ms", title: "played", value: (row) => row.playedMs, csvOnly: true },
  { key: "basis", title: "counted", value: (row) => row.basis, show: (row) => BASIS_WORDS[row.basis] ?? "" },
];

/** What there is to know of a round of another tracker. */
export function describeSource({
  captures,
  source,
  sourceNotes,
  trackerVersion,
}: RoundReport["round"]): string[] {
  if (source === "prox") return [];
  const inState = (state: string): string[] =>
    Object.entries(CAPTURE_WORDS).flatMap(([capture, word]) =>
      (captures as Readonly<Record<string, string>> | null)?.[capture] === state ? [word] : [],
    );
  const list = (words: string, captured: readonly string[]): string[] =>
    captured.length === 0 ? [] : [`${words}: ${captured.join(", ")}`];
  return [
    `recorded by ${safeText(trackerVersion)}`,
    ...list("recorded in part", inState("partly")),
    ...list("not recorded", [...inState("unavailable"), ...inState("off")]),
    ...list("lost", inState("failed")),
    ...sourceNotes.map((note) => NOTE_WORDS[note] ?? safeText(note)),
  ];
}
