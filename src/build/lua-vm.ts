/** A Lua 5.4 VM (wasmoon) with what its friendly interface lacks: strings as bytes, which need not be UTF-8. */
import { LuaFactory } from "wasmoon";

/** The parts of wasmoon's C interface that pass bytes. Its own types lean on packages that it does not bring. */
interface LuaApi {
  module: {
    HEAPU8: Uint8Array;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    _lua_tolstring(state: number, index: number, lengthPointer: number): number;
    addFunction(callback: (state: number) => number, signature: "ii"): number;
    getValue(pointer: number, type: "i32"): number;
  };
  lua_getglobal(state: number, name: string): number;
  lua_setglobal(state: number, name: string): void;
  lua_pcallk(state: number, args: number, results: number, handler: number, context: number, k: null): number;
  lua_pushlstring(state: number, pointer: number, length: number): void;
  lua_pushcclosure(state: number, pointer: number, upvalues: number): void;
  lua_pushboolean(state: number, value: number): void;
  lua_pushnil(state: number): void;
  lua_settop(state: number, index: number): void;
  lua_tonumberx(state: number, index: number, isNumber: null): number;
}

/** A function for Lua on bytes: its argument is a number or a string, its answer bytes, a boolean or nothing. */
type BytesFunction = (first: number, second: Uint8Array) => Uint8Array | boolean | undefined;

/** What of Lua 5.4 prox uses from JavaScript. */
export interface LuaVm {
  /** Runs Lua and returns its first result. */
  run(lua: string): unknown;
  /** Sets a global. */
  set(name: string, value: unknown): void;
  /** Sets a global function of a number and a string's bytes. */
  setBytesFunction(name: string, implementation: BytesFunction): void;
  /** Calls a global function with bytes as a string. Throws what it raises. */
  callWithBytes(name: string, bytes: Uint8Array): void;
  close(): void;
}

/** A VM with Lua's standard libraries. The caller closes it, which frees its memory in WebAssembly. */
export async function createLuaVm(): Promise<LuaVm> {
  const engine = await new LuaFactory().createEngine({ injectObjects: false });
  const { global } = engine;
  const lua = global.lua as unknown as LuaApi;
  const state = global.address;
  const lengthPointer = lua.module._malloc(8);

  function pushBytes(target: number, bytes: Uint8Array): void {
    const pointer = lua.module._malloc(Math.max(bytes.length, 1));
    lua.module.HEAPU8.set(bytes, pointer);
    lua.lua_pushlstring(target, pointer, bytes.length);
    lua.module._free(pointer);
  }

  return {
    run: (text) => engine.doStringSync(text) as unknown,
    set: (name, value) => {
      global.set(name, value);
    },
    setBytesFunction(name, implementation) {
      const pointer = lua.module.addFunction((caller) => {
        const first = lua.lua_tonumberx(caller, 1, null);
        const start = lua.module._lua_tolstring(caller, 2, lengthPointer);
        const length = lua.module.getValue(lengthPointer, "i32");
        const answer = implementation(first, lua.module.HEAPU8.subarray(start, start + length));
        if (answer === undefined) lua.lua_pushnil(caller);
        else if (typeof answer === "boolean") lua.lua_pushboolean(caller, answer ? 1 : 0);
        else pushBytes(caller, answer);
        return 1;
      }, "ii");
      lua.lua_pushcclosure(state, pointer, 0);
      lua.lua_setglobal(state, name);
    },
    callWithBytes(name, bytes) {
      lua.lua_getglobal(state, name);
      pushBytes(state, bytes);
      if (lua.lua_pcallk(state, 1, 0, 0, 0, null) !== 0) {
        const message = global.indexToString(-1);
        lua.lua_settop(state, 0);
        throw new Error(message);
      }
    },
    close: () => {
      global.close();
    },
  };
}
