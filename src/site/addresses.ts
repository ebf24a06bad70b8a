/** Where pages are: the folders of maps, rounds and tags, and the way from a page to the site's folder. */
import { slugOf } from "./slugs.ts";

/** The folder of a map: maps of other trackers have names that are none for files. */
export function mapSlug(map: string): string {
  return /^[a-z0-9][a-z0-9_-]{0,60}$/u.test(map)
    ? map
    : `${slugOf(map)}-${Buffer.from(map).toString("hex").slice(0, 12)}`;
}

/** The folder of a round: keys are names that files can have; of those of other trackers nothing is known. */
export function roundSlug(key: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,120}$/u.test(key)
    ? key
    : `${slugOf(key)}-${Buffer.from(key).toString("hex").slice(-16)}`;
}

/** The folder of a season, or of a team. */
export function tagSlug(tag: string): string {
  return /^[a-z0-9][a-z0-9_-]{0,49}$/u.test(tag)
    ? tag
    : `${slugOf(tag)}-${Buffer.from(tag).toString("hex").slice(0, 12)}`;
}

/** From a page's folder to the site's. */
export function upFrom(path: string): string {
  const depth = path.split("/").length - 1;
  return depth === 0 ? "./" : "../".repeat(depth);
}
