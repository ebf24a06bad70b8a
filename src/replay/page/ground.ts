/** What lies under the players: the map's picture or the ground that they walked on, heat, grid, scale bar. */
import type { Camera } from "./camera.ts";
import { isInBand, type HeightBand } from "./heights.ts";
import { FONT, PAINT, contextOf, createCanvas } from "./paint.ts";
import type { Bounds, Round } from "./round.ts";
import { isWalk } from "./track.ts";
import type { Point } from "./unpack.ts";
import type { Heat } from "./view.ts";

const FLOOR_PIXELS = 1400;
const FLOOR_WIDTH_UNITS = 90;
const IMAGE_ALPHA = 0.6;
const HEAT_CELL_UNITS = 32;
const HEAT_SIGMA_UNITS = { kills: 90, deaths: 90, presence: 64 } as const;
/** So many sigmas out, a bell has faded to nothing that shows. */
const BELL_REACH = 3;
/** Below 1 lifts what is rare, so that a lone event stays visible beside a crowded corner. */
const HEAT_GAMMA = 0.65;
const HEAT_ALPHA = 0.7;

/** A picture of a part of the world, painted once. */
interface Layer {
  readonly canvas: HTMLCanvasElement;
  readonly bounds: Bounds;
}

const widthOf = (bounds: Bounds): number => bounds.maxX - bounds.minX;
const heightOf = (bounds: Bounds): number => bounds.maxY - bounds.minY;

/** Every way that a player walked, as broad strokes: together they are the floor plan that the data knows. */
function paintFloor(round: Round, heights: HeightBand | undefined): Layer {
  const { bounds, sampleIntervalMs, tracks } = round;
  const scale = FLOOR_PIXELS / Math.max(widthOf(bounds), heightOf(bounds));
  const canvas = createCanvas(widthOf(bounds) * scale, heightOf(bounds) * scale);
  const context = contextOf(canvas);
  context.setTransform(scale, 0, 0, -scale, -bounds.minX * scale, bounds.maxY * scale);
  context.strokeStyle = PAINT.floor;
  context.lineWidth = FLOOR_WIDTH_UNITS;
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const { spans } of tracks) {
    for (const { knots } of spans) {
      context.beginPath();
      for (const [index, knot] of knots.entries()) {
        if (!isInBand(heights, knot.z)) continue;
        const before = knots[index - 1];
        const isJoined = before !== undefined && isInBand(heights, before.z);
        if (isJoined && isWalk(before, knot, sampleIntervalMs)) context.lineTo(knot.x, knot.y);
        else {
          context.moveTo(knot.x, knot.y);
          context.lineTo(knot.x, knot.y);
        }
      }
      context.stroke();
    }
  }
  return { canvas, bounds };
}

/** The places that a heatmap counts. */
function heatPoints(round: Round, heat: Exclude<Heat, "off">, heights: HeightBand | undefined): Point[] {
  if (heat === "presence") {
    return round.tracks.flatMap(({ samples }) => samples.filter(({ z }) => isInBand(heights, z)));
  }
  return round.kills.flatMap(({ from, relation, to }) => {
    const place = heat === "kills" ? from : to;
    const isCounted = heat === "deaths" || relation === "enemy";
    if (place === undefined || !isCounted || !isInBand(heights, place[2])) return [];
    return [{ x: place[0], y: place[1] }];
  });
}

/** Adds a bell around each point to a grid over the bounds. */
function addBells(
  points: readonly Point[],
  bounds: Bounds,
  columns: number,
  rows: number,
  sigmaUnits: number,
) {
  const grid = new Float32Array(columns * rows);
  const sigma = sigmaUnits / HEAT_CELL_UNITS;
  const reach = Math.ceil(BELL_REACH * sigma);
  for (const point of points) {
    const centreX = (point.x - bounds.minX) / HEAT_CELL_UNITS - 0.5;
    const centreY = (bounds.maxY - point.y) / HEAT_CELL_UNITS - 0.5;
    const fromRow = Math.max(0, Math.round(centreY) - reach);
    const toRow = Math.min(rows - 1, Math.round(centreY) + reach);
    const fromColumn = Math.max(0, Math.round(centreX) - reach);
    const toColumn = Math.min(columns - 1, Math.round(centreX) + reach);
    for (let row = fromRow; row <= toRow; row += 1) {
      for (let column = fromColumn; column <= toColumn; column += 1) {
        const squared = (column - centreX) ** 2 + (row - centreY) ** 2;
        const index = row * columns + column;
        grid[index] = (grid[index] ?? 0) + Math.exp(-squared / (2 * sigma * sigma));
      }
    }
  }
  return grid;
}

