/** The heatmap report: from filters to a picture that can be drawn in any form. */
import { counted } from "../counts.ts";
import type { Sql } from "../db/driver/connect.ts";
import { ProxError } from "../errors.ts";
import { safeText } from "../names.ts";
import type { HeatCell, Heatmap, HeatPanel, Mark } from "../pictures/heatmap.ts";
import { describeBots } from "./describe.ts";
import type { FilterRequest, ResolvedFilters } from "./filter-request.ts";
import { formatClock, resolveFilters } from "./filter-request.ts";
import type { Filters } from "./filters.ts";
import { layGround, readGround } from "./ground.ts";
import { defaultPlace, readHeatCells, readMarks } from "./queries/heat-cells.ts";
import type { HeatPlace, HeatSubject } from "./queries/heat-cells.ts";
import { readSample } from "./queries/sample.ts";
import type { Sample } from "./queries/sample.ts";

/** What is asked for. */
export interface HeatmapRequest {
  readonly what: HeatSubject;
  /** Undefined: where it is usual, see {@link defaultPlace}. */
  readonly place?: HeatPlace | undefined;
  /** Side of a cell; undefined: as the rounds were recorded. */
  readonly cellUnits?: number | undefined;
  readonly filters: FilterRequest;
  /** A second population: the same filters, but these. */
  readonly versus?: FilterRequest | undefined;
  /** One map of the difference of the two populations instead of two maps. */
  readonly difference?: boolean;
}

/** One population and its cells. */
export interface HeatPopulation {
  /** Its filters in words, without those that both populations share; `everybody` where none are left. */
  readonly label: string;
  /** Sum over the cells: a count, or seconds of presence. */
  readonly total: number;
  readonly sample: Sample;
  readonly cells: readonly HeatCell[];
}

/** A heatmap with its numbers: of one population, or of two; `picture` may show their difference instead. */
export interface HeatmapReport {
  readonly map: string;
  readonly what: HeatSubject;
  readonly place: HeatPlace;
  readonly cellUnits: number;
  readonly populations: readonly HeatPopulation[];
  readonly picture: Heatmap;
}

/** The side of a cell where no round says its own. */
export const DEFAULT_CELL_UNITS = 256;
const MARKS_SHOWN = 1500;

const TITLES: Readonly<Record<HeatSubject, string>> = {
  kills: "Kills",
  deaths: "Deaths",
  shots: "Shots",
  hits: "Hits",
  presence: "Presence",
};
const PLACES: Readonly<Record<HeatSubject, Readonly<Record<HeatPlace, string>>>> = {
  kills: { attacker: "where the killers stood", target: "where their victims stood" },
  deaths: { attacker: "where their killers stood", target: "where they died" },
  shots: { attacker: "where the shooters stood", target: "where the shooters stood" },
  hits: { attacker: "where the shooters stood", target: "where the ones hit stood" },
  presence: { attacker: "where living players were", target: "where living players were" },
};

function formatDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** How many rounds, from when to when, in words. */
export function describeSample({
  firstStart,
  incompleteRounds,
  lastStart,
  playedMs,
  players,
  rounds,
}: Sample): string {
  const [first, last] = [firstStart, lastStart].map((date) => (date === null ? "" : formatDay(date)));
  const when =
    rounds === 1 && firstStart !== null
      ? `${firstStart.toISOString().slice(0, 16).replace("T", " ")} UTC`
      : first === last
        ? (first ?? "")
        : `${first ?? ""} to ${last ?? ""}`;
  const hours =
    playedMs >= 3_600_000 ? `${(playedMs / 3_600_000).toFixed(1)} h` : `${formatClock(playedMs)} min`;
  return [
    counted(rounds, "round"),
    `${hours} of play`,
    counted(players, "player"),
    when,
    ...(incompleteRounds === 0 ? [] : [`${incompleteRounds} incomplete`]),
  ].join(" · ");
}

/** The error for a report without data, with what might be missing. */
export function nothingFound(what: string, filters: Filters, words: readonly string[]): ProxError {
  return new ProxError(
    "E_NOTHING_FOUND",
    `no ${what}${words.length === 0 ? "" : ` for ${words.join(", ")}`}`,
    {
      exit: "input",
      suggestions: [
        ...(filters.bots === "without" ? ["bots are left out: --bots counts them too"] : []),
        "`prox report rounds` lists the rounds that there are",
      ],
    },
  );
}

/** What there is in all: `1 kill`, `1,234 kills`, `81:20 min of presence`. */
export function amountOf(total: number, what: HeatSubject): string {
  return what === "presence"
    ? `${formatClock(total * 1000)} min of presence`
    : counted(total, what.slice(0, -"s".length), what);
}

/** The one map of the rounds; asks back where there are several. */
export function onlyMap(sample: Sample): string {
  const [first, second] = sample.maps;
  if (first !== undefined && second === undefined) return first.map;
  if (first === undefined) {
    throw new ProxError("E_NOTHING_FOUND", "no round is like that", {
      exit: "input",
      suggestions: ["`prox report rounds` lists the rounds that there are"],
    });
  }
  throw new ProxError("E_FILTER", "these rounds were played on several maps: name one with --map", {
    exit: "usage",
    suggestions: [`--map ${sample.maps.map(({ map }) => safeText(map)).join(", ")}`],
    details: { maps: sample.maps },
  });
}

interface Populated extends HeatPopulation {
  readonly marks: readonly Mark[];
}

