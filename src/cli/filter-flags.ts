/** The filters that all reports take, as flags. */
import { Flags } from "@oclif/core";

import { ProxError } from "../errors.ts";
import { safeText } from "../names.ts";
import type { FilterRequest } from "../reports/filter-request.ts";
import { ROUND_SIDES } from "../reports/filters.ts";

const helpGroup = "FILTER";

/** All filters, as flags: which rounds, which players, what they did and in which circumstances. */
export const filterFlags = {
  map: Flags.string({ summary: "rounds on this map", helpValue: "MAP", helpGroup }),
  since: Flags.string({
    summary: "rounds that started at this time or later: a day, a time (UTC), or an age like 7d or 12h",
    helpValue: "WHEN",
    helpGroup,
  }),
  until: Flags.string({
    summary: "rounds that started before this time, or by the end of this day",
    helpValue: "WHEN",
    helpGroup,
  }),
  round: Flags.string({
    summary: "this round: its key, the start of its key, or latest; can be given several times",
    helpValue: "KEY",
    multiple: true,
    multipleNonGreedy: true,
    helpGroup,
  }),
  session: Flags.string({
    summary: "this session: its name, a day, an id from `prox report sessions`, or latest",
    helpValue: "SESSION",
    helpGroup,
  }),
  tag: Flags.string({
    summary: "rounds of the sessions with this tag, see `prox session tag`",
    helpValue: "TAG",
    helpGroup,
  }),
  bots: Flags.boolean({ summary: "count bots too; by default they are left out", helpGroup }),
  player: Flags.string({
    summary: "what this player did: any name they ever used, or their GUID; can be given several times",
    helpValue: "WHO",
    multiple: true,
    multipleNonGreedy: true,
    helpGroup,
  }),
  clan: Flags.string({
    summary:
      "what the members of this clan did: a tag in names, or a name in the roster; can be given several times",
    helpValue: "CLAN",
    multiple: true,
    multipleNonGreedy: true,
    helpGroup,
  }),
  team: Flags.string({ summary: "players of this team", options: ["axis", "allies"], helpGroup }),
  side: Flags.option({ options: ROUND_SIDES })({
    summary:
      "players of the side that has to reach the map's objectives, or of the other; rounds that do not say are left out",
    helpGroup,
  }),
  class: Flags.string({
    summary: "players of this class: soldier, medic, engineer, fieldops, covertops",
    helpValue: "CLASS",
    multiple: true,
    multipleNonGreedy: true,
    helpGroup,
  }),
  weapon: Flags.string({
    summary: "with this weapon, or kind of weapon: mp40, thompson, smg, rifle, grenade, …",
    helpValue: "WEAPON",
    multiple: true,
    multipleNonGreedy: true,
    helpGroup,
  }),
  means: Flags.string({
    summary: "hits and kills by this means of death: knife, airstrike, explosive, …",
    helpValue: "MEANS",
    multiple: true,
    multipleNonGreedy: true,
    helpGroup,
  }),
  phase: Flags.string({
    summary:
      'this part of the round: from and to in round time, or before, while or after an objective stands, like "after the Main Gate"',
    helpValue: "0:00-2:30",
    helpGroup,
  }),
  engagement: Flags.string({
    summary: "in fights of this shape, the side of those asked for first",
    helpValue: "2v1",
    helpGroup,
  }),
};

/** Filters that have no meaning in a report: why, and what to do instead. */
export type RefusedFilters = Partial<Record<keyof FilterRequest, { reason: string; instead: string }>>;

/** All filters for a report that refuses some: those are not shown, but {@link readFilterFlags} says why. */
export function filterFlagsFor(refused: RefusedFilters): typeof filterFlags {
  return Object.fromEntries(
    Object.entries(filterFlags).map(([name, flag]) => [name, { ...flag, hidden: name in refused }]),
  ) as typeof filterFlags;
}

const MULTIPLE = ["round", "player", "clan", "class", "weapon", "means"] as const;
const SINGLE = ["map", "since", "until", "session", "tag", "team", "side", "phase", "engagement"] as const;

function isOneOf<Key extends string>(keys: readonly Key[], key: string): key is Key {
  return (keys as readonly string[]).includes(key);
}

/** Picks the filters out of the flags of a command. Throws `E_FILTER` with the reason for one that is refused. */
export function readFilterFlags(flags: FilterRequest, refused: RefusedFilters = {}): FilterRequest {
  for (const key of [...SINGLE, ...MULTIPLE, "bots" as const]) {
    const refusal = refused[key];
    if (refusal === undefined || flags[key] === undefined || flags[key] === false) continue;
    throw new ProxError("E_FILTER", `--${key}: ${refusal.reason}`, {
      suggestions: [refusal.instead],
    });
  }
  return Object.fromEntries([...SINGLE, ...MULTIPLE, "bots" as const].map((key) => [key, flags[key]]));
}

/** Reads filters written as one text, `team=allies,class=medic,bots`. Throws `E_FILTER`. */
export function parseFilterText(flag: string, text: string): FilterRequest {
  const request: Record<string, string | string[] | boolean> = {};
  for (const part of text.split(",")) {
    const [, key = "", value] = /^\s*(\w+)\s*(?:=(.*))?$/su.exec(part) ?? [];
    if (key === "bots" && value === undefined) request[key] = true;
    else if (isOneOf(SINGLE, key) && value !== undefined) request[key] = value.trim();
    else if (isOneOf(MULTIPLE, key) && value !== undefined) {
      request[key] = [...((request[key] as string[] | undefined) ?? []), value.trim()];
    } else {
      throw new ProxError("E_FILTER", `--${flag} ${safeText(text)}: unknown filter: ${safeText(part)}`, {
        suggestions: [`write name=value, several with commas: ${[...SINGLE, ...MULTIPLE].join(", ")}, bots`],
      });
    }
  }
  return request;
}
