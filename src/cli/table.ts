/** Tables: one description of columns and rows, written for the terminal or as CSV. */
import { plainName } from "../names.ts";
import { displayWidth, fitSpans, nameSpans, renderSpans, span } from "./terminal.ts";
import type { Span, Terminal } from "./terminal.ts";

/** What a cell holds. Null is shown as nothing. */
export type CellValue = string | number | boolean | null;

/** A column of a table of `Row`s. */
export interface TableColumn<Row> {
  /** Name in CSV, with its unit: `distance_units`. */
  readonly key: string;
  /** Heading on the terminal. */
  readonly title: string;
  readonly value: (row: Row) => CellValue;
  /** How the terminal shows it, where that differs from the value itself. */
  readonly show?: (row: Row) => string | readonly Span[];
  /** A name, with colour codes: in colours on the terminal, plain in CSV. */
  readonly isName?: boolean;
  /** Only in CSV: what nobody reads on a screen. */
  readonly csvOnly?: boolean;
}

const NARROWEST = 8;
const GAP = "  ";

function showCell<Row>(column: TableColumn<Row>, row: Row): readonly Span[] {
  if (column.show !== undefined) {
    const shown = column.show(row);
    return typeof shown === "string" ? [span(shown)] : shown;
  }
  const value = column.value(row);
  if (value === null) return [];
  if (typeof value === "boolean") return [span(value ? "yes" : "no")];
  if (typeof value === "number") return [span(value.toLocaleString("en-US"))];
  return column.isName === true ? nameSpans(value) : [span(value)];
}

function widthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { text }) => sum + displayWidth(text), 0);
}

/**
 * The lines of a table. Columns of numbers stand right. Where the terminal is too narrow, the widest columns give way
 * first, down to a few letters each.
 */
export function renderTable<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  terminal: Terminal,
): string[] {
  const shown = columns.filter((column) => column.csvOnly !== true);
  const cells = rows.map((row) => shown.map((column) => showCell(column, row)));
  const widths = shown.map((column, index) =>
    Math.max(displayWidth(column.title), ...cells.map((row) => widthOf(row[index] ?? []))),
  );
  let excess =
    widths.reduce((sum, width) => sum + width, 0) + GAP.length * (shown.length - 1) - terminal.columns;
  while (excess > 0) {
    const widest = Math.max(...widths);
    if (widest <= NARROWEST) break;
    widths[widths.indexOf(widest)] = widest - 1;
    excess -= 1;
  }
  const isNumeric = shown.map(
    (column) =>
      rows.length > 0 && rows.every((row) => ["number", "object"].includes(typeof column.value(row))),
  );
  const line = (row: readonly (readonly Span[])[]): string =>
    row
      .map((content, index) => {
        const fitted = fitSpans(content, widths[index] ?? 0);
        const padding = " ".repeat(Math.max(0, (widths[index] ?? 0) - widthOf(fitted)));
        const written = renderSpans(fitted, terminal);
        return isNumeric[index] === true ? padding + written : written + padding;
      })
      .join(GAP)
      .trimEnd();
  return [
    line(shown.map((column) => [{ text: column.title, bold: true }])),
    widths.map((width) => (terminal.unicode ? "─" : "-").repeat(width)).join(GAP),
    ...cells.map(line),
  ];
}

/**
 * One CSV field. Text that a spreadsheet would take for a formula gets an apostrophe in front.
 * Source of the list of characters: OWASP, "CSV Injection".
 */
function csvField(value: CellValue, isName: boolean): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const text = isName ? plainName(value) : value.replace(/[\0\u001B]/gu, "\uFFFD");
  const guarded = /^[=+\-@\t\r\n＝＋－＠]/u.test(text) ? `'${text}` : text;
  return /[",\r\n;']/u.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

/** A table as CSV (RFC 4180, UTF-8, comma, a line of column names first). */
export function renderCsv<Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[]): string {
  const head = columns.map((column) => column.key).join(",");
  const lines = rows.map((row) =>
    columns.map((column) => csvField(column.value(row), column.isName === true)).join(","),
  );
  return [head, ...lines, ""].join("\r\n");
}
