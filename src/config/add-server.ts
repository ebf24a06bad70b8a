/** Adds a server to the text of a configuration file, and leaves every other byte of it as it is. */
import { applyEdits, modify } from "jsonc-parser";

import { ProxError } from "../errors.ts";
import { type JsonNode, parseJsonText, properties, propertyOf } from "../json-text.ts";
import { parseConfig } from "./config-file.ts";

/** How a text is laid out, by its first indented line. */
interface Layout {
  readonly indent: string;
  readonly lineEnd: string;
}

function layoutOf(text: string): Layout {
  return {
    indent: /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ",
    lineEnd: text.includes("\r\n") ? "\r\n" : "\n",
  };
}

/** The white space before a place, where nothing else stands before it in its line. */
function indentAt(text: string, offset: number): string | undefined {
  const before = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return before.trim() === "" ? before : undefined;
}

/** A value as it stands behind so much indent; in one line where there is none. */
function valueText(value: object, { indent, lineEnd }: Layout, at: string | undefined): string {
  if (at === undefined) return JSON.stringify(value);
  return JSON.stringify(value, undefined, indent).replaceAll("\n", `${lineEnd}${at}`);
}

function insert(text: string, servers: JsonNode | undefined, name: string, values: object): string {
  const layout = layoutOf(text);
  const present = servers === undefined ? [] : properties(servers);
  const same = present.findLast(({ key }) => key.value === name);
  if (same !== undefined) {
    const { length, offset } = same.value;
    const replacement = valueText(values, layout, indentAt(text, same.key.offset));
    return `${text.slice(0, offset)}${replacement}${text.slice(offset + length)}`;
  }
  const last = present.at(-1);
  if (last !== undefined) {
    const at = indentAt(text, last.key.offset);
    const end = last.value.offset + last.value.length;
    const gap = at === undefined ? " " : `${layout.lineEnd}${at}`;
    const addition = `,${gap}${JSON.stringify(name)}: ${valueText(values, layout, at)}`;
    return `${text.slice(0, end)}${addition}${text.slice(end)}`;
  }
  const formattingOptions = {
    insertSpaces: !layout.indent.startsWith("\t"),
    tabSize: layout.indent.length,
    eol: layout.lineEnd,
  };
  return applyEdits(text, modify(text, ["servers", name], values, { formattingOptions }));
}

/**
 * The text with the server in it, checked. Throws E_CONFIG_FILE where the text is wrong before or would be afterwards, and
 * E_WRITE where the server is there already, unless it is to be replaced.
 */
export function addServer(
  text: string,
  file: string,
  server: { readonly name: string; readonly values: Readonly<Record<string, unknown>> },
  isReplacing: boolean,
): string {
  const { name, values } = server;
  if (Object.hasOwn(parseConfig(text, file).servers, name) && !isReplacing) {
    throw new ProxError("E_WRITE", `server "${name}" is in ${file} already`, {
      suggestions: [`edit it there, give the new server another name, or replace "${name}" with --force`],
    });
  }
  const parsed = parseJsonText(text);
  const servers = "tree" in parsed ? propertyOf(parsed.tree, "servers")?.value : undefined;
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  const edited = insert(text, servers, name, given);
  parseConfig(edited, file);
  return edited;
}
