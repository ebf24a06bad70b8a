/** What to do when a disk takes no more: rights, other names or a new start do not help then. */
import { messageOf } from "./errors.ts";

/** By what the system says, which Node, PostgreSQL and its programs repeat. */
const DISK_ADVICE: readonly (readonly [said: RegExp, advice: string])[] = [
  [/no space left on device/i, "the disk is full: make room on it, then run the command again"],
  // Node knows no name for it, only its number on Linux.
  [
    /disk quota exceeded|\bEDQUOT\b|system error -122\b/i,
    "your quota on this disk is used up: delete files there or ask for a larger quota",
  ],
  [
    /read-only file system/i,
    "the disk is mounted read-only: mount it for writing, or use a folder on another one",
  ],
  [
    /file too large|\bEFBIG\b/i,
    "this process, or the disk, takes no file so large: raise the limit (`ulimit -f`), or use another disk",
  ],
  [/\bEIO\b|input\/output error/i, "the disk fails: look at the system's log, and use another disk"],
];

/** What to do about the disk that an error or a text tells of; undefined where it tells of something else. */
export function diskAdvice(thrown: unknown): string | undefined {
  const text = messageOf(thrown);
  return DISK_ADVICE.find(([said]) => said.test(text))?.[1];
}

/** Suggestions for something that cannot be written: about its disk where that is the reason, else the given ones. */
export function writingAdvice(cause: unknown, otherwise: readonly string[]): readonly string[] {
  const advice = diskAdvice(cause);
  return advice === undefined ? otherwise : [advice];
}
