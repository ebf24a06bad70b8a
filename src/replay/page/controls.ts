/** Buttons, choices, keys and the address: everything that changes what is shown. */
import { listenToCopy } from "./copy-link.ts";
import { describeBand } from "./heights.ts";
import { find, setText } from "./elements.ts";
import { describeKeys, listenToKeys, type Shortcut } from "./keyboard.ts";
import { formatTime, type Round } from "./round.ts";
import { countUntil } from "./search.ts";
import { lifeAt } from "./track.ts";
import { HEATS, SPEEDS, TRAILS_MS, nextOf, type View } from "./view.ts";

const STEP_MS = 5000;
const SMALL_STEP_MS = 1000;
const FRAME_STEP_MS = 50;
const PAN_PIXELS = 60;
const ZOOM_STEP = 1.3;
/** A phone on its side: the options fold, so that the map keeps the height. As in the style sheet. */
const SHORT = "(max-height: 500px)";
/** A jump to a kill shows how it came about. */
const LEAD_MS = 1500;

interface Actions {
  readonly seek: (timeMs: number) => void;
  readonly follow: (actor: number | undefined) => void;
  readonly change: () => void;
  readonly toggleScores: () => void;
  readonly openClip: () => void;
}

/** The page's controls, which listen once they are made: they change the view, by the actions or themselves. */
export class Controls {
  readonly #round: Round;
  readonly #view: View;
  readonly #actions: Actions;
  readonly #play = find("play", HTMLButtonElement);
  readonly #speed = find("speed", HTMLSelectElement);
  readonly #heat = find("heat", HTMLSelectElement);
  readonly #heights = find("heights", HTMLSelectElement);
  readonly #draw = find("draw", HTMLInputElement);
  readonly #undo = find("undo-line", HTMLButtonElement);
  readonly #clear = find("clear-lines", HTMLButtonElement);
  readonly #trails = find("trails", HTMLSelectElement);
  readonly #names = find("names", HTMLInputElement);
  readonly #fights = find("fights", HTMLInputElement);
  readonly #objectives = find("objectives", HTMLInputElement);
  readonly #areas = find("areas", HTMLInputElement);
  readonly #clock = find("clock", HTMLElement);
  readonly #rest = find("rest", HTMLElement);
  readonly #copyLink = find("copy-link", HTMLButtonElement);
  readonly #help = find("help", HTMLDialogElement);

