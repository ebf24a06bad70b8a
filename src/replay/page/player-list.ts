/** Both teams and how every player fares: state, health, class, weapon, kills and deaths so far. */
import { setText } from "./elements.ts";
import { PAINT, plainText, showName } from "./paint.ts";
import { weaponName, type Round } from "./round.ts";
import { countUntil } from "./search.ts";
import { healthAt, identityAt, lifeAt, positionAt, sampleAt, type Life, type Track } from "./track.ts";
import type { View } from "./view.ts";

const LIFE_WORDS: Readonly<Record<Life, string>> = {
  alive: "alive",
  down: "wounded",
  waiting: "dead",
  gone: "left",
};
const PLAYING_TEAMS = [1, 2] as const;
/** More than these do not fit below each other. */
const FEW_PLAYERS = 20;
const LOW_HEALTH = 40;

/** How one player fares at a moment, in words and numbers. */
interface Status {
  readonly team: number;
  readonly life: Life;
  readonly word: string;
  readonly health: number | undefined;
  readonly detail: string;
  readonly score: string;
}

const identity = (value: number): number => value;

function statusAt(round: Round, track: Track, timeMs: number): Status {
  const { life, timeMs: since } = lifeAt(track, timeMs);
  const who = identityAt(track, timeMs);
  const sample = sampleAt(track, timeMs);
  const isAlive = life === "alive";
  const className = round.packed.classes[sample?.class ?? who?.class ?? -1] ?? "";
  const stance = sample === undefined ? undefined : round.packed.stances[sample.stance];
  const position = isAlive ? positionAt(track, timeMs, round.sampleIntervalMs) : undefined;
  const isStale = position !== undefined && position.ageMs > 1.5 * round.sampleIntervalMs;
  const seconds = Math.floor((timeMs - since) / 1000);
  const details = isAlive
    ? [
        className,
        weaponName(round, sample?.weapon),
        stance === "standing" ? "" : (stance ?? ""),
        isStale ? `last seen ${Math.round(position.ageMs / 1000)} s ago` : "",
      ]
    : [className, life === "gone" ? "" : `${LIFE_WORDS[life]} for ${seconds} s`];
  const kills = countUntil(track.killTimes, timeMs, identity);
  const deaths = countUntil(track.deathTimes, timeMs, identity);
  return {
    team: who?.team ?? 0,
    life,
    word: LIFE_WORDS[life],
    health: isAlive ? healthAt(track, timeMs) : undefined,
    detail: details.filter((text) => text !== "").join(" · "),
    score: `${kills} / ${deaths}`,
  };
}

class Row {
  readonly element: HTMLLIElement;
  readonly track: Track;
  readonly #name = document.createElement("span");
  readonly #score = document.createElement("span");
  readonly #detail = document.createElement("span");
  readonly #health = document.createElement("span");
  readonly #bar = document.createElement("i");
  readonly #button = document.createElement("button");
  #shownName: unknown;

  constructor(track: Track, onChoose: (actor: number) => void) {
    this.track = track;
    this.element = document.createElement("li");
    this.#button.type = "button";
    this.#button.className = "player";
    this.#button.dataset["actor"] = String(track.index);
    this.#name.className = "who";
    this.#score.className = "score";
    this.#score.title = "kills / deaths so far";
    this.#detail.className = "detail";
    this.#health.className = "health";
    const frame = document.createElement("span");
    frame.className = "bar";
    frame.append(this.#bar);
    this.#button.append(this.#name, this.#score, this.#detail, this.#health, frame);
    this.#button.addEventListener("click", () => {
      onChoose(track.index);
    });
    this.element.append(this.#button);
  }

  show(status: Status, timeMs: number, isFollowed: boolean): void {
    const name = identityAt(this.track, timeMs)?.name ?? [];
    if (name !== this.#shownName) {
      this.#shownName = name;
      this.#name.replaceChildren();
      showName(this.#name, name);
      this.#button.title = `${plainText(name)}: click to follow`;
    }
    const health = status.health ?? 0;
    const isHealthKnown = status.health !== undefined;
    this.#button.dataset["life"] = status.life;
    this.#button.setAttribute("aria-pressed", String(isFollowed));
    setText(this.#score, status.score);
    setText(this.#detail, status.detail);
    setText(this.#health, isHealthKnown ? String(health) : status.word);
    this.#bar.style.width = `${Math.min(100, health)}%`;
    this.#bar.style.background = health < LOW_HEALTH ? PAINT.alert : "";
  }
}

/** The lists of both teams, with a row for each who plays at the moment. A click on a row chooses its actor. */
export class PlayerList {
  readonly #round: Round;
  readonly #parent: HTMLElement;
  readonly #rows: readonly Row[];
  #followed: number | undefined;
  readonly #teams: readonly { team: number; list: HTMLElement; count: HTMLElement; section: HTMLElement }[];

  constructor(parent: HTMLElement, round: Round, onChoose: (actor: number) => void) {
    this.#round = round;
    this.#parent = parent;
    const place = parent.closest("aside");
    place?.classList.toggle("many", round.tracks.length > FEW_PLAYERS);
    place?.style.setProperty("--rows", String(Math.ceil(round.tracks.length / PLAYING_TEAMS.length)));
    this.#rows = round.tracks.map((track) => new Row(track, onChoose));
    this.#teams = PLAYING_TEAMS.map((team) => {
      const section = document.createElement("section");
      section.className = `team team-${team}`;
      const heading = document.createElement("h2");
      const count = document.createElement("span");
      count.className = "count";
      heading.append(round.packed.teams[team] ?? "", count);
      const list = document.createElement("ul");
      section.append(heading, list);
      parent.append(section);
      return { team, list, count, section };
    });
  }

  /** Shows the lists at the view's time, with the rows of the actors that `isSought`. */
  show(view: View, isSought: (actor: number) => boolean): void {
    const alive = new Map<number, number>();
    const playing = new Map<number, Row[]>();
    for (const row of this.#rows) {
      const status = statusAt(this.#round, row.track, view.timeMs);
      if (status.life === "gone") continue;
      row.show(status, view.timeMs, row.track.index === view.follow);
      playing.set(status.team, [...(playing.get(status.team) ?? []), row]);
      if (status.life === "alive") alive.set(status.team, (alive.get(status.team) ?? 0) + 1);
    }
    for (const { count, list, team } of this.#teams) {
      const rows = playing.get(team) ?? [];
      const elements = rows.filter(({ track }) => isSought(track.index)).map((row) => row.element);
      const isSame =
        elements.length === list.children.length &&
        elements.every((item, index) => list.children[index] === item);
      // Moving an element takes the keyboard's focus from it, so only when a player joined or left.
      if (!isSame) list.replaceChildren(...elements);
      setText(count, `${alive.get(team) ?? 0} of ${rows.length} alive`);
    }
    if (view.follow !== this.#followed) {
      this.#followed = view.follow;
      this.#reveal(this.#rows.find((row) => row.track.index === view.follow)?.element);
    }
  }

  /** Scrolls the list, and never the page, to a row that is out of sight. */
  #reveal(element: HTMLElement | undefined): void {
    if (element?.isConnected !== true) return;
    const list = this.#parent.getBoundingClientRect();
    const row = element.getBoundingClientRect();
    if (row.top >= list.top + row.height && row.bottom <= list.bottom) return;
    this.#parent.scrollTop += row.top - list.top - (list.height - row.height) / 2;
  }
}
