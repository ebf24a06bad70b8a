/** What can be wrong with a round file: a code for programs, a place, and the offending text. */
import type { IMPORT_ERRORS, ROUND_FILE_ERRORS } from "../errors/file-errors.ts";
import { showText } from "./text.ts";

/** A code of a fault in a round file, ours or another tracker's. */
export type FaultCode =
  keyof typeof ROUND_FILE_ERRORS | Extract<keyof typeof IMPORT_ERRORS, "E_FOREIGN_FILE">;

/** One thing that is wrong with a file. */
export interface Fault {
  readonly code: FaultCode;
  readonly message: string;
  /** Number of the line, 1 for the first; 0 where the fault concerns no line. */
  readonly line: number;
  /** Number of the field in its line, 1 for the first. */
  readonly column?: number;
  /** Name of the column. */
  readonly field?: string;
  /** The offending text, safe to print. */
  readonly text?: string;
}

/** Where in a line, and what text, a fault is about. */
interface FaultPlace {
  readonly column?: number;
  readonly field?: string;
  /** Offending text as read; made safe to print here. */
  readonly text?: string;
}

/** Makes a fault. `line` counts from 1, 0 for none; the offending text is made safe to print and cut short. */
export function makeFault(code: FaultCode, line: number, message: string, place: FaultPlace = {}): Fault {
  const { text, ...rest } = place;
  return { code, message, line, ...rest, ...(text === undefined ? {} : { text: showText(text) }) };
}

/** A fault in one line: `line 12, column 3 (life): must be a whole number: "1e5" [E_SYNTAX]`. */
export function formatFault(fault: Fault): string {
  const field = fault.field === undefined ? "" : ` (${fault.field})`;
  const column = fault.column === undefined ? "" : `, column ${fault.column}${field}`;
  const line = fault.line === 0 ? "" : `line ${fault.line}${column}: `;
  const text = fault.text === undefined ? "" : `: "${fault.text}"`;
  return `${line}${fault.message}${text} [${fault.code}]`;
}

/** Thrown where a fault makes the whole file unreadable. */
export class RoundFileError extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(formatFault(fault));
    this.name = "RoundFileError";
    this.fault = fault;
  }
}

/** Throws the fault as a {@link RoundFileError}. */
export function refuse(code: FaultCode, line: number, message: string, place: FaultPlace = {}): never {
  throw new RoundFileError(makeFault(code, line, message, place));
}
