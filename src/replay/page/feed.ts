/** What happened up to now, newest first: kills, revives, who came and went, crossfires, baits, trades. */
import type { PackedEvent } from "../packed.ts";
import type { ReplayTeamPlay } from "../replay-data.ts";
import { showName } from "./paint.ts";
import { causeOf, formatTime, nameAt, teamAt, type Round, type Story } from "./round.ts";
import { countUntil } from "./search.ts";

const ROWS_SHOWN = 60;
/** A click on a story shows how it came about. */
const LEAD_MS = 2000;

type Part = string | { readonly actor: number | null | undefined };

const who = (actor: number | null | undefined): Part => ({ actor });

function tellKill(round: Round, event: PackedEvent): Part[] {
  const cause = causeOf(round, event);
  const distance = event.distanceUnits === undefined ? "" : ` ${event.distanceUnits} u`;
  if (event.relation === "self" || event.attacker === event.target) return [who(event.target), ` ✕ ${cause}`];
  if (event.relation === "world" || event.attacker === undefined) return [who(event.target), ` ✕ ${cause}`];
  const verb = event.relation === "team" ? " teamkilled " : " ✕ ";
  return [who(event.attacker), verb, who(event.target), ` ${cause}${distance}`];
}

function tellEvent(event: PackedEvent): Part[] {
  switch (event.event) {
    case "revive":
      return event.attacker === undefined
        ? [who(event.target), " was revived"]
        : [who(event.attacker), " revived ", who(event.target)];
    case "join":
      return [who(event.target), " joined"];
    case "leave":
      return [who(event.target), " left"];
    case "pause":
      return ["the match was paused"];
    case "resume":
      return ["the match was resumed"];
    default:
      return [event.event];
  }
}

function tellPlay(play: ReplayTeamPlay): Part[] {
  const angle = play.angleDeg === null ? "" : ` (${Math.round(play.angleDeg)}°)`;
  switch (play.record) {
    case "crossfire":
      return [who(play.actor), " + ", who(play.partner), " crossfire on ", who(play.enemy), angle];
    case "bait":
      return [who(play.actor), " baited ", who(play.enemy), " for ", who(play.partner)];
    case "trade":
      return [who(play.actor), " avenged ", who(play.partner), ": trade on ", who(play.enemy)];
  }
}

function tell(round: Round, story: Story): Part[] {
  if (story.kind === "play") return tellPlay(story.play);
  return story.kind === "kill" ? tellKill(round, story.event) : tellEvent(story.event);
}

/** The team whose deed it is. */
function teamOf(round: Round, story: Story): number {
  const actor = story.kind === "play" ? story.play.actor : (story.event.attacker ?? story.event.target);
  return teamAt(round, actor, story.timeMs);
}

/** A story as plain text. */
export function storyText(round: Round, story: Story): string {
  return tell(round, story)
    .map((part) =>
      typeof part === "string"
        ? part
        : nameAt(round, part.actor, story.timeMs)
            .map(([text]) => text)
            .join(""),
    )
    .join("");
}

/** The list of the stories up to a moment, the latest {@link ROWS_SHOWN}. A click seeks the time shortly before one. */
export class Feed {
  readonly #list: HTMLElement;
  readonly #round: Round;
  readonly #onSeek: (timeMs: number) => void;
  #shown = -1;

  constructor(list: HTMLElement, round: Round, onSeek: (timeMs: number) => void) {
    this.#list = list;
    this.#round = round;
    this.#onSeek = onSeek;
  }

  show(timeMs: number): void {
    const { stories } = this.#round;
    const count = countUntil(stories, timeMs, (story) => story.timeMs);
    if (count === this.#shown) return;
    const added = count - this.#shown;
    if (this.#shown >= 0 && added > 0 && added < ROWS_SHOWN) {
      for (const story of stories.slice(this.#shown, count)) this.#list.prepend(this.#row(story));
      while (this.#list.children.length > ROWS_SHOWN) this.#list.lastElementChild?.remove();
    } else {
      const rows = stories.slice(Math.max(0, count - ROWS_SHOWN), count).map((story) => this.#row(story));
      this.#list.replaceChildren(...rows.reverse());
    }
    this.#shown = count;
  }

  #row(story: Story): HTMLLIElement {
    const row = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = `story story-${story.kind} team-${teamOf(this.#round, story)}`;
    button.title = "show the lead-up";
    const time = document.createElement("time");
    time.textContent = formatTime(story.timeMs);
    const text = document.createElement("span");
    for (const part of tell(this.#round, story)) {
      if (typeof part === "string") text.append(part);
      else {
        const name = document.createElement("span");
        name.className = `team-${teamAt(this.#round, part.actor, story.timeMs)}`;
        showName(name, nameAt(this.#round, part.actor, story.timeMs));
        text.append(name);
      }
    }
    button.append(time, text);
    button.addEventListener("click", () => {
      this.#onSeek(Math.max(0, story.timeMs - LEAD_MS));
    });
    row.append(button);
    return row;
  }
}
