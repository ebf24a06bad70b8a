/** The report on the named areas of a map. */
import { counted, formatDuration } from "../../counts.ts";
import { TEAM_NAMES } from "../../engine/players.ts";
import { plainName, safeText } from "../../names.ts";
import type { AreaPlayer, AreaRow, AreasReport } from "../../reports/areas.ts";
import type { Hold } from "../../reports/area-holds.ts";
import { drawAreaMap } from "../../pictures/areas.ts";
import type { AreasPicture } from "../../reports/area-picture.ts";
import { formatClock } from "../../clock.ts";
import { notes, picture as drawn, table } from "../render/blocks.ts";
import type { Block } from "../render/blocks.ts";
import { renderCsv } from "../render/table.ts";
import type { TableColumn } from "../render/table.ts";
import { nameSpans, span } from "../render/terminal.ts";
import type { View } from "../render/view.ts";
import { formatRate } from "./estimates.ts";

/** Lines of the tables of players and stretches; CSV and JSON have all. */
const LINES_SHOWN = 15;

const areaName = (area: string | null): string => area ?? "elsewhere";
const teamName = (team: number): string => TEAM_NAMES[team] ?? "";
const duration = (seconds: number): string => formatDuration(seconds * 1000);
const signed = (value: number): string => (value > 0 ? `+${value}` : String(value));

/** What both teams did, and the words for it: `12:8`, Axis first. */
function byTeam<Row extends AreaRow>(
  key: "presenceS" | "kills" | "deaths",
  column: string,
  title: string,
): TableColumn<Row>[] {
  return ([1, 2] as const).map((team) => ({
    key: `${teamName(team).toLowerCase()}_${column}`,
    title: `${title} of ${teamName(team)}`,
    value: (row) => row.teams.find((one) => one.team === team)?.[key] ?? 0,
    csvOnly: true,
  }));
}

const AREAS: readonly TableColumn<AreaRow>[] = [
  { key: "area", title: "area", value: (row) => areaName(row.area) },
  {
    key: "presence_s",
    title: "presence",
    value: (row) => row.presenceS,
    show: (row) =>
      `${duration(row.presenceS)}${row.presenceShare === null ? "" : ` (${(row.presenceShare * 100).toFixed(0)} %)`}`,
  },
  { key: "kills", title: "kills", value: (row) => row.kills },
  { key: "deaths", title: "deaths", value: (row) => row.deaths },
  { key: "net", title: "net", value: (row) => row.net, show: (row) => signed(row.net), detail: 2 },
  {
    key: "axis_held_s",
    title: "held by Axis",
    value: (row) => row.held?.axisS ?? null,
    show: (row) => (row.held === null ? "" : duration(row.held.axisS)),
  },
  {
    key: "allies_held_s",
    title: "by Allies",
    value: (row) => row.held?.alliesS ?? null,
    show: (row) => (row.held === null ? "" : duration(row.held.alliesS)),
  },
  {
    key: "contested_s",
    title: "contested",
    detail: 4,
    value: (row) => row.held?.contestedS ?? null,
    show: (row) => (row.held === null ? "" : duration(row.held.contestedS)),
  },
  { key: "first_contacts", title: "first contacts", value: (row) => row.firstContacts, detail: 3 },
  {
    key: "duo",
    title: "best pair",
    detail: 1,
    value: ({ duo }) => (duo === null ? null : `${plainName(duo.name)} + ${plainName(duo.mateName)}`),
    show: ({ duo }) =>
      duo === null
        ? ""
        : [
            ...nameSpans(duo.name),
            span(" + "),
            ...nameSpans(duo.mateName),
            span(` ${duo.kills}:${duo.deaths}`),
          ],
  },
  {
    key: "duo_team",
    title: "of",
    value: ({ duo }) => (duo === null ? null : teamName(duo.team)),
    csvOnly: true,
  },
  { key: "duo_together_s", title: "together", value: ({ duo }) => duo?.togetherS ?? null, csvOnly: true },
  { key: "duo_kills", title: "their kills", value: ({ duo }) => duo?.kills ?? null, csvOnly: true },
  { key: "duo_deaths", title: "their deaths", value: ({ duo }) => duo?.deaths ?? null, csvOnly: true },
  { key: "duo_success", title: "success", value: ({ duo }) => duo?.success.share ?? null, csvOnly: true },
  { key: "duo_success_low", title: "low", value: ({ duo }) => duo?.success.low ?? null, csvOnly: true },
  { key: "duo_success_high", title: "high", value: ({ duo }) => duo?.success.high ?? null, csvOnly: true },
  ...byTeam<AreaRow>("presenceS", "presence_s", "presence"),
  ...byTeam<AreaRow>("kills", "kills", "kills"),
  ...byTeam<AreaRow>("deaths", "deaths", "deaths"),
];

