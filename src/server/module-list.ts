/**
 * The engine's lists of Lua modules. The grammar of `lua_modules` is that of etlegacy/etlegacy `src/game/g_lua.c`
 * (G_LuaInit): each space, comma or semicolon ends an item.
 */

/** The engine stops with an error at a longer value. */
export const MAXIMUM_VALUE_LENGTH = 255;
/** The engine cuts a longer name. */
export const MAXIMUM_ITEM_LENGTH = 63;

/** The items of a value, empty ones left out. */
export function listItems(value: string): string[] {
  return value.split(/[ ,;]/).filter((item) => item !== "");
}

/** Whether two names mean the same module: the engine adds a missing `.lua`. */
export function isSameModule(a: string, b: string): boolean {
  const bare = (name: string): string => name.replace(/\.lua$/i, "");
  return bare(a) === bare(b);
}

/** Whether a value lists a module. */
export function listsModule(value: string, module: string): boolean {
  return listItems(value).some((item) => isSameModule(item, module));
}

/** A value that ends in a separator stops the engine when it loads its modules. */
export function endsInSeparator(value: string): boolean {
  return /[ ,;]$/.test(value);
}
