/** Files for programs: the feed, the map of the site, and what search engines may do. */
import { escapeMarkup } from "../pictures/svg.ts";
import type { Site } from "./site.ts";
import { sessionFacts, sessionTitle } from "./pages/session-list.ts";

const ENTRIES = 30;
/** The most addresses that a map of a site may hold. Source: sitemaps.org. */
const MOST_ADDRESSES = 50_000;

/** Programs that gather text for models: they are asked to stay away. */
const GATHERERS = ["GPTBot", "CCBot", "ClaudeBot", "Google-Extended", "Bytespider", "PerplexityBot"];

/** The latest sessions as an Atom feed (RFC 4287). Without a base address its links are relative to it. */
export function atomFeed(site: Site): string {
  const sessions = site.data.sessions.slice(0, ENTRIES);
  const link = (path: string): string => escapeMarkup(site.absolute(path) ?? (path === "" ? "./" : path));
  const updated = sessions[0]?.endedAt ?? new Date(0);
  const entries = sessions.map((session) => {
    const title = sessionTitle(site, session);
    return `<entry>
<id>urn:prox:session:${escapeMarkup(session.id)}</id>
<title>${escapeMarkup(title)}</title>
<updated>${session.endedAt.toISOString()}</updated>
<link href="${link(`sessions/${session.id}/`)}"/>
<summary>${escapeMarkup(`${sessionFacts(site, session)} · ${session.maps.join(", ")}`)}</summary>
</entry>`;
  });
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>${escapeMarkup(site.absolute("") ?? "urn:prox:site")}</id>
<title>${escapeMarkup(site.settings.title)}</title>
<author><name>${escapeMarkup(site.settings.title)}</name></author>
<updated>${updated.toISOString()}</updated>
<link href="${link("")}"/>
<link rel="self" href="${link("feed.xml")}"/>
${entries.join("\n")}
</feed>
`;
}

/** The addresses of pages for search engines; undefined where they are not wanted, or not known. */
export function siteMap(site: Site, paths: readonly string[]): string | undefined {
  const { baseUrl, robots } = site.settings;
  if (baseUrl === undefined || robots === "noindex") return undefined;
  const lines = [...paths]
    .sort()
    .slice(0, MOST_ADDRESSES)
    .map((path) => `<url><loc>${escapeMarkup(`${baseUrl}/${path}`)}</loc></url>`);
  return `<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${lines.join("\n")}
</urlset>
`;
}

/**
 * What programs may read. Search engines are kept away by a word in each page and not here: who may not read a page does not
 * see that word, and chats could show no preview.
 */
export function robotsText(site: Site): string {
  const { baseUrl, robots } = site.settings;
  return [
    ...GATHERERS.map((name) => `User-agent: ${name}`),
    "Disallow: /",
    "",
    "User-agent: *",
    "Disallow:",
    ...(baseUrl === undefined || robots === "noindex" ? [] : ["", `Sitemap: ${baseUrl}/sitemap.xml`]),
    "",
  ].join("\n");
}
