/** The scoreboard of the moment: a table for each team, over the map, best first. */
import { plainText, showName } from "./paint.ts";
import type { Round } from "./round.ts";
import { Scores, type Score } from "./scores.ts";
import { identityAt, lifeAt } from "./track.ts";

const COLUMNS: readonly (readonly [field: keyof Score, heading: string, title: string])[] = [
  ["kills", "K", "kills of enemies"],
  ["deaths", "D", "deaths, all of them"],
  ["damageGiven", "damage", "damage given to enemies, hit points"],
  ["damageReceived", "received", "damage received from enemies, hit points"],
  ["headshots", "head", "hits on the heads of enemies"],
  ["revives", "revives", "teammates revived"],
];
const PLAYING_TEAMS = [1, 2] as const;

function cell<Tag extends "td" | "th">(tag: Tag, text: string): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

/** Shows itself only when it is asked to, and costs nothing before. */
export class Scoreboard {
  readonly #place: HTMLElement;
  readonly #round: Round;
  #scores: Scores | undefined;

  constructor(place: HTMLElement, round: Round) {
    this.#place = place;
    this.#round = round;
  }

  get isShown(): boolean {
    return this.#place.hidden === false;
  }

  toggle(): void {
    this.#place.hidden = this.isShown;
  }

  /** Fills the tables for a moment, where the board is shown. */
  show(timeMs: number): void {
    if (!this.isShown) return;
    this.#place.replaceChildren(...PLAYING_TEAMS.map((team) => this.#table(team, timeMs)));
  }

  #table(team: number, timeMs: number): HTMLTableElement {
    const round = this.#round;
    const scores = (this.#scores ??= new Scores(round));
    const rows = round.tracks
      .filter((track) => lifeAt(track, timeMs).life !== "gone" && identityAt(track, timeMs)?.team === team)
      .map((track) => ({
        name: identityAt(track, timeMs)?.name ?? [],
        score: scores.at(track.index, timeMs),
      }))
      .sort(
        (a, b) =>
          b.score.kills - a.score.kills ||
          b.score.damageGiven - a.score.damageGiven ||
          plainText(a.name).localeCompare(plainText(b.name)),
      );
    const table = document.createElement("table");
    table.className = `team-${team}`;
    table.createCaption().textContent = round.packed.teams[team] ?? "";
    const heading = table.createTHead().insertRow();
    const player = cell("th", "player");
    player.scope = "col";
    heading.append(player);
    for (const [, text, title] of COLUMNS) {
      const column = cell("th", text);
      column.scope = "col";
      column.title = title;
      heading.append(column);
    }
    const body = table.createTBody();
    for (const { name, score } of rows) {
      const row = body.insertRow();
      const who = document.createElement("th");
      who.scope = "row";
      showName(who, name);
      row.append(who, ...COLUMNS.map(([field]) => cell("td", String(score[field]))));
    }
    return table;
  }
}
