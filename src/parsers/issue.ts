/** What can be wrong with a round file: a code for programs, a place, and the offending text. */
import { showText } from "./text.ts";

/** Every code, with its meaning. Those of rows concern one row; all others the whole file. */
export const ISSUES = {
  E_EMPTY_FILE: "the file is empty",
  E_NOT_ROUND_FILE: "the file is no round file and of no format known",
  E_FOREIGN_FORMAT: "a file of another tracker or of an earlier format, recognised by its content",
  E_FORMAT_VERSION: "a round file of a format version that this prox cannot read",
  E_ENCODING: "a line beginning with `#` is not valid UTF-8",
  E_LINE_TOO_LONG: "a line is longer than any that the format can hold",
  E_HEADER: "the header is not as the format says, or was cut",
  E_COLUMNS: "the columns named in the header are not those of the kind and version",
  E_NOTE: "a line beginning with `#` between the rows is not as the format says",
  E_TRAILER: "the trailer is not as the format says",
  E_ROW_COUNT: "the trailer declares another number of rows than the file has",
  E_CHECKSUM: "the checksum does not fit the file's bytes",
  E_AFTER_TRAILER: "something stands after the trailer",
  E_TOO_MANY_PLAYERS: "the file states players more often than any round can need",
  E_FIELD_COUNT: "a row has more or fewer fields than the header names columns",
  E_SYNTAX: "a field is not written as its column's type demands",
  E_RANGE: "a number lies outside its column's range",
  E_CHOICE: "a word is none of its column's choices",
  E_NULL: "a field is empty that must not be",
  E_TIME_ORDER: "a row is earlier than the one before it",
  E_UNKNOWN_PLAYER: "a row names a slot of which no player was stated before",
  E_DUPLICATE_ROW: "a row for the same key stands in the file already",
  E_TOO_MANY_ROWS: "more heatmap cells or engagements than any round can have",
} as const;
/** A code of {@link ISSUES}. */
export type IssueCode = keyof typeof ISSUES;

/** One thing that is wrong with a file. */
export interface Issue {
  readonly code: IssueCode;
  readonly message: string;
  /** Number of the line, 1 for the first; 0 where the issue concerns no line. */
  readonly line: number;
  /** Number of the field in its line, 1 for the first. */
  readonly column?: number;
  /** Name of the column. */
  readonly field?: string;
  /** The offending text, safe to print. */
  readonly text?: string;
}

/** Where in a line, and what text, an issue is about. */
interface IssuePlace {
  readonly column?: number;
  readonly field?: string;
  /** Offending text as read; made safe to print here. */
  readonly text?: string;
}

/** Makes an issue. `line` counts from 1, 0 for none; the offending text is made safe to print and cut short. */
export function makeIssue(code: IssueCode, line: number, message: string, place: IssuePlace = {}): Issue {
  const { text, ...rest } = place;
  return { code, message, line, ...rest, ...(text === undefined ? {} : { text: showText(text) }) };
}

/** An issue in one line: `line 12, column 3 (life): must be a whole number: "1e5" [E_SYNTAX]`. */
export function formatIssue(issue: Issue): string {
  const field = issue.field === undefined ? "" : ` (${issue.field})`;
  const column = issue.column === undefined ? "" : `, column ${issue.column}${field}`;
  const line = issue.line === 0 ? "" : `line ${issue.line}${column}: `;
  const text = issue.text === undefined ? "" : `: "${issue.text}"`;
  return `${line}${issue.message}${text} [${issue.code}]`;
}

/** Thrown where an issue makes the whole file unreadable. */
export class RoundFileError extends Error {
  readonly issue: Issue;

  constructor(issue: Issue) {
    super(formatIssue(issue));
    this.name = "RoundFileError";
    this.issue = issue;
  }
}

/** Throws the issue as a {@link RoundFileError}. */
export function refuse(code: IssueCode, line: number, message: string, place: IssuePlace = {}): never {
  throw new RoundFileError(makeIssue(code, line, message, place));
}
