/** The pictures of a clip: the map as it is on the screen, smaller, with a line below it that says what it shows. */
import { FONT, PAINT, contextOf, createCanvas, plainText } from "./paint.ts";
import { formatTime, type Round } from "./round.ts";

const CAPTION_HEIGHT = 26;

/** A canvas that takes pictures of the map's canvas. */
export class ClipCanvas {
  readonly canvas: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
  readonly #map: HTMLCanvasElement;
  readonly #mapHeight: number;
  readonly #title: string;

  /** @param widest the pictures are as wide as the map, but not wider than this; sizes are even, as video wants them. */
  constructor(map: HTMLCanvasElement, round: Round, widest: number) {
    const { map: name, round: number, serverName } = round.packed.round;
    const width = 2 * Math.round(Math.min(widest, map.width) / 2);
    this.#map = map;
    this.#mapHeight = 2 * Math.round((width * map.height) / map.width / 2);
    this.canvas = createCanvas(width, this.#mapHeight + CAPTION_HEIGHT);
    this.context = contextOf(this.canvas, { alpha: false, willReadFrequently: true });
    this.#title = [name, `round ${number}`, plainText(serverName)].filter((text) => text !== "").join(" · ");
  }

  /** Takes a picture of the map, which shows this moment. */
  take(timeMs: number): void {
    const { canvas, context } = this;
    context.drawImage(this.#map, 0, 0, canvas.width, this.#mapHeight);
    context.fillStyle = PAINT.background;
    context.fillRect(0, this.#mapHeight, canvas.width, CAPTION_HEIGHT);
    const middle = this.#mapHeight + CAPTION_HEIGHT / 2;
    context.textBaseline = "middle";
    context.font = `700 13px ${FONT}`;
    context.fillStyle = PAINT.text;
    context.textAlign = "right";
    const clock = formatTime(timeMs, true);
    context.fillText(clock, canvas.width - 8, middle);
    context.font = `12px ${FONT}`;
    context.fillStyle = PAINT.muted;
    context.textAlign = "left";
    context.fillText(this.#title, 8, middle, canvas.width - 80);
  }

  /** The colours of the latest picture. */
  pixels(): Uint8ClampedArray {
    return this.context.getImageData(0, 0, this.canvas.width, this.canvas.height).data;
  }
}
