/** The heatmap report: from filters to a picture that can be drawn in any form. */
import type { Sql } from "../db/driver/connect.ts";
import { ProxError } from "../errors.ts";
import { safeText } from "../names.ts";
import { DENSITY_CELL_UNITS, DENSITY_SIGMA_UNITS } from "../pictures/density.ts";
import type { HeatCell, HeatmapPicture, HeatPanel, Mark } from "../pictures/heatmap.ts";
import { amountOf, describeBots, describeSample, nothingFound, onlyMap } from "./describe.ts";
import type { FilterRequest, ResolvedFilters } from "./filter-request.ts";
import { resolveFilters } from "./filter-request.ts";
import { DEFAULT_CELL_UNITS, layGround, readGround, type KnownGround } from "./ground.ts";
import { listDifferences } from "./heat-differences.ts";
import type { CountedCells, HeatDifference } from "./heat-differences.ts";
import { defaultPlace, isObjectiveSubject, readHeatCells, readMarks } from "./queries/heat-cells.ts";
import type { HeatPlace, HeatSubject, PresenceReader } from "./queries/heat-cells.ts";
import { readSample } from "./queries/sample.ts";
import type { Sample } from "./queries/sample.ts";
import { describePruned, resolveZone, type Zone, type ZoneRequest } from "./zones.ts";

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
  /** The ground of the map, where it was read already. */
  readonly ground?: KnownGround | undefined;
  /** Where players were, where it is read for several pictures; of the filters it knows the team, and has the others. */
  readonly presence?: PresenceReader | undefined;
  /** The picture shows cells; else it is smooth. */
  readonly cells?: boolean;
  /** The part of the map that is meant. */
  readonly zone?: ZoneRequest;
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
  /** Of two populations: the cells of both, those whose shares differ most first. */
  readonly differences: readonly HeatDifference[];
  readonly picture: HeatmapPicture;
}

const MARKS_SHOWN = 1500;

const TITLES: Readonly<Record<HeatSubject, string>> = {
  kills: "Kills",
  deaths: "Deaths",
  shots: "Shots",
  hits: "Hits",
  presence: "Presence",
  plants: "Plants",
  defuses: "Defuses",
  drops: "Drops",
  builds: "Builds",
  captures: "Captures",
};
const PLACES: Readonly<Record<HeatSubject, Readonly<Record<HeatPlace, string>>>> = {
  kills: { attacker: "where the killers stood", target: "where their victims stood" },
  deaths: { attacker: "where their killers stood", target: "where they died" },
  shots: { attacker: "where the shooters stood", target: "where the shooters stood" },
  hits: { attacker: "where the shooters stood", target: "where the victims stood" },
  presence: { attacker: "where living players were", target: "where living players were" },
  plants: { attacker: "where dynamite was planted", target: "where dynamite was planted" },
  defuses: { attacker: "where dynamite was defused", target: "where dynamite was defused" },
  drops: { attacker: "where carriers lost it", target: "where carriers lost it" },
  builds: { attacker: "where stages were built", target: "where stages were built" },
  captures: { attacker: "where spawn points changed sides", target: "where spawn points changed sides" },
};

interface Populated extends HeatPopulation {
  readonly marks: readonly Mark[];
  /** For a smooth picture; undefined for one of cells. */
  readonly fineCells: readonly HeatCell[] | undefined;
}

/** Seconds of presence that are read again in fine cells; of more, the picture shows the cells that the import counted. */
export const SMOOTH_PRESENCE_S = 2_000_000;

