/** The lines of a round file that are no rows: its header, and the form of all such lines. */
import { COLUMNS } from "../format/columns.ts";
import type { Kind } from "../format/columns.ts";
import { CAPTURES, COLUMNS_NOTE, CONFIG_NOTE } from "../format/file.ts";
import { captureNote } from "./captures.ts";
import { forEachSetting, TRACKER_VERSION } from "./configuration.ts";
import type { RoundIdentity } from "./round-key.ts";
import { readAttackingTeam } from "./sides.ts";
import { escapeText } from "./text.ts";

/** A line of text, `#name<TAB>text` with its LF; the text is escaped here, the name needs no escapes. */
export function headerLine(name: string, value: string): string {
  return `#${name}\t${escapeText(value)}\n`;
}

/** A line of a number, rounded to a whole one, with its LF. */
export function numberLine(name: string, value: number): string {
  return string.format("#%s\t%.0f\n", name, value);
}

/** A line of a time, with its LF: from seconds since 1970 to ISO 8601 in UTC, whole seconds. */
export function utcLine(name: string, time: number): string {
  return headerLine(name, os.date("!%Y-%m-%dT%H:%M:%SZ", time));
}

/** The lines of the header that all files share. */
export function sharedHeader(identity: RoundIdentity): string[] {
  const minutes = tonumber(et.trap_Cvar_Get("timelimit")) ?? 0;
  const lines = [
    headerLine("round_key", identity.roundKey),
    headerLine("match_key", identity.matchKey),
    headerLine("map", identity.map),
    numberLine("round", identity.round),
    utcLine("started_at", identity.startedAt),
    numberLine("game_type", identity.gameType),
    numberLine("time_limit_ms", minutes > 0 ? minutes * 60000 : 0),
    headerLine("server_name", et.trap_Cvar_Get("sv_hostname")),
    headerLine("tracker_version", TRACKER_VERSION),
  ];
  const self = et.FindSelf();
  if (self !== undefined) {
    const [, sha1] = et.FindMod(self);
    if (sha1 !== undefined && sha1 !== "") lines.push(headerLine("tracker_sha1", string.lower(sha1)));
  }
  lines.push(headerLine("engine_version", et.trap_Cvar_Get("mod_version")));
  lines.push(headerLine("lua_version", _VERSION));
  lines.push(numberLine("piece", identity.piece));
  lines.push(numberLine("began_ms", identity.beganMs));
  const attackers = readAttackingTeam(identity.gameType);
  if (attackers !== undefined) lines.push(numberLine("attacking_team", attackers));
  forEachSetting((name, value) => {
    lines.push(`#${CONFIG_NOTE}\t${name}\t${escapeText(value)}\n`);
  });
  for (const capture of CAPTURES) lines.push(captureNote(capture));
  return lines;
}

/** The line that names the columns of a kind, with its LF; the last of the header. */
export function columnsLine(kind: Kind): string {
  const names: string[] = [];
  for (const column of COLUMNS[kind]) names.push(column.name);
  return `#${COLUMNS_NOTE}\t${table.concat(names, "\t")}\n`;
}
