/** What stands above the map: which round it is, how it ended; and the tip beside the pointer. */
import type { PackedLinks } from "../packed.ts";
import { find } from "./elements.ts";
import { plainText, showName } from "./paint.ts";
import { isStale, type Figure } from "./players-layer.ts";
import { formatTime, nameAt, weaponName, type Round } from "./round.ts";
import { sampleAt } from "./track.ts";
import type { Point } from "./unpack.ts";
import type { View } from "./view.ts";

const TIP_OFFSET = 18;

/** End reasons in words; `finished` needs none. */
const END_WORDS: Readonly<Record<string, string>> = {
  map_restart: "the map was restarted",
  map_change: "the map was changed",
  warmup: "the game fell back to warm-up",
  shutdown: "the server was shut down",
  module_unloaded: "the tracker was unloaded",
  began_late: "the recording began in the middle of the round",
  cut: "the recording was cut off",
};

/** Fills the heading and the document's title, once: nothing in them changes with time. */
export function showHeading(round: Round): void {
  const {
    endMs,
    endReason,
    isComplete,
    map,
    round: number,
    roundKey,
    serverName,
    startedAt,
    winnerTeam,
  } = round.packed.round;
  find("map-name", HTMLElement).textContent = map;
  find("round-number", HTMLElement).textContent = `round ${number}`;
  const when = startedAt.replace("T", " ").replace(/:\d\d\.\d+Z$/u, " UTC");
  const line = find("meta", HTMLElement);
  line.append(`${when} · ${formatTime(endMs)} · `);
  showName(line, serverName);
  line.title = `round key ${roundKey}`;
  const result = find("result", HTMLElement);
  const winner = winnerTeam === null ? undefined : round.packed.teams[winnerTeam];
  if (winner !== undefined) {
    result.textContent = `${winner} won`;
    result.className = `badge team-${String(winnerTeam)}`;
  } else result.hidden = true;
  const incomplete = find("incomplete", HTMLElement);
  incomplete.hidden = isComplete;
  incomplete.textContent = `incomplete: ${END_WORDS[endReason] ?? endReason}`;
  find("nothing", HTMLElement).hidden = round.tracks.some(({ spans }) => spans.length > 0);
  showRounds(round.packed.links ?? {});
  document.title = `${map}, round ${number}, ${when} · ${plainText(serverName)}`;
}

/** Ways to the rounds before and after, where the page was told of them. */
function showRounds(links: PackedLinks): void {
  const ways = [
    [find("previous-round", HTMLAnchorElement), links.previous],
    [find("next-round", HTMLAnchorElement), links.next],
  ] as const;
  for (const [way, address] of ways) {
    way.hidden = address === undefined;
    if (address !== undefined) way.href = address;
  }
  find("rounds", HTMLElement).hidden = ways.every(([, address]) => address === undefined);
}

/** Names the player under the pointer, and hides itself when there is none. */
export function showTip(
  tip: HTMLElement,
  round: Round,
  view: View,
  figure: Figure | undefined,
  at: Point,
): void {
  tip.hidden = figure === undefined;
  if (figure === undefined) return;
  const sample = sampleAt(figure.track, view.timeMs);
  const seconds = Math.round(figure.position.ageMs / 1000);
  const lines = figure.isDown
    ? [`wounded for ${seconds} s`]
    : [
        `${round.packed.classes[figure.class ?? -1] ?? ""} · ${weaponName(round, sample?.weapon)}`,
        `${figure.health ?? "?"} health · ${round.packed.stances[figure.stance] ?? ""}`,
        `x ${Math.round(figure.position.x)}, y ${Math.round(figure.position.y)}, height ${Math.round(figure.position.z)}`,
        ...(isStale(figure, round) ? [`last seen ${seconds} s ago`] : []),
      ];
  tip.replaceChildren();
  const name = document.createElement("strong");
  showName(name, nameAt(round, figure.track.index, view.timeMs));
  tip.append(name);
  for (const text of lines) {
    const line = document.createElement("span");
    line.textContent = text;
    tip.append(line);
  }
  const isRight = at.x > view.camera.width - tip.offsetWidth - 2 * TIP_OFFSET;
  tip.style.left = `${isRight ? at.x - tip.offsetWidth - TIP_OFFSET : at.x + TIP_OFFSET}px`;
  tip.style.top = `${Math.min(at.y + TIP_OFFSET, view.camera.height - tip.offsetHeight - 4)}px`;
}
