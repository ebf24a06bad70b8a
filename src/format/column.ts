/** What a column of a round file is, and short ways to define one. Names, words and rows are literal types: see row-types.ts. */
interface ColumnBase {
  /** Name in the file and in the database. */
  readonly name: string;
  /** Whether the field may be empty (null). */
  readonly nullable: boolean;
  /** Unit of a number, or undefined where it has none. */
  readonly unit?: string;
  /** What the value means, and when it is null. */
  readonly description: string;
  /** The format version that brought the column; the first where nothing is said. */
  readonly since?: number;
  /**
   * The rows that carry a value, by their `event` or `record`; all rows where nothing is said. After a name, `?` says that
   * such a row may be without the value.
   */
  readonly rows?: readonly string[];
  /** `attacker`: only rows that name an attacker carry a value. */
  readonly needs?: "attacker";
}

/** A whole number: an optional minus sign and digits. */
export interface IntegerColumn extends ColumnBase {
  readonly type: "integer";
  readonly minimum: number;
  readonly maximum: number;
  /** Whether the tracker may have a fraction of it, which is rounded as it is written. */
  readonly isRounded?: true;
}

/** A number with exactly `digits` decimals, point as separator, no exponent. */
export interface DecimalColumn extends ColumnBase {
  readonly type: "decimal";
  readonly digits: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** One of a fixed list of words. */
export interface ChoiceColumn extends ColumnBase {
  readonly type: "choice";
  readonly choices: readonly string[];
  /** The version that brought a word, for those that the first did not have. Later words stand after earlier ones. */
  readonly choicesSince?: Readonly<Record<string, number>>;
}

/** A column of a file, by the type of its values. An empty field is null. */
export type Column = IntegerColumn | DecimalColumn | ChoiceColumn;

type Named<Kind extends Column, Name> = Kind & { readonly name: Name };

/** The largest number of slots that a server can have: every slot is a smaller number. Source: `MAX_CLIENTS` of ET:Legacy's `q_shared.h`. */
export const SLOTS = 64;
/** How far from the middle of the world a position can be, units; whatever lies beyond is a misread entity. */
export const WORLD_LIMIT_UNITS = 65536;
/** The largest whole number that a file can hold; of round time, about 24 days. */
export const MAXIMUM_INTEGER = 2147483647;

/** A column of whole numbers. */
export function integer<Name extends string>(
  name: Name,
  minimum: number,
  maximum: number,
  description: string,
  unit?: string,
): Named<IntegerColumn, Name> {
  return unit === undefined
    ? { name, type: "integer", minimum, maximum, nullable: false, description }
    : { name, type: "integer", minimum, maximum, nullable: false, description, unit };
}

/** A column of numbers with decimals. */
export function decimal<Name extends string>(
  name: Name,
  digits: number,
  minimum: number,
  maximum: number,
  unit: string,
  description: string,
): Named<DecimalColumn, Name> {
  return { name, type: "decimal", digits, minimum, maximum, nullable: false, unit, description };
}

/** A column of words. */
export function choice<Name extends string, const Choices extends readonly string[]>(
  name: Name,
  choices: Choices,
  description: string,
): ChoiceColumn & { readonly name: Name; readonly choices: Choices } {
  return { name, type: "choice", choices, nullable: false, description };
}

/** The same column, carried by some rows only: see `rows`. */
export function on<const Rows extends readonly string[], Carried extends Column>(
  rows: Rows,
  column: Carried,
): Carried & { readonly rows: Rows } {
  // The compiler does not see that a column that had no rows has these.
  return { ...column, nullable: true, rows } as unknown as Carried & { readonly rows: Rows };
}

/** The same column, with a value only where the row names an attacker. */
export function ofAttacker<Carried extends Column>(
  column: Carried,
): Carried & { readonly needs: "attacker" } {
  return { ...column, needs: "attacker" };
}

/** The same column, of later versions of the format only. */
export function since<Later extends Column>(version: number, column: Later): Later {
  return { ...column, since: version };
}

/** The same column, null in whole files that do not record it. */
export function orNull<Recorded extends Column>(column: Recorded): Recorded {
  return { ...column, nullable: true };
}

/** Round time, ms. */
export const time = (description: string): Named<IntegerColumn, "time_ms"> =>
  integer("time_ms", 0, MAXIMUM_INTEGER, description, "ms of round time");
/** A slot. */
export const slot = <Name extends string>(name: Name, description: string): Named<IntegerColumn, Name> =>
  integer(name, 0, SLOTS - 1, description);
/** 0 or 1. */
export const flag = <Name extends string>(name: Name, description: string): Named<IntegerColumn, Name> =>
  integer(name, 0, 1, description);
/** A number of players. */
export const count = <Name extends string>(name: Name, description: string): Named<IntegerColumn, Name> =>
  integer(name, 0, SLOTS, description);
/** A time from one moment to another, ms. */
export const duration = <Name extends string>(name: Name, description: string): Named<IntegerColumn, Name> =>
  integer(name, 0, MAXIMUM_INTEGER, description, "ms");
/** One of the two teams. */
export const team = <Name extends string>(name: Name, description: string): Named<IntegerColumn, Name> =>
  integer(name, 1, 2, description);
/** Damage; the engine deals whole numbers, another module may not. */
export const damage = <Name extends string>(name: Name, description: string): Named<IntegerColumn, Name> => ({
  ...integer(name, 0, 1000000, description, "hit points"),
  isRounded: true,
});
/** A coordinate of a place. */
export const coordinate = <Name extends string>(
  name: Name,
  description: string,
): Named<DecimalColumn, Name> =>
  decimal(name, 1, -WORLD_LIMIT_UNITS, WORLD_LIMIT_UNITS, "units", description);
/** A length. */
export const distance = <Name extends string>(name: Name, description: string): Named<DecimalColumn, Name> =>
  decimal(name, 1, 0, 4 * WORLD_LIMIT_UNITS, "units", description);
/** An angle. */
export const angle = <Name extends string>(name: Name, description: string): Named<DecimalColumn, Name> =>
  decimal(name, 1, -360, 360, "degrees", description);
