/** Search: its page, its field, and the names that it finds. */
import { plainName, safeText } from "../../names.ts";
import { html, type Markup } from "../html.ts";
import type { Page } from "../page-frame.ts";
import type { Site } from "../site.ts";
import { sessionTitle } from "./session-list.ts";

/** The file of names, below the site. */
export const SEARCH_DATA = "search/names.js";

/** The field, with room for what is found; it is shown where a script runs. */
export function searchBox(): Markup {
  return html`<div class="search" data-search hidden>
    <label for="search">Find a player, a team, a session or a map</label>
    <input id="search" type="search" autocomplete="off" spellcheck="false" />
    <p class="note" role="status"></p>
    <ul></ul>
  </div>`;
}

/** Its page. */
export function searchPage(): Page {
  return {
    path: "search/",
    title: "Search",
    description: "Find a player by any name that they used, a team, a session or a map.",
    above: [],
    scripts: [SEARCH_DATA],
    content: html`<h1>Search</h1>
      ${searchBox()}
      <noscript
        ><p>
          Search needs a script. Everybody is in the list of <a href="../players/">players</a>.
        </p></noscript
      >`,
  };
}

/** All names, as a script: a page that was opened from disk could not fetch them. */
export function searchData(site: Site): string {
  const { people, sessions, slugs } = site.data;
  const players = [...people.values()].flatMap(({ name, names, playerId }) => {
    const slug = slugs.get(playerId)?.current;
    if (slug === undefined) return [];
    const plain = plainName(name);
    const others = [...new Set(names.map(plainName))].filter((other) => other !== plain);
    return [["p", plain, `players/${slug}/`, ...others]];
  });
  const evenings = sessions.map((session) => [
    "s",
    sessionTitle(site, session),
    `sessions/${session.id}/`,
    session.id,
    ...session.tags,
  ]);
  const maps = [...new Set(site.data.rounds.map(({ map }) => map))]
    .sort()
    .map((map) => ["m", safeText(map), site.pathOf({ kind: "map", map }) ?? ""]);
  const teams = site.data.clans.map((clan) => [
    "t",
    safeText(clan.name),
    site.pathOf({ kind: "clan", clan: clan.key }) ?? "",
  ]);
  const json = JSON.stringify([...players, ...teams, ...evenings, ...maps]).replaceAll("<", "\\u003c");
  return `window.proxSearch = ${json};\n`;
}