function grow({ maxX, maxY, minX, minY }: Bounds, units: number): Bounds {
  return { minX: minX - units, minY: minY - units, maxX: maxX + units, maxY: maxY + units };
}

function paintHeat(round: Round, heat: Exclude<Heat, "off">, heights: HeightBand | undefined): Layer {
  const bounds = grow(round.bounds, BELL_REACH * HEAT_SIGMA_UNITS[heat]);
  const columns = Math.ceil(widthOf(bounds) / HEAT_CELL_UNITS);
  const rows = Math.ceil(heightOf(bounds) / HEAT_CELL_UNITS);
  const grid = addBells(heatPoints(round, heat, heights), bounds, columns, rows, HEAT_SIGMA_UNITS[heat]);
  const most = grid.reduce((a, b) => Math.max(a, b), 0);
  const colours = round.packed.heatColours.map((hex) => Number.parseInt(hex.slice(1), 16));
  const canvas = createCanvas(columns, rows);
  const context = contextOf(canvas);
  const image = context.createImageData(canvas.width, canvas.height);
  for (const [index, value] of grid.entries()) {
    const share = most === 0 ? 0 : (value / most) ** HEAT_GAMMA;
    const colour = colours[Math.round(share * (colours.length - 1))] ?? 0;
    const alpha = Math.min(1, share * 1.8) * HEAT_ALPHA * 255;
    image.data.set([colour >> 16, (colour >> 8) & 255, colour & 255, alpha], index * 4);
  }
  context.putImageData(image, 0, 0);
  return { canvas, bounds };
}

/** 1, 2 or 5 times a power of ten: the largest of these that is not above `value`. */
function niceStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([5, 2].find((factor) => factor * power <= value) ?? 1);
}

function drawLayer(
  context: CanvasRenderingContext2D,
  camera: Camera,
  picture: CanvasImageSource,
  bounds: Bounds,
): void {
  const corner = camera.toScreen({ x: bounds.minX, y: bounds.maxY });
  const width = widthOf(bounds) * camera.scale;
  context.drawImage(picture, corner.x, corner.y, width, heightOf(bounds) * camera.scale);
}

/** Gives a canvas the size of the map on the screen; setting it clears the canvas, so only where it differs. */
function fit(canvas: HTMLCanvasElement, camera: Camera, ratio: number): void {
  const width = Math.max(1, Math.round(camera.width * ratio));
  const height = Math.max(1, Math.round(camera.height * ratio));
  if (canvas.width === width && canvas.height === height) return;
  canvas.width = width;
  canvas.height = height;
}

/** Paints what lies under the players and keeps it: floor and heatmaps for good, the whole until it changes. */
export class Ground {
  readonly #round: Round;
  readonly #image: HTMLImageElement | undefined;
  /** Floors and heatmaps, by what they are and of which heights. */
  readonly #layers = new Map<string, Layer>();
  readonly #ground = createCanvas(1, 1);
  readonly #shown = createCanvas(1, 1);
  #groundState = "";
  #shownState = "";

  /** @param onLoad called when the map's picture can be drawn. */
  constructor(round: Round, onLoad: () => void) {
    this.#round = round;
    const source = round.packed.ground?.image;
    if (source === undefined) return;
    this.#image = new Image();
    this.#image.addEventListener("load", onLoad);
    this.#image.src = source;
  }

