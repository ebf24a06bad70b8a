/**
 * What the server's settings must be for prox's transactions, whatever the server, the database or the role has set: set at
 * the beginning of each, as behind a pooler nothing else lasts.
 */
import { STATEMENT_LIMIT_MS, type Transaction } from "./connect.ts";

const SETTINGS = {
  // Plans of the derived tables look dear, see `deriveRound`: compiled, they would take twenty times as long.
  jit: "off",
  // A limit that is meant for short queries must not end an import; and nothing waits for ever.
  statement_timeout: `${STATEMENT_LIMIT_MS}ms`,
  lock_timeout: "10min",
  // A client that vanished in mid-transaction must not hold up the others for ever.
  idle_in_transaction_session_timeout: "10min",
  // Since PostgreSQL 17.
  transaction_timeout: "0",
  // What texts in statements and in answers mean.
  DateStyle: "ISO",
  standard_conforming_strings: "on",
} as const;

/** Query that sets them for the rest of the transaction; those that the server does not know are left out. */
export function setSettings(transaction: Transaction) {
  return transaction`
    select set_config(name, value, true)
    from unnest(${Object.keys(SETTINGS)}::text[], ${Object.values(SETTINGS)}::text[]) as setting (name, value)
    where current_setting(name, true) is not null`;
}
