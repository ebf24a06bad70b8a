/**
 * JSON that people write: values are checked against a description, and a mistake is told with file, line and path.
 *
 * A {@link Decoder} takes a node and gives a value of a known type, or throws E_SCENARIO.
 */
import { ProxError } from "../../errors.ts";
import { type JsonNode as TextNode, parseJsonText, placeAt, properties } from "../../json-text.ts";

type Scalar = string | number | boolean | null;

/** A value and where it stands. */
export interface JsonNode {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Such as `rounds[0].actions[3].target`; empty for the whole. */
  readonly path: string;
  readonly value: Scalar | readonly JsonNode[] | ReadonlyMap<string, JsonNode>;
}

/** Checks a node and gives its value; throws E_SCENARIO where the node is something else, as {@link refuse} does. */
export type Decoder<T> = (node: JsonNode) => T;

/** What to do about a scenario that cannot be played, where there is nothing better to say. */
export const REFERENCE = "see docs/scenarios.md: it says what belongs where and what each action needs";

/** Throws E_SCENARIO for what stands at a node. */
export function refuse(node: JsonNode, message: string, suggestions: readonly string[] = [REFERENCE]): never {
  const place = node.path === "" ? "" : `${node.path}: `;
  throw new ProxError("E_SCENARIO", `${node.file}:${node.line}: ${place}${message}`, {
    suggestions,
    details: { file: node.file, line: node.line, path: node.path },
  });
}

function describe(node: JsonNode): string {
  const { value } = node;
  if (value instanceof Map) return "an object";
  if (Array.isArray(value)) return "a list";
  return JSON.stringify(value);
}

/** Reads the text; throws E_SCENARIO for what is no JSON. */
export function parseJson(file: string, text: string): JsonNode {
  const parsed = parseJsonText(text);
  if ("fault" in parsed) {
    const { message, place } = parsed.fault;
    return refuse({ file, line: place.line, path: "", value: null }, `this is not valid JSON: ${message}`);
  }
  const lineOf = ({ offset }: TextNode): number => placeAt(text, offset).line;

  function convert(node: TextNode, path: string): JsonNode {
    return { file, line: lineOf(node), path, value: valueOf(node, path) };
  }
  function valueOf(node: TextNode, path: string): JsonNode["value"] {
    if (node.type === "object") {
      return new Map(
        properties(node).map(({ key, value }) => {
          const name = String(key.value);
          const child = convert(value, path === "" ? name : `${path}.${name}`);
          // The line of the key is where a wrong key is looked for.
          return [name, { ...child, line: lineOf(key) }];
        }),
      );
    }
    if (node.type === "array") {
      return (node.children ?? []).map((element, index) => convert(element, `${path}[${index}]`));
    }
    return node.value as Scalar;
  }
  return convert(parsed.tree, "");
}

/** A number from `minimum` to `maximum`, both included. */
export function number(minimum: number, maximum: number): Decoder<number> {
  return (node) => {
    const { value } = node;
    if (typeof value === "number" && value >= minimum && value <= maximum) return value;
    return refuse(node, `must be a number from ${minimum} to ${maximum}, not ${describe(node)}`);
  };
}

/** A whole number from `minimum` to `maximum`, both included. */
export function integer(minimum: number, maximum: number): Decoder<number> {
  return (node) => {
    const { value } = node;
    if (Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum) {
      return value as number;
    }
    return refuse(node, `must be a whole number from ${minimum} to ${maximum}, not ${describe(node)}`);
  };
}

/** Any text, an empty one too. */
export const text: Decoder<string> = (node) =>
  typeof node.value === "string" ? node.value : refuse(node, `must be text, not ${describe(node)}`);

/** `true` or `false`; numbers and texts are refused. */
export const flag: Decoder<boolean> = (node) =>
  typeof node.value === "boolean" ? node.value : refuse(node, `must be true or false, not ${describe(node)}`);

/** One of these texts, spelled exactly so. */
export function oneOf<const T extends string>(choices: readonly T[]): Decoder<T> {
  return (node) => {
    const found = choices.find((choice) => choice === node.value);
    if (found !== undefined) return found;
    return refuse(node, `must be one of ${choices.join(", ")}, not ${describe(node)}`);
  };
}