  constructor(round: Round, view: View, actions: Actions) {
    this.#round = round;
    this.#view = view;
    this.#actions = actions;
    this.#listen();
    const hide = (control: HTMLElement, isHidden: boolean): void => {
      control.closest("label")?.toggleAttribute("hidden", isHidden);
    };
    hide(this.#objectives, round.goals.length === 0);
    hide(this.#areas, round.packed.areas.length === 0);
    hide(this.#heights, round.bands.length === 0);
    for (const [index, band] of round.bands.entries())
      this.#heights.add(new Option(describeBand(band), String(index)));
    const shortcuts = this.#shortcuts();
    describeKeys(find("keys", HTMLTableSectionElement), shortcuts);
    listenToKeys(shortcuts, () => document.querySelector("dialog[open]") !== null);
  }

  play(): void {
    if (this.#view.timeMs >= this.#round.endMs) this.#actions.seek(0);
    this.#view.isPlaying = true;
    this.#actions.change();
  }

  pause(): void {
    this.#view.isPlaying = false;
    this.writeAddress();
    this.#actions.change();
  }

  /** Shows the state of the view on the controls. */
  show(): void {
    const { isPlaying, showsAreas, showsFights, showsNames, showsObjectives, timeMs } = this.#view;
    const timeLimitMs = this.#round.packed.round.timeLimitMs ?? 0;
    this.#play.dataset["playing"] = String(isPlaying);
    this.#play.setAttribute("aria-label", isPlaying ? "pause" : "play");
    this.#speed.value = String(this.#view.speed);
    this.#heat.value = this.#view.heat;
    const { drawing, heights } = this.#view;
    this.#heights.value = heights === undefined ? "" : String(this.#round.bands.indexOf(heights));
    this.#draw.checked = drawing.isOn;
    this.#undo.hidden = this.#clear.hidden = drawing.isEmpty;
    this.#trails.value = String(this.#view.trailMs);
    this.#names.checked = showsNames;
    this.#fights.checked = showsFights;
    this.#objectives.checked = showsObjectives;
    this.#areas.checked = showsAreas;
    setText(this.#clock, formatTime(timeMs, true));
    const left = `${formatTime(timeLimitMs - timeMs)} left`;
    setText(this.#rest, timeLimitMs > 0 ? left : `of ${formatTime(this.#round.endMs)}`);
  }

  /** Goes to the moment that the address names: `#t=83.5`, `#t=83.5&follow=3`. */
  readAddress(): void {
    const parameters = new URLSearchParams(location.hash.slice(1));
    const seconds = Number(parameters.get("t") ?? Number.NaN);
    const slot = parameters.get("follow");
    if (Number.isFinite(seconds)) this.#actions.seek(seconds * 1000);
    const followed =
      slot === null ? undefined : this.#round.tracks.find((track) => String(track.slot) === slot);
    if (followed !== undefined) this.#view.follow = followed.index;
  }

  /** Puts the moment into the address, so that it can be shared. */
  writeAddress(): void {
    const { follow, timeMs } = this.#view;
    const slot = follow === undefined ? undefined : this.#round.tracks[follow]?.slot;
    const address = `#t=${(timeMs / 1000).toFixed(1)}${slot === undefined ? "" : `&follow=${slot}`}`;
    history.replaceState(null, "", address);
  }

  #seek(timeMs: number): void {
    this.#actions.seek(timeMs);
    if (!this.#view.isPlaying) this.writeAddress();
  }

  #toggle(): void {
    if (this.#view.isPlaying) this.pause();
    else this.play();
  }

  /** To the kill before or after; the one that is being shown does not count as the next. */
  #jumpToKill(direction: 1 | -1): void {
    const { kills } = this.#round;
    const here = this.#view.timeMs + LEAD_MS;
    const until = countUntil(kills, direction === 1 ? here : here - 1, (kill) => kill.timeMs);
    const kill = kills[direction === 1 ? until : until - 1];
    if (kill !== undefined) this.#seek(kill.timeMs - LEAD_MS);
  }

  #followNext(step: 1 | -1): void {
    const { timeMs } = this.#view;
    const present = this.#round.tracks
      .filter((track) => ["alive", "down"].includes(lifeAt(track, timeMs).life))
      .map((track) => track.index);
    if (present.length === 0) return;
    const { follow } = this.#view;
    const isPresent = follow !== undefined && present.includes(follow);
    const next = isPresent ? nextOf(present, follow, step) : present.at(step === 1 ? 0 : -1);
    if (next !== this.#view.follow) this.#actions.follow(next);
  }

  #setSpeed(step: 1 | -1): void {
    const index = SPEEDS.findIndex((speed) => speed === this.#view.speed) + step;
    this.#view.speed = SPEEDS[index] ?? this.#view.speed;
    this.#actions.change();
  }

  #zoom(factor: number): void {
    this.#view.camera.zoom(factor);
    this.#actions.change();
  }

  #fit(): void {
    this.#view.follow = undefined;
    this.#view.camera.fit();
    this.#actions.change();
  }

  #undoLine(): void {
    this.#view.drawing.undo();
    this.#actions.change();
  }

  #pan(x: number, y: number): void {
    this.#view.follow = undefined;
    this.#view.camera.pan(x * PAN_PIXELS, y * PAN_PIXELS);
    this.#actions.change();
  }

  #listen(): void {
    const view = this.#view;
    const onChange = (element: HTMLElement, apply: () => void): void => {
      element.addEventListener("change", () => {
        apply();
        this.#actions.change();
      });
    };
    const onClick = (id: string, apply: () => void): void => {
      find(id, HTMLButtonElement).addEventListener("click", apply);
    };
    onChange(this.#speed, () => (view.speed = Number(this.#speed.value)));
    onChange(this.#heat, () => (view.heat = HEATS.find((heat) => heat === this.#heat.value) ?? "off"));
    onChange(this.#heights, () => {
      view.heights = this.#heights.value === "" ? undefined : this.#round.bands[Number(this.#heights.value)];
    });
    onChange(this.#draw, () => (view.drawing.isOn = this.#draw.checked));
    onChange(this.#trails, () => (view.trailMs = Number(this.#trails.value)));
    onChange(this.#names, () => (view.showsNames = this.#names.checked));
    onChange(this.#fights, () => (view.showsFights = this.#fights.checked));
    onChange(this.#objectives, () => (view.showsObjectives = this.#objectives.checked));
    onChange(this.#areas, () => (view.showsAreas = this.#areas.checked));
    onChange(find("scrubber", HTMLInputElement), () => {
      this.writeAddress();
    });
    onClick("play", () => {
      this.#toggle();
    });
    onClick("zoom-in", () => {
      this.#zoom(ZOOM_STEP);
    });
    onClick("zoom-out", () => {
      this.#zoom(1 / ZOOM_STEP);
    });
    onClick("zoom-fit", () => {
      this.#fit();
    });
    onClick("show-help", () => {
      this.#help.showModal();
    });
    onClick("undo-line", () => {
      this.#undoLine();
    });
    onClick("clear-lines", () => {
      view.drawing.clear();
      this.#actions.change();
    });
    onClick("open-clip", () => {
      this.#actions.openClip();
    });
    onClick("show-scores", () => {
      this.#actions.toggleScores();
    });
    listenToCopy(this.#copyLink, find("said", HTMLElement), find("link", HTMLInputElement), () => {
      this.writeAddress();
    });
    const { options, short } = { options: find("options", HTMLDetailsElement), short: matchMedia(SHORT) };
    const fold = (): void => {
      options.open = !short.matches;
    };
    short.addEventListener("change", fold);
    fold();
    addEventListener("hashchange", () => {
      this.readAddress();
    });
  }

  #shortcuts(): Shortcut[] {
    const view = this.#view;
    const change = (apply: () => void) => (): void => {
      apply();
      this.#actions.change();
    };
    const jump = (direction: 1 | -1) => (event: KeyboardEvent) => {
      this.#seek(view.timeMs + direction * (event.shiftKey ? SMALL_STEP_MS : STEP_MS));
    };
    const make = (keys: readonly string[], label: string, text: string, run: Shortcut["run"]): Shortcut => ({
      keys,
      label,
      text,
      run,
    });
    return [
      make([" ", "k"], "Space", "play or pause", () => {
        this.#toggle();
      }),
      make(["arrowleft"], "←", "5 seconds back (Shift: 1 second)", jump(-1)),
      make(["arrowright"], "→", "5 seconds forward (Shift: 1 second)", jump(1)),
      make([","], ",", "one server frame back", () => {
        this.#seek(view.timeMs - FRAME_STEP_MS);
      }),
      make(["."], ".", "one server frame forward", () => {
        this.#seek(view.timeMs + FRAME_STEP_MS);
      }),
      make(["p"], "P", "previous kill", () => {
        this.#jumpToKill(-1);
      }),
      make(["n"], "N", "next kill", () => {
        this.#jumpToKill(1);
      }),
      make(["home"], "Home", "go to the start", () => {
        this.#seek(0);
      }),
      make(["end"], "End", "go to the end", () => {
        this.#seek(this.#round.endMs);
      }),
      make(["arrowup"], "↑", "faster", () => {
        this.#setSpeed(1);
      }),
      make(["arrowdown"], "↓", "slower", () => {
        this.#setSpeed(-1);
      }),
      make(["f"], "F", "follow next player (Shift: previous)", (event) => {
        this.#followNext(event.shiftKey ? -1 : 1);
      }),
      make(["escape"], "Esc", "stop following", () => {
        this.#actions.follow(undefined);
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
        this.#zoom(ZOOM_STEP);
      }),
      make(["-"], "-", "zoom out", () => {
        this.#zoom(1 / ZOOM_STEP);
      }),
      make(["0"], "0", "show the whole map", () => {
        this.#fit();
      }),
      make(["w"], "W", "move the map up", () => {
        this.#pan(0, 1);
      }),
      make(["a"], "A", "move the map left", () => {
        this.#pan(1, 0);
      }),
      make(["s"], "S", "move the map down", () => {
        this.#pan(0, -1);
      }),
      make(["d"], "D", "move the map right", () => {
        this.#pan(-1, 0);
      }),
      make(
        ["z"],
        "Z",
        "heights",
        change(() => (view.heights = nextOf([undefined, ...this.#round.bands], view.heights))),
      ),
      make(
        ["g"],
        "G",
        "draw on the map, or move it",
        change(() => (view.drawing.isOn = !view.drawing.isOn)),
      ),
      make(["backspace"], "Backspace", "take the last line back", () => {
        this.#undoLine();
      }),
      make(["v"], "V", "save a clip", () => {
        this.#actions.openClip();
      }),
      make(["["], "[", "previous round, where the page knows it", () => {
        find("previous-round", HTMLAnchorElement).click();
      }),
      make(["]"], "]", "next round, where the page knows it", () => {
        find("next-round", HTMLAnchorElement).click();
      }),
      make(["b"], "B", "scoreboard", () => {
        this.#actions.toggleScores();
      }),
      make(["c"], "C", "copy the link to this moment", () => {
        this.#copyLink.click();
      }),
      make(["/"], "/", "find a player", () => {
        find("find-player", HTMLInputElement).focus();
      }),
      make(["?"], "?", "show this list", () => {
        this.#help.showModal();
      }),
    ];
  }
}
