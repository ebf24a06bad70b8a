/** Every error code of prox: the one place that says which exit code it has, what it means and what to do about it. */
import type { ErrorEntry } from "./exit-codes.ts";
import { IMPORT_ERRORS, ROUND_FILE_ERRORS } from "./file-errors.ts";
import {
  DATABASE_ERRORS,
  EXPORT_ERRORS,
  GENERAL_ERRORS,
  REPORT_ERRORS,
  SITE_ERRORS,
  TRACKER_ERRORS,
} from "./local-errors.ts";
import { POST_ERRORS } from "./post-errors.ts";
import { CONFIG_ERRORS, REMOTE_ERRORS, SERVER_ERRORS } from "./server-errors.ts";

/** The codes that a command can end with. */
export const COMMAND_ERRORS = {
  ...GENERAL_ERRORS,
  ...CONFIG_ERRORS,
  ...REMOTE_ERRORS,
  ...SERVER_ERRORS,
  ...DATABASE_ERRORS,
  ...REPORT_ERRORS,
  ...EXPORT_ERRORS,
  ...SITE_ERRORS,
  ...TRACKER_ERRORS,
  ...POST_ERRORS,
} satisfies Record<string, ErrorEntry>;
/** A code that a command can end with. */
export type ErrorCode = keyof typeof COMMAND_ERRORS;

/** All codes by subject, in the order in which documents show them. No code is in two groups. */
export const ERROR_GROUPS: readonly { title: string; errors: Readonly<Record<string, ErrorEntry>> }[] = [
  { title: "Any command", errors: GENERAL_ERRORS },
  { title: "Configuration", errors: CONFIG_ERRORS },
  { title: "Connection to a server", errors: REMOTE_ERRORS },
  { title: "Deploying, pulling, status", errors: SERVER_ERRORS },
  { title: "Database and import", errors: DATABASE_ERRORS },
  { title: "Reports and maps", errors: REPORT_ERRORS },
  { title: "Exports", errors: EXPORT_ERRORS },
  { title: "Sites", errors: SITE_ERRORS },
  { title: "Building and simulating the tracker", errors: TRACKER_ERRORS },
  { title: "Posting to chats", errors: POST_ERRORS },
  { title: "Content of a round file", errors: ROUND_FILE_ERRORS },
  { title: "Storing a round file", errors: IMPORT_ERRORS },
];
