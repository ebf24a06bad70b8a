/** The reading of rows that defines what is right: csv-parse takes lines apart, this checks field by field. */
import { parse } from "csv-parse/sync";

import type { Column } from "../format/column.ts";
import type { Kind } from "../format/columns.ts";
import { makeFault, type Fault, type FaultCode } from "./fault.ts";
import { keyValue, NULL_KEY, rowColumns, type RowColumn } from "./row-values.ts";
import { decimalsText } from "./text.ts";

/** Takes lines apart at TAB and LF and at nothing else. Every byte becomes one character, so that none is lost. */
const CSV_OPTIONS = {
  delimiter: "\t",
  record_delimiter: "\n",
  quote: null,
  escape: null,
  relax_column_count: true,
  encoding: "latin1",
} as const;

/** A whole number as the tracker writes it: PostgreSQL takes other spellings for some types and not for others. */
const INTEGER = /^(?:0|-?[1-9]\d*)$/;
/** One that was rounded as it was written: a small negative fraction gives `-0`. */
const ROUNDED_INTEGER = /^(?:-?0|-?[1-9]\d*)$/;
const DECIMALS = [1, 2, 3, 4, 5, 6].map((digits) => new RegExp(`^-?(?:0|[1-9]\\d*)\\.\\d{${digits}}$`));
/** A number that is only spelt otherwise. */
const ODD_NUMBER = /^[+-]?\d+(?:\.\d+)?$/;
const SPELLING = "without plus sign, leading zeros or a minus before 0";

/** Takes whole lines apart into their fields. */
export function splitRows(lines: Buffer): string[][] {
  return parse(lines, CSV_OPTIONS);
}

/** Checks rows of one kind and version, each given as its fields. */
export class RowChecker {
  readonly #columns: readonly RowColumn[];

  constructor(kind: Kind, version: number) {
    this.#columns = rowColumns(kind, version);
  }

  /** Checks a row. Writes its key values to `keys` from `offset` on; returns what is wrong first. */
  check(fields: readonly string[], line: number, keys: Int32Array, offset: number): Fault | undefined {
    if (fields.length !== this.#columns.length) {
      const message = `a row must have ${this.#columns.length} fields, this one has ${fields.length}`;
      return makeFault("E_FIELD_COUNT", line, message, { text: utf8(fields.join("\t")) });
    }
    for (const [index, { column, key }] of this.#columns.entries()) {
      const field = fields[index] ?? "";
      const fault = checkField(column, field);
      if (fault !== undefined) {
        const place = { column: index + 1, field: column.name, text: utf8(field) };
        return makeFault(fault.code, line, fault.message, place);
      }
      if (key >= 0) keys[offset + key] = field === "" ? NULL_KEY : keyValue(column, field);
    }
    return undefined;
  }
}

function checkField(column: Column, field: string): { code: FaultCode; message: string } | undefined {
  if (field === "") {
    return column.nullable ? undefined : { code: "E_NULL", message: "must not be empty" };
  }
  if (column.type === "choice") {
    if (column.choices.includes(field)) return undefined;
    return { code: "E_CHOICE", message: `must be one of ${column.choices.join(", ")}` };
  }
  const digits = column.type === "decimal" ? column.digits : 0;
  if (!isWellSpelt(column, digits, field)) {
    const wanted = digits === 0 ? "must be a whole number" : `must be a number with ${decimalsText(digits)}`;
    const isSpelling = ODD_NUMBER.test(field) && digits > 0 === field.includes(".");
    return { code: "E_SYNTAX", message: isSpelling ? `${wanted}, ${SPELLING}` : wanted };
  }
  const value = Number(field);
  if (value < column.minimum || value > column.maximum) {
    return { code: "E_RANGE", message: `must lie between ${column.minimum} and ${column.maximum}` };
  }
  return undefined;
}

function isWellSpelt(column: Column, digits: number, field: string): boolean {
  if (digits > 0) return DECIMALS[digits - 1]?.test(field) === true;
  const isRounded = column.type === "decimal" || (column.type === "integer" && column.isRounded === true);
  return (isRounded ? ROUNDED_INTEGER : INTEGER).test(field);
}

/** Text that was read byte by byte, as UTF-8. */
function utf8(text: string): string {
  return Buffer.from(text, "latin1").toString("utf8");
}
