/** Puts totals of players into the database, which the statistics of other trackers hold. */
import type { Transaction } from "../db/driver/connect.ts";
import type { ForeignTotals } from "../parsers/foreign/foreign-round.ts";
import { TOTALS, type WeaponTotals } from "../parsers/foreign/totals.ts";
import type { RoundPlayers } from "./store-players.ts";

/** The tables of totals; the second goes with the first. */
export const TOTALS_TABLE = "player_totals";
const WEAPONS_TABLE = "player_weapon_totals";

type Total = (typeof TOTALS)[number];
type Counts = Omit<WeaponTotals, "bin">;

interface Sums {
  readonly coversRounds: 1 | 2;
  readonly totals: Map<Total, number | null>;
  readonly weapons: Map<number, Counts>;
}

/** Stores the totals of a round whose players are stored. A player who came back has several, which are added up. */
export async function storeTotals(
  transaction: Transaction,
  roundId: number,
  all: readonly ForeignTotals[],
  players: RoundPlayers,
): Promise<void> {
  if (all.length === 0) return;
  const byPlayer = new Map<number, Sums>();
  for (const { coversRounds, player, totals, weapons } of all) {
    const id = players.idOf(player);
    const sums: Sums = byPlayer.get(id) ?? { coversRounds, totals: new Map(), weapons: new Map() };
    byPlayer.set(id, sums);
    for (const name of TOTALS) sums.totals.set(name, added(sums.totals.get(name), totals[name] ?? null));
    for (const { bin, ...counts } of weapons) sums.weapons.set(bin, addCounts(sums.weapons.get(bin), counts));
  }
  const rows = [...byPlayer].map(([id, { coversRounds, totals }]) => ({
    round_id: roundId,
    player_id: id,
    covers_rounds: coversRounds,
    ...Object.fromEntries(totals),
  }));
  await transaction`insert into ${transaction(TOTALS_TABLE)} ${transaction(rows)}`;
  const weapons = [...byPlayer].flatMap(([id, sums]) =>
    [...sums.weapons].map(([bin, counts]) => ({
      round_id: roundId,
      player_id: id,
      weapon_bin: bin,
      ...counts,
    })),
  );
  for (let start = 0; start < weapons.length; start += ROWS_AT_ONCE) {
    const some = weapons.slice(start, start + ROWS_AT_ONCE);
    await transaction`insert into ${transaction(WEAPONS_TABLE)} ${transaction(some)}`;
  }
}

/** A query takes no more than 65,535 values. */
const ROWS_AT_ONCE = 1000;

/** The sum of two numbers; `before` is undefined for the first, and null is not known. */
function added(before: number | null | undefined, more: number | null): number | null {
  if (before === undefined) return more;
  return before === null || more === null ? null : before + more;
}

function addCounts(before: Counts | undefined, more: Counts): Counts {
  if (before === undefined) return more;
  return {
    hits: added(before.hits, more.hits),
    shots: added(before.shots, more.shots),
    kills: added(before.kills, more.kills),
    deaths: added(before.deaths, more.deaths),
    headshots: added(before.headshots, more.headshots),
  };
}
