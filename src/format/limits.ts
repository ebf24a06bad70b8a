/** What no file of a real round reaches: a reader refuses a file that does, so that its memory is bounded. */
export const LIMITS = {
  /** Bytes of a line, without its LF. The longest row has under 500. */
  lineBytes: 65536,
  /** Bytes of a text field in UTF-8, after its escapes are read. PostgreSQL cannot index more than 2,704. */
  textBytes: 1024,
  /** `#config` lines. */
  settings: 1000,
  /** `#player` lines. */
  playerNotes: 20_000,
  /** `#announce` lines. */
  announceNotes: 100_000,
  /** Cells of a heatmap, or engagements: rows that are told apart by a number. */
  numberedRows: 1_000_000,
} as const;
