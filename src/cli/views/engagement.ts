/** One fight, explained. */
import { fightShape } from "../../fight-shape.ts";
import { whole } from "../../counts.ts";
import { meansOfDeathName } from "../../engine/means-of-death.ts";
import { TEAM_NAMES } from "../../engine/players.ts";
import { plainName, safeText } from "../../names.ts";
import { drawEngagement, drawEngagementPanels } from "../../pictures/engagement.ts";
import type { EngagementPicture } from "../../pictures/engagement.ts";
import { describeDowns } from "../../reports/downs.ts";
import type { EngagementReport } from "../../reports/engagements.ts";
import { formatClock } from "../../clock.ts";
import type { EngagementEvent, ParticipantRow } from "../../reports/queries/engagements.ts";
import { notes, pictures, table, text } from "../render/blocks.ts";
import type { Block } from "../render/blocks.ts";
import { renderCsv } from "../render/table.ts";
import type { TableColumn } from "../render/table.ts";
import { nameSpans, span } from "../render/terminal.ts";
import type { Span } from "../render/terminal.ts";
import type { View } from "../render/view.ts";

const PARTICIPANTS: readonly TableColumn<ParticipantRow>[] = [
  {
    key: "side",
    title: "side",
    value: (row) => row.side,
    show: (row) => (row.side === "attackers" ? "openers" : "other side"),
  },
  {
    key: "player",
    title: "player",
    value: (row) => row.name,
    isName: true,
    refersTo: ({ playerId }) => ({ kind: "player", playerId }),
  },
  { key: "team", title: "team", value: (row) => TEAM_NAMES[row.team] ?? "" },
  {
    key: "joined_ms",
    title: "joined",
    detail: 2,
    value: (row) => row.joinedMs,
    show: (row) => preciseClock(row.joinedMs),
  },
  { key: "damage_given", title: "damage", value: (row) => row.damageGiven },
  { key: "hits_given", title: "hits", value: (row) => row.hitsGiven, detail: 3 },
  { key: "damage_received", title: "received", value: (row) => row.damageReceived, detail: 1 },
  { key: "kills", title: "kills", value: (row) => row.kills },
  { key: "deaths", title: "deaths", value: (row) => row.deaths },
];

/** So many enemies of who fell against their own side, with them; nothing where it is not known. */
const against = (enemies: number | null, own: number | null): string =>
  enemies === null || own === null ? "" : fightShape(enemies, own);

/** How many there were right before a down, the enemies of who fell first. */
const SITUATION: readonly TableColumn<EngagementEvent>[] = [
  {
    key: "involved",
    title: "involved",
    value: (row) => against(row.involvedEnemies, row.involvedOwn),
    detail: 1,
  },
  { key: "near", title: "near", value: (row) => against(row.nearEnemies, row.nearOwn), detail: 2 },
  { key: "alive", title: "alive", value: (row) => against(row.aliveEnemies, row.aliveOwn), detail: 2 },
];

/** What the attacker did to the target. */
const DEEDS: Readonly<Record<string, string>> = { hit: "hit", kill: "downed", revive: "revived" };

/** What the attacker did, and where the target is no enemy, to what. */
function deedOf({ event, relation }: EngagementEvent): string {
  const deed = DEEDS[event] ?? event;
  return relation === "team" && event !== "revive" ? `${deed} a team mate` : deed;
}

/** Minutes, seconds and tenths. */
function preciseClock(ms: number): string {
  return `${formatClock(ms)}.${Math.floor((ms % 1000) / 100)}`;
}

/** Crossfires, baits and trades of the fight, told one by one. */
function teamPlayBlock(
  { teamPlay }: EngagementReport,
  nameOf: (slot: number | null) => readonly Span[],
): Block {
  const plain = (slot: number | null): string =>
    plainName(
      nameOf(slot)
        .map(({ text: part }) => part)
        .join(""),
    );
  return text(
    teamPlay.map(({ angleDeg, enemySlot, partnerSlot, record, slot, timeMs }) => {
      const both = `${plain(slot)} and ${plain(partnerSlot)}`;
      const told = {
        crossfire: `${both} caught ${plain(enemySlot)} in a crossfire of ${Math.round(angleDeg ?? 0)}°`,
        bait: `${plain(slot)} drew ${plain(enemySlot)}'s fire, ${plain(partnerSlot)} punished it`,
        trade: `${plain(slot)} avenged ${plain(partnerSlot)} on ${plain(enemySlot)}`,
      }[record];
      return `${preciseClock(timeMs)}  ${told}`;
    }),
  );
}

