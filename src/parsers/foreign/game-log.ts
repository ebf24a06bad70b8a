/** The engine's own logs, `games.log` and `etconsole.log`, as rounds: kills, revives, who joined and left. */
import { createHash } from "node:crypto";

import { refuse } from "../fault.ts";
import type { RoundCaptureState } from "../note-reader.ts";
import { ALL_UNAVAILABLE } from "./captures.ts";
import type { ForeignLine, ForeignReader, ForeignRound, SourceNote } from "./foreign-round.ts";
import { GameLogReader, type LogEvent, type LogRound } from "./game-log-rounds.ts";
import { readMapName } from "./text.ts";

/** A line of the engine's log, with or without one of the times that it has had. */
const LOG_LINE =
  /^(?: *\d{1,10} | *\d{1,6}:\d\d |\d\d:\d\d\.\d\d )?(?:InitGame|ShutdownGame|ClientConnect|ClientBegin|ClientUserinfoChanged|Kill|Item): /m;
const CONSOLE_START = "logfile opened on ";

/** Reads the logs. They lie about on every server, and hold little: only those that a person names are taken. */
export const GAME_LOG_READER: ForeignReader = {
  source: "game-log",
  version: 1,
  isOnRequest: true,
  recognises: (head) => head.startsWith(CONSOLE_START) || LOG_LINE.test(head),
  readRounds,
};

async function* readRounds(bytes: AsyncIterable<Buffer>): AsyncGenerator<ForeignRound> {
  const reader = new GameLogReader();
  for await (const chunk of bytes) for (const round of reader.push(chunk)) yield makeRound(round);
  for (const round of reader.end()) yield makeRound(round);
}

function makeRound(log: LogRound): ForeignRound {
  const map = readMapName(log.map, log.line);
  if (log.beganAt === null) {
    const message =
      "the log does not say when the round was: an engine before 2.77 wrote it, or a line is missing";
    refuse("E_FOREIGN_FILE", log.line, message);
  }
  const startedAt = new Date(`${log.beganAt}Z`);
  const isByName = log.players.every(({ guid }) => guid === "");
  const notes: SourceNote[] = ["start_local", "pauses_counted"];
  if (isByName) notes.push("players_by_name");
  const events = log.events.map((event) => ({ line: log.line, values: valuesOf(event) }));
  const { fault } = log;
  return {
    trackerVersion: "game-log",
    contentSha256: createHash("sha256").update(JSON.stringify(log)).digest("hex"),
    map,
    round: log.round,
    startedAt: startedAt.toISOString(),
    isStartExact: true,
    // `games.log` and `etconsole.log` hold the same rounds, and each something that the other does not.
    ...(isByName ? { keySuffix: "names" } : {}),
    gameType: log.gameType,
    timeLimitMs: null,
    serverName: null,
    engineVersion: null,
    luaVersion: null,
    attackingTeam: null,
    notes,
    captures: LOG_CAPTURES,
    configuration: new Map(),
    end:
      log.end === "cut"
        ? undefined
        : {
            endMs: log.endMs,
            endedAt: new Date(startedAt.getTime() + log.endMs).toISOString(),
            endReason: log.end,
            winnerTeam: null,
          },
    tornBytes: 0,
    players: log.players.map((note) => ({ ...note, isByName })),
    // The engine keeps them from round 1 to round 2 of stopwatch.
    totals: log.totals.map(({ player, ...totals }) => ({
      ...totals,
      player: { ...player, isByName },
      coversRounds: log.round,
    })),
    rows: {
      combat: function* (): Generator<ForeignLine> {
        yield* events;
        if (fault !== null) yield { fault };
      },
    },
  };
}

function valuesOf({ attackerSlot, event, meansOfDeath, relation, targetSlot, timeMs }: LogEvent) {
  return {
    time_ms: timeMs,
    event,
    attacker_slot: attackerSlot,
    target_slot: targetSlot,
    relation,
    means_of_death: meansOfDeath,
  };
}

const LOG_CAPTURES: ForeignRound["captures"] = new Map<string, RoundCaptureState>([
  ...ALL_UNAVAILABLE,
  ["kill", "on"],
  ["revive", "on"],
]);
