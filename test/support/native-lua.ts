/** The host and modules in a native Lua, for tests and measurements beside the embedded one. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { HOST_PROJECT } from "../../src/build/host-project.ts";
import { luaBundle } from "../../src/build/lua-bundle.ts";
import type { LuaModule } from "../../src/simulate/simulate.ts";

/** Lua's own file system as the host's disk; the rest of the host is the one that runs everywhere. */
const RUNNER = `
local folder, recording, measure = arg[1], arg[2], arg[3]
local createHost = dofile(folder .. "/host.lua").createHost
local handles, made = {}, {}
local function makeFolder(path)
  local parent = path:match("^(.*)/")
  if parent and not made[parent] then
    made[parent] = true
    assert(os.execute("mkdir -p '" .. parent .. "'"))
  end
end
local function under(path) return folder .. "/out/" .. path end
local modules = dofile(folder .. "/modules.lua")
for _, module in ipairs(modules) do
  local file = assert(io.open(folder .. "/" .. module.file, "rb"))
  module.text = file:read("*a")
  file:close()
end
local platform = {
  disk = {
    open = function(path, appends)
      makeFolder(under(path))
      local file = io.open(under(path), appends and "ab" or "wb")
      if not file then return nil end
      file:setvbuf("no")
      handles[#handles + 1] = file
      return #handles
    end,
    write = function(handle, data) return handles[handle]:write(data) ~= nil end,
    close = function(handle) handles[handle]:close() end,
    rename = function(from, to) makeFolder(under(to)) os.rename(under(from), under(to)) end,
    size = function(path)
      local file = io.open(under(path), "rb")
      if not file then return nil end
      local size = file:seek("end")
      file:close()
      return size
    end,
    read = function(path)
      local file = io.open(under(path), "rb")
      if not file then return nil end
      local content = file:read("*a")
      file:close()
      return content
    end,
  },
  report = function(kind, first, second) io.write(kind, "\\t", first:gsub("[\\r\\n\\t]", " "), "\\t", tostring(second), "\\n") end,
}
local finishMeasurement
if measure then finishMeasurement = dofile(measure)(platform) end
local host = createHost(modules, modules.cvars, platform)
local file = assert(io.open(recording, "rb"))
local rest = ""
while true do
  local block = file:read(65536)
  if not block then break end
  block = rest .. block
  local last = block:find("\\n[^\\n]*$")
  if last then
    host.play(block:sub(1, last))
    rest = block:sub(last + 1)
  else
    rest = block
  end
end
host.finish()
if finishMeasurement then finishMeasurement() end
`;

export interface NativeRun {
  /** Folder of the output; gone after `dispose`. */
  folder: string;
  /** The host's reports, one a line: kind, first and second value. */
  reports: string[][];
  dispose(): void;
}

/** The version line of a native Lua, or undefined where it is not installed. */
export function nativeLua(command: string): string | undefined {
  try {
    return execFileSync(command, ["-v"], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}

/**
 * Plays a recording (an uncompressed file) through modules in a native Lua. `measure` names a Lua file that returns a
 * function of the platform, which may put itself between the host and the modules, and returns what to do at the end.
 */
export async function playNatively(
  command: string,
  modules: readonly LuaModule[],
  recording: string,
  options: { cvars?: Readonly<Record<string, string>>; measure?: string } = {},
): Promise<NativeRun> {
  const folder = mkdtempSync(path.join(tmpdir(), "prox-native-"));
  const entries = modules.map((module, index) => {
    const file = `module${index}.lua`;
    writeFileSync(path.join(folder, file), module.lua);
    const sha1 = createHash("sha1").update(module.lua).digest("hex").toUpperCase();
    return `{ name = ${quoted(module.name)}, file = ${quoted(file)}, sha1 = "${sha1}" },`;
  });
  const cvars = Object.entries(options.cvars ?? {}).map(
    ([name, value]) => `[${quoted(name)}] = ${quoted(value)},`,
  );
  writeFileSync(
    path.join(folder, "modules.lua"),
    `return { ${entries.join("\n")} cvars = { ${cvars.join("\n")} } }`,
  );
  writeFileSync(path.join(folder, "host.lua"), await luaBundle(HOST_PROJECT));
  writeFileSync(path.join(folder, "runner.lua"), RUNNER);
  const runner = path.join(folder, "runner.lua");
  const measure = options.measure === undefined ? [] : [options.measure];
  try {
    const output = execFileSync(command, [runner, folder, recording, ...measure], {
      encoding: "utf8",
      maxBuffer: 1024 * 1024 * 1024,
    });
    return {
      folder: path.join(folder, "out"),
      reports: output
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => line.split("\t")),
      dispose: () => {
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
