/** JSON that people write: its values, where they stand, and what is wrong in it. */
import { type Node, type ParseError, getNodeValue, parseTree, printParseErrorCode } from "jsonc-parser";

import { messageOf } from "./errors.ts";

/** A value, an object's property or a list's element, with its place in the text. */
export type JsonNode = Node;

/** A place in a text, from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** A text that is no JSON: what is wrong first, and where. */
export interface JsonFault {
  readonly message: string;
  readonly place: TextPlace;
}

/** Where a character of a text stands; `offset` counts from 0. */
export function placeAt(text: string, offset: number): TextPlace {
  const lines = text.slice(0, offset).split("\n");
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

/** `ColonExpected` as `colon expected`. */
function wordsOf(code: string): string {
  return code.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}

/**
 * The values of a text with their places, as far as they can be made out, and everything that makes it no JSON; comments
 * and trailing commas are faults.
 */
export function readJsonText(text: string): {
  readonly tree: JsonNode | undefined;
  readonly faults: readonly JsonFault[];
} {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true });
  // A comma too many is two faults at one place.
  const places = new Map(errors.toReversed().map((error) => [error.offset, error]));
  const faults = [...places.values()].toReversed().map(({ error, offset }) => ({
    message: wordsOf(printParseErrorCode(error)),
    place: placeAt(text, offset),
  }));
  if (faults.length > 0) return { tree, faults };
  try {
    // What counts as JSON, Node decides.
    JSON.parse(text);
  } catch (error) {
    return { tree, faults: [{ message: messageOf(error), place: placeAt(text, text.length) }] };
  }
  return { tree, faults };
}

/** The values of a text with their places, or why it is no JSON: the first fault. */
export function parseJsonText(text: string): { readonly tree: JsonNode } | { readonly fault: JsonFault } {
  const {
    faults: [fault],
    tree,
  } = readJsonText(text);
  if (fault !== undefined) return { fault };
  if (tree === undefined) throw new Error("a text without values passed as JSON");
  return { tree };
}

/** What a value is, without its place. */
export function valueOf(node: JsonNode): unknown {
  return getNodeValue(node) as unknown;
}

/** The property of an object that a key names: of a doubled key the last one counts, as in JSON.parse. */
export function propertyOf(
  node: JsonNode | undefined,
  key: string,
): { key: JsonNode; value: JsonNode } | undefined {
  if (node?.type !== "object") return undefined;
  return properties(node).findLast((property) => property.key.value === key);
}

/** All properties of an object, in their order. */
export function properties(node: JsonNode): { key: JsonNode; value: JsonNode }[] {
  return (node.children ?? []).flatMap(({ children: [key, value] = [] }) =>
    key === undefined || value === undefined ? [] : [{ key, value }],
  );
}
