/** The movement report: hotspots, steps between cells, standing still, speed by class. */
import type { Sql } from "../db/driver/connect.ts";
import { counted, formatDuration } from "../counts.ts";
import { safeText } from "../names.ts";
import { DENSITY_CELL_UNITS, DENSITY_SIGMA_UNITS } from "../pictures/density.ts";
import type { HeatmapPicture } from "../pictures/heatmap.ts";
import { describeBots, describeSample, nothingFound, onlyMap } from "./describe.ts";
import type { FilterRequest } from "./filter-request.ts";
import { resolveFilters } from "./filter-request.ts";
import { DEFAULT_CELL_UNITS, layGround, readGround, type KnownGround } from "./ground.ts";
import { SMOOTH_PRESENCE_S } from "./heatmap.ts";
import type { PresenceReader } from "./queries/heat-cells.ts";
import { movementOf, readClassMovement } from "./queries/movement-totals.ts";
import type { Movement } from "./queries/movement-totals.ts";
import { readFlows, readPlaces } from "./queries/movement.ts";
import type { FlowRow, PlaceRow } from "./queries/movement.ts";
import { readSample } from "./queries/sample.ts";
import type { Sample } from "./queries/sample.ts";

/** How players of one class moved. */
export interface ClassMovement extends Movement {
  readonly class: number;
}

/** How players move on one map. `places` are all cells where a player was, `flows` the 120 busiest steps from cell to cell. */
export interface MovementReport {
  readonly map: string;
  readonly cellUnits: number;
  readonly sample: Sample;
  readonly words: readonly string[];
  /** Longest presence first. */
  readonly places: readonly PlaceRow[];
  /** Most frequent first. */
  readonly flows: readonly FlowRow[];
  readonly classes: readonly ClassMovement[];
  readonly picture: HeatmapPicture;
}

const FLOWS_SHOWN = 120;

/**
 * Reads how players move on one map. Throws `E_NOTHING_FOUND`.
 * @param known the ground of the map, where it was read already.
 * @param presence where players were, with these filters: makes the picture smooth, where that is not too much.
 */
export async function reportMovement(
  sql: Sql,
  request: FilterRequest,
  cell: number | undefined,
  known?: KnownGround,
  presence?: PresenceReader,
): Promise<MovementReport> {
  const { filters: asked, words } = await resolveFilters(sql, request);
  const whole = await readSample(sql, asked);
  const map = asked.map ?? onlyMap(whole);
  const filters = { ...asked, map };
  const sample = asked.map === undefined ? await readSample(sql, filters) : whole;
  const cellUnits = cell ?? sample.cellUnits ?? DEFAULT_CELL_UNITS;
  const [ground, places, flows, classes] = await Promise.all([
    known ?? readGround(sql, map),
    readPlaces(sql, filters, cellUnits),
    readFlows(sql, filters, cellUnits, FLOWS_SHOWN),
    readClassMovement(sql, filters),
  ]);
  if (places.length === 0) throw nothingFound(`positions on ${safeText(map)}`, filters, words);
  const presenceS = places.reduce((sum, place) => sum + place.presenceS, 0);
  const bots = describeBots(filters.bots === "with");
  const fineCells =
    presence === undefined || presenceS > SMOOTH_PRESENCE_S
      ? undefined
      : await presence(filters.team, DENSITY_CELL_UNITS);
  return {
    map,
    cellUnits,
    sample,
    words,
    places,
    flows,
    classes: classes.map((totals) => ({ class: totals.class, ...movementOf(totals) })),
    picture: {
      caption: {
        title: `Movement on ${map}`,
        subtitle: ["where living players were, and their steps from cell to cell", ...words].join(" · "),
        notes: [
          `${formatDuration(presenceS * 1000)} of presence · ${flows.length} busiest steps; thicker = more often`,
          describeSample(sample),
          [
            ...(fineCells === undefined
              ? [`cells of ${cellUnits} units`]
              : [
                  `smooth: a bell of ${DENSITY_SIGMA_UNITS.presence} units around each`,
                  `steps of ${cellUnits} units`,
                ]),
            bots,
          ].join(" · "),
          ...(sample.foreignRounds === 0
            ? []
            : [
                `of ${counted(sample.foreignRounds, "round")} of other trackers the places that they recorded; speeds and shares of time leave them out`,
              ]),
        ],
      },
      ground: layGround(
        ground,
        places.map(({ cellX, cellY }) => [cellX, cellY] as const),
        cellUnits,
      ),
      cellUnits,
      measure: "seconds per cell",
      scale: "counts",
      panels: [
        {
          label: "",
          cells: places.map(({ cellX, cellY, presenceS: value }) => ({ cellX, cellY, value })),
          marks: [],
          ...(fineCells === undefined ? {} : { fineCells }),
        },
      ],
      smoothing:
        fineCells === undefined ? undefined : { sigmaUnits: DENSITY_SIGMA_UNITS.presence, what: "seconds" },
    },
  };
}
