/** The records of a recording that state something: what is so from then on. */
import { unescape } from "./text.ts";
import type { World } from "./world.ts";

/** Takes over what a record states, by its fields. Raises `line N: …` for a kind that is unknown. */
export function applyRecord(world: World, fields: string[], line: number): void {
  const kind = fields[0] ?? "";
  const name = unescape(fields[1] ?? "");
  const value = unescape(fields[2] ?? "");
  if (kind === "V") world.cvars.set(string.lower(name), value);
  else if (kind === "G") world.configstrings.set(tonumber(name) ?? -1, value);
  else if (kind === "U") world.userinfos.set(tonumber(name) ?? -1, value);
  else if (kind === "K") world.constants.set(name, tonumber(value) ?? value);
  else if (kind === "T") {
    world.baseUnixTime = tonumber(name) ?? world.baseUnixTime;
    world.baseMilliseconds = undefined;
  } else if (kind === "!") world.fieldErrors.set(string.lower(name), unescape(fields[3] ?? ""));
  else if (kind === "N") {
    for (const index of $range(2, fields.length)) world.functions.set(fields[index - 1] ?? "", true);
  } else error(`line ${line}: unknown kind of record '${kind}'`, 0);
}

/** Position of the first text among the arguments of a callback; all others are numbers. */
const TEXT_ARGUMENT: Readonly<Record<string, number>> = {
  et_Print: 1,
  et_DPrint: 1,
  et_Error: 1,
  et_ConsoleCommand: 1,
  et_ClientCommand: 2,
  et_IPCReceive: 2,
  et_Chat: 3,
};

/** The arguments of a recorded call, and how many there are: an argument can be nil. */
export function readArguments(fields: string[]): { args: unknown[]; count: number } {
  const args: unknown[] = [];
  const count = fields.length - 3;
  const textFrom = TEXT_ARGUMENT[fields[1] ?? ""] ?? 99;
  for (const index of $range(1, count)) {
    const raw = fields[index + 2] ?? "";
    if (index >= textFrom) args[index - 1] = unescape(raw);
    else args[index - 1] = raw === "nil" ? undefined : tonumber(raw);
  }
  return { args, count };
}
