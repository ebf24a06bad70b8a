/** The parts of a site: which there are, what each is made of, and its files. */
import { playerCard } from "../cards/player.ts";
import { readMapCard } from "../cards/read-card.ts";
import { roundCard } from "../cards/round.ts";
import { sessionCard } from "../cards/session.ts";
import type { Sql } from "../db/driver/connect.ts";
import { loadReplay } from "../replay/load-replay.ts";
import { renderSharedReplay } from "../replay/render.ts";
import { engagementPicture } from "../reports/engagement-picture.ts";
import { findProvedModel, predictIfTrained } from "../models/predict.ts";
import type { StoredModel } from "../models/stored.ts";
import { explainEngagement } from "../reports/engagements.ts";
import { groundReader, type GroundReader } from "../reports/ground.ts";
import { listEngagements } from "../reports/queries/engagements.ts";
import { reportRound, type RoundReport } from "../reports/round.ts";
import { forEachAtOnce } from "../work-pool.ts";
import { atomFeed, robotsText, siteMap } from "./feeds.ts";
import { FIGHT_PICTURE, fightPage } from "./pages/fight.ts";
import { homePage } from "./pages/home.ts";
import { leadersPage, readLeaders, recordsPage } from "./pages/leaders.ts";
import { makeMap, mapsPage } from "./pages/map.ts";
import { movedPage, PLAYER_PICTURE, playerPage, playersPage, readProfile } from "./pages/player.ts";
import { roundPage, roundTitle } from "./pages/round.ts";
import { SEARCH_DATA, searchData, searchPage } from "./pages/search.ts";
import { seasonPage, seasonsOf, seasonsPage } from "./pages/seasons.ts";
import { sessionsPage } from "./pages/session-list.ts";
import { sessionPage } from "./pages/session.ts";
import { teamPage, teamsPage } from "./pages/team.ts";
import { aboutPage, missingPage, privacyPage } from "./pages/texts.ts";
import { roundSlug, upFrom } from "./addresses.ts";
import { type Page, renderPage } from "./page-frame.ts";
import type { Site } from "./site.ts";
import { type SiteRound, type SiteSession, stampOf } from "./site-data.ts";
import type { PresenceCache } from "./presence-cache.ts";
import { addPreview } from "./previews.ts";
import type { WaysCache } from "./ways-cache.ts";
import type { PartFiles, Put, SiteFolder } from "./site-folder.ts";

/** So many parts are made at once: the database works on some while pages of others are written. */
const AT_ONCE = 3;
const FIGHTS_LISTED = 1000;

/** What making parts needs besides the site. */
interface Making {
  /** Of all that every page shares. */
  readonly stamp: string;
  /** Script and style of replays, below the site. */
  readonly replay: { readonly script: string; readonly style: string };
  readonly signal: AbortSignal;
  readonly presence: PresenceCache;
  readonly ways: WaysCache;
  readonly progress: (done: number, all: number) => void;
}

/** A part: its name in the manifest, what it is made of, and how it is made. */
interface PartPlan {
  readonly name: string;
  readonly stamp: string;
  readonly make: (put: Put, files: PartFiles) => Promise<void> | void;
}

/** The reports of rounds, each read once, for as long as something asks for them. */
function reportsOf(sql: Sql, site: Site): (round: SiteRound) => Promise<RoundReport> {
  const { bots } = site.settings;
  const known = new Map<string, Promise<RoundReport>>();
  return (round) => {
    const { roundKey, scores } = round;
    const report = known.get(roundKey) ?? reportRound(sql, roundKey, { bots }, scores);
    known.set(roundKey, report);
    // Rounds are asked for session by session: what was long ago is not asked for again.
    if (known.size > 100) known.delete(known.keys().next().value ?? "");
    return report;
  };
}

