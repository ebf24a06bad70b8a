/** The pages of teams, which are clans: all of them, and each. */
import { counted } from "../../counts.ts";
import { table } from "../../cli/render/blocks.ts";
import { withSample, type TableColumn } from "../../cli/render/table.ts";
import { formatRate } from "../../cli/views/estimates.ts";
import { TEAM_NAMES } from "../../engine/players.ts";
import { plainName, safeText } from "../../names.ts";
import { CLAN_REGULARS, REGULAR_ROUNDS, type Clan } from "../../reports/clans.ts";
import { formatClock } from "../../clock.ts";
import { sumScores } from "../../reports/highlights.ts";
import { wilson } from "../../reports/statistics.ts";
import { html } from "../html.ts";
import { tagSlug } from "../addresses.ts";
import type { Page } from "../page-frame.ts";
import { cards, facts } from "../page-parts.ts";
import type { Site } from "../site.ts";
import type { SiteRound } from "../site-data.ts";
import { scoreSumTable } from "./score-table.ts";

/** So many members on one side play as a team. */
const TOGETHER = 3;
const ROUNDS_LISTED = 30;

/** A round that a team played together. */
interface TeamRound {
  readonly round: SiteRound;
  readonly side: number;
  readonly members: number;
  /** The team on the other side, where it is one. */
  readonly against: Clan | undefined;
}

/** The side on which a round's players of a clan were together; undefined where they were on none, or on both. */
function sideOf(
  round: SiteRound,
  members: ReadonlySet<number>,
): { side: number; members: number } | undefined {
  const [axis = 0, allies = 0] = [1, 2].map(
    (team) => round.scores.filter((score) => score.team === team && members.has(score.playerId)).length,
  );
  if (axis >= TOGETHER && allies < TOGETHER) return { side: 1, members: axis };
  return allies >= TOGETHER && axis < TOGETHER ? { side: 2, members: allies } : undefined;
}

/** The rounds that a team played together, the latest first. */
function roundsTogether(site: Site, clan: Clan): TeamRound[] {
  const { clans, rounds } = site.data;
  const own = new Set(clan.members);
  const others = clans
    .filter(({ key }) => key !== clan.key)
    .map((one) => [one, new Set(one.members)] as const);
  return rounds.flatMap((round) => {
    const found = sideOf(round, own);
    if (found === undefined) return [];
    const against = others.find(([, members]) => sideOf(round, members)?.side === 3 - found.side)?.[0];
    return [{ round, ...found, against }];
  });
}

const isWon = ({ round, side }: TeamRound): boolean | undefined =>
  round.winnerTeam === null ? undefined : round.winnerTeam === side;

const ROUNDS: readonly TableColumn<TeamRound>[] = [
  {
    key: "day",
    title: "day (UTC)",
    value: ({ round }) => round.startedAt.toISOString().slice(0, 16).replace("T", " "),
    refersTo: ({ round }) => ({ kind: "round", roundKey: round.roundKey }),
  },
  {
    key: "map",
    title: "map",
    value: ({ round }) => safeText(round.map),
    refersTo: ({ round }) => ({ kind: "map", map: round.map }),
  },
  {
    key: "result",
    title: "result",
    value: (row) => ({ true: "won", false: "lost" })[String(isWon(row))] ?? "no result",
  },
  { key: "side", title: "as", value: ({ side }) => TEAM_NAMES[side] ?? "", detail: 2 },
  { key: "members", title: "members", value: ({ members }) => members, detail: 2 },
  {
    key: "against",
    title: "against",
    value: ({ against }) => against?.name ?? "",
    refersTo: ({ against }) => (against === undefined ? undefined : { kind: "clan", clan: against.key }),
  },
  {
    key: "time",
    title: "time",
    value: ({ round }) => round.endMs,
    show: ({ round }) => formatClock(round.endMs),
    detail: 3,
  },
];

/** What a team did against another. */
interface Matchup {
  readonly clan: Clan;
  readonly rounds: readonly TeamRound[];
}

const winRate = (rounds: readonly TeamRound[]) => {
  const decided = rounds.map(isWon).filter((won) => won !== undefined);
  return wilson(decided.filter(Boolean).length, decided.length);
};

