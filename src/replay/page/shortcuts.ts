/** The keys of the page: which there are, what they are called in its list, and what they do. */
import { find } from "./elements.ts";
import type { Shortcut } from "./keyboard.ts";
import type { Round } from "./round.ts";
import { HEATS, TRAILS_MS, nextOf, type View } from "./view.ts";

const STEP_MS = 5000;
const SMALL_STEP_MS = 1000;
const FRAME_STEP_MS = 50;

/** What keys can have done; 1 is the next, faster or larger, -1 the other way. */
export interface Deeds {
  readonly change: () => void;
  readonly seek: (timeMs: number) => void;
  readonly toggle: () => void;
  readonly jumpToKill: (direction: 1 | -1) => void;
  readonly setSpeed: (step: 1 | -1) => void;
  readonly followNext: (step: 1 | -1) => void;
  readonly unfollow: () => void;
  readonly zoom: (direction: 1 | -1) => void;
  readonly fit: () => void;
  /** In steps to the right and down. */
  readonly pan: (x: number, y: number) => void;
  readonly undoLine: () => void;
  readonly openClip: () => void;
  readonly toggleScores: () => void;
  readonly copyLink: () => void;
  readonly showHelp: () => void;
}

/** All keys, in the order of the list. */
export function shortcutsOf(round: Round, view: View, deeds: Deeds): Shortcut[] {
  const change = (apply: () => void) => (): void => {
    apply();
    deeds.change();
  };
  const jump = (direction: 1 | -1) => (event: KeyboardEvent) => {
    deeds.seek(view.timeMs + direction * (event.shiftKey ? SMALL_STEP_MS : STEP_MS));
  };
  const make = (keys: readonly string[], label: string, text: string, run: Shortcut["run"]): Shortcut => ({
    keys,
    label,
    text,
    run,
  });
  return [
    make([" ", "k"], "Space", "play or pause", () => {
      deeds.toggle();
    }),
    make(["arrowleft"], "←", "5 seconds back (Shift: 1 second)", jump(-1)),
    make(["arrowright"], "→", "5 seconds forward (Shift: 1 second)", jump(1)),
    make([","], ",", "one server frame back", () => {
      deeds.seek(view.timeMs - FRAME_STEP_MS);
    }),
    make(["."], ".", "one server frame forward", () => {
      deeds.seek(view.timeMs + FRAME_STEP_MS);
    }),
    make(["p"], "P", "previous kill", () => {
      deeds.jumpToKill(-1);
    }),
    make(["n"], "N", "next kill", () => {
      deeds.jumpToKill(1);
    }),
    make(["home"], "Home", "go to the start", () => {
      deeds.seek(0);
    }),
    make(["end"], "End", "go to the end", () => {
      deeds.seek(round.endMs);
    }),
    make(["arrowup"], "↑", "faster", () => {
      deeds.setSpeed(1);
    }),
    make(["arrowdown"], "↓", "slower", () => {
      deeds.setSpeed(-1);
    }),
    make(["f"], "F", "follow next player (Shift: previous)", (event) => {
      deeds.followNext(event.shiftKey ? -1 : 1);
    }),
    make(["escape"], "Esc", "stop following", () => {
      deeds.unfollow();
    }),
    make(
      ["l"],
      "L",
      "names",
      change(() => (view.showsNames = !view.showsNames)),
    ),
    make(
      ["t"],
      "T",
      "trails",
      change(() => (view.trailMs = nextOf<number>(TRAILS_MS, view.trailMs))),
    ),
    make(
      ["e"],
      "E",
      "fights and team play",
      change(() => (view.showsFights = !view.showsFights)),
    ),
    make(
      ["o"],
      "O",
      "objectives",
      change(() => (view.showsObjectives = !view.showsObjectives)),
    ),
    make(
      ["m"],
      "M",
      "named areas of the map",
      change(() => (view.showsAreas = !view.showsAreas)),
    ),
    make(
      ["h"],
      "H",
      "heatmap: kills, deaths, presence, off",
      change(() => (view.heat = nextOf(HEATS, view.heat))),
    ),
    make(["+", "="], "+", "zoom in", () => {
      deeds.zoom(1);
    }),
    make(["-"], "-", "zoom out", () => {
      deeds.zoom(-1);
    }),
    make(["0"], "0", "show the whole map", () => {
      deeds.fit();
    }),
    make(["w"], "W", "move the map up", () => {
      deeds.pan(0, 1);
    }),
    make(["a"], "A", "move the map left", () => {
      deeds.pan(1, 0);
    }),
    make(["s"], "S", "move the map down", () => {
      deeds.pan(0, -1);
    }),
    make(["d"], "D", "move the map right", () => {
      deeds.pan(-1, 0);
    }),
    make(
      ["z"],
      "Z",
      "heights",
      change(() => (view.heights = nextOf([undefined, ...round.bands], view.heights))),
    ),
    make(
      ["g"],
      "G",
      "draw on the map, or move it",
      change(() => (view.drawing.isOn = !view.drawing.isOn)),
    ),
    make(["backspace"], "Backspace", "take the last line back", () => {
      deeds.undoLine();
    }),
    make(["v"], "V", "save a clip", () => {
      deeds.openClip();
    }),
    make(["["], "[", "previous round, where the page knows it", () => {
      find("previous-round", HTMLAnchorElement).click();
    }),
    make(["]"], "]", "next round, where the page knows it", () => {
      find("next-round", HTMLAnchorElement).click();
    }),
    make(["b"], "B", "scoreboard", () => {
      deeds.toggleScores();
    }),
    make(["c"], "C", "copy the link to this moment", () => {
      deeds.copyLink();
    }),
    make(["/"], "/", "find a player", () => {
      find("find-player", HTMLInputElement).focus();
    }),
    make(["?"], "?", "show this list", () => {
      deeds.showHelp();
    }),
  ];
}
