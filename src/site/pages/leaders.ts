/** Leaders: who is best at what, of all rounds or of a season; and records of single rounds and sessions. */
import type { Sql } from "../../db/driver/connect.ts";
import { counted } from "../../counts.ts";
import { table } from "../../cli/render/blocks.ts";
import type { Block } from "../../cli/render/blocks.ts";
import { leaderTable } from "../../cli/views/leaders.ts";
import { TEAM_NAMES } from "../../engine/players.ts";
import { type ScoreSum, sumScores } from "../../reports/highlights.ts";
import { LEAST_MINUTES, type LeadersReport, reportLeaders } from "../../reports/leaders.ts";
import type { ScoreRow } from "../../reports/queries/round.ts";
import { sumRoundTotals } from "../../reports/totals-reader.ts";
import { html, type Content } from "../html.ts";
import type { Page } from "../page-frame.ts";
import type { Site } from "../site.ts";
import type { SiteRound, SiteSession } from "../site-data.ts";
import { reported } from "./session.ts";
import { sessionTitle } from "./session-list.ts";

/** A record of accuracy takes so many bullets at least. */
const LEAST_SHOTS = 100;

/** Sums of those who have a page, over rounds; names are those of today. */
function knownSums(site: Site, rounds: readonly SiteRound[]): ScoreSum[] {
  return sumScores(rounds.toReversed().flatMap(({ scores }) => scores))
    .filter(({ playerId }) => site.data.slugs.has(playerId))
    .map((sum) => ({ ...sum, name: site.data.people.get(sum.playerId)?.name ?? sum.name }));
}

/** The leaders of all rounds, or of those with a tag; undefined where nobody played long enough. */
export async function readLeaders(sql: Sql, site: Site, tag?: string): Promise<LeadersReport | undefined> {
  const { bots } = site.settings;
  return reported(
    reportLeaders(
      sql,
      { bots, tag },
      { order: "kills-per-death", leastMinutes: LEAST_MINUTES },
      sumRoundTotals(sql, site.data.totals),
    ),
  );
}

/** Leaders on a page at `path`, and who is not among them. */
export function leadersContent(site: Site, path: string, leaders: LeadersReport | undefined): Content {
  if (leaders === undefined) return html`<p>Nobody has played for ${LEAST_MINUTES} minutes yet.</p>`;
  return html`${site.blocks(path, [leaderTable(leaders.leaders, "Leaders")])}
    <p class="note">${leaders.notes.join(" · ")}</p>`;
}

/** Leaders over all rounds. */
export function leadersPage(site: Site, leaders: LeadersReport | undefined): Page {
  const { rounds } = site.data;
  return {
    path: "leaders/",
    title: "Leaders",
    description: `Who leads in kills, damage, accuracy and fights won over ${counted(rounds.length, "round")}.`,
    above: [],
    content: html`<h1>Leaders</h1>
      <p class="note">
        Sorted by kills per death; click a heading to sort by it. Ranges are sorted by their lower end, which
        a player very likely reaches.
      </p>
      ${leadersContent(site, "leaders/", leaders)}`,
  };
}

/** A record: the best value of one round or one session. */
interface RecordLine {
  readonly title: string;
  readonly value: number;
  readonly shown: string;
  readonly playerId: number;
  readonly name: string;
  readonly where: string;
  readonly reference:
    | { readonly kind: "round"; readonly roundKey: string }
    | { readonly kind: "session"; readonly session: string };
}

const ROUND_RECORDS: readonly (readonly [
  title: string,
  value: (row: ScoreRow) => number | null,
  isShare?: boolean,
])[] = [
  ["most kills", ({ kills }) => kills],
  ["most damage", ({ damageGiven }) => damageGiven],
  ["most revives", ({ revives }) => revives],
  ["most headshots", ({ headHits }) => headHits],
  [
    `best accuracy, ${LEAST_SHOTS} bullets or more`,
    ({ hits, shots }) => (shots === null || hits === null || shots < LEAST_SHOTS ? null : hits / shots),
    true,
  ],
];

function bestOf<Item>(items: readonly Item[], value: (item: Item) => number | null): Item | undefined {
  let best: Item | undefined;
  let most = 0;
  // The earliest holds a record until somebody does better.
  for (const item of items) {
    const one = value(item);
    if (one === null || one <= most) continue;
    best = item;
    most = one;
  }
  return best;
}

function roundRecords(site: Site): RecordLine[] {
  const rows = site.data.rounds
    .toReversed()
    .filter(({ isComplete }) => isComplete)
    .flatMap((round) => round.scores.map((row) => ({ round, row })))
    .filter(({ row }) => site.data.slugs.has(row.playerId));
  return ROUND_RECORDS.flatMap(([title, value, isShare]) => {
    const best = bestOf(rows, ({ row }) => value(row));
    const most = best === undefined ? null : value(best.row);
    if (best === undefined || most === null) return [];
    const { round, row } = best;
    return {
      ...{ title, value: most, playerId: row.playerId, name: row.name },
      shown: isShare === true ? `${(most * 100).toFixed(1)} %` : most.toLocaleString("en-US"),
      where: `${round.map}, round ${round.round}, ${TEAM_NAMES[row.team] ?? ""}, ${round.startedAt.toISOString().slice(0, 10)}`,
      reference: { kind: "round", roundKey: round.roundKey },
    };
  });
}

function sessionRecords(site: Site): RecordLine[] {
  const rows = site.data.sessions
    .toReversed()
    .flatMap((session: SiteSession) =>
      knownSums(site, session.rounds.toReversed()).map((sum) => ({ session, sum })),
    );
  const kinds: readonly (readonly [title: string, value: (sum: ScoreSum) => number])[] = [
    ["most kills", ({ kills }) => kills],
    ["most damage", ({ damageGiven }) => damageGiven],
    ["most revives", ({ revives }) => revives],
  ];
  return kinds.flatMap(([title, value]) => {
    const best = bestOf(rows, ({ sum }) => value(sum));
    if (best === undefined) return [];
    const { session, sum } = best;
    return {
      ...{ title, value: value(sum), playerId: sum.playerId, name: sum.name },
      shown: value(sum).toLocaleString("en-US"),
      where: `${sessionTitle(site, session)}, ${counted(sum.rounds, "round")}`,
      reference: { kind: "session", session: session.id },
    };
  });
}

function recordTable(lines: readonly RecordLine[], heading: string): Block {
  return table<RecordLine>(
    [
      { key: "title", title: "record", value: ({ title }) => title },
      { key: "value", title: "value", value: ({ value }) => value, show: ({ shown }) => shown },
      {
        key: "player",
        title: "player",
        value: ({ name }) => name,
        isName: true,
        refersTo: ({ playerId }) => ({ kind: "player", playerId }),
      },
      { key: "where", title: "where", value: ({ where }) => where, refersTo: ({ reference }) => reference },
    ],
    lines,
    heading,
  );
}

/** Records of single rounds and sessions. */
export function recordsPage(site: Site): Page {
  return {
    path: "records/",
    title: "Records",
    description: "The most anybody did in one round and in one session.",
    above: [],
    content: html`<h1>Records</h1>
      <p class="note">
        Of complete rounds, and of sessions. The first to reach a number holds
        it.${!site.settings.bots && " Bots are left out."}
      </p>
      ${site.blocks("records/", [recordTable(roundRecords(site), "In one round"), recordTable(sessionRecords(site), "In one session")])}`,
  };
}
