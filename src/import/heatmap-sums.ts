/** The heatmap of a round in pieces: each piece counted its own kills, and together they are the round's. */
import type { FactTable } from "../db/tables.ts";
import type { RowBatch } from "../parsers/row-batcher.ts";

/** What tells one row of the heatmap from another; all other columns are counts. */
const KEY = ["cell_x", "cell_y", "team"] as const;

/** Adds the rows of several heatmaps up, cell by cell. */
export class HeatmapSums {
  readonly #cells = new Map<string, Map<string, number>>();
  readonly #columns = new Set<string>();

  /** Rows of all of them together. */
  get count(): number {
    return this.#cells.size;
  }

  /** Adds the rows of a batch, of a file with these columns. */
  add({ bytes, count, starts }: RowBatch, columns: readonly string[]): void {
    for (let index = 0; index < count; index++) {
      const text = bytes.toString("latin1", starts[index] ?? 0, (starts[index + 1] ?? 1) - 1);
      this.addRow(new Map(text.split("\t").map((field, at) => [columns[at] ?? "", field])));
    }
  }

  /** Adds one row, its values by column. */
  addRow(fields: ReadonlyMap<string, string | number>): void {
    const key = KEY.map((name) => fields.get(name) ?? "").join("\t");
    const sums = this.#cells.get(key) ?? new Map<string, number>();
    this.#cells.set(key, sums);
    for (const [name, field] of fields) {
      if ((KEY as readonly string[]).includes(name)) continue;
      this.#columns.add(name);
      sums.set(name, (sums.get(name) ?? 0) + Number(field));
    }
  }

  /** Whether no count is higher than the one of the same cell in others. */
  areWithin(others: HeatmapSums): boolean {
    return [...this.#cells].every(([key, sums]) =>
      [...sums].every(([name, sum]) => sum <= (others.#cells.get(key)?.get(name) ?? 0)),
    );
  }

  /** The columns of {@link HeatmapSums.rows}. */
  columns({ prefix }: FactTable): string[] {
    return [...prefix, ...KEY, ...this.#columns];
  }

  /** The rows as COPY takes them. */
  rows(roundId: number): Buffer[] {
    const lines = [...this.#cells].map(([key, sums]) =>
      [roundId, key, ...[...this.#columns].map((name) => sums.get(name) ?? 0)].join("\t"),
    );
    return [Buffer.from(lines.map((line) => `${line}\n`).join(""))];
  }
}
