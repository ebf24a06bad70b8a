/** What no file of a real round reaches: a reader refuses a file that does, so that its memory is bounded. */
export const LIMITS = {
  /** Bytes of a line, without its LF. A text has at most 1 KiB of characters, the longest row under 500 bytes. */
  lineBytes: 65536,
  /** Characters of a text field, after its escapes are read. */
  textCharacters: 1024,
  /** `#config` lines. */
  settings: 1000,
  /** `#player` lines. */
  playerNotes: 20_000,
  /** Cells of a heatmap, or engagements: rows that are told apart by a number. */
  numberedRows: 1_000_000,
} as const;