/** Makes what is not there yet. Returns the number of pages. */
export async function makeParts(
  sql: Sql,
  site: Site,
  folder: SiteFolder,
  { presence, progress, replay, signal, stamp, ways }: Making,
): Promise<number> {
  const { data } = site;
  const paths = new Set<string>();
  const write = (put: Put, page: Page): void => {
    put(page.path === "404" ? "404.html" : `${page.path}index.html`, renderPage(site, page));
  };
  const reportOf = reportsOf(sql, site);
  const readGround = groundReader(sql);
  const model = await findProvedModel(sql);
  const plans: PartPlan[] = [];
  for (const session of data.sessions) {
    plans.push(sessionPlan(sql, site, session, reportOf, write, stamp));
    for (const round of session.rounds)
      plans.push(
        roundPlan(sql, site, { session, round }, { model, reportOf, readGround }, write, { replay, stamp }),
      );
  }
  plans.push(
    ...mapPlans(sql, site, { presence, readGround, ways }, stamp),
    ...playerPlans(sql, site, readGround, write, stamp),
    ...teamPlans(site, write, stamp),
  );

  let done = 0;
  await forEachAtOnce(plans, AT_ONCE, async ({ make, name, stamp: own }) => {
    signal.throwIfAborted();
    if (!folder.keep(name, own)) await folder.make(name, own, make);
    done += 1;
    progress(done, plans.length + 1);
  });
  const newest = await Promise.all((data.sessions[0]?.rounds ?? []).map(reportOf));
  const seasons = seasonsOf(site);
  const leaders = await readLeaders(sql, site);
  const seasonPages: Page[] = [];
  for (const [tag, sessions] of seasons)
    seasonPages.push(seasonPage(site, tag, sessions, await readLeaders(sql, site, tag)));
  const pages = [
    homePage(site, newest, leaders),
    leadersPage(site, leaders),
    ...seasonPages,
    ...[sessionsPage, playersPage, teamsPage, mapsPage, recordsPage, seasonsPage].map((page) => page(site)),
    ...[searchPage(), aboutPage(site), privacyPage(site), missingPage()],
  ];
  await folder.make("lists", "", (put) => {
    for (const page of pages) write(put, page);
    put(SEARCH_DATA, searchData(site));
  });
  for (const file of folder.files)
    if (file.endsWith("index.html")) paths.add(file.slice(0, -"index.html".length));
  await folder.make("feeds", "", (put) => {
    put("feed.xml", atomFeed(site));
    put("robots.txt", robotsText(site));
    const map = siteMap(site, [...paths]);
    if (map !== undefined) put("sitemap.xml", map);
  });
  return paths.size;
}

type ReportOf = ReturnType<typeof reportsOf>;
type Write = (put: Put, page: Page) => void;

function sessionPlan(
  sql: Sql,
  site: Site,
  session: SiteSession,
  reportOf: ReportOf,
  write: Write,
  stamp: string,
): PartPlan {
  const { sessions } = site.data;
  const at = sessions.indexOf(session);
  const neighbours = [sessions[at - 1], sessions[at + 1]].map(
    (one) => one && [one.id, one.name ?? "", one.startedAt.toISOString()].join(" "),
  );
  return {
    name: `session ${session.id}`,
    stamp: stampOf(
      ...[stamp, session.id, session.name, session.serverName, ...neighbours, ...session.tags],
      ...session.rounds.map((round) => `${round.stamp} ${site.hasReplay(round.roundKey)}`),
    ),
    make: async (put, files) => {
      const reports = await Promise.all(session.rounds.map(reportOf));
      const picture = await addPreview(site, files, () => sessionCard(session, reports, site.settings.bots));
      write(put, await sessionPage(sql, site, session, reports, picture));
    },
  };
}

interface RoundReaders {
  readonly readGround: GroundReader;
  readonly reportOf: ReportOf;
  /** What says who would win; undefined where none is trained and proved. */
  readonly model: StoredModel | undefined;
}

function roundPlan(
  sql: Sql,
  site: Site,
  { round, session }: { readonly round: SiteRound; readonly session: SiteSession },
  { model, readGround, reportOf }: RoundReaders,
  write: Write,
  { replay, stamp }: Pick<Making, "replay" | "stamp">,
): PartPlan {
  const { roundKey } = round;
  const at = session.rounds.indexOf(round);
  const hasReplay = site.hasReplay(roundKey);
  const neighbours = [session.rounds[at - 1], session.rounds[at + 1]].map(
    (one) => one && `${one.roundKey} ${site.hasReplay(one.roundKey)}`,
  );
  const replayOf = (key: "next" | "previous", one: SiteRound | undefined): Record<string, string> =>
    one === undefined || !site.hasReplay(one.roundKey)
      ? {}
      : { [key]: `../${roundSlug(one.roundKey)}/replay.html` };
  return {
    name: `round ${roundKey}`,
    stamp: stampOf(
      stamp,
      round.stamp,
      model?.sha256,
      hasReplay,
      session.name,
      session.startedAt.toISOString(),
      ...neighbours,
    ),
    make: async (put, files) => {
      const { bots } = site.settings;
      const [report, prediction, fights] = await Promise.all([
        reportOf(round),
        model && predictIfTrained(sql, round.roundId, bots, model),
        listEngagements(
          sql,
          { roundIds: [round.roundId], bots: bots ? "with" : "without" },
          "time",
          FIGHTS_LISTED,
        ),
      ]);
      const picture = await addPreview(site, files, () => roundCard(report, bots));
      const page = roundPage(site, session, round, report, { fights, picture, prediction });
      write(put, page);
      const shown = fights.filter(
        ({ engagement }) => site.pathOf({ kind: "fight", roundKey, engagement }) !== undefined,
      );
      if (shown.length > 0) {
        const ground = await readGround(round.map, [round.roundId]);
        for (const row of shown) {
          const fight = await explainEngagement(sql, row);
          const drawing = await engagementPicture(sql, fight, ground);
          const made = fightPage(site, { round, session }, fight, drawing, picture);
          write(put, made.page);
          put(`${made.page.path}${FIGHT_PICTURE}`, made.svg);
        }
      }
      if (hasReplay) {
        const up = upFrom(page.path);
        put(
          `${page.path}replay.html`,
          renderSharedReplay(await loadReplay(sql, roundKey), {
            script: `${up}${replay.script}`,
            style: `${up}${replay.style}`,
            round: "./index.html",
            links: {
              ...replayOf("previous", session.rounds[at - 1]),
              ...replayOf("next", session.rounds[at + 1]),
            },
            title: `${roundTitle(round)}: replay`,
          }),
        );
      }
    },
  };
}

