/** Edits of a list in a cfg's assignment that keep every other byte. */
import { MAXIMUM_VALUE_LENGTH, listItems } from "../server/module-list.ts";
import { type CfgCommand, type CfgWord, MAXIMUM_COMMAND_LENGTH, parseCfg } from "./cfg-grammar.ts";
import { splice } from "./text-lines.ts";

/** Where a new item goes. */
export type ListEnd = "first" | "last";

/** Why an edit cannot be made, in words that go after "FILE:LINE ". */
export class EditRefusal extends Error {}

/** The words of an assignment that make its value. */
function valueWords(command: CfgCommand, isBare: boolean): CfgWord[] {
  const words = command.words.slice(isBare ? 1 : 2, isBare ? 2 : undefined);
  return words.length >= 2 && words.at(-1)?.text === "unsafe" ? words.slice(0, -1) : words;
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
  listEnd: ListEnd,
): string {
  const words = valueWords(command, isBare);
  const [first, last] = [words[0], words.at(-1)];
  if (first === undefined || last === undefined) throw new EditRefusal("has no value");
  const value = words.map((word) => word.text).join(" ");
  const items = listItems(value);
  const wanted = listEnd === "first" ? [item, ...items] : [...items, item];
  const word = listEnd === "first" ? first : last;
  const { start, end } = contentOf(word);
  const own = /[ ,;]/.exec(word.text)?.[0];
  const separator = own === undefined || (own === ";" && !word.isQuoted) ? " " : own;
  const edited =
    value === ""
      ? splice(text, start, start, item)
      : listEnd === "first"
        ? splice(text, start, start, item + separator)
        : splice(text, end, end, separator + item);
  return verifyEdit(edited, command, isBare, wanted);
}

/** A value with one item more, in the value's own style. */
export function withItem(value: string, item: string, listEnd: ListEnd): string {
  if (value === "") return item;
  const separator = /[ ,;]/.exec(value)?.[0] ?? " ";
  return listEnd === "first" ? item + separator + value : value + separator + item;
}

/** A value without the first item that matches, and without the separator before it (behind it, for a first item). */
export function withoutItem(value: string, matches: (item: string) => boolean): string {
  for (const { 0: item, index: start } of value.matchAll(/[^ ,;]+/g)) {
    if (!matches(item)) continue;
    const end = start + item.length;
    return start > 0 ? value.slice(0, start - 1) + value.slice(end) : value.slice(end + 1);
  }
  return value;
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
  const rest = withoutItem(word.text, matches);
  const isWholeWord = !/[ ,;]/.test(word.text);
  let edited: string;
  if (isWholeWord && words.length > 1) {
    // The word goes with the white space on its inner side.
    const [before, after] = [words[index - 1], words[index + 1]];
    if (before !== undefined) edited = splice(text, before.end, word.end, "");
    else edited = splice(text, word.start, after?.start ?? word.end, "");
  } else if (isWholeWord && !word.isQuoted) {
    edited = splice(text, word.start, word.end, '""');
  } else {
    const { start, end } = contentOf(word);
    edited = splice(text, start, end, rest);
  }
  return verifyEdit(edited, command, isBare, wanted);
}