async function populate(
  sql: Sql,
  { filters: asked, words }: ResolvedFilters,
  common: readonly string[],
  request: Required<Pick<HeatmapRequest, "what" | "place">>,
  cellUnits: number,
  map: string,
): Promise<Populated> {
  const filters = { ...asked, map };
  const { place, what } = request;
  const [sample, cells] = await Promise.all([
    readSample(sql, filters),
    readHeatCells(sql, what, place ?? defaultPlace(what), filters, cellUnits),
  ]);
  const total = cells.reduce((sum, { value }) => sum + value, 0);
  if (total === 0) throw nothingFound(`${what} on ${safeText(map)}`, filters, words);
  const marks =
    what === "presence" || total > MARKS_SHOWN
      ? []
      : await readMarks(sql, what, place ?? defaultPlace(what), filters, MARKS_SHOWN);
  return {
    label: words.filter((word) => !common.includes(word)).join(" · ") || "everybody",
    total,
    sample,
    cells,
    marks,
  };
}

/** The rounds of all populations in one line where they are the same, else a line for each. */
function describeSamples(populations: readonly Populated[]): string[] {
  const lines = populations.map(({ sample }) => describeSample(sample));
  const isOne = new Set(lines).size === 1;
  return isOne
    ? lines.slice(0, 1)
    : populations.map(({ label, sample }) => `${label}: ${describeSample(sample)}`);
}

/** Shares of the first population minus shares of the second, in percentage points, cell by cell. */
function differenceOfShares(first: HeatPopulation, second: HeatPopulation): HeatCell[] {
  const cells = new Map<string, HeatCell>();
  const add = (population: HeatPopulation, sign: number): void => {
    for (const { cellX, cellY, value } of population.cells) {
      const key = `${cellX} ${cellY}`;
      const share = (sign * value * 100) / population.total;
      cells.set(key, { cellX, cellY, value: (cells.get(key)?.value ?? 0) + share });
    }
  };
  add(first, 1);
  add(second, -1);
  return [...cells.values()];
}

/**
 * Reads and arranges a heatmap. Throws `E_NOTHING_FOUND` where there is nothing to draw, `E_FILTER` for means of death of
 * what has none, and for a second population on another map.
 */
export async function reportHeatmap(sql: Sql, request: HeatmapRequest): Promise<HeatmapReport> {
  const { what } = request;
  const means = request.versus?.means ?? request.filters.means ?? [];
  if ((what === "shots" || what === "presence") && means.length > 0) {
    throw new ProxError(
      "E_FILTER",
      `--means: ${what} ${what === "shots" ? "have" : "has"} no means of death`,
      {
        exit: "usage",
        suggestions: ["use --weapon, or count --what kills, deaths or hits"],
      },
    );
  }
  const place = request.place ?? defaultPlace(what);
  const asked = await resolveFilters(sql, request.filters);
  const other =
    request.versus === undefined
      ? undefined
      : await resolveFilters(sql, { ...request.filters, ...request.versus });
  // What both have in common stands above, what tells them apart at each.
  const common = other === undefined ? [] : asked.words.filter((word) => other.words.includes(word));
  const whole = await readSample(sql, asked.filters);
  const map = asked.filters.map ?? onlyMap(whole);
  const otherMap = other?.filters.map;
  if (otherMap !== undefined && otherMap !== map) {
    throw new ProxError("E_FILTER", `--versus: one picture shows one map, ${safeText(map)}`, {
      exit: "usage",
      suggestions: [`draw ${safeText(otherMap)} by itself, with --map ${safeText(otherMap)}`],
    });
  }
  const cellUnits = request.cellUnits ?? whole.cellUnits ?? DEFAULT_CELL_UNITS;

  const [ground, ...populations] = await Promise.all([
    readGround(sql, map),
    ...(other === undefined ? [asked] : [asked, other]).map((resolved) =>
      populate(sql, resolved, common, { what, place }, cellUnits, map),
    ),
  ]);
  const [first, second] = populations;
  if (first === undefined) throw new Error("a heatmap has at least one population");
  const isDifference = request.difference === true && second !== undefined;

  const unit = what === "presence" ? "seconds" : what;
  const amount = (total: number): string => amountOf(total, what);
  const isSplit = second !== undefined && !isDifference;
  const panels: HeatPanel[] = isDifference
    ? [{ label: "", cells: differenceOfShares(first, second), marks: [] }]
    : populations.map(({ cells, label, marks, total }) => ({
        label: isSplit ? `${label}: ${amount(total)}` : "",
        cells,
        marks,
      }));
  const cells = populations.flatMap((population) =>
    population.cells.map(({ cellX, cellY }) => [cellX, cellY] as const),
  );
  const picture: Heatmap = {
    caption: {
      title: `${TITLES[what]} on ${map}`,
      subtitle: [
        PLACES[what][place],
        ...(isDifference
          ? [`orange: more of ${first.label}, blue: more of ${second.label}`]
          : isSplit
            ? []
            : asked.words),
        ...common,
      ].join(" · "),
      notes: [
        populations
          .map(({ label, total }) => (second === undefined ? amount(total) : `${label}: ${amount(total)}`))
          .join(" · "),
        ...describeSamples(populations),
        [
          `cells of ${cellUnits} units`,
          describeBots(asked.filters.bots === "with"),
          ...(isDifference ? ["difference of the shares of the two"] : []),
        ].join(" · "),
      ],
    },
    ground: layGround(ground, cells, cellUnits),
    cellUnits,
    measure: isDifference ? "% points per cell" : `${unit} per cell`,
    scale: isDifference ? "difference" : "counts",
    panels,
  };
  return {
    map,
    what,
    place,
    cellUnits,
    populations: populations.map(({ cells: own, label, sample, total }) => ({
      label,
      total,
      sample,
      cells: own,
    })),
    picture,
  };
}
