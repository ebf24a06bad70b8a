/** Every report with every filter, as calls of commands: what is compared between servers, and searched for what one of them refuses. */
import { captureOutput } from "@oclif/test";

import ReportAreas from "../../src/commands/report/areas.ts";
import ReportCrossfire from "../../src/commands/report/crossfire.ts";
import ReportEngagement from "../../src/commands/report/engagement.ts";
import ReportEngagements from "../../src/commands/report/engagements.ts";
import ReportHeatmap from "../../src/commands/report/heatmap.ts";
import ReportLeaders from "../../src/commands/report/leaders.ts";
import ReportMovement from "../../src/commands/report/movement.ts";
import ReportObjectives from "../../src/commands/report/objectives.ts";
import ReportPlayer from "../../src/commands/report/player.ts";
import ReportPredict from "../../src/commands/report/predict.ts";
import ReportRound from "../../src/commands/report/round.ts";
import ReportRounds from "../../src/commands/report/rounds.ts";
import ReportRoutes from "../../src/commands/report/routes.ts";
import ReportSessions from "../../src/commands/report/sessions.ts";
import ReportSituations from "../../src/commands/report/situations.ts";
import ReportSynergy from "../../src/commands/report/synergy.ts";
import { ROOT, type Runnable } from "./report-commands.ts";

/** The recordings that the calls ask about. */
export const ASKED_RECORDINGS = [
  "crash-10",
  "objective-16",
  "objectives-12",
  "pause-8",
  "restart-10",
  "stopwatch-12",
] as const;

/** The human and the bot that played most. */
const PLAYER = "48A148DE3E5A71D93A55A1F576F08125";
const BOT = "OMNIBOT0200000000000000000000000";

/** Those of them that all calls find something in. */
export const SMALL_RECORDINGS = ["objectives-12"] as const;

/** Filters of reports that read positions, each so that it leaves something of the recordings. */
const POSITION_FILTERS: readonly (readonly string[])[] = [
  [],
  ["--bots", "--team", "axis"],
  ["--side", "attack"],
  ["--bots", "--class", "medic", "--class", "soldier"],
  ["--bots", "--weapon", "mp40"],
  ["--bots", "--phase", "0:10-0:50"],
  ["--phase", "after the Secret War Documents"],
  ["--phase", "while the Main Gate", "--side", "defence"],
  ["--bots", "--engagement", "2v1"],
  ["--bots", "--engagement", "1v1", "--phase", "0:10-0:50", "--team", "allies"],
];
/** Filters of the others. */
const OTHER_FILTERS: readonly (readonly string[])[] = [
  ["--bots"],
  ["--since", "2026-11-22", "--until", "2026-11-30"],
  ["--session", "latest"],
  ["--bots", "--phase", "0:10-0:50", "--team", "allies"],
  ["--phase", "after the Secret War Documents", "--side", "attack"],
  ["--bots", "--engagement", "2v1"],
];

interface Asked {
  readonly name: string;
  readonly command: Runnable;
  /** The call's own flags, each of which is combined with each of the filters. */
  readonly argv: readonly (readonly string[])[];
  readonly filters: readonly (readonly string[])[];
}

