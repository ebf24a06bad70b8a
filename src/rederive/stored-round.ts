/** What the database knows of a round besides its facts: the ground on which rules can be applied to it, or not. */
import type { Transaction } from "../db/driver/connect.ts";
import { camelRow, type CamelRow, type Columns } from "../db/rows.ts";
import type { Kind } from "../format/columns.ts";
import type { RuleName } from "./rule-names.ts";

const COLUMNS = [
  "round_id",
  "round_key",
  "configuration",
  "captures",
  "began_ms",
  "end_ms",
  "ended_at",
  "end_reason",
  "combat_rows",
  "position_rows",
  "positions_pruned_at",
  "pieces",
] as const;

interface FileRow {
  readonly kind: Kind;
  /** Rows of its files that are not in the database: left out as bad, or lost on the server. */
  readonly missing: number;
  readonly is_complete: boolean;
}

/** A round, and what happened to the files of each kind. */
export interface StoredRound extends CamelRow<Columns<"rounds", (typeof COLUMNS)[number]>> {
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly captures: Readonly<Record<string, string | undefined>>;
  readonly files: readonly CamelRow<FileRow>[];
}

/** Reads the row of a round and what the ledger says of its files; undefined where there is no such round. */
export async function readStoredRound(
  transaction: Transaction,
  roundId: number,
): Promise<StoredRound | undefined> {
  const [row] = await transaction<Columns<"rounds", (typeof COLUMNS)[number]>[]>`
    select ${transaction(COLUMNS)} from rounds where round_id = ${roundId} for no key update`;
  if (row === undefined) return undefined;
  const files = await transaction<FileRow[]>`
    select kind, sum(rows_rejected + coalesce(rows_lost, 0))::int as missing, bool_and(is_complete) as is_complete
    from import_files where round_id = ${roundId} and status = 'imported' group by kind`;
  return { ...camelRow(row), files: files.map((file) => camelRow(file)) } as StoredRound;
}

/** What each rule needs to have been recorded. */
const NEEDS = {
  engagement: { captures: ["hit", "kill"], positions: false },
  crossfire: { captures: ["hit", "kill"], positions: false },
  bait: { captures: ["hit", "kill"], positions: true },
  trade: { captures: ["kill"], positions: false },
  heatmap: { captures: ["kill"], positions: false },
} as const satisfies Readonly<
  Record<RuleName, { readonly captures: readonly string[]; readonly positions: boolean }>
>;

/** Whether a rule asks where players are between the events. */
export const needsPositions = (rule: RuleName): boolean => NEEDS[rule].positions;

/** What the rows of a capture are, in words. */
const CAPTURE_WORDS: Readonly<Record<string, string>> = { hit: "hits", kill: "kills", revive: "revives" };

function missingOf(round: StoredRound, kind: "combat" | "positions"): string | undefined {
  const file = round.files.find((candidate) => candidate.kind === kind);
  if (file !== undefined && file.missing > 0) return `rows of ${kind} are missing`;
  // Where the server died, all files end there; else one of them was cut later, and the others know more.
  if (file !== undefined && !file.isComplete && round.endReason === "cut" && round.endedAt !== null)
    return "a file of the round is cut";
  return undefined;
}

/** Which fact a rule misses in a round, in words; undefined where it can be applied. */
export function missingFacts(round: StoredRound, rule: RuleName): string | undefined {
  const { captures, positions } = NEEDS[rule];
  if (round.combatRows === null) return "no combat file";
  for (const capture of captures) {
    const state = round.captures[capture] ?? "unknown";
    if (state !== "on" && state !== "by_state")
      return `${CAPTURE_WORDS[capture] ?? capture} not recorded (${capture}: ${state})`;
  }
  // Where a piece begins is not stored; the heatmap alone asks for nothing that goes on from one kill to the next.
  if ((round.pieces ?? 1) > 1 && rule !== "heatmap") return "recorded in several pieces";
  const missing = missingOf(round, "combat");
  if (missing !== undefined || !positions) return missing;
  if (round.positionsPrunedAt !== null) return "positions pruned";
  const state = round.captures["positions"] ?? "unknown";
  if (state !== "on") return `positions not recorded (positions: ${state})`;
  if (round.positionRows === null || round.positionRows === 0) return "no positions";
  return missingOf(round, "positions");
}
