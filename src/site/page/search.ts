/** Search over names: a scan of all of them, which finds what stands inside a name, and letters of any script. */
import { linkFiles } from "./files.ts";

/** One thing to find: what kind of thing, its name, its address below the site, and other names. */
type Entry = readonly [kind: string, name: string, path: string, ...others: string[]];

interface Found {
  readonly entry: Entry;
  readonly worth: number;
}

const SHOWN = 50;
const KINDS: Readonly<Record<string, string>> = { p: "player", t: "team", s: "session", m: "map" };

/** Letters without marks and case: `Brävo` and `bravo` are the same. */
function normal(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** How well a name fits: at its start is best, then at the start of a word, then inside; 0 where it does not. */
function fit(name: string, wanted: string): number {
  const at = name.indexOf(wanted);
  if (at < 0) return 0;
  if (at === 0) return name.length === wanted.length ? 4 : 3;
  return /[\p{L}\p{N}]/u.test(name[at - 1] ?? "") ? 1 : 2;
}

/** The entries that hold the words, the best first. */
function find(entries: readonly Entry[], words: string): Entry[] {
  const wanted = normal(words.trim());
  if (wanted === "") return [];
  const found: Found[] = [];
  for (const entry of entries) {
    const [, name, , ...others] = entry;
    const worth = Math.max(
      2 * fit(normal(name), wanted),
      ...others.map((other) => 2 * fit(normal(other), wanted) - 1),
    );
    if (worth > 0) found.push({ entry, worth });
  }
  return found.sort((a, b) => b.worth - a.worth).map(({ entry }) => entry);
}

/** Makes the field work, on a page that has one. */
export function startSearch(): void {
  const box = document.querySelector<HTMLElement>("[data-search]");
  const field = box?.querySelector("input");
  const list = box?.querySelector("ul");
  const said = box?.querySelector("[role=status]");
  const entries = (window as { proxSearch?: readonly Entry[] }).proxSearch;
  if (!box || !field || !list || !said || entries === undefined) return;
  const root = document.body.dataset["root"] ?? "./";
  const show = (): void => {
    const found = find(entries, field.value);
    list.replaceChildren(
      ...found.slice(0, SHOWN).map(([kind, name, path]) => {
        const line = document.createElement("li");
        const link = document.createElement("a");
        link.href = `${root}${path}`;
        const shown = document.createElement("bdi");
        shown.textContent = name;
        link.append(shown);
        line.append(link, ` ${KINDS[kind] ?? ""}`);
        return line;
      }),
    );
    linkFiles(list);
    said.textContent = field.value.trim() === "" ? "" : `${found.length} found`;
  };
  box.hidden = false;
  const asked = new URLSearchParams(location.search).get("q");
  if (asked !== null) field.value = asked;
  field.addEventListener("input", show);
  show();
}