const ASKED: readonly Asked[] = [
  ...[
    { name: "rounds", command: ReportRounds },
    { name: "crossfire", command: ReportCrossfire },
    { name: "synergy", command: ReportSynergy },
    { name: "situations", command: ReportSituations },
    { name: "engagements", command: ReportEngagements },
  ].map((report) => ({ ...report, argv: [[], ["--player", PLAYER]], filters: OTHER_FILTERS })),
  { name: "leaders", command: ReportLeaders, argv: [["--least-minutes", "0"]], filters: OTHER_FILTERS },
  {
    name: "rounds",
    command: ReportRounds,
    argv: [["--bots"]],
    filters: [
      ["--weapon", "mp40"],
      ["--class", "medic"],
    ],
  },
  { name: "leaders", command: ReportLeaders, argv: [["--rating"]], filters: [["--bots"]] },
  { name: "areas", command: ReportAreas, argv: [["--map", "objarena"]], filters: OTHER_FILTERS },
  { name: "routes", command: ReportRoutes, argv: [["--map", "objarena"]], filters: POSITION_FILTERS },
  {
    name: "routes",
    command: ReportRoutes,
    argv: [["--map", "arena20", "--bots"]],
    filters: [[], ["--means", "mp40"]],
  },
  { name: "sessions", command: ReportSessions, argv: [[]], filters: [[], ["--bots"]] },
  { name: "objectives", command: ReportObjectives, argv: [[]], filters: OTHER_FILTERS },
  {
    name: "heatmap",
    command: ReportHeatmap,
    argv: ["kills", "deaths", "shots", "hits"].map((what) => ["--what", what, "--map", "objarena"]),
    filters: OTHER_FILTERS,
  },
  {
    name: "heatmap",
    command: ReportHeatmap,
    argv: ["plants", "defuses", "drops"].map((what) => ["--what", what, "--map", "objarena"]),
    filters: [[]],
  },
  {
    name: "heatmap",
    command: ReportHeatmap,
    argv: [["--map", "objarena", "--versus", "team=allies", "--team", "axis", "--difference"]],
    filters: [[], ["--what", "presence"]],
  },
  {
    name: "heatmap",
    command: ReportHeatmap,
    argv: [["--what", "presence", "--map", "objarena"]],
    filters: [...POSITION_FILTERS, ["--bots", "--area", "East"], ["--bots", "--z", "0..128"]],
  },
  {
    name: "heatmap",
    command: ReportHeatmap,
    argv: [["--what", "presence", "--map", "arena20", "--cell", "100"]],
    filters: [["--bots"], ["--player", BOT, "--bots"]],
  },
  { name: "movement", command: ReportMovement, argv: [["--map", "objarena"]], filters: POSITION_FILTERS },
  {
    name: "movement",
    command: ReportMovement,
    argv: [["--map", "arena20", "--cell", "128"]],
    filters: [["--bots"], ["--bots", "--phase", "0:10-0:50"], ["--player", BOT, "--bots"]],
  },
  { name: "player", command: ReportPlayer, argv: [[PLAYER]], filters: POSITION_FILTERS },
  { name: "player", command: ReportPlayer, argv: [[BOT, "--bots"]], filters: [[], ["--phase", "0:10-0:50"]] },
];

/** Calls that take no filters, or draw. */
const ALONE: readonly {
  readonly command: Runnable;
  readonly name: string;
  readonly argv: readonly string[];
}[] = [
  { name: "round", command: ReportRound, argv: ["latest", "--json"] },
  { name: "round", command: ReportRound, argv: ["latest", "--html", "-"] },
  { name: "predict", command: ReportPredict, argv: ["--round", "latest", "--json"] },
  { name: "engagement", command: ReportEngagement, argv: ["latest#1", "--json"] },
  { name: "engagement", command: ReportEngagement, argv: ["latest#1", "--svg", "-"] },
  { name: "movement", command: ReportMovement, argv: ["--map", "objarena", "--svg", "-"] },
  { name: "player", command: ReportPlayer, argv: [PLAYER, "--html", "-"] },
];

/** A call of a report command. */
export interface ReportCall {
  /** As a person would type it. */
  readonly text: string;
  readonly command: Runnable;
  readonly argv: readonly string[];
}

/** All calls. */
export function reportCalls(): ReportCall[] {
  const filtered = ASKED.flatMap(({ argv, command, filters, name }) =>
    argv.flatMap((own) => filters.map((chosen) => ({ name, command, argv: [...own, ...chosen, "--json"] }))),
  );
  return [...filtered, ...ALONE].map(({ argv, command, name }) => ({
    text: `report ${name} ${argv.join(" ")}`,
    command,
    argv,
  }));
}

/** What a call prints, or the error that it ends with; where the database is does not count. */
export async function answerOf({ argv, command }: ReportCall, url: string): Promise<string> {
  const { error, stdout } = await captureOutput(
    () => command.run([...argv, "--database-url", url], { root: ROOT }),
    { stripAnsi: false },
  );
  const answer = error === undefined ? stdout : `${stdout}${error.message}`;
  return answer.replaceAll(/postgres:\/\/[^\s"')]*/g, "postgres://");
}
