/**
 * The table of what `npm run mutate` found, in `docs/development.md`. It is the floor too: no group may come to stand
 * below its line.
 */
import { readFileSync, writeFileSync } from "node:fs";

import { packagePath } from "../../src/package-root.ts";
import type { Fate } from "./mutants.ts";

const FILE = packagePath("docs/development.md");
const BEGIN = "<!-- mutants: written by `npm run mutate` -->";
const END = "<!-- end of mutants -->";
const HEAD = ["group", "mutants", "found", "%"];

/** What became of the mutants of a group. */
export interface Figures {
  readonly judged: number;
  readonly found: number;
}

export function figuresOf(fates: readonly (Fate | undefined)[]): Figures {
  const judged = fates.filter((fate) => fate?.kind !== "unjudged");
  return { judged: judged.length, found: judged.filter((fate) => fate?.kind === "found").length };
}

/** Whole per cent, rounded down. */
export const percentOf = ({ found, judged }: Figures): number =>
  judged === 0 ? 100 : Math.floor((100 * found) / judged);

/** The page around its table, and the table's lines of cells by their first. */
function readPage(): { before: string; rows: Map<string, readonly string[]>; after: string } {
  const page = readFileSync(FILE, "utf8");
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${FILE} has lost the marks around its table of mutants`);
  const lines = page.slice(begin, end).match(/^\| `.*\|$/gm) ?? [];
  const cells = lines.map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
  return {
    before: page.slice(0, begin),
    rows: new Map(cells.map((row) => [row[0] ?? "", row])),
    after: page.slice(end),
  };
}

/** What a group has to reach, in per cent: what it reached before, and at least so much. */
export function floorOf(group: string, leastPercent: number): number {
  return Math.max(leastPercent, Number(readPage().rows.get(`\`${group}\``)?.[3] ?? 0));
}

/** Writes what a group reached. */
export function writeFigures(group: string, figures: Figures): void {
  const { after, before, rows } = readPage();
  const name = `\`${group}\``;
  rows.set(name, [name, String(figures.judged), String(figures.found), String(percentOf(figures))]);
  const table = [HEAD, ...rows.values()];
  const widths = HEAD.map((_, column) => Math.max(3, ...table.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  const [head = "", ...body] = table.map(line);
  writeFileSync(FILE, [`${before}${BEGIN}`, "", head, rule, ...body, "", after].join("\n"));
}
