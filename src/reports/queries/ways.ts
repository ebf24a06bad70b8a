/** Ways of players from their spawn to their first contact with an enemy, and what came of them, as the database has it. */
import { readCopiedNumbers } from "../../db/copied-numbers.ts";
import type { Sql, Transaction } from "../../db/driver/connect.ts";
import { withinTransaction } from "../../db/driver/transaction.ts";
import { eventConditions, subjectConditions } from "../event-conditions.ts";
import { type Filters, given, hasTool, roundConditions } from "../filters.ts";
import { GAINS } from "../gains.ts";
import { EVENT_COLUMNS, EVENT_KINDS, type Life, Lives, placeAt, placesOfLife } from "../way-lives.ts";
import { lengthOf, resample, type WayPoints } from "../ways.ts";

/** So many rounds are read at once. */
const ROUNDS_AT_ONCE = 25;
/** Where a round does not say how often it was sampled. */
const SAMPLE_MS = 1000;

/** A way from a spawn to the first contact of that life. */
export interface Way {
  readonly team: number;
  /** From the spawn to the contact. */
  readonly tookMs: number;
  readonly lengthUnits: number;
  readonly points: WayPoints;
  /** Whether the contact was a hit of their own; else they were hit. */
  readonly isFirst: boolean;
  /** What came first within `CONTACT_MS`: they downed an enemy, or fell; null for neither. */
  readonly result: "downed" | "fell" | null;
  /** Effective damage to enemies, and by enemies, within that time and until they fell. */
  readonly given: number;
  readonly taken: number;
  /** Whether their team won the fight of the contact; null where nobody did. */
  readonly isWon: boolean | null;
  /** Whether they made a gain at an objective later in that life; null where objectives are not recorded. */
  readonly hasGain: boolean | null;
}

/** The ways of a round. */
export interface RoundWays {
  /** In the order of their spawns. */
  readonly ways: readonly Way[];
  /** Lives of those asked for without a first contact, by their team. */
  readonly withoutContact: Readonly<Record<number, number>>;
  /** Lives with a contact, whose way is not known: samples of it are missing. */
  readonly withoutWay: number;
}

/** What is read of a round before its events. */
interface RoundFrame {
  readonly roundId: number;
  readonly sampleMs: number;
  readonly hasObjectives: boolean;
}

/** Rounds of which ways can be known: hits and positions are recorded, and not pruned. In the order of their keys, which no database changes. */
async function listFrames(sql: Sql, filters: Filters): Promise<RoundFrame[]> {
  const rows = await sql<{ round_id: number; sample_ms: number | null; has_objectives: boolean }[]>`
    select r.round_id,
      (substring(r.configuration ->> 'prox_sample_ms' from '^[1-9][0-9]{0,5}$'))::int as sample_ms,
      coalesce(r.objective_rows, 0) > 0
        and coalesce(r.captures ->> 'objectives', 'on') not in ('failed', 'off', 'unavailable') as has_objectives
    from rounds r
    where ${roundConditions(sql, filters)} and r.position_rows > 0 and r.positions_pruned_at is null
      and r.captures ->> 'positions' is distinct from 'partly' and r.combat_rows is not null
      and (r.source = 'prox' or r.captures ->> 'hit' = 'on')
    order by r.round_key collate "C"`;
  return rows.map(({ has_objectives, round_id, sample_ms }) => ({
    roundId: round_id,
    sampleMs: sample_ms ?? SAMPLE_MS,
    hasObjectives: has_objectives,
  }));
}

/** What ways begin and end with, where the filters ask for something of it; null for all. */
interface Asked {
  readonly spawns: ReadonlySet<string> | null;
  /** Contacts of who hit, and of who was hit. */
  readonly contacts: { readonly attacker: ReadonlySet<string>; readonly target: ReadonlySet<string> } | null;
  readonly bots: ReadonlySet<number>;
}

const keyOf = (roundId: number, event: number): string => `${roundId} ${event}`;

