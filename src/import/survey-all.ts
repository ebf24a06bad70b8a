/** Looks at every file once, or knows it from an earlier look, refuses what can be no part of a round, and puts the others together by their round keys. */
import type { Sql } from "../db/driver/connect.ts";
import { errorCodeOf } from "../errors.ts";
import { CUT_REASON } from "../format/file.ts";
import { readToldRejections, recordRejections, type RejectedFile } from "./ledger.ts";
import { fileFaultOf, type FileFault } from "./file-fault.ts";
import { KnownPaths, type KnownContent } from "./known-paths.ts";
import { RefusedPaths } from "./refused-paths.ts";
import { reportRefused, type ReportWriter } from "./report.ts";
import type { Candidate } from "./round-files.ts";
import type { FoundPath } from "./find-paths.ts";
import { knownFile, openPath, type FoundFile } from "./sources.ts";
import { surveyFile, type Surveyed } from "./survey.ts";

/** What surveying needs to know of how to import. */
export interface SurveyOptions {
  readonly dryRun: boolean;
  /** Whether to read what is known by path, size and time, too. */
  readonly verify?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Gets each folder that could not be listed. */
  readonly onUnlisted?: (folder: string) => void;
  /** Gets how many files were looked at. */
  readonly onFile?: ((files: number) => void) | undefined;
}

/** Of so many files the notes are kept, some kilobytes each. An archive may hold tens of thousands. */
const FILES_WITH_NOTES = 500;
/** So many paths are looked up at once. */
const PATHS_AT_ONCE = 500;

/** Looks at every file; returns the round files by round key, in the order in which they were found. */
export async function surveyAll(
  sql: Sql,
  paths: AsyncIterable<FoundPath> | Iterable<FoundPath>,
  options: SurveyOptions,
  report: ReportWriter,
): Promise<Map<string, Candidate[]>> {
  const survey = new Survey(sql, options, report, await RefusedPaths.open(sql, options.dryRun));
  let portion: FoundPath[] = [];
  for await (const found of paths) {
    portion.push(found);
    if (portion.length < PATHS_AT_ONCE) continue;
    await survey.take(portion);
    portion = [];
  }
  await survey.take(portion);
  return survey.rounds;
}

/** What is remembered of a path: what it is, and not what its notes say. */
function withoutNotes(surveyed: Surveyed): Surveyed {
  return surveyed.is === "round file" ? { is: surveyed.is, candidate: surveyed.candidate } : surveyed;
}

/** The look at all files of an import. */
class Survey {
  readonly rounds = new Map<string, Candidate[]>();
  readonly #sql: Sql;
  readonly #options: SurveyOptions;
  readonly #report: ReportWriter;
  readonly #refusedPaths: RefusedPaths;
  readonly #words = new Map<string, string>();
  #files = 0;
  #filesWithNotes = 0;

  constructor(sql: Sql, options: SurveyOptions, report: ReportWriter, refusedPaths: RefusedPaths) {
    this.#sql = sql;
    this.#options = options;
    this.#report = report;
    this.#refusedPaths = refusedPaths;
  }

  /** Takes some paths: what is known of them from the database, the others by opening them. */
  async take(portion: readonly FoundPath[]): Promise<void> {
    const { dryRun, verify = false } = this.#options;
    const known = await KnownPaths.find(this.#sql, portion, verify);
    for (const found of portion) {
      const contents = known.contentsOf(found);
      if (contents === undefined) await this.#open(found, known);
      else await this.#takeKnown(found, contents);
    }
    if (!dryRun) await known.save();
  }

  async #takeKnown(found: FoundPath, contents: readonly KnownContent[]): Promise<void> {
    for (const content of contents) {
      this.#count();
      this.#report.leaveClosed();
      await this.#sort(knownFile(found.path, content.inside), content);
    }
    await this.#refusedPaths.forget(found.path);
  }

