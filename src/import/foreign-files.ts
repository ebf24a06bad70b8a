/**
 * Files of other trackers while their rounds are stored: each is read on from where its last round ended, and a round is read
 * once for all its kinds. Memory holds one round for each that is being stored.
 */
import { RoundFileError } from "../parsers/fault.ts";
import type { ForeignReader, ForeignRound } from "../parsers/foreign/foreign-round.ts";
import { FILE_CHANGED, FileFaultError } from "./file-fault.ts";
import { foreignReader, foreignRounds } from "./foreign.ts";
import type { Candidate, ForeignPart } from "./round-files.ts";

/** Files that wait in the middle: rounds that are stored side by side may be of as many. */
const MAXIMUM_WAITING = 2;

/** A round that was found in its file again, and what read it. */
export interface FoundRound {
  readonly reader: ForeignReader;
  readonly round: ForeignRound;
}

/** A round of a file, and how to read that from its start. */
interface Wanted {
  readonly foreign: ForeignPart;
  readonly label: string;
  readonly open: () => AsyncIterable<Buffer>;
}

/** All files of other trackers of an import. */
export class ForeignFiles {
  /** How many candidates of each file are not done. */
  readonly #left = new Map<string, number>();
  /** The files that wait, those that were used last at the end. */
  readonly #waiting = new Map<string, AsyncGenerator<ForeignRound>>();
  readonly #lanes = new Set<ForeignLane>();
  #turn: Promise<unknown> = Promise.resolve();

  /** Takes note of files to come: what is read of a file stays open until all of them are done. */
  expect(candidates: readonly Candidate[]): void {
    for (const { foreign, label } of candidates)
      if (foreign !== undefined) this.#left.set(label, (this.#left.get(label) ?? 0) + 1);
  }

  /** Begins with what stands for a round; to be ended with `end`. */
  begin(candidates: readonly Candidate[]): ForeignLane {
    const lane = new ForeignLane(candidates);
    this.#lanes.add(lane);
    return lane;
  }

  /**
   * Finds a round in its file again, and keeps it until another is asked for. Throws when the file is no longer the one that was
   * surveyed.
   */
  find(lane: ForeignLane, wanted: Wanted): Promise<FoundRound> {
    return this.#inTurn(async () => {
      let round = lane.kept(wanted);
      if (round === undefined) {
        lane.drop();
        round = await this.#find(wanted);
        lane.keep(wanted.label, round);
      }
      return { reader: foreignReader(wanted.foreign.source), round };
    });
  }

  /** Ends what `begin` began: nothing may be asked for it any more. */
  async end(lane: ForeignLane, candidates: readonly Candidate[]): Promise<void> {
    lane.drop();
    this.#lanes.delete(lane);
    const labels = candidates.flatMap(({ foreign, label }) => (foreign === undefined ? [] : [label]));
    for (const label of labels) {
      const left = (this.#left.get(label) ?? 0) - 1;
      if (left > 0) {
        this.#left.set(label, left);
        continue;
      }
      this.#left.delete(label);
      await this.#inTurn(() => this.#leave(label));
    }
  }

  /** Closes what is open. */
  async close(): Promise<void> {
    await this.#inTurn(async () => {
      for (const label of [...this.#waiting.keys()]) await this.#leave(label);
    });
  }

  /** A file is read for one round at a time. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    // Keeps no round.
    const over = (): void => undefined;
    this.#turn = result.then(over, over);
    return result;
  }

  async #find({ foreign, label, open }: Wanted): Promise<ForeignRound> {
    const { contentSha256, source } = foreign;
    const waiting = this.#waiting.get(label);
    if (waiting !== undefined) {
      // What is wrong there shows from the start, too, if it is before the round.
      const found = await this.#readOn(label, waiting, contentSha256).catch(() => undefined);
      if (found !== undefined) return found;
      await this.#leave(label);
    }
    for (const other of this.#waiting.keys()) {
      if (this.#waiting.size < MAXIMUM_WAITING) break;
      await this.#leave(other);
    }
    const rounds = foreignRounds(foreignReader(source), label, open());
    const found = await this.#readOn(label, rounds, contentSha256).catch((error: unknown) => {
      // The survey came past this place.
      throw error instanceof RoundFileError ? new FileFaultError(FILE_CHANGED, error) : error;
    });
    if (found === undefined) throw new FileFaultError(FILE_CHANGED);
    return found;
  }

  /** Reads until a round; what is passed and needed at the moment, its lane gets. */
  async #readOn(
    label: string,
    rounds: AsyncGenerator<ForeignRound>,
    contentSha256: string,
  ): Promise<ForeignRound | undefined> {
    for (let next = await rounds.next(); next.done !== true; next = await rounds.next()) {
      const round = next.value;
      if (round.contentSha256 === contentSha256) {
        this.#waiting.delete(label);
        this.#waiting.set(label, rounds);
        return round;
      }
      for (const lane of this.#lanes) lane.offer(label, round);
    }
    return undefined;
  }

  async #leave(label: string): Promise<void> {
    const rounds = this.#waiting.get(label);
    this.#waiting.delete(label);
    await rounds?.return(undefined);
  }
}

/** What the files of one round need of {@link ForeignFiles}. */
export class ForeignLane {
  readonly #candidates: readonly Candidate[];
  #kept: { readonly label: string; readonly round: ForeignRound } | undefined;

  constructor(candidates: readonly Candidate[]) {
    this.#candidates = candidates;
  }

  /** The round that it keeps, if it is this one. */
  kept({ foreign, label }: Wanted): ForeignRound | undefined {
    const kept = this.#kept;
    return kept?.label === label && kept.round.contentSha256 === foreign.contentSha256
      ? kept.round
      : undefined;
  }

  /** Keeps a round in the place of another. */
  keep(label: string, round: ForeignRound): void {
    this.#kept = { label, round };
  }

  /** Takes a round that was read on the way to another, if it is one of its own and it has none. */
  offer(label: string, round: ForeignRound): void {
    const isOwn = this.#candidates.some(
      (file) => file.label === label && file.foreign?.contentSha256 === round.contentSha256,
    );
    if (this.#kept === undefined && isOwn) this.keep(label, round);
  }

  /** Keeps nothing any more. */
  drop(): void {
    this.#kept = undefined;
  }
}
