/** What the engine asks of the files of Lua modules. */

/** The engine ignores a larger module, with a line on the console. Source: `LUA_MAX_FSIZE` in `g_lua.h`, `g_lua.c`. */
export const MAXIMUM_MODULE_BYTES = 1024 * 1024;
