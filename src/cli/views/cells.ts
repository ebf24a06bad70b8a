/** Cells of a map as people read them. */
import { cellCentre } from "../../pictures/map-frame.ts";

/** Where a cell is: the coordinates of its centre, in whole units. */
export function placeText(cellX: number, cellY: number, cellUnits: number): string {
  return `${Math.round(cellCentre(cellX, cellUnits))} ${Math.round(cellCentre(cellY, cellUnits))}`;
}