async function readAsked(sql: Sql, filters: Filters, roundIds: readonly number[]): Promise<Asked> {
  const { engagement, means, weapons, ...life } = filters;
  const ids = [...roundIds];
  type Found = { round_id: number; event_number: number }[];
  const keys = (rows: Found): Set<string> =>
    new Set(rows.map((row) => keyOf(row.round_id, row.event_number)));
  const readContacts = async (subject: "attacker" | "target"): Promise<Set<string>> =>
    keys(
      await sql<Found>`
        select e.round_id, e.event_number from combat_events e
        where e.round_id = any(${ids}::int[])
          and (is_enemy_hit(e.event, e.relation, e.target_is_wounded) or is_enemy_kill(e.event, e.relation))
          and ${eventConditions(sql, { engagement, means, weapons, bots: filters.bots }, subject)}`,
    );
  const choosesLives =
    given(life.playerIds) ||
    given(life.classes) ||
    life.team !== undefined ||
    life.side !== undefined ||
    life.phase !== undefined;
  const choosesContacts = hasTool(filters) || engagement !== undefined;
  const [spawns, attacker, target, bots] = await Promise.all([
    choosesLives
      ? sql<Found>`
          select e.round_id, e.event_number from combat_events e
          where e.round_id = any(${ids}::int[]) and e.event = 'spawn' and ${subjectConditions(sql, life, "target")}`.then(
          keys,
        )
      : null,
    choosesContacts ? readContacts("attacker") : null,
    choosesContacts ? readContacts("target") : null,
    filters.bots === "with"
      ? []
      : sql<{ player_id: number }[]>`select player_id from players where is_bot order by player_id`,
  ]);
  return {
    spawns,
    contacts: attacker === null || target === null ? null : { attacker, target },
    bots: new Set(bots.map((row) => row.player_id)),
  };
}

/** Spawns, ends, hits and downs of rounds, as numbers; those of a round in the order in which they happened. */
const eventText = (roundIds: readonly number[]): string => `
  select e.round_id, e.event_number, e.time_ms,
    case when e.event = 'spawn' then ${EVENT_KINDS.spawn} when e.event = 'leave' then ${EVENT_KINDS.leave} when e.event = 'hit' then ${EVENT_KINDS.hit} else ${EVENT_KINDS.kill} end,
    (is_enemy_hit(e.event, e.relation, e.target_is_wounded) or is_enemy_kill(e.event, e.relation))::int,
    e.attacker_slot, e.attacker_player_id, e.attacker_x, e.attacker_y, e.attacker_z,
    e.target_slot, e.target_player_id, e.target_x, e.target_y, e.target_z, coalesce(e.damage_effective, 0), coalesce(e.target_team, 0)
  from combat_events e
  where e.round_id in (${roundIds.join(", ")})
    and (e.event in ('spawn', 'leave', 'kill') or is_enemy_hit(e.event, e.relation, e.target_is_wounded))
  order by e.round_id, e.event_number`;

/** More than there are slots. */
const SLOT_NUMBERS = 64;
/** A slot of a round, as one number. */
const slotKey = (roundId: number, slot: number): number => roundId * SLOT_NUMBERS + slot;

/**
 * Adds to lives the samples between their spawn and their contact. The times of a slot are one set: by each of its lives, or by an index of
 * the player, the server would look at each sample of a slot as often as it has lives.
 */
