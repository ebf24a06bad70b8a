/** A round file on its way into the database: found, ready to be read, stored. */
import type { ForeignTotals } from "../parsers/foreign/foreign-round.ts";
import type { Kind } from "../format/columns.ts";
import type { CUT_REASON, EndReason } from "../format/file.ts";
import type {
  AnnounceNote,
  CaptureNote,
  ObjectiveNote,
  PlayerNote,
  RoundHeader,
  RoundTrailer,
} from "../parsers/note-reader.ts";
import type { FileVersion } from "./decide.ts";
import type { FoundRound } from "./foreign-files.ts";
import type { LifeSum } from "./life-sums.ts";
import type { Source } from "./sources.ts";
import type { EncodingChange } from "./transfer-changes.ts";

/** A round file that was found, in few words: an archive may hold tens of thousands. */
export interface Candidate extends FileVersion {
  readonly label: string;
  readonly source: Source;
  readonly kind: Kind;
  readonly roundKey: string;
  readonly matchKey: string;
  readonly map: string;
  readonly round: number;
  /** 1, or more for what was recorded after the modules were reloaded in the middle of the round. */
  readonly piece: number;
  readonly endReason: EndReason | typeof CUT_REASON;
  /** So many bytes every later version of the file begins with. */
  readonly beginningBytes: number;
  /** What a transfer changed, in words; undone in its bytes. */
  readonly changes?: readonly string[] | undefined;
  /** Which of these changes is to be undone after opening: the others show in the beginning of a file. */
  readonly encodingChange?: EncodingChange | undefined;
  /** Of a file of another tracker. */
  readonly foreign?: ForeignPart | undefined;
  /** What the first look read, kept of the first files of an import: they are not read for it again. */
  readonly notes?: RoundNotes | undefined;
}

/** What of a file of another tracker a {@link Candidate} stands for. */
export interface ForeignPart {
  /** The name of its format, see `ForeignReader`. */
  readonly source: string;
  /** Which of the file's rounds, by its content. */
  readonly contentSha256: string;
}

/** A {@link Candidate} whose bytes can be read. */
export interface ReadyFile extends Candidate {
  /** Its bytes, as often as needed. */
  readonly open: () => AsyncIterable<Buffer>;
  /** Of a file of another tracker: its round, as often as needed. */
  readonly findRound?: (() => Promise<FoundRound>) | undefined;
}

/** All lines of a file that are not rows. */
export interface RoundNotes {
  readonly header: RoundHeader;
  /** Undefined for a file that was cut. */
  readonly trailer: RoundTrailer | undefined;
  readonly players: readonly PlayerNote[];
  readonly captures: readonly CaptureNote[];
  readonly objectives: readonly ObjectiveNote[];
  readonly announcements: readonly AnnounceNote[];
  /** Of a round of another tracker. */
  readonly totals?: readonly ForeignTotals[];
}

/** A file whose rows this transaction stored. */
export interface StoredFile {
  readonly kind: Kind;
  readonly file: Candidate;
  readonly notes: RoundNotes;
  /** Rows in the database, counted there. */
  readonly rows: number;
  /** Bad rows left out. */
  readonly rowsRejected: number;
  /** Bytes of a torn last line that were dropped. */
  readonly tornBytes: number;
  /** Round time of the last row or note, ms. */
  readonly lastTimeMs: number;
  /** Hash of its beginning, which what continues it must have too; null for a complete file. */
  readonly beginningSha256: string | null;
}

/** All pieces of a kind that this transaction stored. */
export interface StoredKind {
  readonly kind: Kind;
  /** In the order of the pieces. */
  readonly files: readonly StoredFile[];
  /** Rows to be stored: of the heatmap fewer than in the files, where pieces have the same cells. */
  readonly rows: number;
  /** Rows that the database says it stored. */
  readonly storedRows: number;
  /** Of positions, the side of the cells that their movement is summed up in, units; null where it is not. */
  readonly movementCellUnits: number | null;
  /** Of positions, the sums of each life; undefined where the database is to sum up. */
  readonly lives?: readonly LifeSum[] | undefined;
}

/** A file that the ledger says is stored. */
export interface LedgerFile extends FileVersion {
  readonly kind: Kind;
  readonly piece: number;
  readonly label: string;
  /** Of an unfinished file: how many bytes what continues it must begin with, and their hash; null where the ledger does not have it. */
  readonly beginningBytes: number | null;
  readonly beginningSha256: string | null;
}
