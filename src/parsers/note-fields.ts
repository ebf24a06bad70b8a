/** The fields of a round file's notes: keys that come in a fixed order, notes, and values of each type. */
import type { FileField } from "../format/field.ts";
import { LIMITS } from "../format/limits.ts";
import { refuse, type FaultCode } from "./fault.ts";
import { decimalsText, unescapeText } from "./text.ts";

const INTEGER = /^(?:0|-?[1-9]\d*)$/;
const DECIMAL = /^(?:0|[1-9]\d*)\.(\d+)$/;
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z$/;
const HEX = /^[0-9a-f]*$/;

function isUtc(text: string): boolean {
  // No calendar of PostgreSQL has a year 0, and no clock of a server is before 1970.
  if (!UTC.test(text) || text < "1970") return false;
  // Date.parse takes 30 February for 2 March: only a time that reads back the same exists.
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 19) === text.slice(0, 19);
}

/** What a value must be and is not, as the end of a sentence; undefined for a good one. `value` has its escapes read. */
function faultOf(field: FileField, value: string): string | undefined {
  switch (field.type) {
    case "text":
      if (value.length < field.minimumCharacters) return "must not be empty";
      return Buffer.byteLength(value) > LIMITS.textBytes
        ? `must not have more than ${LIMITS.textBytes} bytes`
        : undefined;
    case "choice":
      return field.choices.includes(value) ? undefined : `must be one of ${field.choices.join(", ")}`;
    case "utc":
      return isUtc(value) ? undefined : "must be a time in UTC like 2026-01-31T19:05:00Z";
    case "hex":
      return HEX.test(value) && value.length === field.digits
        ? undefined
        : `must be ${field.digits} lower-case hex digits`;
    case "decimal": {
      const { digits, maximum, minimum } = field;
      const isGood = DECIMAL.exec(value)?.[1]?.length === digits && isWithin(value, minimum, maximum);
      return isGood
        ? undefined
        : `must be a number with ${decimalsText(digits)} from ${minimum} to ${maximum}`;
    }
    case "integer": {
      const { maximum, minimum } = field;
      const isGood = INTEGER.test(value) && isWithin(value, minimum, maximum);
      return isGood ? undefined : `must be a whole number from ${minimum} to ${maximum}`;
    }
  }
}

function isWithin(text: string, minimum: number, maximum: number): boolean {
  const value = Number(text);
  return value >= minimum && value <= maximum;
}

/** Reads a field, which is the one of this number in its line; returns its value, of a text with the escapes read. */
function readField(field: FileField, code: FaultCode, written: string, line: number, column: number): string {
  const place = { column, field: field.name, text: written };
  const value = field.type === "text" ? unescapeText(written) : written;
  if (value === undefined) refuse(code, line, "must be text with the format's escapes", place);
  const fault = faultOf(field, value);
  if (fault !== undefined) refuse(code, line, fault, place);
  return value;
}

/** Reads the fields of a note, which stand after its name; `parts` are all of its line. Returns the values by name. */
export function readFields(
  fields: readonly FileField[],
  code: FaultCode,
  parts: readonly string[],
  line: number,
): ReadonlyMap<string, string> {
  if (parts.length !== fields.length + 1) {
    const names = fields.map(({ name }) => name).join(", ");
    refuse(code, line, `\`${parts[0] ?? ""}\` must have these fields: ${names}`, { text: parts.join("\t") });
  }
  return new Map(
    fields.map((field, index) => [
      field.name,
      readField(field, code, parts[index + 1] ?? "", line, index + 2),
    ]),
  );
}

/** Reads the `#key<TAB>value` lines of a header or trailer. */
export class NoteKeys {
  readonly #keys: readonly FileField[];
  readonly #code: FaultCode;
  /** Index of the next key that may come. */
  #next = 0;
  readonly #values = new Map<string, string>();

  /** @param code of the faults that are raised. */
  constructor(keys: readonly FileField[], code: FaultCode) {
    this.#keys = keys;
    this.#code = code;
  }

  /** The values that were read, by key. */
  get values(): ReadonlyMap<string, string> {
    return this.#values;
  }

  /** Reads one `#key<TAB>value` line: the key must be the next of the list, or one after left-out optional ones. */
  read(key: string, parts: readonly string[], line: number): void {
    const [keys, code] = [this.#keys, this.#code];
    const index = keys.findIndex((candidate) => candidate.name === key);
    const skipped = keys.slice(this.#next, Math.max(index, 0)).find((candidate) => !candidate.optional);
    const definition = keys[index];
    if (definition === undefined || index < this.#next || skipped !== undefined) {
      const wanted = keys.slice(this.#next).find((candidate) => !candidate.optional)?.name;
      const message =
        wanted === undefined ? "no such key belongs here" : `\`#${wanted}\` is missing before this line`;
      refuse(code, line, message, { column: 1, text: `#${key}` });
    }
    const value = parts[1];
    if (value === undefined || parts.length > 2) {
      refuse(code, line, `\`#${key}\` must have one value`, { text: parts.join("\t") });
    }
    this.#values.set(key, readField(definition, code, value, line, 2));
    this.#next = index + 1;
  }

  /** Ends the list; throws when a key is missing. */
  finish(line: number): void {
    const missing = this.#keys.slice(this.#next).find((candidate) => !candidate.optional);
    if (missing !== undefined) refuse(this.#code, line, `\`#${missing.name}\` is missing before this line`);
    this.#next = this.#keys.length;
  }
}
