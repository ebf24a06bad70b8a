/** The scrubber, and over it what the round holds: how many are alive, kills, team play, objectives, pauses. */
import { PAINT, contextOf, teamColour } from "./paint.ts";
import { storyText } from "./feed.ts";
import { formatTime, teamAt, type Round, type Story } from "./round.ts";
import { identityAt, lifeAt } from "./track.ts";
import type { View } from "./view.ts";

/** Half the width of the scrubber's thumb: its middle runs this far inside the ends. */
const THUMB = 8;
const CURVE_STEP_PIXELS = 3;
const NEAR_PIXELS = 6;
const KILL_HEIGHT = 9;
/** What a mark needs to be seen by itself. */
const MARK_PIXELS = 3;
const FAINTEST_MARK = 0.3;

/** The scrubber of the whole round. Its marks are redrawn only when its size changes; `show` moves the thumb. */
export class Timeline {
  readonly #canvas: HTMLCanvasElement;
  readonly #range: HTMLInputElement;
  readonly #hint: HTMLElement;
  readonly #round: Round;
  #width = 0;

  constructor(
    elements: { canvas: HTMLCanvasElement; range: HTMLInputElement; hint: HTMLElement },
    round: Round,
    onSeek: (timeMs: number) => void,
  ) {
    this.#canvas = elements.canvas;
    this.#range = elements.range;
    this.#hint = elements.hint;
    this.#round = round;
    new ResizeObserver(() => {
      this.#width = this.#canvas.clientWidth;
      this.#draw();
    }).observe(this.#canvas);
    this.#range.max = String(round.endMs);
    this.#range.step = "1";
    this.#range.addEventListener("input", () => {
      onSeek(Number(this.#range.value));
    });
    this.#canvas.addEventListener("pointerdown", (event) => {
      onSeek(this.#timeAt(event.offsetX));
    });
    this.#canvas.addEventListener("pointermove", (event) => {
      this.#showHint(event.offsetX);
    });
    this.#canvas.addEventListener("pointerleave", () => {
      this.#hint.hidden = true;
    });
  }

  show(view: View): void {
    this.#range.value = String(Math.round(view.timeMs));
    this.#range.setAttribute(
      "aria-valuetext",
      `${formatTime(view.timeMs)} of ${formatTime(this.#round.endMs)}`,
    );
  }

  #xOf(timeMs: number): number {
    return THUMB + (timeMs / Math.max(1, this.#round.endMs)) * (this.#width - 2 * THUMB);
  }

  #timeAt(x: number): number {
    const share = (x - THUMB) / Math.max(1, this.#width - 2 * THUMB);
    return Math.min(1, Math.max(0, share)) * this.#round.endMs;
  }

  #showHint(x: number): void {
    const timeMs = this.#timeAt(x);
    const near = this.#round.stories
      .map((story): [Story, number] => [story, Math.abs(this.#xOf(story.timeMs) - x)])
      .filter(([, distance]) => distance <= NEAR_PIXELS)
      .sort((a, b) => a[1] - b[1])[0]?.[0];
    const text = near === undefined ? "" : `  ${storyText(this.#round, near)}`;
    this.#hint.textContent = `${formatTime(near?.timeMs ?? timeMs)}${text}`;
    this.#hint.hidden = false;
    const edge = this.#hint.offsetWidth / 2;
    this.#hint.style.left = `${Math.min(this.#width - edge, Math.max(edge, x))}px`;
  }

  #draw(): void {
    const height = this.#canvas.clientHeight;
    this.#canvas.width = Math.round(this.#width * devicePixelRatio);
    this.#canvas.height = Math.round(height * devicePixelRatio);
    const context = contextOf(this.#canvas);
    context.scale(devicePixelRatio, devicePixelRatio);
    this.#drawAlive(context, height);
    for (const { event, timeMs } of this.#round.packed.events) {
      if (event !== "pause") continue;
      context.fillStyle = PAINT.muted;
      context.fillRect(this.#xOf(timeMs) - 1.5, 0, 3, height);
    }
    // Marks that would cover each other let through how many they are.
    const room = this.#width / (MARK_PIXELS * Math.max(1, this.#round.stories.length));
    context.globalAlpha = Math.min(1, Math.max(FAINTEST_MARK, room));
    for (const story of this.#round.stories) this.#drawStory(context, story, height);
  }

  /** Living players of both teams over time: Axis upwards from the middle, Allies downwards. */
  #drawAlive(context: CanvasRenderingContext2D, height: number): void {
    const { tracks } = this.#round;
    const middle = height / 2;
    const sides = [1, 2] as const;
    const curves = sides.map((team) => {
      const points: [number, number][] = [];
      for (let x = THUMB; x <= this.#width - THUMB; x += CURVE_STEP_PIXELS) {
        const timeMs = this.#timeAt(x);
        const alive = tracks.filter(
          (track) => lifeAt(track, timeMs).life === "alive" && identityAt(track, timeMs)?.team === team,
        ).length;
        points.push([x, alive]);
      }
      return { team, points };
    });
    const most = Math.max(1, ...curves.flatMap(({ points }) => points.map(([, alive]) => alive)));
    for (const { points, team } of curves) {
      const direction = team === 1 ? -1 : 1;
      context.beginPath();
      context.moveTo(THUMB, middle);
      for (const [x, alive] of points) context.lineTo(x, middle + direction * (alive / most) * (middle - 1));
      context.lineTo(this.#width - THUMB, middle);
      context.globalAlpha = 0.28;
      context.fillStyle = teamColour(team);
      context.fill();
      context.globalAlpha = 1;
    }
  }

  #drawStory(context: CanvasRenderingContext2D, story: Story, height: number): void {
    const x = this.#xOf(story.timeMs);
    const middle = height / 2;
    if (story.kind === "kill") {
      const team = teamAt(this.#round, story.event.attacker ?? story.event.target, story.timeMs);
      context.fillStyle = teamColour(team);
      const up = team === 1;
      context.fillRect(x - 1, up ? middle - KILL_HEIGHT : middle, 2, KILL_HEIGHT);
    } else if (story.kind === "goal") {
      // A flag on its pole, from the middle to the side of the team that did it.
      const { team } = story.deed;
      const direction = team === 1 ? -1 : 1;
      context.fillStyle = PAINT.text;
      context.fillRect(x - 0.75, direction === -1 ? 0 : middle, 1.5, middle);
      context.beginPath();
      const top = direction === -1 ? 0 : height;
      context.moveTo(x, top);
      context.lineTo(x + 7, top - direction * 3.5);
      context.lineTo(x, top - direction * 7);
      context.fillStyle = teamColour(team ?? 0);
      context.fill();
    } else if (story.kind === "contact") {
      context.fillStyle = PAINT.alert;
      context.fillRect(x - 0.75, 0, 1.5, height);
    } else if (story.kind === "play") {
      const y = teamAt(this.#round, story.play.actor, story.timeMs) === 1 ? 4 : height - 4;
      context.fillStyle = PAINT.spark;
      context.beginPath();
      context.moveTo(x, y - 3.5);
      context.lineTo(x + 3.5, y);
      context.lineTo(x, y + 3.5);
      context.lineTo(x - 3.5, y);
      context.fill();
    }
  }
}
