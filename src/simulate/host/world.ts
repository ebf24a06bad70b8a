/** What the recorded server would have answered at this moment. */
import { CLIENT_FIELDS, ENTITY_FIELDS, type FieldType } from "./fields.ts";
import { allMatches, unescape } from "./text.ts";

type Vector = [number, number, number];
type Elements = LuaTable<number, number | undefined>;
/** A recorded value of a field, undefined for none. A vector stays text until it is read; elements are by index. */
export type FieldValue = number | string | Vector | Elements | undefined;

/** Number of entities of the engine; a client's entity number is its slot. */
const ENTITIES = 1024;
const MAXIMUM_CLIENTS = 64;

/** Stands for a recorded nil. */
const NIL: Elements = new LuaTable();
/** A float in Lua 5.4, where the literal 0 is an integer. */
const FLOAT_ZERO = 0 / 1;

/** One VM's view of the server, as far as the recording has been played; the next VM gets a new one. */
export interface World {
  /** By lower-case name. */
  cvars: LuaTable<string, string | undefined>;
  /** By the engine's index. */
  configstrings: LuaTable<number, string | undefined>;
  /** By slot; info strings. */
  userinfos: LuaTable<number, string | undefined>;
  /** Constants of the table `et`. */
  constants: LuaTable<string, number | string>;
  /** Names of the functions in the table `et`. */
  functions: LuaTable<string, true>;
  /** By entity number, then by the field's name without its index. */
  entities: LuaTable<number, LuaTable<string, FieldValue> | undefined>;
  /** Messages of fields that this engine does not have, by the field's lower-case name. */
  fieldErrors: LuaTable<string, string | undefined>;
  /** `et.trap_Milliseconds()` now. */
  milliseconds: number;
  /** `os.time()` when `milliseconds` was `baseMilliseconds`; the latter is known with the next callback. */
  baseUnixTime: number;
  baseMilliseconds: number | undefined;
}

/** A world of which nothing is known but the time at which its VM starts, in seconds since 1970. */
export function makeWorld(unixTime: number): World {
  return {
    cvars: new LuaTable(),
    configstrings: new LuaTable(),
    userinfos: new LuaTable(),
    constants: new LuaTable(),
    functions: new LuaTable(),
    entities: new LuaTable(),
    fieldErrors: new LuaTable(),
    milliseconds: 0,
    baseUnixTime: unixTime,
    baseMilliseconds: undefined,
  };
}

/** Moves the clock to a callback. */
export function setTime(world: World, milliseconds: number): void {
  world.milliseconds = milliseconds;
  world.baseMilliseconds ??= milliseconds;
}

/** Seconds of the recording's clock since its last statement of the time of day. */
export function elapsedSeconds(world: World): number {
  return (world.milliseconds - (world.baseMilliseconds ?? world.milliseconds)) / 1000;
}

const clientFieldTypes = new LuaTable<string, FieldType | undefined>();
const entityFieldTypes = new LuaTable<string, FieldType | undefined>();
/** The engine's spelling by the lower-case one, as it does not tell upper from lower case here. */
const spellings = new LuaTable<string, string | undefined>();

function enter(types: LuaTable<string, FieldType | undefined>, type: FieldType, names: string): void {
  for (const name of allMatches(names, "%S+")) {
    types.set(name, type);
    spellings.set(string.lower(name), name);
  }
}

for (const type of [
  "float",
  "floats",
  "int",
  "ints",
  "text",
  "vector",
  "weaponStats",
  "trajectory",
  "entity",
] as const) {
  enter(clientFieldTypes, type, CLIENT_FIELDS[type]);
  enter(entityFieldTypes, type, ENTITY_FIELDS[type]);
}

/** Name and index of a recorded field such as `ps.stats[8]`. */
interface RecordedField {
  name: string;
  type: FieldType;
  index: number | undefined;
}

const recordedFields = new LuaTable<string, RecordedField | undefined>();

function recordedField(text: string): RecordedField {
  const [base, index] = string.match(text, "^(.-)%[(%d+)%]$");
  const name = base ?? text;
  const type =
    clientFieldTypes.get(name) ?? entityFieldTypes.get(name) ?? (index === undefined ? "int" : "ints");
  const field: RecordedField = {
    name,
    type,
    index: index === undefined ? undefined : tonumber(index),
  };
  recordedFields.set(text, field);
  return field;
}