  /**
   * Draws ground, grid, heat and what is `above` them. Until the camera moves or the state of what is above changes,
   * they stay the same, and are copied as one picture.
   */
  draw(
    context: CanvasRenderingContext2D,
    camera: Camera,
    heat: Heat,
    heights: HeightBand | undefined,
    stateAbove: string,
    drawAbove: (context: CanvasRenderingContext2D) => void,
  ): void {
    const ratio = devicePixelRatio;
    const { height, scale, width, x, y } = camera;
    const isImageReady = this.#image?.complete === true && this.#image.naturalWidth > 0;
    const groundState = [width, height, scale, x, y, ratio, heat, heights?.minZ, isImageReady].join();
    if (groundState !== this.#groundState) {
      this.#groundState = groundState;
      this.#shownState = "";
      fit(this.#ground, camera, ratio);
      const ground = contextOf(this.#ground, { alpha: false });
      ground.setTransform(ratio, 0, 0, ratio, 0, 0);
      this.#paint(ground, camera, heat, heights, isImageReady);
    }
    if (stateAbove !== this.#shownState) {
      this.#shownState = stateAbove;
      fit(this.#shown, camera, ratio);
      const shown = contextOf(this.#shown, { alpha: false });
      shown.setTransform(1, 0, 0, 1, 0, 0);
      shown.drawImage(this.#ground, 0, 0);
      shown.setTransform(ratio, 0, 0, ratio, 0, 0);
      drawAbove(shown);
    }
    context.drawImage(this.#shown, 0, 0, this.#shown.width / ratio, this.#shown.height / ratio);
  }

  /** A layer that was painted before, or is now. */
  #layer(name: string, heights: HeightBand | undefined, paint: () => Layer): Layer {
    const key = `${name} ${heights?.minZ ?? ""}`;
    const layer = this.#layers.get(key) ?? paint();
    this.#layers.set(key, layer);
    return layer;
  }

  #paint(
    context: CanvasRenderingContext2D,
    camera: Camera,
    heat: Heat,
    heights: HeightBand | undefined,
    isImageReady: boolean,
  ): void {
    const { bounds, mapBounds = bounds } = this.#round;
    context.fillStyle = PAINT.background;
    context.fillRect(0, 0, camera.width, camera.height);
    if (isImageReady && this.#image !== undefined) {
      context.globalAlpha = IMAGE_ALPHA;
      drawLayer(context, camera, this.#image, mapBounds);
      context.globalAlpha = 1;
    } else {
      const floor = this.#layer("floor", heights, () => paintFloor(this.#round, heights));
      drawLayer(context, camera, floor.canvas, bounds);
    }
    this.#drawGrid(context, camera);
    this.#drawScale(context, camera);
    if (heat === "off") return;
    const painted = this.#layer(heat, heights, () => paintHeat(this.#round, heat, heights));
    drawLayer(context, camera, painted.canvas, painted.bounds);
  }

  #drawGrid(context: CanvasRenderingContext2D, camera: Camera): void {
    const step = niceStep(260 / camera.scale);
    const { x: left, y: top } = camera.toScreen({ x: 0, y: 0 });
    const pixels = step * camera.scale;
    context.beginPath();
    for (let x = left % pixels; x < camera.width; x += pixels) {
      context.moveTo(x, 0);
      context.lineTo(x, camera.height);
    }
    for (let y = top % pixels; y < camera.height; y += pixels) {
      context.moveTo(0, y);
      context.lineTo(camera.width, y);
    }
    context.strokeStyle = PAINT.grid;
    context.lineWidth = 1;
    context.stroke();
  }

  /** The scale bar in the lower left corner. */
  #drawScale(context: CanvasRenderingContext2D, camera: Camera): void {
    const units = niceStep(150 / camera.scale);
    const [x, y, width] = [16, camera.height - 16, units * camera.scale];
    context.beginPath();
    context.moveTo(x, y - 6);
    context.lineTo(x, y);
    context.lineTo(x + width, y);
    context.lineTo(x + width, y - 6);
    context.strokeStyle = PAINT.muted;
    context.lineWidth = 1.5;
    context.stroke();
    context.font = `11px ${FONT}`;
    context.textAlign = "left";
    context.textBaseline = "alphabetic";
    context.fillStyle = PAINT.muted;
    context.fillText(`${units} units`, x + 6, y - 6);
  }
}
