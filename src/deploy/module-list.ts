/**
 * The engine's lists of Lua modules, and edits that keep every other byte. The grammar of `lua_modules` is that of
 * etlegacy/etlegacy `src/game/g_lua.c` (G_LuaInit): each space, comma or semicolon ends an item.
 */
import { type CfgCommand, type CfgWord, MAXIMUM_COMMAND_LENGTH, parseCfg } from "./cfg-grammar.ts";

/** Where a new item goes. */
export type Position = "first" | "last";

/** The engine stops with an error at a longer value. */
export const MAXIMUM_VALUE_LENGTH = 255;
/** The engine cuts a longer name. */
export const MAXIMUM_ITEM_LENGTH = 63;

/** Why an edit cannot be made, in words that go after "FILE:LINE ". */
export class EditRefusal extends Error {}

/** The items of a value, empty ones left out. */
export function listItems(value: string): string[] {
  return value.split(/[ ,;]/).filter((item) => item !== "");
}

/** Whether two names mean the same module: the engine adds a missing `.lua`. */
export function isSameModule(a: string, b: string): boolean {
  const bare = (name: string): string => name.replace(/\.lua$/i, "");
  return bare(a) === bare(b);
}

/** A value that ends in a separator stops the engine when it loads its modules. */
export function endsInSeparator(value: string): boolean {
  return /[ ,;]$/.test(value);
}

/** The words of an assignment that make its value. */
function valueWords(command: CfgCommand, isBare: boolean): CfgWord[] {
  const words = command.words.slice(isBare ? 1 : 2, isBare ? 2 : undefined);
  return words.length >= 2 && words.at(-1)?.text === "unsafe" ? words.slice(0, -1) : words;
}

function splice(text: string, start: number, end: number, inserted: string): string {
  return text.slice(0, start) + inserted + text.slice(end);
}

/** Where a word's content begins and ends: inside of its quotes. */
function contentOf(word: CfgWord): { start: number; end: number } {
  const start = word.start + (word.isQuoted ? 1 : 0);
  return { start, end: start + word.text.length };
}

/** The value of the same assignment in an edited text; the edit is wrong where that is not what was wanted. */
function verifyEdit(edited: string, command: CfgCommand, isBare: boolean, wanted: readonly string[]): string {
  const again = parseCfg(edited).commands.find(({ start }) => start === command.start);
  const value =
    again === undefined
      ? ""
      : valueWords(again, isBare)
          .map((word) => word.text)
          .join(" ");
  if (again !== undefined && again.end - again.start >= MAXIMUM_COMMAND_LENGTH) {
    throw new EditRefusal(`would become longer than the engine reads (${MAXIMUM_COMMAND_LENGTH} characters)`);
  }
  if (value.length > MAXIMUM_VALUE_LENGTH) {
    throw new EditRefusal(
      `would hold ${value.length} characters, and the engine stops at more than ${MAXIMUM_VALUE_LENGTH}`,
    );
  }
  if (listItems(value).join(" ") !== wanted.join(" ")) {
    throw new EditRefusal(`holds a value that prox cannot edit: ${JSON.stringify(value)}`);
  }
  return edited;
}

/** Adds an item to the value of an assignment of the text, in the value's own style. Throws {@link EditRefusal}. */
export function addItem(
  text: string,
  command: CfgCommand,
  isBare: boolean,
  item: string,
  position: Position,
): string {
  const words = valueWords(command, isBare);
  const [first, last] = [words[0], words.at(-1)];
  if (first === undefined || last === undefined) throw new EditRefusal("has no value");
  const value = words.map((word) => word.text).join(" ");
  const items = listItems(value);
  const wanted = position === "first" ? [item, ...items] : [...items, item];
  const word = position === "first" ? first : last;
  const { start, end } = contentOf(word);
  const own = /[ ,;]/.exec(word.text)?.[0];
  const separator = own === undefined || (own === ";" && !word.isQuoted) ? " " : own;
  const edited =
    value === ""
      ? splice(text, start, start, item)
      : position === "first"
        ? splice(text, start, start, item + separator)
        : splice(text, end, end, separator + item);
  return verifyEdit(edited, command, isBare, wanted);
}