async function addSamples(
  transaction: Transaction,
  lives: ReadonlyMap<number, readonly Life[]>,
): Promise<void> {
  const bySlot = new Map<number, Life[]>();
  for (const [roundId, of] of lives)
    for (const life of of) {
      const key = slotKey(roundId, life.slot);
      const known = bySlot.get(key);
      if (known === undefined) bySlot.set(key, [life]);
      else known.push(life);
    }
  if (bySlot.size === 0) return;
  const spans = [...bySlot].map(([key, of]) => {
    const ranges = of.map(({ contactMs, spawnMs }) => `(${spawnMs},${contactMs})`).join(",");
    return `(${Math.floor(key / SLOT_NUMBERS)}, ${key % SLOT_NUMBERS}, '{${ranges}}'::int4multirange)`;
  });
  const [before] = await transaction<[{ enable_nestloop: string }]>`
    select current_setting('enable_nestloop') as enable_nestloop`;
  const allowLoops = (value: string) => transaction`select set_config('enable_nestloop', ${value}, true)`;
  await allowLoops("off");
  await readCopiedNumbers(
    transaction.unsafe(`copy (
      select p.round_id, p.slot, p.time_ms, p.x, p.y, p.z
      from player_positions p
      join (values ${spans.join(", ")}) as w (round_id, slot, spans)
        on w.round_id = p.round_id and w.slot = p.slot and p.time_ms <@ w.spans
      where p.round_id in (${[...lives.keys()].join(", ")})) to stdout`),
    6,
    (row) => {
      const [roundId = 0, slot = 0, timeMs = 0] = row;
      const at = placeAt(row, 3);
      if (at === undefined) return;
      bySlot
        .get(slotKey(roundId, slot))
        ?.find(({ contactMs, spawnMs }) => spawnMs < timeMs && timeMs < contactMs)
        ?.samples.push([timeMs, at]);
    },
  );
  // The transaction may be one in which others ask, too.
  await allowLoops(before.enable_nestloop);
}

/** A fight as one of its participants saw it. */
interface Part {
  readonly startMs: number;
  readonly endMs: number;
  readonly isWon: boolean | null;
}

async function readParts(
  transaction: Transaction,
  roundIds: readonly number[],
): Promise<Map<number, Part[]>> {
  const parts = new Map<number, Part[]>();
  await readCopiedNumbers(
    transaction.unsafe(`copy (
      select p.round_id, p.slot, p.start_ms, p.time_ms, (g.winner_team = p.team)::int
      from engagement_participants p
      join engagement_analysis g on g.round_id = p.round_id and g.engagement = p.engagement
      where p.round_id in (${roundIds.join(", ")})
      order by p.round_id, p.start_ms, p.engagement) to stdout`),
    5,
    ([roundId = 0, slot = 0, startMs = 0, endMs = 0, won = NaN]) => {
      const key = slotKey(roundId, slot);
      const part = { startMs, endMs, isWon: Number.isNaN(won) ? null : won === 1 };
      const known = parts.get(key);
      if (known === undefined) parts.set(key, [part]);
      else known.push(part);
    },
  );
  return parts;
}

/** When players made gains at objectives, ms, by {@link slotKey}. */
async function readGains(
  transaction: Transaction,
  roundIds: readonly number[],
): Promise<Map<number, number[]>> {
  const gains = new Map<number, number[]>();
  await readCopiedNumbers(
    transaction.unsafe(`copy (
      select o.round_id, o.slot, o.time_ms from objective_events o
      where o.round_id in (${roundIds.join(", ")}) and o.slot is not null and o.objective is not null
        and o.event in (${GAINS.map((event) => `'${event}'`).join(", ")})
        and o.reason is distinct from 'time') to stdout`),
    3,
    ([roundId = 0, slot = 0, timeMs = 0]) => {
      const key = slotKey(roundId, slot);
      gains.set(key, [...(gains.get(key) ?? []), timeMs]);
    },
  );
  return gains;
}

/**
 * Reads the ways of the rounds of the filters, of each round by its id; rounds in the order of their keys. Player, team, side, class
 * and the phase of the round are those of the spawn; weapon, means and the shape of the fight those of the contact. A way that ends
 * with a bot does not count where bots do not.
 */
