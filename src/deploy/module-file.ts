/** The file that `g_luaModuleList` names, and edits of it that keep every other byte. */
import { isSameModule } from "../server/module-list.ts";
import { EditRefusal, type ListEnd } from "./list-edits.ts";
import { insertLine, lineStart, removeLine, sourceLine, splice } from "./text-lines.ts";

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
export function addToModuleFile(text: string, module: string, listEnd: ListEnd): string {
  const words = moduleFileWords(text);
  if (words.some((word) => isSameModule(word.text, module))) return text;
  const edited = listEnd === "first" && text !== "" ? insertLine(text, module, 0) : insertLine(text, module);
  const names = words.map((word) => word.text);
  const wanted = listEnd === "first" ? [module, ...names] : [...names, module];
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
