/** Clips: some seconds of the map as a GIF or a video, made in the browser and saved as a file. */
import { GIFEncoder, applyPalette, quantize } from "gifenc";

import { ClipCanvas } from "./clip-canvas.ts";
import { find } from "./elements.ts";
import { formatTime, type Round } from "./round.ts";
import type { View } from "./view.ts";

const GIF_WIDTH = 480;
const GIF_FRAME_MS = 100;
const GIF_COLOURS = 128;
/** Moments of a clip whose colours the palette is made of, as shares of it: fights bring colours that the start lacks. */
const PALETTE_SHARES = [0, 0.5, 1];
const VIDEO_WIDTH = 960;
const VIDEO_FRAME_MS = 40;
const VIDEO_BITS_PER_SECOND = 4_000_000;
/** The first that a browser can make is taken: WebM where it can, which all of them play. */
const VIDEO_TYPES = ["video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/mp4;codecs=avc1.42E01E"];
/** How long the browser is given to take a file that it was offered. */
const OFFER_MS = 60_000;

interface Stage {
  readonly round: Round;
  readonly view: View;
  readonly canvas: HTMLCanvasElement;
  /** Draws the view's moment on the canvas. */
  readonly draw: () => void;
  readonly pause: () => void;
  readonly change: () => void;
}

/** What is told and asked while a clip is made. */
interface Course {
  readonly signal: AbortSignal;
  readonly onShare: (share: number) => void;
}

const pauseFor = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Shows a moment of the round on a clip's canvas. */
function show({ draw, view }: Stage, clip: ClipCanvas, timeMs: number): void {
  view.timeMs = timeMs;
  draw();
  clip.take(timeMs);
}

/** A GIF of the round from one moment to another: ten pictures a second, made one after another, however long that takes. */
async function makeGif(
  stage: Stage,
  fromMs: number,
  toMs: number,
  { onShare, signal }: Course,
): Promise<Blob> {
  const clip = new ClipCanvas(stage.canvas, stage.round, GIF_WIDTH);
  const { height, width } = clip.canvas;
  const size = 4 * width * height;
  const colours = new Uint8ClampedArray(size * PALETTE_SHARES.length);
  for (const [index, share] of PALETTE_SHARES.entries()) {
    show(stage, clip, fromMs + share * (toMs - fromMs));
    colours.set(clip.pixels(), index * size);
  }
  const palette = quantize(colours, GIF_COLOURS);
  const encoder = GIFEncoder();
  for (let timeMs = fromMs; timeMs < toMs; timeMs += GIF_FRAME_MS) {
    signal.throwIfAborted();
    show(stage, clip, timeMs);
    const index = applyPalette(clip.pixels(), palette);
    encoder.writeFrame(index, width, height, {
      delay: GIF_FRAME_MS,
      ...(timeMs === fromMs ? { palette } : {}),
    });
    onShare((timeMs - fromMs) / (toMs - fromMs));
    // The page must stay alive.
    await pauseFor(0);
  }
  encoder.finish();
  return new Blob([encoder.bytes()], { type: "image/gif" });
}

/** A video of the round from one moment to another, which takes as long as it lasts. */
async function makeVideo(
  stage: Stage,
  fromMs: number,
  toMs: number,
  { onShare, signal }: Course,
): Promise<Blob> {
  const type = VIDEO_TYPES.find((candidate) => MediaRecorder.isTypeSupported(candidate));
  if (type === undefined) throw new Error("this browser records no video; a GIF works everywhere");
  const clip = new ClipCanvas(stage.canvas, stage.round, VIDEO_WIDTH);
  show(stage, clip, fromMs);
  const recorder = new MediaRecorder(clip.canvas.captureStream(1000 / VIDEO_FRAME_MS), {
    mimeType: type,
    videoBitsPerSecond: VIDEO_BITS_PER_SECOND,
  });
  const parts: Blob[] = [];
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  const stopped = new Promise((resolve) => {
    recorder.addEventListener("stop", resolve);
  });
  recorder.start();
  const startMs = performance.now();
  try {
    for (let timeMs = fromMs; timeMs < toMs; timeMs = fromMs + performance.now() - startMs) {
      signal.throwIfAborted();
      show(stage, clip, timeMs);
      onShare((timeMs - fromMs) / (toMs - fromMs));
      // Not by frames of the screen: a browser stops those while the page is hidden.
      await pauseFor(VIDEO_FRAME_MS);
    }
  } finally {
    recorder.stop();
  }
  await stopped;
  return new Blob(parts, { type });
}

/** Offers a file to the reader's browser, which saves it or asks where to. */
function offer(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, OFFER_MS);
}

const ENDINGS: Readonly<Record<string, string>> = { "image/gif": "gif", "video/mp4": "mp4" };

/** The dialog that makes clips of what the map shows, from the moment on. */
export class ClipMaker {
  readonly #stage: Stage;
  readonly #dialog = find("clip", HTMLDialogElement);
  readonly #make = find("clip-make", HTMLButtonElement);
  readonly #progress = find("clip-progress", HTMLProgressElement);
  readonly #said = find("clip-said", HTMLElement);
  #running: AbortController | undefined;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#make.addEventListener("click", () => void this.#run());
    this.#dialog.addEventListener("close", () => {
      this.#running?.abort(new Error("no clip was made"));
    });
  }

  get isOpen(): boolean {
    return this.#dialog.open;
  }

  open(): void {
    this.#stage.pause();
    this.#said.textContent = `from ${formatTime(this.#stage.view.timeMs, true)}, what the map shows`;
    this.#dialog.showModal();
  }

  async #run(): Promise<void> {
    const { change, round, view } = this.#stage;
    const seconds = Number(find("clip-length", HTMLSelectElement).value);
    const isGif = find("clip-kind", HTMLSelectElement).value === "gif";
    const fromMs = view.timeMs;
    const toMs = Math.min(round.endMs, fromMs + 1000 * seconds);
    const running = new AbortController();
    this.#running = running;
    this.#make.disabled = true;
    this.#progress.hidden = false;
    try {
      const course = {
        signal: running.signal,
        onShare: (share: number) => (this.#progress.value = share),
      };
      const make = isGif ? makeGif : makeVideo;
      const file = await make(this.#stage, fromMs, toMs, course);
      const { map, round: number } = round.packed.round;
      const place = map.replaceAll(/[^\w-]+/gu, "_");
      const ending = ENDINGS[file.type.split(";", 1)[0] ?? ""] ?? "webm";
      const name = `${place}-round-${number}-${formatTime(fromMs).replace(":", "m")}s.${ending}`;
      offer(file, name);
      this.#said.textContent = `${name}, ${(file.size / 1e6).toFixed(1)} MB`;
    } catch (error) {
      this.#said.textContent = error instanceof Error ? error.message : String(error);
    } finally {
      this.#running = undefined;
      this.#make.disabled = false;
      this.#progress.hidden = true;
      view.timeMs = fromMs;
      change();
    }
  }
}
