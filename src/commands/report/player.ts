import { Args } from "@oclif/core";

import { filterFlagsFor, readFilterFlags } from "../../cli/filter-flags.ts";
import type { RefusedFilters } from "../../cli/filter-flags.ts";
import { picture as drawn, table, text } from "../../cli/render/blocks.ts";
import type { Block } from "../../cli/render/blocks.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { renderCsv, withSample } from "../../cli/render/table.ts";
import type { TableColumn } from "../../cli/render/table.ts";
import { nameSpans, span } from "../../cli/render/terminal.ts";
import { meansOfDeathName } from "../../engine/means-of-death.ts";
import { weaponName } from "../../engine/weapons.ts";
import { ProxError } from "../../errors.ts";
import { plainName, safeText } from "../../names.ts";
import { drawHeatmap } from "../../pictures/heatmap.ts";
import { playerPicture } from "../../reports/player-picture.ts";
import { reportPlayer } from "../../reports/player.ts";
import type { Metric, Partner, PlayerReport, SessionForm } from "../../reports/player.ts";
import { DISTANCE_BANDS } from "../../reports/queries/player-totals.ts";
import type { Movement } from "../../reports/queries/movement-totals.ts";
import type { DistanceRow, MeansRow } from "../../reports/queries/player-totals.ts";
import { counted, formatEstimate, formatRate, formatShare, whole } from "../../reports/statistics.ts";

const SIDES = ["player", "others", "now", "before"] as const;
type Side = (typeof SIDES)[number];

function sideColumn(side: Side, title: string): TableColumn<Metric> {
  return {
    key: side,
    title,
    value: (row) => row[side].value,
    ...withSample((row, hasSample) =>
      row.unit === "share" ? formatShare(row[side], hasSample) : formatEstimate(row[side], hasSample),
    ),
  };
}

const METRIC: TableColumn<Metric> = {
  key: "metric",
  title: "",
  value: (row) => row.key,
  show: (row) => (["", "share"].includes(row.unit) ? row.title : `${row.title} ${row.unit}`),
};
const METRICS = [METRIC, sideColumn("player", "player"), sideColumn("others", "the others")];
const BEFORE = [METRIC, sideColumn("now", "now"), sideColumn("before", "before")];
/** All of a metric, for CSV. */
const METRICS_CSV: readonly TableColumn<Metric>[] = [
  METRIC,
  ...SIDES.flatMap((side) => [
    sideColumn(side, side),
    ...(["low", "high", "sample"] as const).map((part) => ({
      key: `${side}_${part}`,
      title: part,
      value: (row: Metric) => row[side][part],
    })),
  ]),
  { key: "sample_unit", title: "sample unit", value: (row) => row.player.sampleUnit },
  { key: "unit", title: "unit", value: (row) => row.unit },
];

const SHAPES: readonly TableColumn<PlayerReport["shapes"][number]>[] = [
  { key: "shape", title: "fights", value: (row) => `${row.own}v${row.enemies}` },
  { key: "fights", title: "how many", value: (row) => row.fights },
  { key: "opened", title: "opened", value: (row) => row.opened, detail: 2 },
  { key: "won", title: "won", value: (row) => row.won },
  { key: "lost", title: "lost", value: (row) => row.lost },
  {
    key: "rate",
    title: "decided fights won",
    value: (row) => row.winRate.share,
    ...withSample((row, hasSample) => formatRate(row.winRate, hasSample)),
  },
  { key: "kills", title: "kills", value: (row) => row.kills },
  { key: "deaths", title: "deaths", value: (row) => row.deaths },
  {
    key: "damage",
    title: "damage +/−",
    detail: 1,
    value: (row) => row.damageGiven,
    show: (row) => `${whole(row.damageGiven)}/${whole(row.damageReceived)}`,
  },
];

