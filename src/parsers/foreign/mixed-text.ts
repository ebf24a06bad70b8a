/** Text of other trackers' files, which is raw bytes: names as players typed them, in UTF-8, in Latin-1, or cut in the middle. */

const NOT_ASCII = /[\x80-\xff]+/g;
/** One character of UTF-8, each of its bytes as one character of a string. */
const UTF8_CHARACTER =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}/g;

/**
 * Decodes bytes that stand in a string, a character each (as `latin1` decodes them): valid UTF-8 as such, every other byte as
 * Latin-1. Characters above U+00FF stay as they are. NUL, which no text of a database can hold, shows as a replacement (U+FFFD).
 */
export function decodeMixed(bytes: string): string {
  return bytes
    .replaceAll("\0", "\uFFFD")
    .replace(NOT_ASCII, (run) =>
      run.replace(UTF8_CHARACTER, (character) => Buffer.from(character, "latin1").toString("utf8")),
    );
}