async function populate(
  sql: Sql,
  { filters: asked, words }: ResolvedFilters,
  common: readonly string[],
  request: Pick<HeatmapReport, "what" | "place"> &
    Pick<HeatmapRequest, "presence"> & { readonly cells: boolean; readonly zone: Zone | undefined },
  cellUnits: number,
  map: string,
): Promise<Populated> {
  const filters = { ...asked, map };
  const { place, presence, what, zone } = request;
  const read = (units: number): Promise<HeatCell[]> =>
    what === "presence" && presence !== undefined && zone === undefined
      ? presence(filters.team, units)
      : readHeatCells(sql, what, place, filters, units, zone);
  const [sample, cells] = await Promise.all([readSample(sql, filters), read(cellUnits)]);
  const total = cells.reduce((sum, { value }) => sum + value, 0);
  if (total === 0) throw nothingFound(`${what} on ${safeText(map)}`, filters, words);
  const marks =
    what === "presence" || total > MARKS_SHOWN
      ? []
      : await readMarks(sql, what, place, filters, MARKS_SHOWN, zone);
  const isSmooth = !request.cells && (what !== "presence" || total <= SMOOTH_PRESENCE_S);
  return {
    label: words.filter((word) => !common.includes(word)).join(" · ") || "everybody",
    total,
    sample,
    cells,
    marks,
    fineCells: isSmooth ? await read(DENSITY_CELL_UNITS) : undefined,
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
function differenceOfShares(first: CountedCells, second: CountedCells): HeatCell[] {
  return listDifferences(first, second, false).map(({ cellX, cellY, points }) => ({
    cellX,
    cellY,
    value: points,
  }));
}

/** Throws `E_FILTER` for means of death of what has none. */
function assertMeans({ filters, versus, what }: HeatmapRequest): void {
  if (isObjectiveSubject(what)) {
    const flag = (["weapon", "means"] as const).find(
      (key) => (versus?.[key] ?? filters[key] ?? []).length > 0,
    );
    if (flag === undefined) return;
    throw new ProxError("E_FILTER", `cannot filter with --${flag}: ${what} are not done with weapons`, {
      suggestions: [`leave out --${flag}, or count --what kills, deaths or hits`],
    });
  }
  const means = versus?.means ?? filters.means ?? [];
  if ((what !== "shots" && what !== "presence") || means.length === 0) return;
  const verb = what === "shots" ? "have" : "has";
  throw new ProxError("E_FILTER", `cannot filter with --means: ${what} ${verb} no means of death`, {
    suggestions: ["use --weapon, or count --what kills, deaths or hits"],
  });
}

/** Throws `E_FILTER` for a second population on another map. */
function assertOneMap(map: string, otherMap: string | undefined): void {
  if (otherMap === undefined || otherMap === map) return;
  throw new ProxError(
    "E_FILTER",
    `cannot compare two maps with --versus: this picture shows ${safeText(map)}`,
    {
      suggestions: [`draw ${safeText(otherMap)} by itself, with --map ${safeText(otherMap)}`],
    },
  );
}

/** What a picture is made of, besides its ground. */
interface Arrangement {
  readonly what: HeatSubject;
  readonly place: HeatPlace;
  readonly map: string;
  readonly cellUnits: number;
  readonly first: Populated;
  readonly second: Populated | undefined;
  /** Whether the picture shows one map of the difference of the two. */
  readonly isDifference: boolean;
  readonly areBotsCounted: boolean;
  /** The filters of the first population in words, and those that both share. */
  readonly words: readonly string[];
  readonly common: readonly string[];
  /** What is left out, besides. */
  readonly more: readonly string[];
}

function populationsOf({ first, second }: Arrangement): readonly Populated[] {
  return second === undefined ? [first] : [first, second];
}

const sigmaOf = (what: HeatSubject): number =>
  DENSITY_SIGMA_UNITS[what === "presence" ? "presence" : "events"];

const isSmooth = (arrangement: Arrangement): boolean =>
  populationsOf(arrangement).every(({ fineCells }) => fineCells !== undefined);

function captionOf(arrangement: Arrangement): HeatmapPicture["caption"] {
  const { areBotsCounted, cellUnits, common, first, isDifference, map, more, place, second, what, words } =
    arrangement;
  const populations = populationsOf(arrangement);
  const amounts = populations.map(({ label, total }) => {
    const amount = amountOf(total, what);
    return second === undefined ? amount : `${label}: ${amount}`;
  });
  const told =
    second === undefined
      ? words
      : isDifference
        ? [`orange: more of ${first.label}, blue: more of ${second.label}`]
        : [];
  return {
    title: `${TITLES[what]} on ${map}`,
    subtitle: [PLACES[what][place], ...told, ...common].join(" · "),
    notes: [
      amounts.join(" · "),
      ...describeSamples(populations),
      [
        isSmooth(arrangement)
          ? `smooth: a bell of ${sigmaOf(what)} units around each`
          : `cells of ${cellUnits} units`,
        describeBots(areBotsCounted),
        ...(isDifference ? ["share of the first minus share of the second"] : []),
        ...more,
      ].join(" · "),
    ],
  };
}

function panelsOf(arrangement: Arrangement): HeatPanel[] {
  const { first, isDifference, second, what } = arrangement;
  if (isDifference && second !== undefined) {
    const [fine, otherFine] = [first, second].map(({ fineCells = [], total }) => ({
      cells: fineCells,
      total,
    }));
    return [
      {
        label: "",
        cells: differenceOfShares(first, second),
        marks: [],
        fineCells: fine === undefined || otherFine === undefined ? [] : differenceOfShares(fine, otherFine),
      },
    ];
  }
  return populationsOf(arrangement).map(({ cells, fineCells = [], label, marks, total }) => ({
    label: second === undefined ? "" : `${label}: ${amountOf(total, what)}`,
    cells,
    marks,
    fineCells,
  }));
}

/** Puts caption, ground and cells together. */
function arrange(arrangement: Arrangement, ground: KnownGround): HeatmapPicture {
  const { cellUnits, isDifference, what } = arrangement;
  const places = populationsOf(arrangement).flatMap(({ cells }) =>
    cells.map(({ cellX, cellY }) => [cellX, cellY] as const),
  );
  return {
    caption: captionOf(arrangement),
    ground: layGround(ground, places, cellUnits),
    cellUnits,
    measure: isDifference
      ? "percentage points per cell"
      : `${what === "presence" ? "seconds" : what} per cell`,
    scale: isDifference ? "difference" : "counts",
    panels: panelsOf(arrangement),
    smoothing: isSmooth(arrangement)
      ? {
          sigmaUnits: sigmaOf(what),
          what: isDifference ? "percentage points" : what === "presence" ? "seconds" : what,
        }
      : undefined,
  };
}

/**
 * Reads and arranges a heatmap. Throws `E_NOTHING_FOUND` where there is nothing to draw, `E_FILTER` for means of death of
 * what has none, and for a second population on another map.
 */
export async function reportHeatmap(sql: Sql, request: HeatmapRequest): Promise<HeatmapReport> {
  assertMeans(request);
  const { filters, versus, what } = request;
  const place = request.place ?? defaultPlace(what);
  const resolved = await resolveFilters(sql, filters);
  const whole = await readSample(sql, resolved.filters);
  const map = resolved.filters.map ?? onlyMap(whole);
  const zone = await resolveZone(sql, map, request.zone ?? {});
  const inZone = ({ filters: of, words }: ResolvedFilters): ResolvedFilters => ({
    filters: of,
    words: [...words, ...(zone?.words ?? [])],
  });
  const asked = inZone(resolved);
  const other =
    versus === undefined ? undefined : inZone(await resolveFilters(sql, { ...filters, ...versus }));
  // What both have in common stands above, what tells them apart at each.
  const common = other === undefined ? [] : asked.words.filter((word) => other.words.includes(word));
  assertOneMap(map, other?.filters.map);
  const cellUnits = request.cellUnits ?? whole.cellUnits ?? DEFAULT_CELL_UNITS;
  const { presence } = request;
  const read = (of: ResolvedFilters): Promise<Populated> =>
    populate(sql, of, common, { what, place, cells: request.cells === true, presence, zone }, cellUnits, map);
  const [more, ground, first, second] = await Promise.all([
    zone === undefined || what !== "presence" ? [] : describePruned(sql, { ...asked.filters, map }),
    request.ground ?? readGround(sql, map),
    read(asked),
    other === undefined ? undefined : read(other),
  ]);
  const arrangement: Arrangement = {
    ...{ what, place, map, cellUnits, first, second, common, more, words: asked.words },
    isDifference: request.difference === true && second !== undefined,
    areBotsCounted: asked.filters.bots === "with",
  };
  return {
    map,
    what,
    place,
    cellUnits,
    populations: populationsOf(arrangement).map(({ cells, label, sample, total }) => ({
      label,
      total,
      sample,
      cells,
    })),
    differences: second === undefined ? [] : listDifferences(first, second, what !== "presence"),
    picture: arrange(arrangement, ground),
  };
}
