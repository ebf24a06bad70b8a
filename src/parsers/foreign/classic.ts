/** The statistics files of `c0rnp0rn.lua` and its relatives as rounds that have players and totals, and no events. */
import { SLOTS } from "../../format/column.ts";
import { refuse } from "../fault.ts";
import type { PlayerNote } from "../note-reader.ts";
import {
  CLASSIC_MAXIMUM_BYTES,
  looksClassic,
  readClassicStatistics,
  type ClassicPlayer,
  type ClassicStatistics,
} from "./classic-file.ts";
import { ALL_UNAVAILABLE } from "./captures.ts";
import type { ForeignFile, ForeignReader, ForeignRound, SourceNote } from "./foreign-round.ts";
import { clockInName } from "./name-clock.ts";
import { contentHash, readMapName, wholeText } from "./text.ts";

/** Reads the statistics of one round, whose name says when it was. */
export const CLASSIC_READER: ForeignReader = {
  source: "c0rnp0rn",
  version: 1,
  recognises: looksClassic,
  readRounds,
};

/** The files are written so long after the round's end. */
const WRITTEN_AFTER_MS = 3000;

async function* readRounds(bytes: AsyncIterable<Buffer>, file: ForeignFile): AsyncGenerator<ForeignRound> {
  const text = await wholeText(bytes, CLASSIC_MAXIMUM_BYTES);
  const statistics = readClassicStatistics(text);
  const writtenMs = clockInName(file.name)?.unixMs;
  if (writtenMs === undefined) {
    const message = "the file's name does not say when the round was, and nothing in the file does";
    refuse("E_FOREIGN_FILE", 0, `${message}; give it back its name: 2025-10-02-211808-MAP-round-1.txt`);
  }
  yield makeRound(statistics, contentHash(text), writtenMs);
}

function makeRound(statistics: ClassicStatistics, contentSha256: string, writtenMs: number): ForeignRound {
  const { columns, header, players } = statistics;
  if (players.length > SLOTS) refuse("E_FOREIGN_FILE", SLOTS + 2, `it has more than ${SLOTS} players`);
  checkUnique(players);
  const notes = players.map(noteOf);
  const endMs = header.playedMs ?? longestMs(players, header) ?? 0;
  const endedMs = writtenMs - WRITTEN_AFTER_MS;
  const sourceNotes: SourceNote[] = ["start_local", "slots_made_up", "end_not_marked", "clock_uncertain"];
  if (header.round === 2) sourceNotes.push("round_number_late");
  return {
    trackerVersion: columns === null ? "c0rnp0rn" : `c0rnp0rn ${columns}`,
    contentSha256,
    map: readMapName(header.map, 1),
    round: header.round,
    startedAt: new Date(endedMs - endMs).toISOString(),
    isStartExact: false,
    gameType: null,
    timeLimitMs: header.timeLimitMs,
    serverName: header.serverName,
    engineVersion: null,
    luaVersion: null,
    attackingTeam: null,
    notes: sourceNotes,
    captures: ALL_UNAVAILABLE,
    configuration: new Map([
      ["config", header.configName],
      ["next_time_limit_ms", String(header.nextTimeLimitMs)],
    ]),
    end: {
      endMs,
      endedAt: new Date(endedMs).toISOString(),
      endReason: header.isCutOff ? "map_change" : "finished",
      winnerTeam: header.winnerTeam,
    },
    tornBytes: 0,
    players: notes,
    totals: notes.map((player, index) => ({
      player,
      coversRounds: header.round,
      totals: players[index]?.totals ?? {},
      weapons: players[index]?.weapons ?? [],
    })),
    rows: {},
  };
}

/** A player as of the file's end. Ten bots share the first 8 characters of their GUIDs: names tell them apart. */
function noteOf({ guid, name, team }: ClassicPlayer, slot: number): PlayerNote {
  const isBot = guid.startsWith("OMNIBOT");
  return { timeMs: 0, slot, guid: isBot ? "" : guid, name, team, class: null, isBot, isByName: isBot };
}

function checkUnique(players: readonly ClassicPlayer[]): void {
  const seen = new Set<string>();
  for (const [index, { guid, name }] of players.entries()) {
    const identity = guid.startsWith("OMNIBOT") ? `${guid} ${name}` : guid;
    if (seen.has(identity))
      refuse("E_FOREIGN_FILE", index + 2, "the player has a line already", { text: name });
    seen.add(identity);
  }
}

/** The longest time that anybody played; in round 2 times are sums of both rounds, and no round is longer than its limit. */
function longestMs(
  players: readonly ClassicPlayer[],
  { round, timeLimitMs }: ClassicStatistics["header"],
): number | null {
  const times = players.flatMap(({ totals }) => totals.played_ms ?? []);
  if (times.length === 0) return null;
  const longest = Math.max(...times);
  return round === 2 && timeLimitMs > 0 ? Math.min(longest, timeLimitMs) : longest;
}