const WEAPONS: readonly TableColumn<PlayerReport["weapons"][number]>[] = [
  { key: "weapon", title: "weapon", value: (row) => weaponName(row.weapon) },
  { key: "shots", title: "shots", value: (row) => row.shots },
  { key: "hits", title: "hits", value: (row) => row.hits },
  {
    key: "accuracy",
    title: "accuracy",
    value: (row) => row.accuracy.share,
    ...withSample((row, hasSample) => formatRate(row.accuracy, hasSample)),
  },
  { key: "head", title: "head", value: (row) => row.head },
  { key: "damage", title: "damage", value: (row) => row.damage },
];

const MEANS: readonly TableColumn<MeansRow>[] = [
  { key: "means", title: "kills by", value: (row) => meansOfDeathName(row.means) },
  { key: "kills", title: "kills", value: (row) => row.kills },
  {
    key: "distance_units",
    title: "median distance",
    value: (row) => row.distanceUnits,
    show: (row) => (row.distanceUnits === null ? "" : `${whole(row.distanceUnits)} units`),
  },
];

const DISTANCES: readonly TableColumn<DistanceRow>[] = [
  {
    key: "from_units",
    title: "distance",
    value: (row) => row.fromUnits,
    show: (row) => {
      const next = DISTANCE_BANDS.find((end) => end > row.fromUnits);
      return next === undefined ? `${row.fromUnits} units and more` : `${row.fromUnits} to ${next} units`;
    },
  },
  { key: "kills", title: "kills", value: (row) => row.kills },
  { key: "deaths", title: "deaths", value: (row) => row.deaths },
];

const rateColumn = (key: "winRate" | "crossfireRate" | "tradeRate", title: string): TableColumn<Partner> => ({
  key,
  title,
  value: (row) => row[key].share,
  ...withSample((row, hasSample) => formatRate(row[key], hasSample)),
});

const PARTNERS: readonly TableColumn<Partner>[] = [
  { key: "partner", title: "best partners", value: (row) => row.name, isName: true },
  { key: "shared_fights", title: "fights", value: (row) => row.sharedFights, detail: 1 },
  rateColumn("winRate", "decided fights won"),
  { ...rateColumn("crossfireRate", "with a crossfire"), detail: 2 },
  { ...rateColumn("tradeRate", "deaths avenged"), detail: 3 },
  { key: "baits", title: "baits", value: (row) => row.baits, detail: 4 },
];

const FORM: readonly TableColumn<SessionForm>[] = [
  { key: "session", title: "session", value: (row) => row.session },
  { key: "rounds", title: "rounds", value: (row) => row.rounds },
  { key: "kills", title: "kills", value: (row) => row.kills },
  { key: "deaths", title: "deaths", value: (row) => row.deaths },
  {
    key: "kills_per_death",
    title: "kills per death",
    value: (row) => row.killsPerDeath.value,
    ...withSample((row, hasSample) => formatEstimate(row.killsPerDeath, hasSample)),
  },
];
const SESSIONS_SHOWN = 10;

const REFUSED: RefusedFilters = {
  player: {
    reason: "a profile is of one player, whom WHO names",
    instead: "leave it out; `prox report synergy --player` shows what a player does with others",
  },
};