function parseVector(raw: string): Vector {
  const [x, y, z] = string.match(raw, "^([^,]*),([^,]*),(.*)$");
  // Dividing makes floats of whole numbers, as the engine's vectors hold nothing else.
  return [(tonumber(x) ?? 0) / 1, (tonumber(y) ?? 0) / 1, (tonumber(z) ?? 0) / 1];
}

/** A record `S`: from now on, `gentity_get(entity, field)` returns this. `parsesAtOnce`: not only when it is read. */
export function setField(
  world: World,
  entity: number,
  text: string,
  raw: string,
  parsesAtOnce: boolean,
): void {
  const field = recordedFields.get(text) ?? recordedField(text);
  let state = world.entities.get(entity);
  if (state === undefined) {
    state = new LuaTable();
    world.entities.set(entity, state);
  }
  const { name, type, index } = field;
  // Only names of players can be the word itself.
  if (type === "text") state.set(name, raw === "nil" && name !== "pers.netname" ? NIL : unescape(raw));
  else if (type === "vector" && !parsesAtOnce) {
    state.set(name, raw);
  } else if (type === "vector") {
    state.set(name, parseVector(raw));
  } else if (index !== undefined) {
    let elements = state.get(name) as Elements | undefined;
    if (elements === undefined) {
      elements = new LuaTable();
      state.set(name, elements);
    }
    const value = tonumber(raw);
    if (value !== undefined) elements.set(index, value);
  } else {
    const value = tonumber(raw);
    if (value === undefined) state.set(name, NIL);
    else state.set(name, type === "float" ? value / 1 : value);
  }
}

/** How many slots the server has. */
export function clientCount(world: World): number {
  return tonumber(world.cvars.get("sv_maxclients") ?? "") ?? MAXIMUM_CLIENTS;
}

/** What the engine has in a field of which the recording says nothing: nothing has happened to it. */
function emptyValue(type: FieldType): FieldValue {
  if (type === "text") return "";
  if (type === "float" || type === "floats") return FLOAT_ZERO;
  if (type === "vector") return [FLOAT_ZERO, FLOAT_ZERO, FLOAT_ZERO];
  return type === "int" || type === "ints" ? 0 : undefined;
}

/**
 * `et.gentity_get`: the value of a field and, where the engine would raise an error, its message. `onUnrecorded`
 * learns of fields that the engine has and the recording has not, `onInvalid` of entity numbers with which the engine
 * would read foreign memory.
 */
export function readField(
  world: World,
  entity: number,
  asked: string,
  index: number | undefined,
  onUnrecorded: (this: void, field: string) => void,
  onInvalid: (this: void, message: string) => void,
): LuaMultiReturn<[value: FieldValue, problem?: string]> {
  let name = asked;
  let value = world.entities.get(entity)?.get(name);
  if (value === undefined) {
    if (entity % 1 !== 0 || entity < 0 || entity >= ENTITIES) onInvalid(`gentity_get of entity ${entity}`);
    name = spellings.get(string.lower(asked)) ?? asked;
    const isClient = entity < clientCount(world);
    const fieldType = (isClient ? clientFieldTypes.get(name) : undefined) ?? entityFieldTypes.get(name);
    const recordedError = world.fieldErrors.get(string.lower(name));
    if (fieldType === undefined || recordedError !== undefined) {
      return $multi(undefined, recordedError ?? `tried to get invalid gentity field "${asked}"`);
    }
    if (name === "origin") name = isClient ? "ps.origin" : "r.currentOrigin";
    value = world.entities.get(entity)?.get(name);
    if (value === undefined) {
      // An entity of which nothing is recorded was never there: the engine has nothing but zeros for it.
      if (entity >= MAXIMUM_CLIENTS && world.entities.get(entity) === undefined)
        return $multi(fieldType === "text" ? undefined : emptyValue(fieldType));
      onUnrecorded(asked);
      return $multi(emptyValue(fieldType));
    }
  }
  const kind = type(value);
  if (kind === "number") return $multi(value);
  const fieldType = clientFieldTypes.get(name) ?? entityFieldTypes.get(name);
  if (fieldType === "vector") {
    if (kind === "string") {
      value = parseVector(value as string);
      world.entities.get(entity)?.set(name, value);
    }
    const vector = value as Vector;
    return $multi([vector[0], vector[1], vector[2]]);
  }
  if (kind === "table") {
    return $multi(value === NIL ? undefined : ((value as Elements).get(index ?? 0) ?? 0));
  }
  return $multi(value);
}