/** Where both were, units. */
const COORDINATES = ["attackerX", "attackerY", "attackerZ", "targetX", "targetY", "targetZ"] as const;

function eventColumns(
  nameOf: (slot: number | null) => readonly Span[],
  teamOf: (slot: number | null) => string | null,
): readonly TableColumn<EngagementEvent>[] {
  const plain = (slot: number | null): string =>
    nameOf(slot)
      .map(({ text: part }) => part)
      .join("");
  return [
    { key: "time_ms", title: "at", value: (row) => row.timeMs, show: (row) => preciseClock(row.timeMs) },
    { key: "down", title: "down", value: (row) => row.down },
    {
      key: "attacker",
      title: "who",
      value: (row) => plain(row.attackerSlot),
      show: (row) => nameOf(row.attackerSlot),
    },
    {
      key: "event",
      title: "did",
      value: (row) => row.event,
      show: (row) => [span(deedOf(row), { bold: row.event === "kill" })],
    },
    { key: "is_undone", title: "undone", value: (row) => row.isUndone, csvOnly: true },
    {
      key: "target",
      title: "whom",
      value: (row) => plain(row.targetSlot),
      show: (row) => nameOf(row.targetSlot),
    },
    { key: "damage", title: "damage", value: (row) => row.damage },
    { key: "hit_region", title: "where", value: (row) => row.hitRegion, detail: 2 },
    {
      key: "means",
      title: "with",
      value: (row) => (row.meansOfDeath === null ? null : meansOfDeathName(row.meansOfDeath)),
    },
    {
      key: "distance_units",
      title: "distance",
      detail: 1,
      value: (row) => row.distanceUnits,
      show: (row) => (row.distanceUnits === null ? "" : `${whole(row.distanceUnits)} units`),
    },
    ...SITUATION,
    { key: "attacker_team", title: "team", value: (row) => teamOf(row.attackerSlot), csvOnly: true },
    { key: "target_team", title: "team", value: (row) => teamOf(row.targetSlot), csvOnly: true },
    { key: "relation", title: "relation", value: (row) => row.relation, csvOnly: true },
    ...COORDINATES.map((key) => ({
      key: key.replace(/[XYZ]$/u, (axis) => `_${axis.toLowerCase()}`),
      title: key,
      value: (row: EngagementEvent) => row[key],
      csvOnly: true,
    })),
  ];
}

/** `2v1 on supply at 1:02.5, Axis won`. */
export function engagementTitle({ row }: EngagementReport): string {
  const winner = row.winnerTeam === null ? "nobody won" : `${TEAM_NAMES[row.winnerTeam] ?? ""} won`;
  return `${fightShape(row.attackers, row.defenders)} on ${safeText(row.map)} at ${preciseClock(row.startMs)}, ${winner}`;
}

/** How the names of the world's and of participants' slots are shown. */
function namesIn({ participants }: EngagementReport): (slot: number | null) => readonly Span[] {
  return (slot) => nameSpans(participants.find((one) => one.slot === slot)?.name ?? "the world");
}

/** The teams of participants' slots; null for the world. */
function teamsIn({ participants }: EngagementReport): (slot: number | null) => string | null {
  return (slot) => {
    const team = participants.find((one) => one.slot === slot)?.team;
    return team === undefined ? null : (TEAM_NAMES[team] ?? null);
  };
}

/** Who took part, and what happened. */
export function engagementTables(report: EngagementReport): Block[] {
  const nameOf = namesIn(report);
  return [
    table(PARTICIPANTS, report.participants, "Who took part"),
    table(eventColumns(nameOf, teamsIn(report)), report.events, "What happened"),
    teamPlayBlock(report, nameOf),
  ];
}

/** A fight: why it is called what it is, its picture, who took part, what happened. */
export function engagementView(report: EngagementReport, picture: EngagementPicture): View {
  const title = engagementTitle(report);
  const svg = (): string => drawEngagement(picture);
  return {
    title,
    blocks: [
      text([`${title} (${report.id})`, ...report.reasons.map((reason) => `  ${reason}`)]),
      pictures(() => drawEngagementPanels(picture)),
      ...engagementTables(report),
      notes([describeDowns(report.events), "includes everyone who took part, bots too"]),
    ],
    csv: () => renderCsv(eventColumns(namesIn(report), teamsIn(report)), report.events),
    svg,
  };
}
