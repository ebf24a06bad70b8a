/** Fills a database with copies of the rounds that it holds: what real or played rounds are like, in any number. */
import type { Sql } from "../src/db/driver/connect.ts";

const MAPS = 20;
const COPIES_PER_STATEMENT = 10;

/** Tables with rows of rounds, and their columns but the round's id; the ledger of files is no part of a round. */
async function tablesOfRounds(sql: Sql): Promise<{ name: string; columns: string }[]> {
  return sql`
    select c.relname as name, string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and a.attname <> 'round_id'
      and exists (select from pg_attribute r where r.attrelid = c.oid and r.attname = 'round_id' and r.attnotnull)
      and c.relname <> 'rounds'
    group by c.relname order by c.relname = 'player_positions', c.relname`;
}

/**
 * Copies the stored rounds in turn until there are `rounds` of them: the same players on 20 maps, each round a day and 17 minutes
 * after the one before, all rows of it with it.
 */
export async function repeatRounds(
  sql: Sql,
  rounds: number,
  report: (done: number) => unknown = () => undefined,
): Promise<void> {
  const originals = await sql<{ round_id: number }[]>`
    select round_id from rounds where round_key not like 'copy-%' order by round_id`;
  const [columns] = await sql<[{ all: string }]>`
    select string_agg(quote_ident(attname), ', ' order by attnum) as all from pg_attribute
    where attrelid = 'rounds'::regclass and attnum > 0 and not attisdropped
      and attname not in ('round_id', 'round_key', 'match_key', 'map', 'started_at', 'ended_at')`;
  const tables = await tablesOfRounds(sql);
  const [existing] = await sql<[{ count: number }]>`select count(*)::int as count from rounds`;
  for (let done = existing.count; done < rounds;) {
    const last = Math.min(done + COPIES_PER_STATEMENT, rounds);
    await sql.begin(async (transaction) => {
      for (let number = done; number < last; number++) {
        const from = originals[number % originals.length]?.round_id ?? 0;
        const [copy] = await transaction.unsafe<{ round_id: number }[]>(
          `insert into rounds (round_key, match_key, map, started_at, ended_at, ${columns.all})
           select 'copy-' || $2::int, 'copy-' || $2::int, 'map_' || lpad(($2::int % ${MAPS} + 1)::text, 2, '0'),
             started_at + $2::int * interval '1 day 17 minutes', ended_at + $2::int * interval '1 day 17 minutes', ${columns.all}
           from rounds where round_id = $1 returning round_id`,
          [from, number],
        );
        for (const { columns: names, name } of tables) {
          await transaction.unsafe(
            `insert into ${name} (round_id, ${names}) select $1::int, ${names} from ${name} where round_id = $2`,
            [copy?.round_id ?? 0, from],
          );
        }
      }
    });
    done = last;
    report(done);
  }
  await sql`vacuum analyze`;
}
