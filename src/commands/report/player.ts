import { Args } from "@oclif/core";

import { filterFlagsFor, readFilterFlags } from "../../cli/filter-flags.ts";
import type { RefusedFilters } from "../../cli/filter-flags.ts";
import { csvFlag, pictureFlags, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { renderCsv, renderTable } from "../../cli/table.ts";
import type { TableColumn } from "../../cli/table.ts";
import { nameSpans, renderSpans } from "../../cli/terminal.ts";
import { meansOfDeathName } from "../../engine/means-of-death.ts";
import { weaponName } from "../../engine/weapons.ts";
import { plainName, safeText } from "../../names.ts";
import { drawHeatmap } from "../../pictures/heatmap.ts";
import { playerPicture } from "../../reports/player-picture.ts";
import { reportPlayer } from "../../reports/player.ts";
import type { Metric, PlayerReport, SessionForm } from "../../reports/player.ts";
import type { PartnerRow } from "../../reports/queries/player-fights.ts";
import { DISTANCE_BANDS } from "../../reports/queries/player-totals.ts";
import type { DistanceRow, MeansRow } from "../../reports/queries/player-totals.ts";
import { formatRate } from "../../reports/statistics.ts";

function formatMetric(value: Metric["player"], unit: string): string {
  if (value === null) return "–";
  if (typeof value === "object") return formatRate(value);
  return `${value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2)} ${unit}`.trim();
}

const plainValue = (value: Metric["player"]): number | null =>
  value !== null && typeof value === "object" ? value.share : value;

const METRICS: readonly TableColumn<Metric>[] = [
  { key: "metric", title: "", value: (row) => row.key, show: (row) => row.title },
  {
    key: "player",
    title: "player",
    value: (row) => plainValue(row.player),
    show: (row) => formatMetric(row.player, row.unit),
  },
  ...(["low", "high"] as const).map((end) => ({
    key: `player_${end}`,
    title: end,
    csvOnly: true,
    value: ({ player }: Metric) => (player !== null && typeof player === "object" ? player[end] : null),
  })),
  {
    key: "player_sample",
    title: "sample",
    csvOnly: true,
    value: ({ player }: Metric) => (player !== null && typeof player === "object" ? player.trials : null),
  },
  {
    key: "others",
    title: "the others",
    value: (row) => plainValue(row.others),
    show: (row) => formatMetric(row.others, row.unit),
  },
  { key: "unit", title: "unit", value: (row) => row.unit, csvOnly: true },
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
    show: (row) => formatRate(row.winRate),
  },
  { key: "kills", title: "kills", value: (row) => row.kills },
  { key: "deaths", title: "deaths", value: (row) => row.deaths },
  {
    key: "damage",
    title: "damage +/−",
    detail: 1,
    value: (row) => row.damageGiven,
    show: (row) => `${row.damageGiven}/${row.damageReceived}`,
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
    show: (row) => formatRate(row.accuracy),
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
    show: (row) => (row.distanceUnits === null ? "" : `${Math.round(row.distanceUnits)} units`),
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

const PARTNERS: readonly TableColumn<PartnerRow>[] = [
  { key: "partner", title: "best partners", value: (row) => row.name, isName: true },
  { key: "crossfires", title: "crossfires", value: (row) => row.crossfires },
  { key: "trades", title: "trades", value: (row) => row.trades },
  { key: "baits", title: "baits", value: (row) => row.baits },
];

const FORM: readonly TableColumn<SessionForm>[] = [
  { key: "session", title: "session", value: (row) => row.session },
  { key: "rounds", title: "rounds", value: (row) => row.rounds },
  { key: "kills", title: "kills", value: (row) => row.kills },
  { key: "deaths", title: "deaths", value: (row) => row.deaths },
  {
    key: "kills_per_death",
    title: "kills per death",
    value: (row) => (row.deaths === 0 ? null : row.kills / row.deaths),
    show: (row) => (row.deaths === 0 ? "–" : (row.kills / row.deaths).toFixed(2)),
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
    "same rounds, at most the latest 100; rates carry a 95 % interval and their sample; --png and --svg draw kills and " +
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
    ...pictureFlags,
    ...csvFlag,
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ReportPlayer);
    const request = readFilterFlags(flags, REFUSED);
    const { picture, report } = await this.withReports(flags, async (sql) => {
      const profile = await reportPlayer(sql, args.who, request);
      const isDrawn = flags.png !== undefined || flags.svg !== undefined;
      if (!isDrawn) return { report: profile, picture: undefined };
      const filters = {
        ...request,
        map: request.map ?? profile.maps[0]?.map,
        player: [profile.player.guid ?? plainName(profile.player.name)],
        bots: profile.bots === "bots included",
      };
      return { report: profile, picture: await playerPicture(sql, profile, filters) };
    });
    await this.writeOutputs(flags, {
      csv: () => renderCsv(METRICS, report.metrics),
      ...(picture === undefined ? {} : { svg: () => drawHeatmap(picture) }),
    });
    this.#show(report);
    return report;
  }

  #show(report: PlayerReport): void {
    const { combat, maps, names, player, rounds } = report;
    const table = <Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[]): void => {
      if (rows.length > 0) this.say(["", ...renderTable(columns, rows, this.terminal)]);
    };
    const others = names.slice(1, 8).map(plainName);
    this.say([
      `${renderSpans(nameSpans(player.name), this.terminal)}  ${safeText(player.guid ?? "no GUID")}`,
      ...(others.length === 0 ? [] : [`also played as ${others.join(", ")}`]),
      `${rounds} ${rounds === 1 ? "round" : "rounds"} on ${maps
        .slice(0, 6)
        .map(({ map, rounds: count }) => `${safeText(map)} (${count})`)
        .join(", ")}`,
      [
        `${combat.player.kills} kills`,
        `${combat.player.deaths} deaths (${combat.player.deathsByEnemies} by enemies)`,
        `${combat.player.damageGiven} damage given`,
        `${combat.player.damageReceived} received`,
        `${combat.player.revives} ${combat.player.revives === 1 ? "revive" : "revives"}`,
        ...(combat.player.teamKills === 0 ? [] : [`${combat.player.teamKills} team kills`]),
      ].join(", "),
      [
        ...report.words,
        report.bots,
        `the others: in the latest ${report.comparedRounds} of these rounds`,
      ].join(" · "),
    ]);
    table(METRICS, report.metrics);
    table(SHAPES, report.shapes);
    table(WEAPONS, report.weapons);
    table(MEANS, report.means);
    table(DISTANCES, report.distances);
    table(PARTNERS, report.partners);
    table(FORM, report.form.slice(0, SESSIONS_SHOWN));
  }
}
