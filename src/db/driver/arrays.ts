/** Types of arrays for the driver, which would else ask each new connection for them: see "Arrays" in README.md. */
import { parse } from "postgres-array";

type Element = string | number | null | undefined | readonly Element[];

interface ArrayType {
  /** PostgreSQL's number of the array type, which is the same on every server (`src/include/catalog/pg_type.dat`). */
  readonly to: number;
  readonly from: number[];
  readonly serialize: (values: readonly Element[]) => string;
  readonly parse: (text: string) => unknown[];
}

/** An array in PostgreSQL's text form; every element is quoted, so that nothing in it is syntax. */
function serialize(values: readonly Element[]): string {
  const elements = values.map((value) => {
    if (value === null || value === undefined) return "NULL";
    if (typeof value === "object") return serialize(value);
    return `"${String(value).replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  });
  return `{${elements.join(",")}}`;
}

function arrayType(oid: number, element: (text: string) => unknown): ArrayType {
  return { to: oid, from: [oid], serialize, parse: (text) => parse(text, element) };
}

/**
 * The arrays that prox sends and reads. Another type needs a line here: its test fails until it has one. For booleans no
 * line helps: the driver takes an array of them for a single one.
 */
export const ARRAY_TYPES = {
  smallints: arrayType(1005, Number),
  integers: arrayType(1007, Number),
  texts: arrayType(1009, String),
  bigints: arrayType(1016, Number),
  reals: arrayType(1021, Number),
  doubles: arrayType(1022, Number),
} as const satisfies Record<string, ArrayType>;
