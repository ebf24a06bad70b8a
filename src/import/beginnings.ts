/**
 * Whether an unfinished file is the beginning of another one. The tracker appends to files, so a file that goes on where
 * another was cut begins with the bytes of it; but it writes the heatmap as a whole each time: of that the header stays, and
 * the counts of its cells only grow.
 */
import { createHash } from "node:crypto";

import type { Transaction } from "../db/driver/connect.ts";
import type { Columns } from "../db/rows.ts";
import { RoundFileParser } from "../parsers/round-file.ts";
import { HeatmapSums } from "./heatmap-sums.ts";
import { readingError } from "./file-fault.ts";
import type { LedgerFile, ReadyFile } from "./round-files.ts";
import { checkAgreement, type RoundState } from "./round-row.ts";
import { atMost } from "./streams.ts";
import { readNotes } from "./survey.ts";

/** Hash of the first bytes of a file. */
export async function hashBeginning(bytes: AsyncIterable<Buffer>, length: number): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of atMost(bytes, length)) hash.update(chunk);
  } catch (error) {
    throw readingError(error);
  }
  return hash.digest("hex");
}

/** A file that is stored, or one that can be read. */
export type AnyFile = LedgerFile | ReadyFile;

/** Compares the files of one round and kind. */
export class Beginnings {
  readonly #transaction: Transaction;
  /** The round, where something of it is stored. */
  readonly #round: RoundState | undefined;
  /** Whether what is stored of the kind came from several files, so that nobody knows which cell came from which. */
  readonly #isInPieces: boolean;
  readonly #attempt: <Result>(file: ReadyFile, work: () => Promise<Result>) => Promise<Result>;

  /** `attempt` does the work on a file; an error in it is the fault of that file. */
  constructor(
    transaction: Transaction,
    round: RoundState | undefined,
    isInPieces: boolean,
    attempt: <Result>(file: ReadyFile, work: () => Promise<Result>) => Promise<Result>,
  ) {
    this.#transaction = transaction;
    this.#round = round;
    this.#isInPieces = isInPieces;
    this.#attempt = attempt;
  }

  /** See `IsBeginning`. Refuses a file whose header contradicts the stored round, which says more than that it differs. */
  readonly isBeginning = async (unfinished: AnyFile, other: AnyFile): Promise<boolean | undefined> => {
    const answer = await this.#compare(unfinished, other);
    if (answer === false)
      for (const file of [unfinished, other]) if (isFound(file)) await this.#checkHeader(file);
    return answer;
  };

  async #compare(unfinished: AnyFile, other: AnyFile): Promise<boolean | undefined> {
    const beginsAlike = await this.#beginAlike(unfinished, other);
    if (unfinished.kind !== "heatmap" || beginsAlike === false) return beginsAlike;
    const [few, many] = [await this.#cellsOf(unfinished), await this.#cellsOf(other)];
    return few === undefined || many === undefined ? beginsAlike : few.areWithin(many);
  }

  async #checkHeader(file: ReadyFile): Promise<void> {
    await this.#attempt(file, async () => {
      checkAgreement((await readNotes(file)).header, this.#round);
    });
  }

  async #beginAlike(unfinished: AnyFile, other: AnyFile): Promise<boolean | undefined> {
    const { beginningBytes: length, kind, sizeBytes } = unfinished;
    if (length === null) {
      if (!isFound(other) || (kind !== "heatmap" && other.beginningBytes < sizeBytes)) return false;
      return this.#isOfSameModule(other);
    }
    if (length > other.sizeBytes) return false;
    const [own, others] = [await this.#hashOf(unfinished, length), await this.#hashOf(other, length)];
    return own === undefined || others === undefined ? undefined : own === others;
  }

  /** Hash of the first bytes; of a stored file known only for as many as it had. */
  async #hashOf(file: AnyFile, length: number): Promise<string | undefined> {
    if (isFound(file)) return this.#attempt(file, () => hashBeginning(file.open(), length));
    return file.beginningBytes === length ? (file.beginningSha256 ?? undefined) : undefined;
  }

  /** Of files that were stored before the ledger knew how they began. The rest of the header is compared for every file. */
  async #isOfSameModule(file: ReadyFile): Promise<boolean> {
    const { header } = await this.#attempt(file, () => readNotes(file));
    return header.trackerSha1 === this.#round?.trackerSha1;
  }

  async #cellsOf(file: AnyFile): Promise<HeatmapSums | undefined> {
    if (isFound(file)) return this.#attempt(file, () => readCells(file.open()));
    if (this.#isInPieces || this.#round === undefined) return undefined;
    const cells = new HeatmapSums();
    const rows = await this.#transaction<
      Columns<"proximity_heatmap", "cell_x" | "cell_y" | "team" | "kills" | "deaths">[]
    >`
      select cell_x, cell_y, team, kills, deaths from proximity_heatmap where round_id = ${this.#round.roundId}`;
    for (const row of rows) cells.addRow(new Map(Object.entries(row)));
    return cells;
  }
}

/** Whether a file can be read: one that was found, where others are only in the ledger. */
export const isFound = (file: AnyFile): file is ReadyFile => "open" in file;

/** The good rows of a heatmap. */
async function readCells(bytes: AsyncIterable<Buffer>): Promise<HeatmapSums> {
  const cells = new HeatmapSums();
  const parser = new RoundFileParser();
  let columns: readonly string[] = [];
  try {
    for await (const chunk of bytes) {
      for (const event of parser.push(chunk)) {
        if (event.type === "header") ({ columns } = event.header);
        else if (event.type === "rows") cells.add(event.batch, columns);
      }
    }
  } catch (error) {
    throw readingError(error);
  }
  return cells;
}
