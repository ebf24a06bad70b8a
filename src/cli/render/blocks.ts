/** What a report is told with: text, tables and pictures, declared once and shown on a terminal or on a page. */
import { escapeMarkup } from "../../pictures/svg.ts";
import { spansToHtml } from "./page.ts";
import { renderHtmlTable, renderTable } from "./table.ts";
import type { PageLinks, TableColumn } from "./table.ts";
import { renderSpans, wrapLine } from "./terminal.ts";
import type { Span, Terminal } from "./terminal.ts";

/** One part of a report, in both its forms; each is made only when it is asked for. */
export interface Block {
  /** Lines for a terminal; none where there is nothing to show. */
  readonly terminal: (terminal: Terminal) => readonly string[];
  /** Markup for a page; `links` say which of the things it names have a page of their own. */
  readonly html: (links?: PageLinks) => string;
}

/** A line of text: safe already, or spans, which are. */
export type Line = string | readonly Span[];

/** Paragraphs, one a line. */
export function text(lines: readonly Line[]): Block {
  return {
    terminal: (terminal) =>
      lines.flatMap((line) =>
        typeof line === "string" ? wrapLine(line, terminal.columns) : renderSpans(line, terminal),
      ),
    html: () =>
      lines
        .map((line) => `<p>${typeof line === "string" ? escapeMarkup(line.trim()) : spansToHtml(line)}</p>`)
        .join("\n"),
  };
}

/** What a report is drawn from and leaves out: one line, its parts apart. */
export function notes(parts: readonly string[]): Block {
  const line = parts.join(" · ");
  return {
    terminal: ({ columns }) => (line === "" ? [] : wrapLine(line, columns)),
    html: () => (line === "" ? "" : `<p class="note">${escapeMarkup(line)}</p>`),
  };
}

/**
 * A table; nothing without rows.
 * @param heading stands above it on a page, where it is also the table's name.
 */
export function table<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  heading: string,
): Block {
  return {
    terminal: (terminal) => (rows.length === 0 ? [] : renderTable(columns, rows, terminal)),
    html: (links) => (rows.length === 0 ? "" : renderHtmlTable(columns, rows, heading, links)),
  };
}

/** A picture; `draw` draws it on a terminal, where it can. */
export function picture(svg: () => string, draw?: (terminal: Terminal) => readonly string[]): Block {
  return { terminal: (terminal) => draw?.(terminal) ?? [], html: () => `<figure>${svg()}</figure>` };
}

/** Several pictures for a page, side by side where there is room. */
export function pictures(svgs: () => readonly string[]): Block {
  return {
    terminal: () => [],
    html: () =>
      `<div class="pictures">${svgs()
        .map((svg) => `<figure>${svg}</figure>`)
        .join("\n")}</div>`,
  };
}

/** A block for terminals alone: what a page shows in another way. */
export function terminalOnly(terminal: Block["terminal"]): Block {
  return { terminal, html: () => "" };
}

/** A block for pages alone: what a terminal has no room for. */
export function pageOnly({ html }: Block): Block {
  return { terminal: () => [], html };
}

/** The lines of blocks on a terminal, an empty line between two. */
export function showBlocks(blocks: readonly Block[], terminal: Terminal): string[] {
  const shown = blocks.map((block) => block.terminal(terminal)).filter((lines) => lines.length > 0);
  return shown.flatMap((lines, index) => (index === 0 ? lines : ["", ...lines]));
}