export async function readWays(sql: Sql, filters: Filters): Promise<Map<number, RoundWays>> {
  const frames = await listFrames(sql, filters);
  const found = new Map<number, RoundWays>();
  for (let first = 0; first < frames.length; first += ROUNDS_AT_ONCE) {
    const part = frames.slice(first, first + ROUNDS_AT_ONCE);
    const roundIds = part.map(({ roundId }) => roundId);
    const asked = await readAsked(sql, filters, roundIds);
    const read = await withinTransaction(
      sql,
      (transaction) => readPart(transaction, part, asked),
      "read only",
    );
    for (const [roundId, ways] of read) found.set(roundId, ways);
  }
  return found;
}

async function readPart(
  transaction: Transaction,
  frames: readonly RoundFrame[],
  { bots, contacts, spawns }: Asked,
): Promise<Map<number, RoundWays>> {
  const roundIds = frames.map(({ roundId }) => roundId);
  const rounds = new Map(roundIds.map((id) => [id, new Lives()]));
  await readCopiedNumbers(
    transaction.unsafe(`copy (${eventText(roundIds)}) to stdout`),
    EVENT_COLUMNS,
    (values) => rounds.get(values[0] ?? 0)?.take(values),
  );
  const isAsked = (roundId: number, life: Life): boolean =>
    !bots.has(life.playerId) && (spawns === null || spawns.has(keyOf(roundId, life.spawnEvent)));
  const isAskedContact = (roundId: number, { contactEvent, isFirst, otherId }: Life): boolean =>
    contactEvent !== undefined &&
    !bots.has(otherId) &&
    (contacts === null || (isFirst ? contacts.attacker : contacts.target).has(keyOf(roundId, contactEvent)));
  const asked = new Map(
    [...rounds].map(([id, { all }]) => [id, all.filter((life) => isAsked(id, life))] as const),
  );
  const touched = new Map(
    [...asked].map(([id, lives]) => [id, lives.filter((life) => isAskedContact(id, life))] as const),
  );
  await addSamples(transaction, touched);
  const parts = await readParts(transaction, roundIds);
  const gains = frames.some(({ hasObjectives }) => hasObjectives)
    ? await readGains(transaction, roundIds)
    : new Map<number, number[]>();
  return new Map(
    frames.map(({ hasObjectives, roundId, sampleMs }) => {
      const lives = touched.get(roundId) ?? [];
      const ways = lives.flatMap((life): Way[] => {
        const places = placesOfLife(life, sampleMs);
        if (places === undefined) return [];
        const key = slotKey(roundId, life.slot);
        const fight = parts
          .get(key)
          ?.findLast(({ endMs, startMs }) => startMs <= life.contactMs && life.contactMs <= endMs);
        return [
          {
            team: life.team,
            tookMs: life.contactMs - life.spawnMs,
            lengthUnits: Math.round(lengthOf(places)),
            points: resample(places),
            isFirst: life.isFirst,
            result: life.result,
            given: life.given,
            taken: life.taken,
            isWon: fight?.isWon ?? null,
            hasGain: hasObjectives
              ? (gains.get(key) ?? []).some(
                  (timeMs) => timeMs >= life.contactMs && (life.endMs === null || timeMs <= life.endMs),
                )
              : null,
          },
        ];
      });
      const untouched = (asked.get(roundId) ?? []).filter(({ contactEvent }) => contactEvent === undefined);
      const withoutContact = Object.fromEntries(
        [1, 2].map((team) => [team, untouched.filter((life) => life.team === team).length]),
      );
      return [roundId, { ways, withoutContact, withoutWay: lives.length - ways.length }] as const;
    }),
  );
}

/** Of rounds whose ways are known, those that the filters choose, in the order of their keys. */
export async function chooseWays(
  sql: Sql,
  filters: Filters,
  known: ReadonlyMap<number, RoundWays>,
): Promise<Map<number, RoundWays>> {
  const frames = await listFrames(sql, filters);
  return new Map(
    frames.flatMap(({ roundId }) => {
      const ways = known.get(roundId);
      return ways === undefined ? [] : [[roundId, ways] as const];
    }),
  );
}
