/** The fields of a round file's frame: keys that come in a fixed order, and values of each type. */
import { CAPTURE_STATES, END_REASONS, type CaptureState, type FileKey } from "../format/file.ts";
import { refuse, type IssueCode } from "./issue.ts";
import { unescapeText } from "./text.ts";

/** The largest whole number that a field may hold. */
export const MAXIMUM_INTEGER = 2147483647;
const INTEGER = /^(?:0|[1-9]\d{0,9})$/;
const DECIMAL = /^(?:0|[1-9]\d{0,9})(?:\.\d{1,6})?$/;
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z$/;
const SHA1 = /^[0-9a-f]{40}$/;
/** Longest identity that a database key takes. */
const MAXIMUM_TEXT_CHARACTERS = 1024;
/** Texts of the header that must say something. */
const IDENTITIES: ReadonlySet<string> = new Set(["round_key", "match_key", "map"]);

/** Whether a text is a whole number within a range, written the only way. */
export function isInteger(text: string, minimum: number, maximum: number): boolean {
  return INTEGER.test(text) && Number(text) >= minimum && Number(text) <= maximum;
}

function isUtc(text: string): boolean {
  // Date.parse takes 30 February for 2 March: only a time that reads back the same exists.
  if (!UTC.test(text)) return false;
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 19) === text.slice(0, 19);
}

/** Reads a text with the format's escapes. */
export function readText(
  code: IssueCode,
  value: string,
  line: number,
  place: { column: number; field?: string },
): string {
  const text = unescapeText(value);
  if (text === undefined)
    refuse(code, line, "must be text with the format's escapes", { ...place, text: value });
  if (text.length > MAXIMUM_TEXT_CHARACTERS) refuse(code, line, "is too long", { ...place, text: value });
  return text;
}

/** Reads the name and the value of a note. */
export function readPair(
  code: IssueCode,
  fields: readonly string[],
  line: number,
): [name: string, value: string] {
  if (fields.length !== 3) {
    refuse(code, line, "must have a name and a value", { text: fields.join("\t") });
  }
  const [, name = "", value = ""] = fields;
  return [readText(code, name, line, { column: 2 }), readText(code, value, line, { column: 3 })];
}

/** Reads the state of a capture, the third field of a note. */
export function readCaptureState(code: IssueCode, value: string, line: number): CaptureState {
  const state = CAPTURE_STATES.find((candidate) => candidate === value);
  if (state === undefined) {
    refuse(code, line, `must be one of ${CAPTURE_STATES.join(", ")}`, { column: 3, text: value });
  }
  return state;
}

function checkValue(definition: FileKey, code: IssueCode, value: string, line: number): string {
  const { name, type } = definition;
  const place = { column: 2, field: name };
  if (type === "text") {
    const text = readText(code, value, line, place);
    if (text === "" && IDENTITIES.has(name)) refuse(code, line, "must not be empty", place);
    if (name === "tracker_sha1" && !SHA1.test(text)) {
      refuse(code, line, "must be 40 lower-case hex digits", { ...place, text: value });
    }
    if (name === "end_reason" && !END_REASONS.some((reason) => reason === text)) {
      refuse(code, line, `must be one of ${END_REASONS.join(", ")}`, { ...place, text: value });
    }
    return text;
  }
  if (type === "utc") {
    if (!isUtc(value))
      refuse(code, line, "must be a time in UTC like 2026-01-31T19:05:00Z", { ...place, text: value });
    return value;
  }
  if (type === "decimal") {
    if (!DECIMAL.test(value)) refuse(code, line, "must be a decimal number", { ...place, text: value });
    return value;
  }
  const isNarrow = name === "round" || name === "winner_team";
  const [minimum, maximum] = isNarrow ? [1, 2] : [0, MAXIMUM_INTEGER];
  if (!isInteger(value, minimum, maximum)) {
    refuse(code, line, `must be a whole number from ${minimum} to ${maximum}`, { ...place, text: value });
  }
  return value;
}

/** Reads the `#key<TAB>value` lines of a header or trailer. */
export class FrameKeys {
  readonly #keys: readonly FileKey[];
  readonly #code: IssueCode;
  /** Index of the next key that may come. */
  #next = 0;
  readonly #values = new Map<string, string>();

  /** @param code of the issues that are raised. */
  constructor(keys: readonly FileKey[], code: IssueCode) {
    this.#keys = keys;
    this.#code = code;
  }

  /** The values that were read, by key. */
  get values(): ReadonlyMap<string, string> {
    return this.#values;
  }

  /** Reads one `#key<TAB>value` line: the key must be the next of the list, or one after left-out optional ones. */
  read(key: string, fields: readonly string[], line: number): void {
    const [keys, code] = [this.#keys, this.#code];
    const index = keys.findIndex((candidate) => candidate.name === key);
    const skipped = keys.slice(this.#next, Math.max(index, 0)).find((candidate) => !candidate.optional);
    const definition = keys[index];
    if (definition === undefined || index < this.#next || skipped !== undefined) {
      const wanted = keys.slice(this.#next).find((candidate) => !candidate.optional)?.name;
      const message =
        wanted === undefined ? "no such key here" : `\`#${wanted}\` is missing before this line`;
      refuse(code, line, message, { column: 1, text: `#${key}` });
    }
    const value = fields[1];
    if (value === undefined || fields.length > 2) {
      refuse(code, line, `\`#${key}\` must have one value`, { text: fields.join("\t") });
    }
    this.#values.set(key, checkValue(definition, code, value, line));
    this.#next = index + 1;
  }

  /** Ends the list; throws when a key is missing. */
  finish(line: number): void {
    const missing = this.#keys.slice(this.#next).find((candidate) => !candidate.optional);
    if (missing !== undefined) refuse(this.#code, line, `\`#${missing.name}\` is missing before this line`);
    this.#next = this.#keys.length;
  }
}
