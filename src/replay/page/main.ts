/** Starts the page: reads the data in it, wires map, lists and controls, and runs the clock. */
import type { PackedReplay } from "../packed.ts";
import { ClipMaker } from "./clip.ts";
import { Controls } from "./controls.ts";
import { find } from "./elements.ts";
import { GoalList, tellGoal } from "./goal-list.ts";
import { Feed } from "./feed.ts";
import { MapView } from "./map.ts";
import { placeAt } from "./objectives.ts";
import { plainText } from "./paint.ts";
import { PlayerList } from "./player-list.ts";
import { PlayerSearch } from "./player-search.ts";
import { buildRound } from "./round.ts";
import { showHeading, showTip } from "./heading.ts";
import { Scoreboard } from "./scoreboard.ts";
import { healthAt, lifeAt, identityAt, sampleAt } from "./track.ts";
import { Timeline } from "./timeline.ts";
import { createView } from "./view.ts";

/** A frame that took longer than this was no frame: the page was hidden, or the machine slept. */
const LONGEST_FRAME_MS = 250;
/** What is read and not watched follows the map a few times a second: layout costs more than drawing. */
const LIST_INTERVAL_MS = 200;

const packed = JSON.parse(find("replay-data", HTMLScriptElement).text) as PackedReplay;
const round = buildRound(packed);
const view = createView(round);

let isDirty = true;
let areListsDirty = true;
let lastFrame = 0;
let lastLists = 0;

function change(): void {
  isDirty = true;
  areListsDirty = true;
}

function seek(timeMs: number): void {
  view.timeMs = Math.min(round.endMs, Math.max(0, timeMs));
  change();
}

function follow(actor: number | undefined): void {
  view.follow = actor === view.follow ? undefined : actor;
  controls.writeAddress();
  change();
}

function toggleScores(): void {
  scoreboard.toggle();
  find("show-scores", HTMLButtonElement).setAttribute("aria-expanded", String(scoreboard.isShown));
  change();
}

function openClip(): void {
  clips.open();
}

const tip = find("tip", HTMLElement);
const map = new MapView(find("map", HTMLCanvasElement), round, view, {
  onChange: change,
  onFollow: follow,
  onHover: (figure, at) => {
    showTip(tip, round, view, figure, at);
    isDirty = true;
  },
});
const players = new PlayerList(find("teams", HTMLElement), round, follow);
const search = new PlayerSearch(find("find-player", HTMLInputElement), round, change, (actor) => {
  if (view.follow !== actor) follow(actor);
});
const isSought = (actor: number): boolean => search.matches(actor);
const scoreboard = new Scoreboard(find("scores", HTMLElement), round);
const goals = new GoalList(find("goals", HTMLElement), find("goal-list", HTMLElement), round);
const feed = new Feed(find("feed", HTMLElement), round, seek);
const timeline = new Timeline(
  {
    canvas: find("marks", HTMLCanvasElement),
    range: find("scrubber", HTMLInputElement),
    hint: find("hint", HTMLElement),
  },
  round,
  seek,
);
const clips = new ClipMaker({
  round,
  view,
  canvas: find("map", HTMLCanvasElement),
  draw: () => {
    map.draw();
  },
  pause: () => {
    controls.pause();
  },
  change,
});
const controls = new Controls(round, view, { seek, follow, change, toggleScores, openClip });

function frame(now: number): void {
  const elapsed = Math.min(LONGEST_FRAME_MS, now - lastFrame);
  lastFrame = now;
  if (view.isPlaying) {
    isDirty = true;
    areListsDirty = true;
    view.timeMs += elapsed * view.speed;
    if (view.timeMs >= round.endMs) {
      view.timeMs = round.endMs;
      controls.pause();
    }
  }
  if (isDirty) {
    isDirty = false;
    map.draw();
  }
  if (areListsDirty && (!view.isPlaying || now - lastLists >= LIST_INTERVAL_MS)) {
    areListsDirty = false;
    lastLists = now;
    timeline.show(view);
    controls.show();
    players.show(view, isSought);
    scoreboard.show(view.timeMs);
    goals.show(view.timeMs);
    feed.show(view.timeMs);
  }
  requestAnimationFrame(frame);
}

showHeading(round);
controls.readAddress();
requestAnimationFrame(frame);

/** For programs that drive the page: everything in seconds of round time. */
const api = {
  play: (): void => {
    controls.play();
  },
  pause: (): void => {
    controls.pause();
  },
  seek: (seconds: number): void => {
    seek(seconds * 1000);
  },
  /** The moment as it is shown: draws it first. */
  snapshot: (): object => {
    map.draw();
    players.show(view, isSought);
    scoreboard.show(view.timeMs);
    goals.show(view.timeMs);
    feed.show(view.timeMs);
    const figures = new Map(map.figures.map((figure) => [figure.track.index, figure]));
    return {
      timeSeconds: view.timeMs / 1000,
      isPlaying: view.isPlaying,
      speed: view.speed,
      follow: view.follow ?? null,
      players: round.tracks.map((track) => {
        const figure = figures.get(track.index);
        const sample = sampleAt(track, view.timeMs);
        return {
          slot: track.slot,
          name: (identityAt(track, view.timeMs)?.name ?? []).map(([text]) => text).join(""),
          team: identityAt(track, view.timeMs)?.team ?? 0,
          life: lifeAt(track, view.timeMs).life,
          health: healthAt(track, view.timeMs) ?? null,
          weapon: sample?.weapon ?? null,
          position: figure?.position ?? null,
          screen: figure?.screen ?? null,
        };
      }),
      objectives: round.goals.map((goal) => {
        const position = placeAt(goal, view.timeMs);
        return {
          name: plainText(goal.packed.name),
          state: tellGoal(round, goal, view.timeMs),
          position: position ?? null,
          screen: position === undefined ? null : view.camera.toScreen(position),
        };
      }),
    };
  },
  /** Draws the moment once and tells how long that took. */
  drawMs: (): number => {
    const start = performance.now();
    map.draw();
    return performance.now() - start;
  },
};
Object.assign(globalThis, { proxReplay: api });