export default class ReportPlayer extends ReportCommand {
  static override summary = "show one player's profile: fights, accuracy, weapons, movement, partners, form";
  static override description =
    "WHO is any name the player ever used (colour codes and case ignored) or a GUID; the others are everybody else in the " +
    "same rounds, at most the latest 100; rates carry a 95 % interval and their sample, counts or minutes alive; now is the latest session, or all of the " +
    "rounds where --since, --session or --round choose them, before are the player's own earlier rounds; --png and --svg draw kills and " +
    "deaths on the map played most";
  static override examples = [
    "<%= config.bin %> <%= command.id %> Bravo",
    "<%= config.bin %> <%= command.id %> Bravo --map supply --since 30d --png bravo.png",
    "<%= config.bin %> <%= command.id %> 5F3A9C01 --csv bravo.csv",
  ];
  static override args = { who: Args.string({ description: "name or GUID", required: true }) };
  static override flags = {
    ...sourceFlags,
    ...filterFlagsFor(REFUSED),
    ...formFlagsFor("csv", "html", "png", "svg"),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ReportPlayer);
    const request = readFilterFlags(flags, REFUSED);
    const { picture, report } = await this.withReports(flags, async (sql) => {
      const profile = await reportPlayer(sql, args.who, request);
      const isPicture = flags.png !== undefined || flags.svg !== undefined;
      if (!isPicture && flags.html === undefined) return { report: profile, picture: undefined };
      const filters = {
        ...request,
        map: request.map ?? profile.maps[0]?.map,
        player: [profile.player.guid ?? plainName(profile.player.name)],
        bots: profile.bots === "bots included",
      };
      const picture = await playerPicture(sql, profile, filters);
      // A page does without a picture where there is nothing to draw.
      if (picture === undefined && isPicture) throw nothingDrawn(profile);
      return { report: profile, picture };
    });
    const svg = picture === undefined ? undefined : () => drawHeatmap(picture);
    const title = plainName(report.player.name);
    await this.present(title, profileBlocks(report, svg), flags, {
      csv: () => renderCsv(METRICS_CSV, report.metrics),
      ...(svg === undefined ? {} : { svg }),
    });
    return report;
  }
}

function nothingDrawn({ player }: PlayerReport): ProxError {
  return new ProxError("E_NOTHING_FOUND", `${plainName(player.name)} neither killed nor died there`, {
    exit: "input",
    suggestions: ["name another map with --map, or leave out --png and --svg"],
  });
}

function profileBlocks(report: PlayerReport, svg: (() => string) | undefined): Block[] {
  const { combat, maps, movement, names, player, rounds } = report;
  const others = names.slice(1, 8).map(plainName);
  const { beforeRounds, now, nowRounds } = report.againstBefore;
  const alive = ({ aliveS, lives }: Movement): string =>
    `${whole(aliveS / 60)} min in ${counted(lives, "life", "lives")}`;
  return [
    text([
      [...nameSpans(player.name), span(`  ${player.guid ?? "no GUID"}`)],
      ...(others.length === 0 ? [] : [`also played as ${others.join(", ")}`]),
      `${counted(rounds, "round")} on ${maps
        .slice(0, 6)
        .map(({ map, rounds: count }) => `${safeText(map)} (${count})`)
        .join(", ")}`,
      [
        counted(combat.player.kills, "kill"),
        `${counted(combat.player.deaths, "death")} (${whole(combat.player.deathsByEnemies)} by enemies)`,
        `${whole(combat.player.damageGiven)} damage given`,
        `${whole(combat.player.damageReceived)} received`,
        counted(combat.player.revives, "revive"),
        ...(combat.player.teamKills === 0 ? [] : [counted(combat.player.teamKills, "team kill")]),
      ].join(", "),
      `alive ${alive(movement.player)}, the others ${alive(movement.others)}; a minute is one alive`,
      [
        ...report.words,
        report.bots,
        `the others: in the latest ${report.comparedRounds} of these rounds`,
      ].join(" · "),
    ]),
    ...(svg === undefined ? [] : [drawn(svg)]),
    table(METRICS, report.metrics),
    text([
      beforeRounds === 0
        ? "before: no earlier rounds like these"
        : `now: ${now} (${nowRounds}), before: the ${beforeRounds} rounds before (at most 100, same filters)`,
    ]),
    table(BEFORE, beforeRounds > 0 ? report.metrics : []),
    table(SHAPES, report.shapes),
    table(WEAPONS, report.weapons),
    table(MEANS, report.means),
    table(DISTANCES, report.distances),
    table(PARTNERS, report.partners),
    table(FORM, report.form.slice(0, SESSIONS_SHOWN)),
  ];
}
