/** The replay as one HTML file that needs nothing else: no network, no other file. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";

import { packagePath } from "../package-root.ts";
import { escapeMarkup } from "../pictures/svg.ts";
import { pageScript } from "./page-script.ts";
import type { PackedLinks } from "./packed.ts";
import { packReplay } from "./pack.ts";
import type { ReplayData } from "./replay-data.ts";

const PAGE_FOLDER = packagePath("src/replay/page");
/** The parts of the style sheet in their order: later ones stand above earlier ones. */
const STYLES = ["base", "heading", "map", "lists", "playback", "scores", "help", "short", "print"];

/** A source of a content security policy: the one text that may run. */
function hashSource(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** JSON that cannot end the element that it stands in: no `<` is left. */
function embeddableJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

/** What a replay shares with all others where it is part of a site: its script and its style. */
export function replayParts(): { readonly script: string; readonly style: string } {
  return { script: pageScript("replay/page"), style: pageStyle() };
}

function readPart(name: string): string {
  return readFileSync(path.join(PAGE_FOLDER, name), "utf8");
}

function pageStyle(): string {
  return STYLES.map((name) => readPart(`style/${name}.css`)).join("");
}

/** Where a replay finds what it shares with others, and the page that it belongs to; addresses as its page writes them. */
export interface SharedReplay {
  readonly script: string;
  readonly style: string;
  readonly round: string;
  readonly title: string;
  /** Replays of the rounds before and after. */
  readonly links: PackedLinks;
}

/** Renders a replay whose script and style lie in files of their own, and whose page leads back to that of its round. */
export function renderSharedReplay(
  data: ReplayData,
  { links, round, script, style, title }: SharedReplay,
): string {
  const policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'";
  const filled = {
    '"Content-Security-Policy" content=""': `"Content-Security-Policy" content="${policy}"`,
    "<title>round replay</title>": `<title>${escapeMarkup(title)}</title>`,
    "<style></style>": `<link rel="stylesheet" href="${escapeMarkup(style)}">`,
    "<header>": `<header><a href="${escapeMarkup(round)}">← the round</a>`,
    'id="replay-data"></script>': `id="replay-data">${embeddableJson({ ...packReplay(data), links })}</script>`,
    "<script></script>": `<script src="${escapeMarkup(script)}"></script>`,
  };
  return fillPage(filled);
}

function fillPage(filled: Readonly<Record<string, string>>): string {
  return Object.entries(filled).reduce(
    (page, [empty, full]) => page.replace(empty, () => full),
    readPart("page.html"),
  );
}

/**
 * Renders a replay. The page runs its own script and style only, which its policy names by their hashes: whatever else
 * might get into it could not run, and nothing in it can reach a network. `links` lead to the rounds before and after.
 */
export function renderReplay(data: ReplayData, links?: PackedLinks): string {
  const { script, style } = replayParts();
  const policy = [
    "default-src 'none'",
    `script-src ${hashSource(script)}`,
    `style-src ${hashSource(style)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const filled = {
    '"Content-Security-Policy" content=""': `"Content-Security-Policy" content="${policy}"`,
    "<style></style>": `<style>${style}</style>`,
    'id="replay-data"></script>': `id="replay-data">${embeddableJson({ ...packReplay(data), links })}</script>`,
    "<script></script>": `<script>${script}</script>`,
  };
  return fillPage(filled);
}
