/** From looks at a round, second by second, to stretches in which a team held an area. */
import type { AreaLook } from "./area-facts.ts";

/** A stretch of a round in which a team had living players in an area, and the other none. */
export interface Hold {
  readonly area: string;
  readonly team: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Everybody of the team who was in it then: who was there longest first. Colour codes included. */
  readonly names: readonly string[];
}

/** An area stays held while nobody is in it for at most this long. */
const GAP_MS = 3000;
/** Shorter stretches are passing by, and are not told. */
const SHORTEST_MS = 5000;

/** The stretches in order of time. */
export function stretchesOf(
  looks: readonly AreaLook[],
  areaNames: readonly string[],
  nameOf: (playerId: number) => string,
): Hold[] {
  const byArea = new Map<number, Map<number, AreaLook[]>>();
  for (const row of looks) {
    const times = byArea.get(row.area) ?? new Map<number, AreaLook[]>();
    byArea.set(row.area, times);
    times.set(row.timeMs, [...(times.get(row.timeMs) ?? []), row]);
  }
  const holds: Hold[] = [];
  for (const [area, times] of byArea) {
    let open: { team: number; fromMs: number; toMs: number; looksOf: Map<number, number> } | undefined;
    const close = (): void => {
      if (open !== undefined && open.toMs - open.fromMs >= SHORTEST_MS) {
        const ids = [...open.looksOf].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([id]) => id);
        const { fromMs, team, toMs } = open;
        holds.push({ area: areaNames[area] ?? "", team, fromMs, toMs, names: ids.map(nameOf) });
      }
      open = undefined;
    };
    for (const [timeMs, teams] of [...times].sort((a, b) => a[0] - b[0])) {
      const [only] = teams;
      if (only === undefined || teams.length > 1) {
        close();
        continue;
      }
      if (open !== undefined && (open.team !== only.team || timeMs - open.toMs > GAP_MS)) close();
      open ??= { team: only.team, fromMs: timeMs, toMs: timeMs, looksOf: new Map() };
      open.toMs = timeMs + only.lookMs;
      for (const id of only.playerIds) open.looksOf.set(id, (open.looksOf.get(id) ?? 0) + 1);
    }
    close();
  }
  return holds.sort((a, b) => a.fromMs - b.fromMs || (a.area < b.area ? -1 : 1));
}
