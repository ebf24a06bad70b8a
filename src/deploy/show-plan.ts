/** A plan as people read it: unified diffs, and what will be done in words. */
import { createTwoFilesPatch } from "diff";

import { safeText } from "../names.ts";
import { maskCfgSecrets } from "../secrets.ts";
import { type FileChange, type ServerPlan, sha1Of } from "./server-plan.ts";

/** The lines in front of the bundle: what the module says of itself, and its configuration. */
function moduleHeader(module: Buffer): string {
  const lines = module.toString("utf8").split("\n");
  const end = lines.findIndex((line) => !/^(?:--|local PROX_|\s*$)/.test(line));
  return `${lines
    .slice(0, end < 0 ? undefined : end)
    .join("\n")
    .trimEnd()}\n`;
}

/** The lines of the diff; a carriage return at their ends is not shown. */
function diffOf({ path, kind, before, after }: FileChange): string[] {
  const text = (bytes: Buffer | undefined): string => {
    if (bytes === undefined) return "";
    return kind === "module" ? moduleHeader(bytes) : maskCfgSecrets(bytes.toString("latin1"));
  };
  const patch = createTwoFilesPatch(
    before === undefined ? "/dev/null" : path,
    after === undefined ? "/dev/null" : path,
    text(before),
    text(after),
    before === undefined ? "missing" : "now",
    after === undefined ? "removed" : "after",
    { context: 2 },
  );
  const lines = patch.slice(patch.indexOf("--- ")).trimEnd().split("\n");
  return lines.map((line) => line.replace(/\r$/, "").split("\t").map(safeText).join("\t"));
}

function describe({ path, kind, before, after }: FileChange): string {
  const size = (bytes: Buffer | undefined): string =>
    bytes === undefined ? "nothing" : `${bytes.length} bytes, SHA-1 ${sha1Of(bytes)}`;
  const verb = after === undefined ? "remove" : before === undefined ? "create" : "change";
  return `${verb} ${path} (${kind}): ${size(before)} → ${size(after)}`;
}

/** The plan, ready to be printed: its lines are safe to show. */
export function showPlan(plan: ServerPlan, isReloading: boolean): string {
  const { changes, cvars, module, server, wasListed } = plan;
  const lines: string[] = [];
  for (const change of changes) lines.push(safeText(describe(change)), ...diffOf(change), "");
  if (changes.length === 0) {
    lines.push(
      plan.hasWork
        ? "all files are in place; only an entry in the log of revisions is missing"
        : "nothing to do",
    );
  }
  if (module === undefined && changes.length > 0) {
    lines.push(
      `takes effect when the game is started again with ${server.cfg}, or at once with --reload; ` +
        "until then it keeps the modules that it has loaded",
    );
  }
  if (module !== undefined && changes.length > 0) {
    const list =
      cvars.g_luaModuleList === ""
        ? `lua_modules ${JSON.stringify(cvars.lua_modules)}`
        : `the list in ${cvars.g_luaModuleList}`;
    lines.push(`the engine will load: ${list}`);
    lines.push(
      wasListed
        ? "takes effect when the next map or round starts, or at once with --reload"
        : `takes effect when the game is started again with ${server.cfg}, or at once with --reload`,
    );
  }
  if (isReloading) lines.push("over rcon: lua_restart reloads all modules; lua_status confirms");
  return lines.join("\n");
}
