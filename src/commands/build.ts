import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

import { Flags } from "@oclif/core";

import { buildTracker } from "../build/build-tracker.ts";
import { parseSettings } from "../build/settings.ts";
import { TRACKER_FILE_NAME } from "../build/tracker-name.ts";
import { BaseCommand } from "../cli/base-command.ts";
import { writingAdvice } from "../disk-advice.ts";
import { messageOf, ProxError } from "../errors.ts";

/** Puts the text under its name at once or not at all. */
async function writeAtomically(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new ProxError("E_WRITE", `cannot write ${file}: ${messageOf(cause)}`, {
      suggestions: writingAdvice(cause, [
        "name a file in an existing folder that you may write to with --out",
      ]),
      cause,
    });
  }
}

export default class Build extends BaseCommand {
  static override summary = "compile the tracker to one Lua file for the game server";
  static override description =
    "compiles the tracker's TypeScript to one bundled Lua file, loads it in a Lua 5.4 VM to prove that the engine " +
    "will take it, and writes it; when the compiler finds an error, nothing is written and the exit code is 8";
  static override examples = [
    "<%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> --out legacy/luascripts/proximity_tracker.lua --json",
    "<%= config.bin %> <%= command.id %> --set prox_sample_ms=500 --set prox_fire=weapons",
  ];
  static override flags = {
    out: Flags.string({
      summary: "file to write",
      default: TRACKER_FILE_NAME,
      helpValue: "FILE",
    }),
    set: Flags.string({
      summary: "compile in a setting: it applies where the server has no cvar of that name",
      multiple: true,
      multipleNonGreedy: true,
      helpValue: "NAME=VALUE",
    }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Build);
    const { lua, ...build } = await buildTracker(parseSettings(flags.set ?? []));
    const file = path.resolve(flags.out);
    await writeAtomically(file, lua);
    this.tell(`${flags.out}  version ${build.version}, ${build.bytes} bytes, SHA-1 ${build.sha1}`);
    this.tell(`callbacks: ${build.callbacks.join(", ")}`);
    return { file, ...build };
  }
}
