/** Short ways to write facts, and to play them in Node and in Lua. */
import { luaBundle } from "../../src/build/lua-bundle.ts";
import { createLuaVm } from "../../src/build/lua-vm.ts";
import type { Fact, Report } from "./play.ts";
import { RULES_PROJECT } from "./rules-project.ts";

const NOTHING: Fact = {
  kind: "tick",
  timeMs: 0,
  slot: 0,
  target: 0,
  damage: 0,
  isLate: false,
  x: 0,
  y: 0,
  z: 0,
};

export const at = (slot: number, x: number, y = 0, z = 0): Fact => ({
  ...NOTHING,
  kind: "at",
  slot,
  x,
  y,
  z,
});
export const hit = (timeMs: number, slot: number, target: number, damage = 20): Fact => ({
  ...NOTHING,
  kind: "hit",
  timeMs,
  slot,
  target,
  damage,
});
export const lateHit = (timeMs: number, slot: number, target: number, damage = 20): Fact => ({
  ...hit(timeMs, slot, target, damage),
  isLate: true,
});
export const down = (timeMs: number, slot: number): Fact => ({ ...NOTHING, kind: "down", timeMs, slot });
/** The kill of an enemy, with the hit before it and the death after it. */
export const kill = (timeMs: number, slot: number, target: number, damage = 20): Fact[] => [
  hit(timeMs, slot, target, damage),
  { ...NOTHING, kind: "kill", timeMs, slot, target },
  down(timeMs, target),
];
export const leave = (timeMs: number, slot: number): Fact => ({ ...NOTHING, kind: "leave", timeMs, slot });
export const change = (timeMs: number, slot: number): Fact => ({ ...NOTHING, kind: "change", timeMs, slot });
export const spawn = (timeMs: number, slot: number): Fact => ({ ...NOTHING, kind: "spawn", timeMs, slot });
export const revive = (timeMs: number, slot: number): Fact => ({ ...NOTHING, kind: "revive", timeMs, slot });
export const tick = (timeMs: number): Fact => ({ ...NOTHING, kind: "tick", timeMs });
export const end = (timeMs: number): Fact => ({ ...NOTHING, kind: "end", timeMs });

function luaLiteral(fact: Fact): string {
  const { kind, timeMs, slot, target, damage, isLate, x, y, z } = fact;
  return `{kind="${kind}",timeMs=${timeMs},slot=${slot},target=${target},damage=${damage},isLate=${isLate},x=${x},y=${y},z=${z}}`;
}

export interface LuaPlayer {
  play: (facts: readonly Fact[]) => Report[];
  close: () => void;
}

/** The rules in a real Lua 5.4: compiled, and called with facts as Lua text. */
export async function createLuaPlayer(): Promise<LuaPlayer> {
  const bundle = await luaBundle(RULES_PROJECT);
  const vm = await createLuaVm();
  vm.run(`rules_play = (function(...) ${bundle} end)().play`);
  return {
    play(facts) {
      const text = vm.run(`
        local lines = {}
        for _, report in ipairs(rules_play({ ${facts.map(luaLiteral).join(", ")} })) do
          local values = {}
          for i, value in ipairs(report.values) do values[i] = string.format("%.17g", value) end
          lines[#lines + 1] = '{"kind":"' .. report.kind .. '","values":[' .. table.concat(values, ",") .. "]}"
        end
        return "[" .. table.concat(lines, ",") .. "]"`);
      return JSON.parse(String(text)) as Report[];
    },
    close: () => {
      vm.close();
    },
  };
}
