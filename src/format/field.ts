/** The fields of a round file's frame: of the keys of header and trailer, and of the notes between the rows. */
interface FieldBase {
  readonly name: string;
  /** Of a key, whether its line may be missing; fields of a note are always there. */
  readonly optional: boolean;
  readonly description: string;
  /** Unit of a number, or undefined where it has none. */
  readonly unit?: string;
  /** The format version that brought it; the first where nothing is said. */
  readonly since?: number;
}

/** Text with the format's escapes. */
export interface TextField extends FieldBase {
  readonly type: "text";
  /** 1 where it must not be empty. */
  readonly minimumCharacters: 0 | 1;
}

/** A whole number, written the only way: digits, a minus sign where it is below 0, no zero in front. */
export interface IntegerField extends FieldBase {
  readonly type: "integer";
  readonly minimum: number;
  readonly maximum: number;
}

/** A number with exactly `digits` decimals. */
export interface DecimalField extends FieldBase {
  readonly type: "decimal";
  readonly digits: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** A time of day in UTC: ISO 8601 with a `Z`, to the second or more exactly. */
export interface UtcField extends FieldBase {
  readonly type: "utc";
}

/** Lower-case hex digits. */
export interface HexField extends FieldBase {
  readonly type: "hex";
  readonly digits: number;
}

/** One of a fixed list of words. */
export interface ChoiceField extends FieldBase {
  readonly type: "choice";
  readonly choices: readonly string[];
  /** The version that brought a word, for those that the first did not have. Later words stand after earlier ones. */
  readonly choicesSince?: Readonly<Record<string, number>>;
}

/** A field of the frame, by the type of its values. */
export type FileField = TextField | IntegerField | DecimalField | UtcField | HexField | ChoiceField;

/** A text field, which may be empty. */
export function text(name: string, description: string): TextField {
  return { name, type: "text", minimumCharacters: 0, optional: false, description };
}

/** A text field that must say something. */
export function filledText(name: string, description: string): TextField {
  return { name, type: "text", minimumCharacters: 1, optional: false, description };
}

/** A field of a whole number. */
export function whole(
  name: string,
  minimum: number,
  maximum: number,
  description: string,
  unit?: string,
): IntegerField {
  const field = { name, type: "integer", minimum, maximum, optional: false, description } as const;
  return unit === undefined ? field : { ...field, unit };
}

/** A field of a time of day. */
export function utc(name: string, description: string): UtcField {
  return { name, type: "utc", optional: false, description };
}

/** A field of hex digits. */
export function hex(name: string, digits: number, description: string): HexField {
  return { name, type: "hex", digits, optional: false, description };
}

/** A field of fixed words. */
export function word(name: string, choices: readonly string[], description: string): ChoiceField {
  return { name, type: "choice", choices, optional: false, description };
}

/** The same field, of later versions of the format only. */
export function sinceVersion<Field extends FileField>(since: number, field: Field): Field {
  return { ...field, since };
}

/** The same key, but its line may be missing. */
export function mayBeMissing<Field extends FileField>(field: Field): Field {
  return { ...field, optional: true };
}
