/** What it costs a server to derive stored rounds with prox's own settings, and with those that a server comes with. */
import { readFile } from "node:fs/promises";

import { createPool, type Transaction } from "../src/db/driver/connect.ts";
import { deriveRound } from "../src/db/derive.ts";
import { inTransaction } from "../src/db/driver/transaction.ts";

/** Those that matter to plans, as PostgreSQL has them without a configuration. */
const STOCK = { jit: "on", jit_above_cost: "100000", jit_inline_above_cost: "500000", random_page_cost: "4" };

/**
 * With prox's own settings a round takes some milliseconds. With stock settings it takes five seconds of a processor: beside other
 * work, four of them in each of three turns took so many minutes that nobody waited for the end.
 */
const MOST_ROUNDS = 50;
const STOCK_ROUNDS = 1;

/** What deriving a round costs the server, ms of CPU: with prox's own settings the least of all turns, with those of a server the only one. */
export interface DerivingCost {
  readonly ownMs: number;
  readonly stockMs: number;
}

/** CPU of a process, seconds: user and system. */
async function cpuSecondsOf(pid: number): Promise<number> {
  const stat = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1]?.split(" ") ?? [];
  return (Number(stat[11]) + Number(stat[12])) / 100;
}

async function setStock(transaction: Transaction): Promise<void> {
  for (const [name, value] of Object.entries(STOCK))
    await transaction`select set_config(${name}, ${value}, true)`;
}

/** Derives the rounds on a connection of its own, as plans stay with a connection; returns the server's CPU a round, ms. */
async function derive(
  url: string,
  rounds: readonly number[],
  prepare: (transaction: Transaction) => Promise<void>,
): Promise<number> {
  const sql = createPool(url, { connections: 1 });
  try {
    const [server] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
    const before = await cpuSecondsOf(server?.pid ?? 0);
    for (const id of rounds) {
      await inTransaction(sql, async (transaction) => {
        await prepare(transaction);
        await deriveRound(transaction, id);
      });
    }
    return (((await cpuSecondsOf(server?.pid ?? 0)) - before) * 1000) / rounds.length;
  } finally {
    await sql.end();
  }
}

/** Derives some of the stored rounds; undefined where the server cannot compile queries. */
export async function measureDeriving(url: string, turns: number): Promise<DerivingCost | undefined> {
  const sql = createPool(url, { connections: 1 });
  const [found] = await sql
    .begin(async (transaction) => {
      await setStock(transaction);
      return transaction<{ can_compile: boolean; rounds: number[] }[]>`
        select pg_jit_available() as can_compile,
          array(select round_id from rounds order by round_id limit ${MOST_ROUNDS}) as rounds`;
    })
    .finally(() => sql.end());
  if (found?.can_compile !== true) return undefined;
  const { rounds } = found;
  const own: number[] = [];
  for (let turn = 0; turn < turns; turn++) own.push(await derive(url, rounds, () => Promise.resolve()));
  return { ownMs: Math.min(...own), stockMs: await derive(url, rounds.slice(0, STOCK_ROUNDS), setStock) };
}
