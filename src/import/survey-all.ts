/** Looks at every file once, refuses what can be no part of a round, and puts the others together by their round keys. */
import type { Sql } from "../db/driver/connect.ts";
import { errorCodeOf } from "../errors.ts";
import { CUT_REASON } from "../format/file.ts";
import { readToldRejections, recordRejections, type RejectedFile } from "./ledger.ts";
import { fileFaultOf, type FileFault } from "./file-fault.ts";
import { RefusedPaths } from "./refused-paths.ts";
import { reportRefused, type ReportWriter } from "./report.ts";
import type { Candidate } from "./round-files.ts";
import { openPath, type FoundPath } from "./sources.ts";
import { surveyFile } from "./survey.ts";

/** What surveying needs to know of how to import. */
export interface SurveyOptions {
  readonly dryRun: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Gets each folder that could not be listed. */
  readonly onUnlisted?: (folder: string) => void;
  /** Gets how many files were looked at. */
  readonly onFile?: ((files: number) => void) | undefined;
}

/** Looks at every file; returns the round files by round key, in the order in which they were found. */
export async function surveyAll(
  sql: Sql,
  paths: AsyncIterable<FoundPath> | Iterable<FoundPath>,
  { dryRun, onFile, onUnlisted, signal }: SurveyOptions,
  report: ReportWriter,
): Promise<Map<string, Candidate[]>> {
  const rounds = new Map<string, Candidate[]>();
  const words = new Map<string, string>();
  const share = (text: string): string => {
    const known = words.get(text);
    if (known === undefined) words.set(text, text);
    return known ?? text;
  };
  const refusedPaths = await RefusedPaths.open(sql, dryRun);
  const refusePath = async (path: string, label: string, fault: FileFault): Promise<void> => {
    const isKnown = await refusedPaths.remember(path, label, fault);
    report.addFile(reportRefused({ label, sha256: "", sizeBytes: 0 }, fault, isKnown));
  };
  const refuseFile = async (file: RejectedFile): Promise<void> => {
    const known = await readToldRejections(sql, [file]);
    if (!dryRun) await recordRejections(sql, [file]);
    report.addFile(reportRefused(file, file.fault, known.has(file.sha256)));
  };
  let files = 0;
  for await (const found of paths) {
    if (found.error !== undefined) onUnlisted?.(found.path);
    let damage: { readonly label: string; readonly error: unknown } | undefined;
    const damaged = (label: string, error: unknown): void => {
      damage = { label, error };
    };
    for await (const file of openPath(found, damaged)) {
      signal?.throwIfAborted();
      onFile?.(++files);
      if (file.fault !== undefined) {
        await refusePath(found.path, file.label, file.fault);
        continue;
      }
      const surveyed = await surveyFile(file, share);
      if (surveyed.is === "other") {
        report.passOver();
      } else if (surveyed.is === "refused") {
        await refuseFile({ ...surveyed, label: file.label });
      } else {
        const { candidate } = surveyed;
        const others = rounds.get(candidate.roundKey);
        if (others === undefined) rounds.set(candidate.roundKey, [candidate]);
        else others.push(candidate);
      }
    }
    if (damage === undefined) {
      await refusedPaths.forget(found.path);
      continue;
    }
    const { error, label } = damage;
    const fault = fileFaultOf(error);
    if (fault === undefined) throw error;
    await refusePath(found.path, label, fault);
    if (!isBadChecksum(error)) continue;
    for (const file of distrust(rounds, label)) await refuseFile({ ...file, fault: NO_CHECKSUM });
  }
  return rounds;
}

/** Whether an archive holds other bytes than were packed: some of what came out of it is wrong, and nobody knows what. */
function isBadChecksum(error: unknown): boolean {
  return error instanceof Error && errorCodeOf(error.cause) === "Z_DATA_ERROR";
}

/** Of a compressed tar archive whose checksum is wrong, takes out the files that have no checksum of their own. */
function distrust(rounds: Map<string, Candidate[]>, archive: string): Candidate[] {
  const distrusted: Candidate[] = [];
  for (const [roundKey, files] of rounds) {
    const isSound = ({ endReason, source }: Candidate): boolean =>
      source.type !== "tar" || source.archive !== archive || endReason !== CUT_REASON;
    distrusted.push(...files.filter((file) => !isSound(file)));
    const sound = files.filter(isSound);
    if (sound.length === 0) rounds.delete(roundKey);
    else rounds.set(roundKey, sound);
  }
  return distrusted;
}

const NO_CHECKSUM: FileFault = {
  code: "E_ARCHIVE",
  message: "its archive is damaged, and the file was cut, so that it has no checksum of its own",
  line: 0,
};
