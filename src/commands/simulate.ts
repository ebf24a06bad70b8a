import { statSync } from "node:fs";
import path from "node:path";

import { Args, Flags } from "@oclif/core";

import { buildTracker } from "../build/build-tracker.ts";
import { TRACKER_FILE_NAME } from "../build/tracker-name.ts";
import { BaseCommand } from "../cli/base-command.ts";
import { startProgress } from "../cli/progress.ts";
import { ProxError } from "../errors.ts";
import { findRecording, readRecording } from "../simulate/recording.ts";
import { type Simulation, simulate } from "../simulate/simulate.ts";

const DEFAULT_RECORDING = "objective-16";

/** `name=value` pairs as a record; throws E_USAGE for anything else. */
function parseCvars(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) {
        throw new ProxError("E_USAGE", `--cvar takes NAME=VALUE, not ${pair}`, {
          exit: "usage",
          suggestions: ["for example --cvar prox_sample_ms=500"],
        });
      }
      return [pair.slice(0, at), pair.slice(at + 1)] as const;
    }),
  );
}

/** What is wrong with the modules, one line each; empty when all is well. */
function problems(simulation: Simulation): string[] {
  const { drop, moduleErrors, leakedFiles, strangeGlobals } = simulation;
  return [
    ...(drop === undefined ? [] : [`the engine would have ended the map: ${drop}`]),
    ...moduleErrors.map((error) => `${error.callback}: ${error.message} (${error.count} times)`),
    ...leakedFiles.map((name) => `${name} was never closed`),
    ...strangeGlobals.map((name) => `a global that is no callback, ${name}`),
  ];
}

export default class Simulate extends BaseCommand {
  static override summary = "play a recorded match through the tracker and write its round files";
  static override description =
    "compiles the tracker, loads it in an embedded Lua VM and plays a recorded match through it, callback by " +
    "callback, as the game server would; the tracker writes its round files below --out, under the names that it " +
    "chooses; the exit code is 7 when it raised an error on the way";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --out demo",
    "<%= config.bin %> <%= command.id %> stopwatch-12 --out rounds --cvar prox_sample_ms=500 --json",
    "<%= config.bin %> <%= command.id %> my-server.tsv.gz --out rounds",
  ];
  static override args = {
    recording: Args.string({
      description: `a recording's file, or the name of one that ships with prox`,
      default: DEFAULT_RECORDING,
    }),
  };
  static override flags = {
    out: Flags.string({
      summary: "folder that stands for the server's game folder",
      description: "the round files appear in its sub-folder gamestats",
      required: true,
      helpValue: "DIR",
    }),
    cvar: Flags.string({
      summary: "set a cvar before the match, as server.cfg would",
      multiple: true,
      multipleNonGreedy: true,
      helpValue: "NAME=VALUE",
    }),
    console: Flags.boolean({ summary: "print what stood on the server's console" }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Simulate);
    const cvars = parseCvars(flags.cvar ?? []);
    const file = findRecording(args.recording);
    const tracker = await buildTracker();
    const state = { bytesRead: 0, bytes: statSync(file).size, isCut: false };
    const progress = startProgress("simulate", this.jsonEnabled() ? 0 : state.bytes);
    const simulation = await simulate({
      modules: [{ name: TRACKER_FILE_NAME, lua: tracker.lua }],
      cvars,
      recording: readRecording(file, state),
      outputFolder: flags.out,
      signal: this.interrupted,
      onPiece: () => {
        progress.update(state.bytesRead);
      },
    }).finally(() => {
      progress.stop();
    });
    if (state.isCut) this.warn(`${args.recording} was cut: it is played up to its last whole line`);
    if (flags.console) for (const line of simulation.console) this.log(line.replace(/\n$/, ""));
    for (const { name, bytes } of simulation.files) this.log(`${path.join(flags.out, name)}  ${bytes} bytes`);
    const result = { recording: file, isCut: state.isCut, out: path.resolve(flags.out), ...simulation };
    const wrong = problems(simulation);
    if (wrong.length > 0) {
      throw new ProxError("E_MODULE", ["the tracker failed in this match", ...wrong].join("\n"), {
        exit: "verification",
        suggestions: ["run again with --console to see the server's console"],
        result,
      });
    }
    if (simulation.files.length === 0) this.warn("the tracker wrote no file: no round was played");
    return result;
  }
}
