/** Buttons, choices and the address: everything that changes what is shown; `shortcuts.ts` has the keys. */
import { listenToCopy } from "./copy-link.ts";
import { describeBand } from "./heights.ts";
import { find, setText } from "./elements.ts";
import { describeKeys, listenToKeys } from "./keyboard.ts";
import { formatTime, type Round } from "./round.ts";
import { countUntil } from "./search.ts";
import { shortcutsOf, type Deeds } from "./shortcuts.ts";
import { lifeAt } from "./track.ts";
import { HEATS, SPEEDS, nextOf, type View } from "./view.ts";

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
    const shortcuts = shortcutsOf(round, view, this.#deeds());
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

  #zoom(direction: 1 | -1): void {
    this.#view.camera.zoom(direction === 1 ? ZOOM_STEP : 1 / ZOOM_STEP);
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
      this.#zoom(1);
    });
    onClick("zoom-out", () => {
      this.#zoom(-1);
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

  /** What keys do. */
  #deeds(): Deeds {
    const { change, follow, openClip, toggleScores } = this.#actions;
    return {
      ...{ change, openClip, toggleScores },
      seek: (timeMs) => {
        this.#seek(timeMs);
      },
      toggle: () => {
        this.#toggle();
      },
      jumpToKill: (direction) => {
        this.#jumpToKill(direction);
      },
      setSpeed: (step) => {
        this.#setSpeed(step);
      },
      followNext: (step) => {
        this.#followNext(step);
      },
      unfollow: () => {
        follow(undefined);
      },
      zoom: (direction) => {
        this.#zoom(direction);
      },
      fit: () => {
        this.#fit();
      },
      pan: (x, y) => {
        this.#pan(x, y);
      },
      undoLine: () => {
        this.#undoLine();
      },
      copyLink: () => {
        this.#copyLink.click();
      },
      showHelp: () => {
        this.#help.showModal();
      },
    };
  }
}