const TEAMS: readonly TableColumn<AreaRow["teams"][number] & { readonly area: string | null }>[] = [
  { key: "area", title: "area", value: (row) => areaName(row.area) },
  { key: "team", title: "team", value: (row) => teamName(row.team) },
  {
    key: "presence_s",
    title: "presence",
    value: (row) => row.presenceS,
    show: (row) => duration(row.presenceS),
  },
  { key: "kills", title: "kills", value: (row) => row.kills },
  { key: "deaths", title: "deaths", value: (row) => row.deaths },
  { key: "net", title: "net", value: (row) => row.net, show: (row) => signed(row.net) },
];

const DUOS: readonly TableColumn<AreaRow>[] = [
  { key: "area", title: "area", value: (row) => areaName(row.area) },
  {
    key: "player",
    title: "player",
    value: ({ duo }) => duo?.name ?? null,
    isName: true,
    refersTo: ({ duo }) => (duo === null ? undefined : { kind: "player", playerId: duo.playerId }),
  },
  {
    key: "partner",
    title: "partner",
    value: ({ duo }) => duo?.mateName ?? null,
    isName: true,
    refersTo: ({ duo }) => (duo === null ? undefined : { kind: "player", playerId: duo.mateId }),
  },
  { key: "team", title: "team", value: ({ duo }) => (duo === null ? null : teamName(duo.team)), detail: 2 },
  {
    key: "together_s",
    title: "together",
    value: ({ duo }) => duo?.togetherS ?? null,
    show: ({ duo }) => (duo === null ? "" : duration(duo.togetherS)),
    detail: 1,
  },
  {
    key: "downs",
    title: "kills:deaths",
    value: ({ duo }) => (duo === null ? null : `${duo.kills}:${duo.deaths}`),
  },
  {
    key: "success",
    title: "kills, of both",
    value: ({ duo }) => duo?.success.share ?? null,
    show: ({ duo }) => (duo === null ? "" : formatRate(duo.success)),
  },
];

const PLAYERS: readonly TableColumn<AreaPlayer>[] = [
  { key: "area", title: "area", value: (row) => areaName(row.area) },
  {
    key: "player",
    title: "player",
    value: (row) => row.name,
    isName: true,
    refersTo: ({ playerId }) => ({ kind: "player", playerId }),
  },
  { key: "team", title: "team", value: (row) => teamName(row.team), detail: 1 },
  {
    key: "presence_s",
    title: "presence",
    value: (row) => row.presenceS,
    show: (row) => duration(row.presenceS),
  },
  { key: "kills", title: "kills", value: (row) => row.kills },
  { key: "deaths", title: "deaths", value: (row) => row.deaths },
  { key: "net", title: "net", value: (row) => row.net, show: (row) => signed(row.net), detail: 2 },
];

const HOLDS: readonly TableColumn<Hold>[] = [
  { key: "from_ms", title: "from", value: (row) => row.fromMs, show: (row) => formatClock(row.fromMs) },
  { key: "to_ms", title: "to", value: (row) => row.toMs, show: (row) => formatClock(row.toMs) },
  { key: "area", title: "area", value: (row) => row.area },
  { key: "team", title: "held by", value: (row) => teamName(row.team) },
  {
    key: "players",
    title: "with",
    detail: 1,
    value: (row) => row.names.map(plainName).join(", "),
    show: (row) =>
      row.names.flatMap((name, index) => [...(index === 0 ? [] : [span(", ")]), ...nameSpans(name)]),
  },
];

/** The tables of areas, as the report and pages of a site show them. */
export function areaTables({ areas, holds, players }: AreasReport): Block[] {
  const longest = [...(holds ?? [])]
    .sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs))
    .slice(0, LINES_SHOWN)
    .sort((a, b) => a.fromMs - b.fromMs);
  return [
    table(AREAS, areas, "Areas"),
    table(
      TEAMS,
      areas.flatMap(({ area, teams }) => teams.map((team) => ({ area, ...team }))),
      "Areas by team",
    ),
    table(
      DUOS,
      areas.filter(({ duo }) => duo !== null),
      "Best pair of each area",
    ),
    table(PLAYERS, players.slice(0, LINES_SHOWN), "Areas by player"),
    table(HOLDS, longest, "Longest holds"),
  ];
}

/** The report on areas; its CSV has a line an area, that of players a line an area and player, that of holds a line a stretch. */
export function areasView(
  report: AreasReport,
  picture: AreasPicture,
): View & { readonly players: () => string; readonly holds: () => string } {
  const { holds, map, players } = report;
  const svg = (): string => drawAreaMap(picture.ground, picture.caption, picture.areas);
  const more = players.length - LINES_SHOWN;
  return {
    title: `Areas of ${safeText(map)}`,
    blocks: [
      drawn(svg),
      ...areaTables(report),
      notes([
        ...(more > 0 ? [`${counted(more, "more line")} of players in --players`] : []),
        ...report.notes,
      ]),
    ],
    csv: () => renderCsv(AREAS, report.areas),
    players: () => renderCsv(PLAYERS, players),
    svg,
    holds: () => renderCsv(HOLDS, holds ?? []),
  };
}