/** Removes an item from the value of an assignment of the text. Throws {@link EditRefusal}. */
export function removeItem(
  text: string,
  command: CfgCommand,
  isBare: boolean,
  matches: (item: string) => boolean,
): string {
  const words = valueWords(command, isBare);
  const items = listItems(words.map((word) => word.text).join(" "));
  const wanted = items.filter((item) => !matches(item));
  const index = words.findIndex((word) => listItems(word.text).some(matches));
  const word = words[index];
  if (word === undefined) return text;
  const content = contentOf(word);
  const item = listItems(word.text).find(matches) ?? "";
  const offset = new RegExp(`(?:^|[ ,;])(${escapeRegExp(item)})(?=[ ,;]|$)`).exec(word.text);
  const start = content.start + (offset === null ? 0 : offset.index + offset[0].length - item.length);
  const end = start + item.length;
  const isWholeWord = word.text === item;
  const neighbours = words.length > 1;
  let edited: string;
  if (isWholeWord && neighbours) {
    // The word goes with the white space on its inner side.
    const [before, after] = [words[index - 1], words[index + 1]];
    if (before !== undefined) edited = splice(text, before.end, word.end, "");
    else edited = splice(text, word.start, after?.start ?? word.end, "");
  } else if (isWholeWord) {
    edited = word.isQuoted
      ? splice(text, content.start, content.end, "")
      : splice(text, word.start, word.end, '""');
  } else if (start > content.start) {
    edited = splice(text, start - 1, end, "");
  } else {
    edited = splice(text, start, end + 1, "");
  }
  return verifyEdit(edited, command, isBare, wanted);
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** The line end that a text uses. */
function lineEndOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? "\n";
}

/** Where the line begins that holds the character at a place. */
export function lineStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && text[start - 1] !== "\n" && text[start - 1] !== "\r") start -= 1;
  return start;
}

/** The line that begins at a place, without its end. */
export function sourceLine(text: string, start: number): string {
  return /^[^\r\n]*/.exec(text.slice(start))?.[0] ?? "";
}

/**
 * Puts a line of its own into a text: before the line that holds `before`, or at the end. {@link removeLine} is its
 * inverse: behind a text without a final line end the new line has none either.
 */
export function insertLine(text: string, line: string, before?: number): string {
  const end = lineEndOf(text);
  if (before !== undefined) {
    const start = lineStart(text, before);
    return splice(text, start, start, line + end);
  }
  if (text === "" || /[\r\n]$/.test(text)) return text + line + end;
  return text + end + line;
}

/** Takes out the line that begins at `start`, with its line end, or, for a last line without one, the one before it. */
export function removeLine(text: string, start: number): string {
  const rest = /[\r\n]/.exec(text.slice(start));
  if (rest !== null) {
    const end = start + rest.index;
    return splice(text, start, end + (text.startsWith("\r\n", end) ? 2 : 1), "");
  }
  const before = /\r\n$|[\r\n]$/.exec(text.slice(0, start))?.[0].length ?? 0;
  return text.slice(0, start - before);
}

/** Words of the file that `g_luaModuleList` names, with their places: as the engine's COM_Parse cuts them. */
export function moduleFileWords(text: string): { text: string; start: number }[] {
  const words: { text: string; start: number }[] = [];
  for (const match of text.matchAll(/\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"([^"]*)"?|[^\s"]+/g)) {
    if (match[0].startsWith("//") || match[0].startsWith("/*")) continue;
    words.push({ text: match[1] ?? match[0], start: match.index });
  }
  return words;
}

/** Adds a module to the text of a module list file. Throws {@link EditRefusal}. */
export function addToModuleFile(text: string, module: string, position: Position): string {
  const words = moduleFileWords(text);
  if (words.some((word) => isSameModule(word.text, module))) return text;
  const edited = position === "first" && text !== "" ? insertLine(text, module, 0) : insertLine(text, module);
  const names = words.map((word) => word.text);
  const wanted = position === "first" ? [module, ...names] : [...names, module];
  const found = moduleFileWords(edited).map((word) => word.text);
  if (wanted.includes("") || JSON.stringify(found) !== JSON.stringify(wanted)) {
    throw new EditRefusal(
      "is a module list that prox cannot edit: an open comment or quote, or an empty name",
    );
  }
  return edited;
}

/** Takes a module out of the text of a module list file: its line, or, where others stand beside it, its name. */
export function removeFromModuleFile(text: string, module: string): string {
  const word = moduleFileWords(text).find((each) => isSameModule(each.text, module));
  if (word === undefined) return text;
  const start = lineStart(text, word.start);
  if (sourceLine(text, start).trim().replaceAll('"', "") === word.text) return removeLine(text, start);
  const quoted = text.startsWith('"', word.start) ? 2 : 0;
  return splice(text, word.start, word.start + word.text.length + quoted, "");
}
