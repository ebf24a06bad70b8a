/** The answer of a query: columns and rows that nobody knew before. */
import type { AnswerColumn, AnswerValue } from "../../export/query.ts";
import type { CellValue, TableColumn } from "../render/table.ts";

/** A row of an answer, its values in the order of the columns. */
export type AnswerRow = readonly AnswerValue[];

function cellOf(value: AnswerValue | undefined): CellValue {
  if (value === undefined || value === null) return null;
  return typeof value === "object" ? JSON.stringify(value) : value;
}

/** The columns of an answer for tables. Numbers are shown as they are: nobody knows what they count. */
export function answerColumns(columns: readonly AnswerColumn[]): TableColumn<AnswerRow>[] {
  return columns.map(({ name }, index) => {
    const value = (row: AnswerRow): CellValue => cellOf(row[index]);
    return {
      key: name,
      title: name,
      value,
      show: (row) => {
        const shown = value(row);
        return shown === null ? "" : String(shown);
      },
    };
  });
}
