/** What somebody is told, in private, when their command has no answer. Never a GUID, an address or a text of the database. */
import type { ErrorCode } from "../errors/catalogue.ts";
import { ProxError } from "../errors.ts";

/** Errors of what somebody gave, and what to do about them. */
const KIND: Partial<Record<ErrorCode, string>> = {
  E_NOT_FOUND: "prox does not know that name. Begin to type it, and choose from the list.",
  E_AMBIGUOUS: "That name fits several. Begin to type it, and choose one from the list.",
  E_NOTHING_FOUND: "Nothing of that was recorded. Try another day, map or evening.",
  E_TOO_LITTLE_DATA: "There are too few rounds yet to say who would win: no model has proved itself.",
  E_FILTER:
    "prox does not understand one of the values. Begin to type, and choose from the list; a day is written 2026-11-23.",
};

/** Too many commands at once. */
export const BUSY = "prox has many questions to answer at the moment. Ask again in a minute.";

const BROKEN = "prox could not answer this. Ask again later; the log of prox says why.";

/** Whether the error is of what somebody gave, which is no fault of prox. */
export function isOfTheirs(error: unknown): boolean {
  return error instanceof ProxError && error.code in KIND;
}

/** The text. */
export function apologyOf(error: unknown): string {
  return (error instanceof ProxError ? KIND[error.code] : undefined) ?? BROKEN;
}
