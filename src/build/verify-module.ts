/** Proof that a Lua chunk is a module that the engine will load: it runs in a real Lua 5.4 VM first. */
import { ENGINE_CALLBACKS } from "../engine/callbacks.ts";
import { MAXIMUM_MODULE_BYTES } from "../engine/modules.ts";
import { ProxError } from "../errors.ts";
import { createLuaVm } from "./lua-vm.ts";

/** Runs the chunk as the engine does, with a table `et` whose functions do nothing, and lists the new globals. */
const VERIFIER = `
local chunk, name = ...
et = setmetatable({}, { __index = function(_, key)
  if key:find("^%u+_") and not key:find("^G_") then return nil end
  return function() end
end })
local before = {}
for key in pairs(_G) do before[key] = true end
local run, message = load(chunk, name, "t")
if not run then return "error " .. message end
debug.sethook(function() error("it does not end", 0) end, "", 10000000)
local ok, failure = pcall(run)
debug.sethook()
if not ok then return "error " .. tostring(failure) end
local added = {}
for key, value in pairs(_G) do
  if not before[key] then added[#added + 1] = tostring(key) .. " " .. type(value) end
end
return "loaded " .. table.concat(added, "\\n")
`;

function refuse(message: string, suggestion: string): ProxError {
  return new ProxError("E_BUILD_VERIFY", message, { suggestions: [suggestion] });
}

/**
 * Loads a module in a Lua 5.4 VM and returns the callbacks that it defines, sorted. Throws E_BUILD_VERIFY when the
 * engine would not load it, when it leaves globals besides callbacks, or when it has no callback.
 */
export async function verifyModule(lua: string, fileName: string): Promise<string[]> {
  const bytes = Buffer.byteLength(lua);
  if (bytes > MAXIMUM_MODULE_BYTES) {
    throw refuse(
      `${fileName} has ${bytes} bytes; the engine ignores modules of more than 1 MiB`,
      "make the tracker smaller",
    );
  }
  const vm = await createLuaVm();
  try {
    const verify = vm.run(`return function(...) ${VERIFIER} end`);
    const answer = (verify as (chunk: string, name: string) => string)(lua, `@${fileName}`);
    const text = answer.slice(answer.indexOf(" ") + 1);
    if (answer.startsWith("error ")) {
      throw refuse(
        `${fileName} does not load: ${text}`,
        "correct the code that runs when the module is loaded",
      );
    }
    const added = text === "" ? [] : text.split("\n");
    const known = new Set<string>(ENGINE_CALLBACKS.map((name) => `${name} function`));
    const strange = added.filter((entry) => !known.has(entry)).sort();
    if (strange.length > 0) {
      throw refuse(
        `${fileName} leaves globals that are not callbacks: ${strange.join(", ")}`,
        "keep everything but the callbacks local to its file",
      );
    }
    if (added.length === 0) {
      throw refuse(`${fileName} defines no callback`, "assign the engine's callbacks in src/lua/main.ts");
    }
    return added.map((entry) => entry.slice(0, entry.indexOf(" "))).sort();
  } finally {
    vm.close();
  }
}
