/** Tables that can be sorted by any of their columns. */

/** What a cell is sorted by: its number where it has one, else its text; undefined for an empty one. */
function keyOf(row: HTMLTableRowElement, column: number): string | number | undefined {
  const cell = row.cells[column];
  const text = cell?.dataset["sort"] ?? cell?.textContent.trim() ?? "";
  if (text === "" || text === "–") return undefined;
  const number = Number(text.replaceAll(",", ""));
  return Number.isNaN(number) ? text : number;
}

/** Empty ones stand last, whichever way is sorted. */
function compare(a: string | number | undefined, b: string | number | undefined, sign: number): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (typeof a === "number" && typeof b === "number") return sign * (a - b);
  return sign * String(a).localeCompare(String(b), undefined, { numeric: true, sensitivity: "base" });
}

function sortBy(table: HTMLTableElement, heading: HTMLTableCellElement): void {
  const [body] = table.tBodies;
  if (body === undefined) return;
  const isNumeric = heading.classList.contains("number");
  const before = heading.getAttribute("aria-sort");
  // Numbers begin with the largest, words with the first letter.
  const isDown = before === null ? isNumeric : before === "ascending";
  for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", isDown ? "descending" : "ascending");
  const column = heading.cellIndex;
  const rows = [...body.rows].map((row) => ({ row, key: keyOf(row, column) }));
  rows.sort((a, b) => compare(a.key, b.key, isDown ? -1 : 1));
  body.append(...rows.map(({ row }) => row));
}

/** Makes a button of each heading of a column, where there is something to sort. */
export function makeSortable(table: HTMLTableElement): void {
  if ((table.tBodies[0]?.rows.length ?? 0) < 2) return;
  for (const heading of table.querySelectorAll<HTMLTableCellElement>("thead th")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => {
      sortBy(table, heading);
    });
    heading.append(button);
  }
}
