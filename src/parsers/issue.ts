/** What can be wrong with a round file: a code for programs, a place, and the offending text. */
import type { ROUND_FILE_ERRORS } from "../errors/file-errors.ts";
import { showText } from "./text.ts";

/** A code of a fault in a round file. */
export type IssueCode = keyof typeof ROUND_FILE_ERRORS;

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