function mapPlans(
  sql: Sql,
  site: Site,
  { presence, readGround, ways }: Pick<Making, "presence" | "ways"> & Pick<RoundReaders, "readGround">,
  stamp: string,
): PartPlan[] {
  const maps = new Map<string, SiteRound[]>();
  for (const round of site.data.rounds) maps.set(round.map, [...(maps.get(round.map) ?? []), round]);
  return [...maps].map(([map, rounds]) => ({
    name: `map ${map}`,
    stamp: stampOf(stamp, ...rounds.map((round) => round.stamp)),
    make: async (put, files) => {
      const picture = await addPreview(site, files, () =>
        readMapCard(sql, map, { bots: site.settings.bots }),
      );
      const sources = {
        ...{ map, ground: await readGround(map), presence: presence.readerOf(map) },
        ways: await ways.waysOf(map),
      };
      await makeMap(sql, site, sources, put, picture);
    },
  }));
}

function playerPlans(
  sql: Sql,
  site: Site,
  readGround: GroundReader,
  write: Write,
  stamp: string,
): PartPlan[] {
  const { people, rounds, slugs } = site.data;
  const stamps = new Map<number, string[]>();
  for (const round of rounds)
    for (const { playerId } of round.scores) {
      const own = stamps.get(playerId);
      if (own === undefined) stamps.set(playerId, [round.stamp]);
      else own.push(round.stamp);
    }
  return [...slugs].flatMap(([playerId, { current, earlier }]): PartPlan[] => {
    const person = people.get(playerId);
    const own = stamps.get(playerId);
    if (person === undefined || own === undefined) return [];
    const clan = site.clanOf(playerId);
    return [
      {
        name: `player ${current}`,
        stamp: stampOf(
          stamp,
          current,
          person.name,
          ...person.names,
          ...earlier,
          clan?.name,
          clan?.key,
          ...own,
        ),
        make: async (put, files) => {
          const profile = await readProfile(sql, site, person, readGround);
          if (profile !== undefined) {
            const picture = await addPreview(site, files, () =>
              playerCard(profile.report, profile.kills, site.settings.bots || person.isBot),
            );
            const page = playerPage(site, person, profile, picture);
            write(put, page);
            if (profile.svg !== undefined) put(`${page.path}${PLAYER_PICTURE}`, profile.svg);
          }
          for (const slug of earlier) write(put, movedPage(site, person, slug));
        },
      },
    ];
  });
}

function teamPlans(site: Site, write: Write, stamp: string): PartPlan[] {
  const { clans, people, rounds, slugs } = site.data;
  return clans.map((clan) => {
    const own = new Set(clan.members);
    const names = clan.members.flatMap((id) => [people.get(id)?.name, slugs.get(id)?.current]);
    return {
      name: `team ${clan.key}`,
      stamp: stampOf(
        ...[stamp, clan.name, ...names, ...clans.map(({ key, name }) => `${key} ${name}`)],
        ...rounds
          .filter(({ scores }) => scores.some(({ playerId }) => own.has(playerId)))
          .map(
            (round) =>
              `${round.stamp} ${round.scores.map(({ playerId }) => site.clanOf(playerId)?.key ?? "").join()}`,
          ),
      ),
      make: (put) => {
        write(put, teamPage(site, clan));
      },
    };
  });
}
