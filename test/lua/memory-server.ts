/**
 * The host of simulations on a disk in memory that can fill up, refuse and recover while a match runs: what no file
 * system of a test machine does on demand.
 */
import { HOST_PROJECT } from "../../src/build/host-project.ts";
import { luaBundle } from "../../src/build/lua-bundle.ts";
import { createLuaVm } from "../../src/build/lua-vm.ts";
import type { LuaModule } from "../../src/simulate/simulate.ts";

const GLUE = `
local files, names, handles, used = {}, {}, {}, 0
disk_capacity, disk_refuses, disk_opened = math.huge, false, 0
local reports = {}
local modules, cvars = {}, {}
for i = 1, prox_module_count do
  modules[i] = { name = prox_module_name(i), text = prox_module_text(i), sha1 = ("AB"):rep(20) }
end
for i = 1, prox_cvar_count do cvars[prox_cvar_name(i)] = prox_cvar_value(i) end
local function put(path, content)
  if files[path] == nil then names[#names + 1] = path end
  used = used - #(files[path] or "") + #(content or "")
  files[path] = content
end
local host = prox_create_host(modules, cvars, {
  disk = {
    open = function(path, appends)
      if disk_refuses then return nil end
      put(path, appends and files[path] or "")
      disk_opened = disk_opened + 1
      handles[disk_opened] = path
      return disk_opened
    end,
    write = function(handle, data)
      local room = disk_capacity - used
      local path = handles[handle]
      if #data > room then
        put(path, files[path] .. data:sub(1, math.max(room, 0)))
        return false
      end
      put(path, files[path] .. data)
      return true
    end,
    close = function(handle) handles[handle] = nil end,
    rename = function(from, to)
      if files[from] == nil then return end
      local content = files[from]
      put(from, nil)
      put(to, content)
    end,
    size = function(path) return files[path] and #files[path] end,
    read = function(path) return files[path] end,
  },
  report = function(kind, first, second) reports[#reports + 1] = kind .. "\\t" .. first .. "\\t" .. tostring(second) end,
})
prox_play, prox_finish = host.play, host.finish
function disk_used() return used end
function file_count()
  local count = 0
  for _, name in ipairs(names) do if files[name] then count = count + 1 end end
  return count
end
function file_name(index)
  local count = 0
  for _, name in ipairs(names) do
    if files[name] then
      count = count + 1
      if count == index then return name end
    end
  end
end
function file_text(name) return files[name] end
function forget_files() files, names, used = {}, {}, 0 end
function report_text() return table.concat(reports, "\\n") end
`;

export interface MemoryServer {
  /** Plays lines of a recording. */
  play(lines: Uint8Array | string): void;
  finish(): void;
  /** The disk takes no more than this many bytes in all. */
  setCapacity(bytes: number): void;
  /** The disk opens nothing for writing, as in a folder without the right to write. */
  setRefusing(refuses: boolean): void;
  usedBytes(): number;
  fileCount(): number;
  /** Files by name, those whose names hold `part`. */
  files(part?: string): Map<string, string>;
  forgetFiles(): void;
  /** Reports of the host by kind, without those that are nothing but statistics. */
  reports(kind: "error" | "leak" | "drop" | "global" | "console" | "unrecorded"): string[];
  close(): void;
}

export async function createMemoryServer(
  modules: readonly LuaModule[],
  cvars: Readonly<Record<string, string>> = {},
): Promise<MemoryServer> {
  const host = await luaBundle(HOST_PROJECT);
  const vm = await createLuaVm();
  const list = Object.entries(cvars);
  vm.run(`prox_create_host = (function(...) ${host} end)().createHost`);
  vm.set("prox_module_count", modules.length);
  vm.set("prox_module_name", (index: number) => modules[index - 1]?.name);
  vm.set("prox_module_text", (index: number) => modules[index - 1]?.lua);
  vm.set("prox_cvar_count", list.length);
  vm.set("prox_cvar_name", (index: number) => list[index - 1]?.[0]);
  vm.set("prox_cvar_value", (index: number) => list[index - 1]?.[1]);
  vm.run(GLUE);
  return {
    play(lines) {
      vm.callWithBytes("prox_play", typeof lines === "string" ? Buffer.from(lines) : lines);
    },
    finish() {
      vm.run("prox_finish()");
    },
    setCapacity(bytes) {
      vm.run(`disk_capacity = ${bytes}`);
    },
    setRefusing(refuses) {
      vm.run(`disk_refuses = ${refuses}`);
    },
    usedBytes: () => Number(vm.run("return disk_used()")),
    fileCount: () => Number(vm.run("return file_count()")),
    files(part = "") {
      const files = new Map<string, string>();
      const count = Number(vm.run("return file_count()"));
      for (let index = 1; index <= count; index += 1) {
        const name = String(vm.run(`return file_name(${index})`));
        if (name.includes(part)) files.set(name, String(vm.run(`return file_text(file_name(${index}))`)));
      }
      return files;
    },
    forgetFiles() {
      vm.run("forget_files()");
    },
    reports: (kind) =>
      String(vm.run("return report_text()"))
        .split("\n")
        .filter((line) => line.startsWith(`${kind}\t`))
        .map((line) => line.slice(kind.length + 1)),
    close() {
      vm.close();
    },
  };
}