/** A list of any length, an empty one too, with all elements of one kind. */
export function list<T>(decode: Decoder<T>): Decoder<readonly T[]> {
  return (node) =>
    Array.isArray(node.value)
      ? node.value.map((child) => decode(child as JsonNode))
      : refuse(node, `must be a list, not ${describe(node)}`);
}

/** What `decode` takes, or `null`, which is not the same as a missing key: see {@link optional}. */
export function nullable<T>(decode: Decoder<T>): Decoder<T | null> {
  return (node) => (node.value === null ? null : decode(node));
}

/** An object with any keys. */
export function dictionary<T>(decode: Decoder<T>): Decoder<Readonly<Record<string, T>>> {
  return (node) => {
    if (!(node.value instanceof Map)) return refuse(node, `must be an object, not ${describe(node)}`);
    const entries = [...(node.value as ReadonlyMap<string, JsonNode>)];
    return Object.fromEntries(entries.map(([key, child]) => [key, decode(child)]));
  };
}

/** A key of an object. */
export interface Property<T> {
  readonly decode: Decoder<T>;
  /** What holds where the key is missing; undefined where it must not be. */
  readonly fallback: { readonly value: T } | undefined;
}

/** The keys that an object may have, see {@link record}. */
export type Properties = Readonly<Record<string, Property<unknown>>>;

/** What {@link record} makes of an object: all of these keys, those that were missing with their fallbacks. */
export type Decoded<P extends Properties> = {
  readonly [K in keyof P]: P[K] extends Property<infer T> ? T : never;
};

/** A key that must be there. */
export function required<T>(decode: Decoder<T>): Property<T> {
  return { decode, fallback: undefined };
}

/** A key that may be missing: its value is then undefined. */
export function optional<T>(decode: Decoder<T>): Property<T | undefined> {
  return { decode, fallback: { value: undefined } };
}

/** A key that may be missing: its value is then `value`, which is not checked. */
export function withDefault<T>(decode: Decoder<T>, value: T): Property<T> {
  return { decode, fallback: { value } };
}

/** An object with exactly these keys. */
export function record<P extends Properties>(properties: P): Decoder<Decoded<P>> {
  return (node) => {
    if (!(node.value instanceof Map)) return refuse(node, `must be an object, not ${describe(node)}`);
    const entries = node.value as ReadonlyMap<string, JsonNode>;
    for (const [key, child] of entries) {
      if (Object.hasOwn(properties, key)) continue;
      refuse(child, "unknown key", [`keys here are ${Object.keys(properties).join(", ")}`]);
    }
    const result: Record<string, unknown> = {};
    for (const [key, { decode, fallback }] of Object.entries(properties)) {
      const child = entries.get(key);
      if (child !== undefined) result[key] = decode(child);
      else if (fallback !== undefined) result[key] = fallback.value;
      else refuse(node, `the key ${key} is missing`);
    }
    return result as Decoded<P>;
  };
}

/** An object whose key `tag` tells which other keys it has; with the line where it stands. */
export function variant<const Tag extends string, V extends Readonly<Record<string, Properties>>>(
  tag: Tag,
  variants: V,
): Decoder<
  { [K in keyof V & string]: Decoded<V[K]> & Readonly<Record<Tag, K>> & { line: number } }[keyof V & string]
> {
  const names = Object.keys(variants);
  const decodeTag = oneOf(names);
  return (node) => {
    if (!(node.value instanceof Map)) return refuse(node, `must be an object, not ${describe(node)}`);
    const found = (node.value as ReadonlyMap<string, JsonNode>).get(tag);
    if (found === undefined)
      return refuse(node, `the key ${tag} is missing`, [`it is one of ${names.join(", ")}`]);
    const properties = variants[decodeTag(found)] ?? {};
    const decoded = record({ ...properties, [tag]: required(text) })(node);
    return { ...decoded, line: node.line } as never;
  };
}
