/**
 * The text files of totals that `c0rnp0rn.lua` (3 to 8) and its relatives write at the end of a round: a header line, then a line
 * for each player with what they did by weapon and in all. There is neither mark nor version nor end of file: what a file is
 * shows in the shape of its lines.
 */
import { refuse } from "../fault.ts";
import { decodeMixed } from "./mixed-text.ts";
import {
  readCount,
  readWeaponTotals,
  weaponFieldCount,
  type PlayerTotals,
  type WeaponTotals,
} from "./totals.ts";

/** The first line of a file. */
export interface ClassicHeader {
  /** With colour codes. */
  readonly serverName: string;
  readonly map: string;
  /** The name of the server's configuration; may be empty. */
  readonly configName: string;
  /** 1 or 2; in games that are not stopwatch always 2. */
  readonly round: 1 | 2;
  readonly winnerTeam: 1 | 2 | null;
  readonly timeLimitMs: number;
  /** The time limit of the next round: in round 1 of stopwatch what round 2 has to beat. */
  readonly nextTimeLimitMs: number;
  /** Time played without pauses; null before version 8, which does not say it. */
  readonly playedMs: number | null;
  /** Whether the file was written because the map changed while the round ran. */
  readonly isCutOff: boolean;
}

/** A line of a file. */
export interface ClassicPlayer {
  /** The first 8 characters of the GUID, upper case. */
  readonly guid: string;
  /** With colour codes. */
  readonly name: string;
  /** 0 none, 1 Axis, 2 Allies, 3 spectator, when the file was written. */
  readonly team: number;
  readonly weapons: readonly WeaponTotals[];
  readonly totals: PlayerTotals;
}

/** All of a file. */
export interface ClassicStatistics {
  readonly header: ClassicHeader;
  readonly players: readonly ClassicPlayer[];
  /** How many columns its rows have, which tells the version: 34, 37, 38 or 39; null without rows. */
  readonly columns: number | null;
}

/** No real file reaches so many bytes: 64 players with all weapons have 60,000. */
export const CLASSIC_MAXIMUM_BYTES = 262_144;

/** `server\map\config\round\defender\winner\limit\next limit`, and from version 8 on the time played. */
const HEADER =
  /^([^\\]*)\\([^\\]+)\\([^\\]*)\\([12])\\([0-2])\\([0-2])\\(\d{1,4}:\d\d)\\(\d{1,4}:\d\d)(?:\\(-?\d{1,9}(?:\.\d+)?))?$/;
/** `GUID\name\rounds\team\mask`, the numbers of weapons, and the totals after a TAB; a name can hold backslashes. */
const PLAYER = /^([0-9A-Fa-f]{8}|OMNIBOT\d)\\(.*)\\(\d{1,3})\\([0-3])\\(\d{1,10}) ([\d ]*)\t(.*)$/;
/** A first line that is to be one of these, whatever is wrong with it. */
const NEAR_HEADER = /^[^\\]*\\[^\\]+\\[^\\]*\\\d\\\d\\\d\\[\d:.]+\\[\d:.]+/;
/** What the second line of a file begins with. */
const PLAYER_START = /^(?:[0-9A-Fa-f]{8}|OMNIBOT\d)\\.*\\\d{1,3}\\[0-3]\\\d{1,10} /;
const COUNT = /^\d{1,9}$/;
const DECIMAL = /^-?\d{1,9}(?:\.\d{1,3})?$/;
/** Times played up to here are seconds: an early version of c0rnp0rn3 wrote these. */
const LONGEST_SECONDS = 10_000;

/** How many columns the rows of each known version have, the weapons being the first. */
const COLUMN_COUNTS: ReadonlySet<number> = new Set([34, 37, 38, 39]);

/** Whether the first bytes of a file, decoded as Latin-1, are those of statistics in this format. */
export function looksClassic(head: string): boolean {
  const [first = "", second = ""] = head.split(/\r?\n/, 2);
  return HEADER.test(first) || (NEAR_HEADER.test(first) && PLAYER_START.test(second));
}

/** Whether the first bytes of a file are those of the endstats that other modules write beside these statistics. */
export function looksLikeEndstats(head: string): boolean {
  const lines = head.split(/\r?\n/).slice(0, 3);
  return lines.every((line) =>
    /^(?:Most|Highest|Best|Longest|Least) [^\t]{1,60}\t[^\t]{1,64}\t[\d.]+(?: [a-z]+)?$/.test(line),
  );
}

