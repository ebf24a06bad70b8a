/** Players of a scenario as the scripted server takes them. */
import type { ClientIdentity } from "../script/client.ts";
import { bytesOf } from "../script/recording-writer.ts";
import type { PlayerDefinition } from "./definition.ts";

const ESCAPES = /\\(?:x([0-9a-f]{2})|(.))/gi;
const ESCAPED: Readonly<Record<string, string>> = { "\\": "\\", t: "\t", n: "\n", r: "\r" };

/** A text with the escapes of the round files as bytes, one a character. */
export function unescapeBytes(text: string): string {
  return bytesOf(text).replace(ESCAPES, (whole, hex: string | undefined, letter: string | undefined) =>
    hex === undefined ? (ESCAPED[letter ?? ""] ?? whole) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** A GUID such as a person's client has: 32 hex digits that tell the slot. */
function guidOf(slot: number): string {
  return slot.toString(16).toUpperCase().padStart(2, "0").repeat(16);
}

/** What Omni-bots report, by slot, padded to 32 characters. */
function botGuidOf(slot: number): string {
  return `OMNIBOT${String(slot).padStart(2, "0")}`.padEnd(32, "0");
}

/** The player as a server seats them; without a GUID they get one that tells their slot, a bot that of an Omni-bot. */
export function identityOf(player: PlayerDefinition): ClientIdentity {
  const { slot, bot } = player;
  return {
    slot,
    name: unescapeBytes(player.name),
    guid: bytesOf(player.guid ?? (bot ? botGuidOf(slot) : guidOf(slot))),
    isBot: bot,
    team: player.team,
    playerClass: player.class,
    spawnAt: player.at,
    maximumHealth: player.health,
    follows: player.follows,
  };
}
