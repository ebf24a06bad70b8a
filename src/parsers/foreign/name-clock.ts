/** The time that the names of many trackers' files hold. */

/** When a file was written, by its name. */
export interface NameClock {
  /** Milliseconds since 1970. */
  readonly unixMs: number;
  /** Whether it is the server's clock of an unknown zone, taken for UTC. */
  readonly isLocal: boolean;
}

const LOCAL = /(?:^|[^\d])(\d{4})-(\d\d)-(\d\d)-(\d\d)(\d\d)(\d\d)-.+-round-\d/;
const UNIX = /_round_\d_(\d{10})\.json/;

/** Reads `2026-11-22-151944-MAP-round-1…` and `…_round_1_1733428614.json`; undefined for names that hold no time. */
export function clockInName(name: string): NameClock | undefined {
  const unix = UNIX.exec(name)?.[1];
  if (unix !== undefined) return { unixMs: Number(unix) * 1000, isLocal: false };
  const [, year, month, day, hour, minute, second] = LOCAL.exec(name) ?? [];
  if (year === undefined) return undefined;
  const unixMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(unixMs) ? undefined : { unixMs, isLocal: true };
}
