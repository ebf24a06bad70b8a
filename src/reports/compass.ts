/** Directions on a map, north up, as on the game's command map. */

const DIRECTIONS = ["east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east"];

/** The nearest of eight directions of a step of so many units, or cells, to the east and to the north. */
export function compassDirection(east: number, north: number): string {
  const turn = Math.round((Math.atan2(north, east) / Math.PI) * 4);
  return DIRECTIONS[(turn + 8) % 8] ?? "";
}
