/** Says what storing a round would come to: reads and checks everything, and writes nothing. */
import type { Sql } from "../db/driver/connect.ts";
import { KINDS } from "../format/columns.ts";
import type { RoundFileEnd } from "../parsers/round-file.ts";
import { batchBytes } from "../parsers/row-lanes.ts";
import { planKind } from "./decide.ts";
import { ledgerOf } from "./ledger.ts";
import { readRows } from "./read-rows.ts";
import { refusalOf } from "./refusal.ts";
import { checkAgreement, findRound, type StoredFile } from "./round-row.ts";
import {
  conflictOf,
  type FileOutcome,
  type ReadyFile,
  type RoundOutcome,
  type StoreOptions,
} from "./store-round.ts";
import { readFrame } from "./survey.ts";

/** What `storeRound` would do. The state that it tells is the one before. */
export async function tryRound(
  sql: Sql,
  roundKey: string,
  files: readonly ReadyFile[],
  options: StoreOptions,
): Promise<RoundOutcome> {
  const ledger = await ledgerOf(sql, roundKey);
  const existing = await findRound(sql, roundKey);
  const outcomes: FileOutcome[] = [];
  for (const kind of KINDS) {
    const old = ledger.find((file) => file.kind === kind);
    const plan = planKind(
      kind,
      old,
      files.filter((file) => file.kind === kind),
      options.replace,
    );
    for (const file of plan.skipped) outcomes.push({ file, fate: "skipped" });
    for (const file of plan.conflicts) outcomes.push({ file, fate: "rejected", refusal: conflictOf(old) });
    if (plan.chosen !== undefined) outcomes.push(await tryFile(plan.chosen, existing, options));
  }
  const has = (fate: FileOutcome["fate"]): boolean => outcomes.some((outcome) => outcome.fate === fate);
  const stored = existing === undefined ? "imported" : "replaced";
  const status = has("imported") ? stored : has("rejected") ? "rejected" : "skipped";
  return { status, state: existing, files: outcomes };
}

async function tryFile(
  file: ReadyFile,
  existing: Awaited<ReturnType<typeof findRound>>,
  { badRows, onRows, signal }: StoreOptions,
): Promise<FileOutcome> {
  try {
    const frame = await readFrame(file.open(), file.sha256);
    checkAgreement(frame.header, existing);
    const rows = readRows(file.open(), { badRows, sha256: file.sha256, signal });
    let next = await rows.next();
    for (; next.done !== true; next = await rows.next()) onRows?.(next.value.count, batchBytes(next.value));
    const end: RoundFileEnd = next.value;
    const { lastTimeMs, tornBytes } = end;
    const stored: StoredFile = {
      kind: file.kind,
      file,
      frame,
      rows: end.rows,
      rowsRejected: end.badRows,
      tornBytes,
      lastTimeMs,
      movementCellUnits: null,
    };
    return { file, fate: "imported", stored };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    return { file, fate: "rejected", refusal };
  }
}
