/** Names of round files on a server, and which of them prox will touch at all. */
import { KINDS, type Kind } from "../format/columns.ts";
import { PART_SUFFIX } from "../format/file.ts";

/** What a name says. */
export interface RoundFileName {
  readonly name: string;
  /** Begins with the time of its start in UTC, so that keys sort as rounds were played. */
  readonly roundKey: string;
  readonly kind: Kind;
  /** Whether it is still being written, or was left so. */
  readonly isPart: boolean;
}

/**
 * Letters, digits, `.`, `_` and `-` only, not beginning with a dot: such a name is one name in one folder on every
 * system, whatever a server says.
 */
const NAME = new RegExp(
  `^([A-Za-z0-9][A-Za-z0-9._-]{0,150})_(${KINDS.join("|")})\\.txt(${PART_SUFFIX.replace(".", "\\.")})?$`,
);

/** Takes the name of a round file apart; undefined for every other name. */
export function parseRoundFileName(name: string): RoundFileName | undefined {
  const match = NAME.exec(name);
  const [, roundKey, kind, part] = match ?? [];
  if (roundKey === undefined || kind === undefined) return undefined;
  return { name, roundKey, kind: kind as Kind, isPart: part !== undefined };
}
