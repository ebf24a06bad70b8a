/** The ledger of what people put right by hand: the table `corrections`. */
import type { Transaction } from "../db/driver/connect.ts";
import type { JSONValue } from "postgres";

/** What was done, to what, and why. */
export interface Correction {
  readonly action: string;
  readonly subject: string;
  readonly reason?: string | undefined;
  readonly details?: Readonly<Record<string, JSONValue>>;
}

/** Writes down what was done; an earlier one of the same kind, to the same thing, holds no more. */
export async function note(transaction: Transaction, corrections: readonly Correction[]): Promise<void> {
  for (const { action, details, reason, subject } of corrections) {
    await undo(transaction, action, [subject]);
    await transaction`
      insert into corrections ${transaction({ action, subject, reason: reason ?? "", details: transaction.json(details ?? {}) })}`;
  }
}

/** Writes down that what was done holds no more. */
export async function undo(
  transaction: Transaction,
  action: string,
  subjects: readonly string[],
): Promise<void> {
  await transaction`
    update corrections set undone_at = now()
    where action = ${action} and subject = any(${subjects as string[]}) and undone_at is null`;
}
