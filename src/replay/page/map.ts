/** The map: a canvas that is redrawn for each frame, and moved by mouse, touch and wheel. */
import { drawAreas } from "./areas-layer.ts";
import { drawEffectsAbove, drawEffectsBelow } from "./effects-layer.ts";
import { Ground } from "./ground.ts";
import { Labels } from "./labels.ts";
import { drawObjectiveNames, drawObjectives, drawObjectivesAbove } from "./objectives-layer.ts";
import { contextOf } from "./paint.ts";
import {
  drawFigure,
  drawNames,
  drawTrails,
  figuresAt,
  markRadius,
  trailAnchorMs,
  type Figure,
} from "./players-layer.ts";
import type { Round } from "./round.ts";
import type { Point } from "./unpack.ts";
import type { View } from "./view.ts";

const FOLLOW_SHARE = 0.18;
const CLICK_SLACK = 5;
const WHEEL_STEP = 1.0016;

interface MapEvents {
  /** Something is to be drawn. */
  readonly onChange: () => void;
  readonly onFollow: (actor: number | undefined) => void;
  readonly onHover: (figure: Figure | undefined, at: Point) => void;
}

/** The map in its canvas. It moves the camera of the view by pointer and wheel, but draws only when it is told to. */
export class MapView {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #round: Round;
  readonly #view: View;
  readonly #ground: Ground;
  readonly #labels = new Labels();
  readonly #events: MapEvents;
  readonly #pointers = new Map<number, Point>();
  #moved = 0;
  #figures: Figure[] = [];

  constructor(canvas: HTMLCanvasElement, round: Round, view: View, events: MapEvents) {
    this.#canvas = canvas;
    this.#context = contextOf(canvas, { alpha: false });
    this.#round = round;
    this.#view = view;
    this.#events = events;
    this.#ground = new Ground(round, events.onChange);
    this.#listen();
  }

  /** Everybody who was on the map when it was last drawn. */
  get figures(): readonly Figure[] {
    return this.#figures;
  }

