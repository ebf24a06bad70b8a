/**
 * Kill heatmap: kills of enemies counted by grid cell and team, the killer's cell and the victim's apart.
 *
 * Exactly: a kill of an enemy counts one `kills` for the killer's team in the cell where the killer stood, and one
 * `deaths` for the victim's team in the cell where the victim fell. A cell is floor(x / cell size), floor(y / cell size).
 * Deaths by teammates, oneself or the world count nowhere.
 */
import type { Kill } from "./facts.ts";

/** Raised when other counts come of the same play. */
export const HEATMAP_VERSION = 1;

/** One cell of one team. */
export interface HeatmapCell {
  cellX: number;
  cellY: number;
  team: number;
  kills: number;
  deaths: number;
}

/** @noSelf */
export interface HeatmapCounts {
  /** The cells with kills or deaths, in the order in which they had their first. */
  readonly cells: readonly Readonly<HeatmapCell>[];
  /** To be called for each kill of an enemy. */
  onKill: (kill: Readonly<Kill>) => void;
}

/** An empty heatmap of square cells; `cellUnits`, the length of their sides, is above 0. */
export function createHeatmap(cellUnits: number): HeatmapCounts {
  const cells: HeatmapCell[] = [];
  const known: Record<string, HeatmapCell | undefined> = {};

  function cellAt(x: number, y: number, team: number): HeatmapCell {
    const cellX = Math.floor(x / cellUnits);
    const cellY = Math.floor(y / cellUnits);
    const key = `${cellX} ${cellY} ${team}`;
    let cell = known[key];
    if (cell === undefined) {
      cell = { cellX, cellY, team, kills: 0, deaths: 0 };
      known[key] = cell;
      cells.push(cell);
    }
    return cell;
  }

  return {
    cells,
    onKill(kill) {
      cellAt(kill.attackerX, kill.attackerY, kill.attackerTeam).kills += 1;
      cellAt(kill.targetX, kill.targetY, kill.targetTeam).deaths += 1;
    },
  };
}
