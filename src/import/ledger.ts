/** The import ledger: every round file that was ever imported or refused, by its content. */
import { packageVersion } from "../package-root.ts";
import type { Sql, Transaction } from "../db/driver/connect.ts";
import type { Columns } from "../db/rows.ts";
import type { Kind } from "../format/columns.ts";
import type { FileFault } from "./file-fault.ts";
import { ledgerPath } from "./gone-files.ts";
import type { LedgerFile, StoredFile } from "./round-files.ts";

/** A file that was refused. Kind and round key only where its header could be read. */
export interface RejectedFile {
  readonly label: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly kind?: Kind;
  readonly roundKey?: string;
  readonly fault: FileFault;
}

/** Query for the files of a round that are stored; {@link storedFile} makes sense of its rows. */
export function ledgerOf(transaction: Transaction, roundKey: string) {
  return transaction<LedgerRow[]>`
    select sha256, size_bytes, is_complete, kind, label, piece, beginning_bytes, beginning_sha256
    from import_files where round_key = ${roundKey} and status = 'imported'`;
}

type LedgerRow = Columns<
  "import_files",
  | "sha256"
  | "size_bytes"
  | "is_complete"
  | "kind"
  | "label"
  | "piece"
  | "beginning_bytes"
  | "beginning_sha256"
>;

/** A file that is stored, from its row in the ledger. */
export function storedFile(row: LedgerRow): LedgerFile {
  if (row.kind === null) throw new Error(`the ledger does not tell the kind of ${row.label}`);
  return {
    sha256: row.sha256,
    sizeBytes: row.size_bytes,
    isComplete: row.is_complete ?? false,
    kind: row.kind,
    label: row.label,
    piece: row.piece,
    beginningBytes: row.beginning_bytes,
    beginningSha256: row.beginning_sha256,
  };
}

/** Which of these contents are stored. */
export async function storedHashes(sql: Sql, hashes: readonly string[]): Promise<Set<string>> {
  const found = await sql<Columns<"import_files", "sha256">[]>`
    select sha256 from import_files where status = 'imported' and sha256 = any(${hashes as string[]})`;
  return new Set(found.map(({ sha256 }) => sha256));
}

/**
 * Queries that write down what was stored of a round, to be sent in this order; files of the same kinds that were stored
 * before are superseded.
 */
export function recordStored(transaction: Transaction, roundId: number, files: readonly StoredFile[]) {
  const entries = files.map(({ beginningSha256, file, notes, kind, rows, rowsRejected }) => ({
    sha256: file.sha256,
    kind,
    round_key: file.roundKey,
    round_id: roundId,
    piece: file.piece,
    label: file.label,
    size_bytes: file.sizeBytes,
    status: "imported",
    is_complete: file.isComplete,
    format_version: notes.header.formatVersion,
    rows,
    rows_rejected: rowsRejected,
    rows_lost: notes.header.origin === undefined ? (notes.trailer?.rowsLost ?? 0) : null,
    beginning_bytes: beginningSha256 === null ? null : file.beginningBytes,
    beginning_sha256: beginningSha256,
    prox_version: packageVersion(),
  }));
  return [
    transaction`
      update import_files set status = 'superseded', round_id = null, decided_at = now()
      where round_id = ${roundId} and status = 'imported' and kind::text = any(${files.map(({ kind }) => kind)})`,
    transaction`
      insert into import_files ${transaction(entries)}
      on conflict (sha256) do update
      set (kind, round_key, round_id, piece, label, size_bytes, status, is_complete, format_version, rows, rows_rejected, rows_lost,
           beginning_bytes, beginning_sha256, prox_version) =
          (excluded.kind, excluded.round_key, excluded.round_id, excluded.piece, excluded.label, excluded.size_bytes, excluded.status,
           excluded.is_complete, excluded.format_version, excluded.rows, excluded.rows_rejected,
           excluded.rows_lost, excluded.beginning_bytes, excluded.beginning_sha256, excluded.prox_version),
        (error_code, error_message, error_line, error_column, error_text, path, gone_at) = (null, null, null, null, null, null, null),
        decided_at = now()`,
  ] as const;
}

/** The contents among these that an earlier import refused for the same reason: what was told once. */
export async function readToldRejections(
  sql: Sql,
  files: readonly RejectedFile[],
): Promise<ReadonlySet<string>> {
  if (files.length === 0) return new Set();
  const before = await sql<Columns<"import_files", "sha256" | "error_code" | "error_line">[]>`
    select sha256, error_code, error_line from import_files
    where status = 'rejected' and sha256 = any(${files.map(({ sha256 }) => sha256)})`;
  const told = before.map(
    ({ error_code: code, error_line: line, sha256 }) => `${sha256} ${code} ${line ?? 0}`,
  );
  const known = files.filter(({ fault, sha256 }) => told.includes(`${sha256} ${fault.code} ${fault.line}`));
  return new Set(known.map(({ sha256 }) => sha256));
}

/** Notes what was refused, unless the same content is stored; what was superseded once is refused from now on. */
export async function recordRejections(sql: Sql, files: readonly RejectedFile[]): Promise<void> {
  for (const { kind, label, fault, roundKey, sha256, sizeBytes } of files) {
    const entry = {
      sha256,
      kind: kind ?? null,
      round_key: roundKey ?? null,
      label,
      path: ledgerPath(label),
      gone_at: null,
      size_bytes: sizeBytes,
      status: "rejected",
      error_code: fault.code,
      error_message: fault.message,
      error_line: fault.line === 0 ? null : fault.line,
      error_column: fault.field ?? null,
      error_text: fault.text ?? null,
      prox_version: packageVersion(),
    };
    await sql`
      insert into import_files ${sql(entry)}
      on conflict (sha256) do update set ${sql(entry)}, decided_at = now()
      where import_files.status <> 'imported'`;
  }
}