  draw(): void {
    const { camera, follow } = this.#view;
    const ratio = devicePixelRatio;
    this.#fitCanvas(ratio);
    const context = this.#context;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (follow !== undefined) {
      const followed = figuresAt(this.#round, this.#view).find(({ track }) => track.index === follow);
      if (followed !== undefined) camera.follow(followed.position, this.#view.isPlaying ? FOLLOW_SHARE : 1);
    }
    const figures = figuresAt(this.#round, this.#view);
    this.#figures = figures;
    const byActor = new Map(figures.map((figure) => [figure.track.index, figure]));
    const { drawing, heat, heights, showsAreas, showsObjectives, trailMs } = this.#view;
    this.#ground.draw(
      context,
      camera,
      heat,
      heights,
      [trailAnchorMs(this.#view), trailMs].join(),
      (ground) => {
        drawTrails(ground, figures, this.#round, this.#view, "older");
      },
    );
    drawTrails(context, figures, this.#round, this.#view, "latest");
    if (showsAreas) drawAreas(context, this.#round, this.#view);
    if (showsObjectives) drawObjectives(context, this.#round, this.#view);
    drawEffectsBelow(context, this.#round, this.#view, byActor);
    for (const figure of figures) if (figure.isDown) drawFigure(context, figure, this.#round, this.#view);
    for (const figure of figures) if (!figure.isDown) drawFigure(context, figure, this.#round, this.#view);
    this.#labels.begin(ratio);
    drawNames(context, figures, this.#round, this.#view, this.#labels);
    if (showsObjectives) {
      drawObjectiveNames(context, this.#round, this.#view, this.#labels);
      drawObjectivesAbove(context, this.#round, this.#view, byActor);
    }
    drawEffectsAbove(context, this.#round, this.#view, byActor);
    drawing.draw(context, camera);
  }

  #fitCanvas(ratio: number): void {
    const { camera } = this.#view;
    const [width, height] = [Math.round(camera.width * ratio), Math.round(camera.height * ratio)];
    if (this.#canvas.width === width && this.#canvas.height === height) return;
    this.#canvas.width = width;
    this.#canvas.height = height;
  }

  /** The living or downed player at a point of the screen. */
  #figureAt(point: Point): Figure | undefined {
    const reach = markRadius(this.#view) + 6;
    const distance = ({ screen }: Figure): number => Math.hypot(screen.x - point.x, screen.y - point.y);
    return this.#figures
      .filter((figure) => distance(figure) <= reach)
      .toSorted((a, b) => distance(a) - distance(b))[0];
  }

  #pointOf(event: MouseEvent): Point {
    const box = this.#canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #listen(): void {
    const canvas = this.#canvas;
    const { camera, drawing } = this.#view;
    // Asking an element for its size in each frame would make the browser lay out the page each time.
    const resize = (): void => {
      camera.resize(canvas.clientWidth, canvas.clientHeight);
      this.#events.onChange();
    };
    new ResizeObserver(resize).observe(canvas);
    resize();
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      const point = this.#pointOf(event);
      this.#pointers.set(event.pointerId, point);
      this.#moved = 0;
      // A second finger zooms.
      if (drawing.isOn && this.#pointers.size === 1) drawing.begin(camera, point);
      else drawing.end();
    });
    canvas.addEventListener("pointermove", (event) => {
      const point = this.#pointOf(event);
      const before = this.#pointers.get(event.pointerId);
      if (before === undefined) {
        this.#hover(point);
        return;
      }
      this.#drag(event.pointerId, before, point);
    });
    const release = (event: PointerEvent): void => {
      this.#pointers.delete(event.pointerId);
      drawing.end();
      this.#events.onChange();
    };
    canvas.addEventListener("pointerup", (event) => {
      const isClick = this.#pointers.has(event.pointerId) && this.#moved < CLICK_SLACK;
      release(event);
      if (isClick && !drawing.isOn) this.#events.onFollow(this.#figureAt(this.#pointOf(event))?.track.index);
    });
    canvas.addEventListener("pointercancel", release);
    canvas.addEventListener("pointerleave", () => {
      this.#view.hover = undefined;
      this.#events.onHover(undefined, { x: 0, y: 0 });
    });
    canvas.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        const { x, y } = this.#pointOf(event);
        camera.zoom(WHEEL_STEP ** -event.deltaY, x, y);
        this.#events.onChange();
      },
      { passive: false },
    );
  }

  #hover(point: Point): void {
    const figure = this.#figureAt(point);
    this.#view.hover = figure?.track.index;
    const { drawing } = this.#view;
    this.#canvas.style.cursor = drawing.isOn ? "crosshair" : figure === undefined ? "grab" : "pointer";
    this.#events.onHover(figure, point);
  }

  /** One finger or the mouse moves the map, two fingers zoom it. */
  #drag(pointer: number, before: Point, point: Point): void {
    const { camera, drawing } = this.#view;
    const other = [...this.#pointers].find(([id]) => id !== pointer)?.[1];
    this.#moved += Math.hypot(point.x - before.x, point.y - before.y);
    if (other === undefined && drawing.isOn) drawing.continue(camera, point);
    else if (other === undefined) {
      if (this.#moved >= CLICK_SLACK) {
        if (this.#view.follow !== undefined) this.#events.onFollow(undefined);
        camera.pan(point.x - before.x, point.y - before.y);
      }
    } else {
      const was = Math.hypot(before.x - other.x, before.y - other.y);
      const now = Math.hypot(point.x - other.x, point.y - other.y);
      if (was > 0) camera.zoom(now / was, (point.x + other.x) / 2, (point.y + other.y) / 2);
    }
    this.#pointers.set(pointer, point);
    this.#events.onChange();
  }
}
