/** What the demo shows: the story of its round, the heatmap, objectives, and where to go from there. */
import { plainName } from "../../names.ts";
import { drawHeatmap } from "../../pictures/heatmap.ts";
import type { ReplayData } from "../../replay/replay-data.ts";
import type { HeatmapReport } from "../../reports/heatmap.ts";
import type { ObjectivesReport } from "../../reports/objectives.ts";
import type { RoundReport } from "../../reports/round.ts";
import { terminalOnly, text } from "../render/blocks.ts";
import { renderHalfBlocks } from "../render/half-blocks.ts";
import type { View } from "../render/view.ts";
import { objectivesView } from "./objectives.ts";
import { roundView } from "./round.ts";

/** Where the demo's files are. */
export type DemoFiles = Readonly<Record<"module" | "rounds" | "picture" | "replay", string>>;

function epilogue({ round, scores }: RoundReport, files: DemoFiles, objectives: string): string[] {
  const player = plainName(scores[0]?.name ?? "");
  const next = [
    ["prox report rounds --bots", "all rounds in the database"],
    ["prox report engagements --round latest --bots", "the fights, one by one"],
    [`prox report player "${player}" --bots`, "one player's profile"],
    ["prox report movement --round latest --bots", "how they moved"],
    [`prox report round latest --bots --from ${objectives}`, "the match with objectives"],
    ['psql "$(prox db url)"', "the data itself"],
  ];
  return [
    `the picture  ${files.picture}`,
    `the replay   ${files.replay} (open it in a browser)`,
    `round files  ${files.rounds}/${round.roundKey}_*.txt`,
    `the module   ${files.module} (what \`prox deploy\` puts on a game server)`,
    "",
    // A user who has not installed or linked prox calls its file.
    process.argv[1]?.endsWith("run.js") === true ? "next (prox is node bin/run.js here):" : "next:",
    ...next.map(([command = "", what = ""]) => `  ${command.padEnd(56)} ${what}`),
  ];
}

/** The demo's round with its picture of kills; its page is the replay. */
export function demoView(report: RoundReport, replay: ReplayData, heatmap: HeatmapReport): View {
  const story = roundView(report, replay);
  const drawn = terminalOnly((terminal) => renderHalfBlocks(heatmap.picture, terminal));
  return {
    ...story,
    blocks: [...story.blocks, drawn],
    svg: () => drawHeatmap(heatmap.picture),
  };
}

/** The objectives of the demo's other match, and commands to try next. */
export function demoObjectivesView(
  objectives: ObjectivesReport,
  report: RoundReport,
  files: DemoFiles,
  folder: string,
): View {
  const view = objectivesView(objectives);
  return { ...view, blocks: [...view.blocks, text(epilogue(report, files, folder))] };
}
