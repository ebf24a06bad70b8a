/** Which files of an export stay, and which are written: pure, from the manifest and the rounds of the database. */
import { partitionKey, partitionOf, type Partition } from "./layout.ts";
import type { ExportPart } from "./manifest.ts";
import type { StoredRound } from "./rounds.ts";

/** A file holds at most so many rounds, and at most so many rows of positions unless one round has more. */
const MOST_ROUNDS = 64;
const MOST_ROWS = 4_000_000;
/** When so many parts of a partition are less than half full, they become one: readers do not like many small files. */
const MOST_SMALL_PARTS = 8;

/** A round that goes into a new file. */
export interface Member {
  readonly round: StoredRound;
  /** The part of the export before, where the round is in it. */
  readonly before: ExportPart | undefined;
  /** Whether its rows come from the export before, as they have not changed since. */
  readonly isCarried: boolean;
}

/** New files for some rounds of a partition. */
export interface PlannedPart extends Partition {
  readonly members: readonly Member[];
}

/** What is to be done in a partition: the new parts take the place of the old ones. */
export interface Job {
  readonly dropped: readonly ExportPart[];
  readonly parts: readonly PlannedPart[];
}

/** What an export has to do. */
export interface Plan {
  readonly kept: readonly ExportPart[];
  readonly jobs: readonly Job[];
  /** Keys of rounds, by what becomes of them. `carried` ones are copied from one file into another. */
  readonly rounds: Readonly<Record<"new" | "changed" | "kept" | "carried" | "gone", readonly string[]>>;
}

function packed(partition: Partition, members: readonly Member[]): PlannedPart[] {
  const parts: Member[][] = [];
  let rows = 0;
  for (const member of members) {
    const positions = member.round.rows.get("player_positions") ?? 0;
    const last = parts.at(-1);
    if (last === undefined || last.length >= MOST_ROUNDS || rows + positions > MOST_ROWS) {
      parts.push([member]);
      rows = positions;
    } else {
      last.push(member);
      rows += positions;
    }
  }
  return parts.map((part) => ({ ...partition, members: part }));
}

/**
 * Plans an export.
 * @param before the parts of the export that is there.
 * @param isCurrent whether what is there has the form of what would be written: otherwise everything is written again.
 */
export function planExport(
  before: readonly ExportPart[],
  rounds: readonly StoredRound[],
  isCurrent: boolean,
): Plan {
  const stored = new Map(rounds.map((round) => [round.key, round]));
  const partOf = new Map(before.flatMap((part) => part.rounds.map(({ key }) => [key, part] as const)));
  const isSame = (part: ExportPart, { id, key, stamp }: ExportPart["rounds"][number]): boolean => {
    const round = stored.get(key);
    return (
      isCurrent &&
      round?.stamp === stamp &&
      round.id === id &&
      partitionKey(partitionOf(round)) === partitionKey(part)
    );
  };
  const unchanged = new Set(
    before.flatMap((part) => part.rounds.filter((round) => isSame(part, round)).map(({ key }) => key)),
  );
  const byPartition = new Map<string, ExportPart[]>();
  for (const part of before) {
    const key = partitionKey(part);
    byPartition.set(key, [...(byPartition.get(key) ?? []), part]);
  }
  const dropped = new Set(before.filter((part) => part.rounds.some(({ key }) => !unchanged.has(key))));
  const withNew = new Set(
    rounds.filter(({ key }) => !unchanged.has(key)).map((round) => partitionKey(partitionOf(round))),
  );
  for (const key of withNew) {
    const small = (byPartition.get(key) ?? []).filter(
      (part) => !dropped.has(part) && part.rounds.length < MOST_ROUNDS / 2,
    );
    if (small.length >= MOST_SMALL_PARTS) for (const part of small) dropped.add(part);
  }

  const members = new Map<string, { partition: Partition; members: Member[] }>();
  for (const round of rounds) {
    const isCarried = unchanged.has(round.key);
    const part = partOf.get(round.key);
    if (isCarried && part !== undefined && !dropped.has(part)) continue;
    const partition = partitionOf(round);
    const key = partitionKey(partition);
    const group = members.get(key) ?? { partition, members: [] };
    members.set(key, group);
    group.members.push({ round, before: part, isCarried });
  }
  const keys = [...new Set([...members.keys(), ...[...dropped].map(partitionKey)])].sort();
  const jobs = keys.map((key): Job => {
    const group = members.get(key);
    return {
      dropped: (byPartition.get(key) ?? []).filter((part) => dropped.has(part)),
      parts: group === undefined ? [] : packed(group.partition, group.members),
    };
  });
  const written = jobs.flatMap((job) => job.parts.flatMap((part) => part.members));
  const keysOf = (choice: (member: Member) => boolean): string[] =>
    written.filter(choice).map(({ round }) => round.key);
  const kept = before.filter((part) => !dropped.has(part));
  return {
    kept,
    jobs,
    rounds: {
      new: keysOf(({ before: old }) => old === undefined),
      changed: keysOf(({ before: old, isCarried }) => old !== undefined && !isCarried),
      kept: kept.flatMap((part) => part.rounds.map(({ key }) => key)),
      carried: keysOf(({ isCarried }) => isCarried),
      gone: [...partOf.keys()].filter((key) => !stored.has(key)),
    },
  };
}