const MATCHUPS: readonly TableColumn<Matchup>[] = [
  {
    key: "team",
    title: "team",
    value: ({ clan }) => clan.name,
    refersTo: ({ clan }) => ({ kind: "clan", clan: clan.key }),
  },
  { key: "rounds", title: "rounds", value: ({ rounds }) => rounds.length, detail: 1 },
  { key: "won", title: "won", value: ({ rounds }) => rounds.filter((row) => isWon(row) === true).length },
  {
    key: "lost",
    title: "lost",
    value: ({ rounds }) => rounds.filter((row) => isWon(row) === false).length,
    detail: 2,
  },
  {
    key: "share",
    title: "share won",
    value: ({ rounds }) => winRate(rounds).share,
    ...withSample(({ rounds }, hasSample) => formatRate(winRate(rounds), hasSample)),
  },
];

function matchupsOf(rounds: readonly TeamRound[]): Matchup[] {
  const byClan = new Map<string, { clan: Clan; rounds: TeamRound[] }>();
  for (const row of rounds) {
    const { against } = row;
    if (against === undefined) continue;
    const known = byClan.get(against.key);
    if (known === undefined) byClan.set(against.key, { clan: against, rounds: [row] });
    else known.rounds.push(row);
  }
  return [...byClan.values()].sort(
    (a, b) => b.rounds.length - a.rounds.length || (a.clan.key < b.clan.key ? -1 : 1),
  );
}

/** The folder of a team. */
function teamPath({ key }: Clan): string {
  return `teams/${tagSlug(key)}/`;
}

/** The page of a team. */
export function teamPage(site: Site, clan: Clan): Page {
  const path = teamPath(clan);
  const own = new Set(clan.members);
  const scores = site.data.rounds
    .toReversed()
    .flatMap((round) => round.scores.filter(({ playerId }) => own.has(playerId)));
  const sums = sumScores(scores).map((sum) => ({
    ...sum,
    name: site.data.people.get(sum.playerId)?.name ?? sum.name,
  }));
  const rounds = roundsTogether(site, clan);
  const name = safeText(clan.name);
  return {
    path,
    title: name,
    description: `${counted(clan.members.length, "member")}, ${counted(rounds.length, "round")} as a team: ${sums
      .slice(0, 5)
      .map((sum) => plainName(sum.name))
      .join(", ")}.`,
    above: [["Teams", "teams/"]],
    content: html`<h1><bdi>${name}</bdi></h1>
      ${facts([
        ["members", String(clan.members.length)],
        ["rounds as a team", String(rounds.length)],
        ["won", formatRate(winRate(rounds))],
      ])}
      <p class="note">
        A team plays a round where at least ${TOGETHER} of its members are on one side and fewer on the other.
        The share is of rounds with a winner, with its 95 % interval.
      </p>
      ${site.blocks(path, [
        scoreSumTable(sums, "Members, in all of their rounds"),
        table(MATCHUPS, matchupsOf(rounds), "Against other teams"),
        table(ROUNDS, rounds.slice(0, ROUNDS_LISTED), "Latest rounds as a team"),
      ])}`,
  };
}

/** The list of all teams. */
export function teamsPage(site: Site): Page {
  const { clans, people } = site.data;
  return {
    path: "teams/",
    title: "Teams",
    description: `${counted(clans.length, "team")}, the largest first.`,
    above: [],
    content: html`<h1>Teams</h1>
      <p class="note">
        A tag that at least ${CLAN_REGULARS} regulars wear at the beginning or the end of their names is a
        team; a regular played at least ${REGULAR_ROUNDS} rounds. Who else wears the tag belongs to it, too. A
        roster can say otherwise.
      </p>
      ${
        clans.length === 0
          ? html`<p>There is none yet.</p>`
          : cards(
              clans.map(
                (clan) =>
                  html`<a class="card" href="${tagSlug(clan.key)}/"
                    ><strong><bdi>${safeText(clan.name)}</bdi></strong>
                    <span>${counted(clan.members.length, "member")}</span>
                    <span class="note"
                      >${clan.members
                        .slice(0, 6)
                        .map((id, index) => [
                          index > 0 && ", ",
                          html`<bdi>${plainName(people.get(id)?.name ?? "")}</bdi>`,
                        ])}${clan.members.length > 6 && "…"}</span
                    ></a
                  >`,
              ),
            )
      }`,
  };
}
