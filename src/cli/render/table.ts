/** Tables: one description of columns and rows, written for the terminal or as CSV. */
import { plainName, safeText } from "../../names.ts";
import { escapeMarkup } from "../../pictures/svg.ts";
import { spansToHtml } from "./page.ts";
import { displayWidth, fitSpans, nameSpans, renderSpans, span } from "./terminal.ts";
import type { Span, Terminal } from "./terminal.ts";

/** What a cell holds. Null is shown as nothing. */
export type CellValue = string | number | boolean | null;

/** Something that may have a page of its own. Ids are those of reports. */
export type Reference =
  | { readonly kind: "player"; readonly playerId: number }
  | { readonly kind: "session"; readonly session: string }
  | { readonly kind: "round"; readonly roundKey: string }
  | { readonly kind: "map"; readonly map: string }
  /** A clan, by its key. */
  | { readonly kind: "clan"; readonly clan: string }
  /** A fight of a round, by its number. */
  | { readonly kind: "fight"; readonly roundKey: string; readonly engagement: number }
  /** A moment of a round, in its replay. */
  | { readonly kind: "moment"; readonly roundKey: string; readonly timeMs: number };

/** Where things are told of: addresses as a page writes them; undefined for what has no page. */
export type PageLinks = (reference: Reference) => string | undefined;

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
  /** What a cell is about: on a page, a link to it; `label` stands in the cell where there is one. */
  readonly refersTo?: (row: Row) => (Reference & { readonly label?: string }) | undefined;
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

/** A cell as markup: a name keeps its direction to itself, and what has a page is a link to it. */
function htmlCell<Row>(column: TableColumn<Row>, row: Row, links: PageLinks | undefined): string {
  const reference = column.refersTo?.(row);
  const address = reference === undefined ? undefined : links?.(reference);
  const shown = showCell(column, row);
  const content = column.isName === true ? `<bdi>${spansToHtml(shown)}</bdi>` : spansToHtml(shown);
  // Among pages a short name will do: what it is short for stands above.
  const label =
    links === undefined || reference?.label === undefined ? content : escapeMarkup(reference.label);
  if (address === undefined) return label;
  return `<a href="${escapeMarkup(address)}">${label}</a>`;
}

/** The number by which a script sorts a cell that shows something else; null stands last. */
function sortValue<Row>(column: TableColumn<Row>, row: Row): string {
  const value = column.value(row);
  if (value === null) return ' data-sort=""';
  return typeof value === "number" && column.show !== undefined ? ` data-sort="${value}"` : "";
}

/** A table as markup, with all of its columns that are for reading; a narrow screen shows its details on request. */
export function renderHtmlTable<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  heading: string,
  links?: PageLinks,
): string {
  const shown = columns.filter((column) => column.csvOnly !== true);
  const name = escapeMarkup(heading);
  // Most details go on a screen that is narrow, but the first two say what the table is about.
  const isDetail = (column: TableColumn<Row>): boolean => (column.detail ?? 0) > 1;
  // What a row is about stays in sight on a narrow screen: the name in it, or its first column. A key is too long for that.
  const heads = Math.max(
    0,
    shown.findIndex((column) => column.isName === true && column.detail === undefined),
  );
  const sides = shown.map((column, at) => {
    const isLong = column.isKey === true && (links === undefined || column.refersTo === undefined);
    const classes = [
      isLong ? "key" : at === heads ? "first" : "",
      holdsNumbers(column, rows) ? "number" : "",
      isDetail(column) ? "detail" : "",
    ].filter((one) => one !== "");
    return classes.length === 0 ? "" : ` class="${classes.join(" ")}"`;
  });
  const head = shown.map(
    ({ title }, at) =>
      `<th scope="col"${sides[at] ?? ""}>${escapeMarkup(title === "" ? "what" : title)}</th>`,
  );
  const lines = rows.map((row) => {
    const cells = shown.map((column, at) => {
      const content = htmlCell(column, row, links);
      const attributes = `${sides[at] ?? ""}${sortValue(column, row)}`;
      return at === heads
        ? `<th scope="row"${attributes}>${content}</th>`
        : `<td${attributes}>${content}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  const more = shown.some(isDetail)
    ? `<p class="all-columns"><label><input type="checkbox"> all ${shown.length} columns</label></p>\n`
    : "";
  return `<div class="table">
<h2>${name}</h2>
${more}<section class="scroll" tabindex="0" aria-label="${name}"><table>
<caption class="unseen">${name}</caption>
<thead><tr>${head.join("")}</tr></thead>
<tbody>
${lines.join("\n")}
</tbody>
</table></section></div>`;
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