/**
 * Reads the text of a file, a character a byte. Throws `RoundFileError` for the first line that is not as the format has it, and for a file whose last line has no
 * end: it was cut. One that was cut between two lines cannot be told from a whole one.
 */
export function readClassicStatistics(text: string): ClassicStatistics {
  const lines = text.split("\n");
  const torn = lines.pop();
  if (torn !== "") {
    refuse("E_FOREIGN_FILE", lines.length + 1, "the file was cut: its last line has no end", {
      text: torn ?? "",
    });
  }
  const [first = "", ...rows] = lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  const header = readHeader(first);
  let columns: number | null = null;
  const players = rows.map((row, index) => {
    const { columns: own, player } = readPlayer(row, index + 2);
    columns ??= own;
    if (own !== columns) {
      refuse("E_FOREIGN_FILE", index + 2, `the row has ${own} columns, and those before it have ${columns}`);
    }
    return player;
  });
  return { header, players, columns };
}

function readHeader(line: string): ClassicHeader {
  const match = HEADER.exec(line);
  if (match === null) {
    const form = "server\\map\\config\\round\\defender\\winner\\limit\\next limit";
    refuse("E_FOREIGN_FILE", 1, `the first line is not ${form}`, { text: line });
  }
  const [, serverName = "", map = "", configName = "", round, , winner, limit = "", next = "", played] =
    match;
  const time = played === undefined ? null : Number(played);
  const milliseconds =
    time === null ? null : Math.round(Math.abs(time) * (Math.abs(time) <= LONGEST_SECONDS ? 1000 : 1));
  return {
    serverName: decodeMixed(serverName),
    map: decodeMixed(map),
    configName: decodeMixed(configName),
    round: round === "1" ? 1 : 2,
    winnerTeam: winner === "1" ? 1 : winner === "2" ? 2 : null,
    timeLimitMs: clockMs(limit),
    nextTimeLimitMs: clockMs(next),
    playedMs: milliseconds,
    isCutOff: time !== null && time < 0,
  };
}

/** `9:46` in milliseconds. */
function clockMs(text: string): number {
  const [minutes, seconds] = text.split(":");
  return (Number(minutes) * 60 + Number(seconds)) * 1000;
}

function readPlayer(line: string, number: number): { player: ClassicPlayer; columns: number } {
  const match = PLAYER.exec(line);
  if (match === null) {
    refuse("E_FOREIGN_FILE", number, "the line is not GUID\\name\\rounds\\team\\mask and numbers", {
      text: line,
    });
  }
  const [, guid = "", name = "", , team, maskText, weaponText = "", totalText = ""] = match;
  const mask = Number(maskText);
  const fields = weaponText.split(" ").filter((field) => field !== "");
  if (fields.length !== weaponFieldCount(mask) || !fields.every((field) => COUNT.test(field))) {
    const message = `the weapon mask ${mask} does not fit the ${fields.length} numbers after it`;
    refuse("E_FOREIGN_FILE", number, message, { text: weaponText });
  }
  const values = totalText.split("\t");
  const columns = values.length + 1;
  if (!COLUMN_COUNTS.has(columns)) {
    refuse("E_FOREIGN_FILE", number, `the row has ${columns} columns, and no known version has so many`, {
      text: line,
    });
  }
  const wrong = values.findIndex((value) => !DECIMAL.test(value));
  if (wrong >= 0) {
    const place = { column: wrong + 2, text: values[wrong] ?? "" };
    refuse("E_FOREIGN_FILE", number, "must be a number", place);
  }
  const player = {
    guid: guid.toUpperCase(),
    name: decodeMixed(name),
    team: Number(team),
    weapons: readWeaponTotals(mask, fields.map(Number)),
    totals: readTotals(values.map(Number)),
  };
  return { player, columns };
}

/** Reads the totals; `values[0]` is the second column. */
function readTotals(values: readonly number[]): PlayerTotals {
  const value = (column: number): number | null => readCount(values[column - 1]);
  const minutes = value(23);
  return {
    damage_given: value(1),
    damage_received: value(2),
    team_damage_given: value(3),
    team_damage_received: value(4),
    gibs: value(5),
    self_kills: value(6),
    team_kills: value(7),
    team_gibs: value(8),
    xp: value(10),
    assists: value(13),
    headshot_kills: value(15),
    objectives_stolen: value(16),
    objectives_returned: value(17),
    dynamites_planted: value(18),
    dynamites_defused: value(19),
    times_revived: value(20),
    played_ms: minutes === null ? null : Math.round(minutes * 60_000),
    revives_given: value(38),
  };
}
