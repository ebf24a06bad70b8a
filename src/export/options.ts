/** What an export is asked for. */
import type { ExportFormat } from "./layout.ts";

/** What to export, and how. */
export interface ExportOptions {
  readonly format: ExportFormat;
  /** Ids of the rounds; undefined for all. */
  readonly roundIds: readonly number[] | undefined;
  /** What chose them, in words; an export keeps to its own. */
  readonly filters: readonly string[];
  /** Whether to write again what has not changed. */
  readonly isFull: boolean;
  readonly isDryRun: boolean;
  readonly signal: AbortSignal;
  /** Hears how many rows of all that are to be read are written. */
  readonly progress?: (rows: number, all: number) => void;
}
