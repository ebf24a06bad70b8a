/** Tables: one description of columns and rows, written for the terminal or as CSV. */
import { plainName, safeText } from "../../names.ts";
import { escapeMarkup } from "../../pictures/svg.ts";
import { spansToHtml } from "./page.ts";
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
  /** How a narrow terminal shows it: less, and still true. Never cut. */
  readonly brief?: (row: Row) => string;
  /** A name, with colour codes: in colours on the terminal, plain in CSV. */
  readonly isName?: boolean;
  /** Only in CSV: what nobody reads on a screen. */
  readonly csvOnly?: boolean;
  /** What a narrow terminal can do without: the highest number is left out first. */
  readonly detail?: number;
  /** Never shortened: what people copy into the next command. */
  readonly isKey?: boolean;
}

/** A rate or an estimate: on a narrow terminal it stands without its sample. */
export function withSample<Row>(
  format: (row: Row, hasSample: boolean) => string,
): Required<Pick<TableColumn<Row>, "brief"> & { show: (row: Row) => string }> {
  return { show: (row) => format(row, true), brief: (row) => format(row, false) };
}

const NARROWEST = 8;
const NARROWEST_NAME = 12;
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

/** A column that is shown, with its cells and its width. */
interface Shown<Row> {
  readonly column: TableColumn<Row>;
  readonly cells: readonly (readonly Span[])[];
  width: number;
}

function showColumn<Row>(column: TableColumn<Row>, rows: readonly Row[]): Shown<Row> {
  const cells = rows.map((row) => showCell(column, row));
  return { column, cells, width: Math.max(displayWidth(column.title), ...cells.map(widthOf)) };
}

/** Takes letters from the widest of the columns, down to `narrowest`, until there is no excess; returns what is left. */
function shrink(columns: readonly { width: number }[], narrowest: number, excess: number): number {
  for (let left = excess; ; left -= 1) {
    const widest = columns.reduce((a, b) => (b.width > a.width ? b : a), { width: narrowest });
    if (left <= 0 || widest.width <= narrowest) return left;
    widest.width -= 1;
  }
}

function widthOfAll(columns: readonly { readonly width: number }[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0) + GAP.length * (columns.length - 1);
}

/**
 * Makes columns fit: names give way first, then details are left out, then what has a brief form takes it, then the
 * widest of the others but keys is shortened, and at last columns go from the right. Keys always stay whole.
 */
function fitColumns<Row>(
  all: readonly Shown<Row>[],
  rows: readonly Row[],
  available: number,
): readonly Shown<Row>[] {
  let kept = all;
  const excess = (): number => widthOfAll(kept) - available;
  const names = all.filter(({ column }) => column.isName === true);
  const wanted = new Map(names.map((one) => [one, one.width]));
  shrink(names, NARROWEST_NAME, excess());
  const details = all.filter(({ column }) => column.detail !== undefined);
  details.sort((a, b) => (a.column.detail ?? 0) - (b.column.detail ?? 0));
  while (excess() > 0) {
    const next = details.pop();
    if (next === undefined) break;
    kept = kept.filter((one) => one !== next);
  }
  // A detail that went may have made more room than was missing.
  for (const [one, width] of wanted) one.width = width;
  shrink(names, NARROWEST_NAME, excess());
  if (excess() > 0) {
    kept = kept.map((one) => {
      const { brief } = one.column;
      return brief === undefined ? one : showColumn({ ...one.column, show: brief }, rows);
    });
  }
  shrink(
    kept.filter(({ column }) => column.isKey !== true && column.brief === undefined),
    NARROWEST,
    excess(),
  );
  const isKey = ({ column }: Shown<Row>): boolean => column.isKey === true;
  // Where not even the keys fit, nothing is won.
  const canFit = widthOfAll(kept.filter(isKey)) <= available;
  while (canFit && excess() > 0 && kept.length > 1) {
    const last = kept.findLast((one) => !isKey(one));
    kept = kept.filter((one) => one !== last);
  }
  return kept;
}

/** Whether a column stands right: numbers, and nothing. */
function holdsNumbers<Row>(column: TableColumn<Row>, rows: readonly Row[]): boolean {
  return rows.length > 0 && rows.every((row) => ["number", "object"].includes(typeof column.value(row)));
}

/** The lines of a table, as wide as the terminal at most. Columns of numbers stand right. */
export function renderTable<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  terminal: Terminal,
): string[] {
  const shown = fitColumns(
    columns.filter((column) => column.csvOnly !== true).map((column) => showColumn(column, rows)),
    rows,
    terminal.columns,
  );
  const isNumeric = shown.map(({ column }) => holdsNumbers(column, rows));
  const line = (cell: (one: Shown<Row>) => readonly Span[]): string =>
    shown
      .map((one, index) => {
        const fitted = fitSpans(cell(one), one.width);
        const padding = " ".repeat(Math.max(0, one.width - widthOf(fitted)));
        const written = renderSpans(fitted, terminal);
        return isNumeric[index] === true ? padding + written : written + padding;
      })
      .join(GAP)
      .trimEnd();
  return [
    line(({ column }) => [{ text: column.title, bold: true }]),
    shown.map(({ width }) => (terminal.unicode ? "─" : "-").repeat(width)).join(GAP),
    ...rows.map((_, index) => line(({ cells }) => cells[index] ?? [])),
  ];
}

/** A table as markup, with all of its columns that are for reading. */
export function renderHtmlTable<Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[]): string {
  const shown = columns.filter((column) => column.csvOnly !== true);
  const sides = shown.map((column, at) => {
    // The first column stays in sight on a narrow screen; a key is too long for that.
    const place = column.isKey === true ? "key" : at === 0 ? "first" : "";
    const classes = `${place} ${holdsNumbers(column, rows) ? "number" : ""}`.trim();
    return classes === "" ? "" : ` class="${classes}"`;
  });
  const head = shown.map(({ title }, at) => `<th scope="col"${sides[at] ?? ""}>${escapeMarkup(title)}</th>`);
  const lines = rows.map((row) => {
    // A name keeps its direction to itself.
    const cells = shown.map(
      (column, at) => `<td${sides[at] ?? ""}><bdi>${spansToHtml(showCell(column, row))}</bdi></td>`,
    );
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<div class="scroll"><table>
<thead><tr>${head.join("")}</tr></thead>
<tbody>
${lines.join("\n")}
</tbody>
</table></div>`;
}

/**
 * One CSV field. Text that a spreadsheet would take for a formula gets an apostrophe in front.
 * Source of the list of characters: OWASP, "CSV Injection".
 */
function csvField(value: CellValue, isName: boolean): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const text = isName ? plainName(value) : safeText(value);
  // Two coordinates are no formula, but a name of numbers could mean one.
  const isPlace = !isName && /^-?\d+ -?\d+$/u.test(text);
  const guarded = !isPlace && /^[=+\-@\t\r\n＝＋－＠]/u.test(text) ? `'${text}` : text;
  return /[",\r\n;']/u.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

/** A table as CSV (RFC 4180, UTF-8, comma, a line of column names first). */
export function renderCsv<Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[]): string {
  const head = columns.map((column) => csvField(column.key, false)).join(",");
  const lines = rows.map((row) =>
    columns.map((column) => csvField(column.value(row), column.isName === true)).join(","),
  );
  return [head, ...lines, ""].join("\r\n");
}
