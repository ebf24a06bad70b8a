import path from "node:path";

import { Args, Flags } from "@oclif/core";

import { trackerModule } from "../build/build-tracker.ts";
import { TRACKER_FILE_NAME } from "../build/tracker-name.ts";
import { BaseCommand } from "../cli/base-command.ts";
import { startProgress } from "../cli/progress.ts";
import { moduleFaults, unmetExpectations, writtenFile } from "../cli/views/simulation.ts";
import { ProxError } from "../errors.ts";
import { type Match, randomMatch, recordedMatch, savingTo, scriptedMatch } from "../simulate/match.ts";
import { simulate } from "../simulate/simulate.ts";

const DEFAULT_RECORDING = "objective-16";

/** `name=value` pairs as a record; throws E_USAGE for anything else. */
function parseCvars(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) {
        throw new ProxError("E_USAGE", `--cvar takes NAME=VALUE, not ${pair}`, {
          suggestions: ["for example --cvar prox_sample_ms=500"],
        });
      }
      return [pair.slice(0, at), pair.slice(at + 1)] as const;
    }),
  );
}

export default class Simulate extends BaseCommand {
  static override summary =
    "play a recorded, scripted or random match through the tracker and write its round files";
  static override description =
    "loads the tracker in an embedded Lua VM and plays a match through it, callback by callback, as the game server " +
    "would; the tracker writes its round files below --out, under the names that it chooses; a scenario (see " +
    "docs/scenarios.md) also says which rows they must hold; the exit code is 7 when a row is missing or one is too " +
    "many, or when the tracker raised an error";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --out demo",
    "<%= config.bin %> <%= command.id %> stopwatch-12 --out rounds --cvar prox_sample_ms=500 --json",
    "<%= config.bin %> <%= command.id %> my-server.tsv.gz --out rounds",
    "<%= config.bin %> <%= command.id %> --scenario crossfire --out rounds",
    "<%= config.bin %> <%= command.id %> --random --seed 7 --players 24 --minutes 10 --out rounds",
  ];
  static override args = {
    recording: Args.string({
      description: `a recording's file, or the name of one that ships with prox; ${DEFAULT_RECORDING} unless another match is asked for`,
    }),
  };
  static override flags = {
    out: Flags.string({
      summary: "folder that takes the place of the server's game folder",
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
    scenario: Flags.string({
      summary: "play a scripted match and check what it expects",
      description: "a scenario's JSON file, or the name of one that ships with prox",
      exclusive: ["random"],
      helpValue: "NAME|FILE",
    }),
    random: Flags.boolean({
      summary: "play a random match, the same for the same seed, players and minutes",
    }),
    seed: Flags.integer({
      summary: "which random match; 1 if not set",
      min: 0,
      max: 1_000_000,
      dependsOn: ["random"],
    }),
    players: Flags.integer({
      summary: "players of the random match; 12 if not set",
      min: 2,
      max: 64,
      dependsOn: ["random"],
    }),
    minutes: Flags.integer({
      summary: "length of the random match; 10 if not set",
      min: 1,
      max: 1440,
      dependsOn: ["random"],
    }),
    save: Flags.string({
      summary: "write the match as a recording, compressed when the name ends in .gz",
      helpValue: "FILE",
    }),
    console: Flags.boolean({ summary: "print the server's console" }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Simulate);
    const cvars = parseCvars(flags.cvar ?? []);
    const match = this.#match(args.recording, flags);
    const tracker = await trackerModule();
    const progress = startProgress("simulate", this.jsonEnabled() ? 0 : match.size);
    const simulation = await simulate({
      modules: [{ name: TRACKER_FILE_NAME, lua: tracker.lua }],
      cvars,
      recording: flags.save === undefined ? match.recording : savingTo(flags.save, match.recording),
      outputFolder: flags.out,
      signal: this.interrupted,
      onPiece: () => {
        progress.update(match.done());
      },
    }).finally(() => {
      progress.stop();
    });
    if (match.isCut()) this.warn(`${match.source} was cut: prox plays it up to its last whole line`);
    if (flags.console) {
      for (const text of simulation.console)
        for (const line of text.replace(/\n$/, "").split("\n")) this.log(line);
    }
    for (const file of simulation.files) this.tell(writtenFile(flags.out, file));
    const expectations = match.check(flags.out, simulation);
    const result = {
      recording: match.source,
      isCut: match.isCut(),
      out: path.resolve(flags.out),
      expectations,
      ...simulation,
    };
    const wrong = moduleFaults(simulation);
    if (wrong.length > 0) {
      throw new ProxError("E_MODULE", ["the tracker failed in this match", ...wrong], {
        suggestions: ["run again with --console to see the server's console"],
        result,
      });
    }
    const missed = unmetExpectations(match.source, expectations);
    if (missed.length > 0) {
      const count = expectations.filter(({ isMet }) => !isMet).length;
      const head = `${count} of ${expectations.length} expectations are not met`;
      throw new ProxError("E_EXPECTATION", [head, ...missed], {
        suggestions: [`look at what was written to ${flags.out}, then correct the scenario or the tracker`],
        result,
      });
    }
    if (expectations.length > 0) this.tell(`all ${expectations.length} expectations are met`);
    else if (simulation.files.length === 0) this.warn("the tracker wrote no file: no round was played");
    return result;
  }

  /** The match that was asked for: at most one of recording, scenario and random. */
  #match(
    recording: string | undefined,
    flags: {
      scenario?: string | undefined;
      random: boolean;
      seed?: number | undefined;
      players?: number | undefined;
      minutes?: number | undefined;
    },
  ): Match {
    const { scenario, random, seed = 1, players = 12, minutes = 10 } = flags;
    if (recording !== undefined && (scenario !== undefined || random)) {
      throw new ProxError(
        "E_USAGE",
        `cannot play two matches at once: ${recording} is one, --scenario or --random another`,
        {
          suggestions: ["name one match at a time"],
        },
      );
    }
    if (scenario !== undefined) return scriptedMatch(scenario);
    if (random) return randomMatch({ seed, players, minutes });
    return recordedMatch(recording ?? DEFAULT_RECORDING);
  }
}
