/** Bits of the engine's flags, without bit operators: those of Lua 5.4 are unknown to LuaJIT. */

/** Whether `bit` (a power of two) is set in `flags`. */
export function hasFlag(flags: number, bit: number): boolean {
  return flags % (bit + bit) >= bit;
}
