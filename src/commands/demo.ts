import { rm, writeFile } from "node:fs/promises";
import path from "node:path";

import { Flags } from "@oclif/core";

import { trackerModule } from "../build/build-tracker.ts";
import { TRACKER_FILE_NAME } from "../build/tracker-name.ts";
import { databaseFlag } from "../cli/database-flag.ts";
import { ReportCommand } from "../cli/report-command.ts";
import { demoObjectivesView, demoView } from "../cli/views/demo.ts";
import { withDatabase } from "../db/open.ts";
import { writingAdvice } from "../disk-advice.ts";
import { messageOf, ProxError } from "../errors.ts";
import { importRounds } from "../import/import-rounds.ts";
import { findPaths } from "../import/find-paths.ts";
import { makeFolder } from "../make-folder.ts";
import { loadReplay } from "../replay/load-replay.ts";
import { reportHeatmap } from "../reports/heatmap.ts";
import { reportObjectives } from "../reports/objectives.ts";
import { reportRound } from "../reports/round.ts";
import { findRecording, readRecording } from "../simulate/recording.ts";
import { simulate, type Simulation } from "../simulate/simulate.ts";

const RECORDING = "objective-16";
/** A match whose map has objectives of all kinds. */
const OBJECTIVES_RECORDING = "objectives-12";

export default class Demo extends ReportCommand {
  static override summary = "see a real match go through all of prox, in under a minute";
  static override description =
    "takes the compiled tracker, plays a recorded match of 16 players through it in a Lua VM, imports the round " +
    "files that it writes into the database, tells the round, draws its kills and makes a page that replays it; then it " +
    "plays a match with objectives and tells those, from its files alone; it can be repeated, and changes nothing but its " +
    "folder and the demo's round in the database";
  static override examples = [
    "<%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> --out /tmp/demo",
  ];
  static override flags = {
    ...databaseFlag,
    out: Flags.string({ summary: "folder for the demo's files", default: "demo", helpValue: "DIR" }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Demo);
    const files = {
      module: path.join(flags.out, TRACKER_FILE_NAME),
      rounds: path.join(flags.out, "gamestats"),
      picture: path.join(flags.out, "kills.png"),
      replay: path.join(flags.out, "replay.html"),
    };
    const unwritable = (cause: unknown): never => {
      throw new ProxError("E_WRITE", `cannot write to ${flags.out}: ${messageOf(cause)}`, {
        suggestions: writingAdvice(cause, ["name a folder that you may write to with --out"]),
        cause,
      });
    };
    await rm(files.rounds, { recursive: true, force: true }).catch(unwritable);
    try {
      makeFolder(flags.out);
    } catch (cause) {
      unwritable(cause);
    }

    this.#step("1", "take the tracker, TypeScript compiled to Lua");
    const tracker = await trackerModule();
    await writeFile(files.module, tracker.lua).catch(unwritable);

    this.#step("2", `play the recorded match ${RECORDING} through it in a Lua VM`);
    const play = (recording: string, outputFolder: string): Promise<Simulation> =>
      simulate({
        modules: [{ name: TRACKER_FILE_NAME, lua: tracker.lua }],
        recording: readRecording(findRecording(recording), { bytes: 0, bytesRead: 0, isCut: false }),
        outputFolder,
        signal: this.interrupted,
      });
    const simulation = await play(RECORDING, flags.out);

    this.#step("3", "import the round's files into PostgreSQL");
    const source = { databaseUrl: flags["database-url"], signal: this.interrupted };
    const told = await withDatabase(source, async ({ sql }) => {
      const options = {
        badRows: "reject-file",
        replace: true,
        dryRun: false,
        signal: this.interrupted,
      } as const;
      const imported = await importRounds(sql, findPaths([files.rounds]), options);
      const roundKey = imported.rounds[0]?.roundKey;
      if (roundKey === undefined || imported.totals.files.rejected > 0) {
        throw new ProxError("E_DEMO", "the demo's round could not be imported", {
          suggestions: [`to see why, run: prox import ${files.rounds}`],
          result: { simulation, imported },
        });
      }
      this.#step("4", "tell the round, draw its kills, make a page that replays it\n");
      const round = await reportRound(sql, roundKey, { bots: true });
      const filters = { round: [roundKey], bots: true };
      const heatmap = await reportHeatmap(sql, { what: "kills", filters });
      const replay = await loadReplay(sql, roundKey);
      await this.present(demoView(round, replay, heatmap), { html: files.replay, png: files.picture });
      const engagements = imported.rounds[0]?.rows.engagements ?? 0;
      return { round, roundKey, rows: imported.rounds[0]?.rows, engagements };
    });

    this.#step(
      "\n5",
      `play the recorded match ${OBJECTIVES_RECORDING}, and tell its objectives from the files alone\n`,
    );
    const folder = path.join(flags.out, "objectives");
    await rm(folder, { recursive: true, force: true }).catch(unwritable);
    await play(OBJECTIVES_RECORDING, folder);
    const objectives = await this.withReports({ from: [folder] }, (sql) =>
      reportObjectives(sql, { bots: true }),
    );
    await this.present(demoObjectivesView(objectives, told.round, files, folder), {});
    const { round, ...facts } = told;
    return { files, ...facts, scores: round.scores, objectives: objectives.objectives };
  }

  #step(number: string, what: string): void {
    if (!this.jsonEnabled()) process.stderr.write(`${number}. ${what}\n`);
  }
}
