/**
 * Escapes of text fields: `\\` backslash, `\t` TAB, `\n` LF, `\r` CR, `\xHH` any other byte that is a control
 * character or no valid UTF-8. Everything else stands for itself.
 */

/** The escape letter of each character that has one. */
export const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\", "\t": "t", "\n": "n", "\r": "r" };