  async #open(found: FoundPath, known: KnownPaths): Promise<void> {
    if (found.error !== undefined) this.#options.onUnlisted?.(found.path);
    let damage: { readonly label: string; readonly error: unknown } | undefined;
    const damaged = (label: string, error: unknown): void => {
      damage = { label, error };
    };
    let contents: KnownContent[] | undefined = [];
    for await (const file of openPath(found, damaged)) {
      this.#count();
      if (file.fault !== undefined) {
        await this.#refusePath(found.path, file.label, file.fault);
        await this.#distrust(file.label, file.reason);
        contents = undefined;
        continue;
      }
      for (const surveyed of await surveyFile(file, this.#share)) {
        contents?.push({ ...withoutNotes(surveyed), inside: file.inside });
        await this.#sort(file, surveyed);
      }
    }
    if (damage === undefined) {
      if (contents !== undefined) await known.add(found, contents);
      await this.#refusedPaths.forget(found.path);
      return;
    }
    const { error, label } = damage;
    const fault = fileFaultOf(error);
    if (fault === undefined) throw error;
    await this.#refusePath(found.path, label, fault);
    await this.#distrust(label, error);
  }

  /** Refuses the files of an archive that nobody can vouch for, where it holds other bytes than were packed. */
  async #distrust(archive: string, error: unknown): Promise<void> {
    if (!isBadChecksum(error)) return;
    for (const file of distrust(this.rounds, archive))
      await this.#refuseFile({ ...file, fault: NO_CHECKSUM });
  }

  #count(): void {
    this.#options.signal?.throwIfAborted();
    this.#options.onFile?.(++this.#files);
  }

  /** Puts a file where it belongs. */
  async #sort({ label, source }: Pick<FoundFile, "label" | "source">, surveyed: Surveyed): Promise<void> {
    if (surveyed.is === "other") {
      this.#report.passOver(surveyed.name);
      return;
    }
    if (surveyed.is === "refused") {
      const { fault, sha256, sizeBytes } = surveyed;
      await this.#refuseFile({ label, fault, sha256, sizeBytes });
      return;
    }
    const { candidate } = surveyed;
    const notes = this.#filesWithNotes < FILES_WITH_NOTES ? surveyed.notes : undefined;
    const roundKey = this.#share(candidate.roundKey);
    const matchKey = this.#share(candidate.matchKey);
    const map = this.#share(candidate.map);
    if (notes !== undefined) this.#filesWithNotes += 1;
    const file: Candidate = { ...candidate, notes, label, source, roundKey, matchKey, map };
    const files = this.rounds.get(roundKey);
    if (files === undefined) this.rounds.set(roundKey, [file]);
    else files.push(file);
  }

  async #refusePath(path: string, label: string, fault: FileFault): Promise<void> {
    const isKnown = await this.#refusedPaths.remember(path, label, fault);
    this.#report.addFile(reportRefused({ label, sha256: "", sizeBytes: 0 }, fault, isKnown));
  }

  async #refuseFile(file: RejectedFile): Promise<void> {
    const known = await readToldRejections(this.#sql, [file]);
    if (!this.#options.dryRun) await recordRejections(this.#sql, [file]);
    this.#report.addFile(reportRefused(file, file.fault, known.has(file.sha256)));
  }

  readonly #share = (text: string): string => {
    const known = this.#words.get(text);
    if (known === undefined) this.#words.set(text, text);
    return known ?? text;
  };
}

/** Whether an archive holds other bytes than were packed: some of what came out of it is wrong, and nobody knows what. */
function isBadChecksum(error: unknown): boolean {
  return error instanceof Error && errorCodeOf(error.cause) === "Z_DATA_ERROR";
}

/** Of a compressed tar archive whose checksum is wrong, takes out the files that have no checksum of their own. */
function distrust(rounds: Map<string, Candidate[]>, archive: string): Candidate[] {
  const distrusted: Candidate[] = [];
  for (const [roundKey, files] of rounds) {
    const isSound = ({ endReason, foreign, label, source }: Candidate): boolean =>
      source.type !== "passing" ||
      !label.startsWith(`${archive}!`) ||
      (endReason !== CUT_REASON && foreign === undefined);
    distrusted.push(...files.filter((file) => !isSound(file)));
    const sound = files.filter(isSound);
    if (sound.length === 0) rounds.delete(roundKey);
    else rounds.set(roundKey, sound);
  }
  return distrusted;
}

const NO_CHECKSUM: FileFault = {
  code: "E_ARCHIVE",
  message:
    "its archive is damaged, and the file was cut or is another tracker's, so that it has no checksum of its own",
  line: 0,
};
