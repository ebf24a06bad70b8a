/** Pages of nothing but text. */
import { packageVersion } from "../../package-root.ts";
import { html } from "../html.ts";
import type { Page } from "../page-frame.ts";
import type { Site } from "../site.ts";
import { LEAST_MINUTES } from "../../reports/leaders.ts";

/** What the numbers mean. */
export function aboutPage({ settings }: Site): Page {
  return {
    path: "about/",
    title: "About these numbers",
    description: "Where the numbers come from, and how to read them.",
    above: [],
    content: html`<h1>About these numbers</h1>
      <p>
        A module on the game server records where everybody is, every shot, hit and kill. prox
        ${packageVersion()} reads these records and writes this site.
        ${settings.bots ? "Bots count like people." : "Bots are left out: what they did, and what was done to them."}
      </p>
      <h2>Ranges</h2>
      <p>
        <code>31 % (26–37, n=263)</code> says: 31 per cent of 263, and with 95 per cent certainty the true
        share lies between 26 and 37. When the ranges of two players overlap, the numbers do not tell the
        players apart. In tables of leaders the lower end decides, and who was alive for less than
        ${LEAST_MINUTES} minutes is left out.
      </p>
      <h2>Words</h2>
      <dl>
        <dt>Session</dt>
        <dd>An evening: rounds of one server without a break of more than 90 minutes.</dd>
        <dt>Fight</dt>
        <dd>
          An engagement of players of both teams, from the first hit until one side is down, gone or silent.
          2v1 means: two of those who opened it, one of the others.
        </dd>
        <dt>Crossfire</dt>
        <dd>Two teammates hit the same enemy from clearly different directions within a moment.</dd>
        <dt>Trade</dt>
        <dd>A teammate's killer is killed within seconds.</dd>
        <dt>Undone</dt>
        <dd>A kill whose victim was revived.</dd>
        <dt>Moment</dt>
        <dd>
          Something worth telling: a spree, the last one alive, an objective. A click shows it in the replay.
        </dd>
      </dl>`,
  };
}

/** What is kept of people, and how they are left out. */
export function privacyPage({ settings }: Site): Page {
  return {
    path: "privacy/",
    title: "Privacy",
    description: "What this site says of players, and how to be left out.",
    above: [],
    content: html`<h1>Privacy</h1>
      <p>
        This site shows the names that players used in the game, when they played, and what they did in
        rounds. It shows no GUID, no address and no chat; the records have no chat at all.
      </p>
      <p>It sets no cookie, loads nothing from anywhere else, and counts no visitors.</p>
      <h2>How to be left out</h2>
      <p>
        Ask those who run the site${settings.contact !== undefined && html`: ${settings.contact}`}. A player
        who is hidden has no page, stands in no list and is not found by search; in rounds a number stands in
        place of the name, so that the others' numbers stay right. Pictures that chats have shown before are
        out of reach.
      </p>
      <p>
        Those who run the site answer for it. They keep these records because the community wants to see how
        it played, for as long as the rounds are kept.
      </p>`,
  };
}

/** What a server shows where there is no page. */
export function missingPage(): Page {
  return {
    path: "404",
    title: "Not here",
    description: "There is no page at this address.",
    content: html`<h1>Not here</h1>
      <p>
        There is no page at this address. A round may have been deleted, or a player may have asked to be left
        out.
      </p>`,
  };
}
