/** What models are fitted to: moments or fights with what was known of them, and how they went. */

/** One observation. Those of one match share what happened in it: they are never apart in a test. */
export interface Observation {
  /** The match; what is drawn, left out and counted as one. */
  readonly group: string;
  /** One number for each feature, in the features' order. */
  readonly features: readonly number[];
  readonly isWon: boolean;
  /** How much it counts: the rows of one round count as one together. */
  readonly weight: number;
}

/** The groups, sorted, so that nothing depends on the order in which a database gives rows. */
export function groupsOf(observations: readonly Observation[]): string[] {
  return [...new Set(observations.map(({ group }) => group))].sort();
}

/** The index of each observation's group in {@link groupsOf}. */
export function groupIndexes(observations: readonly Observation[], groups: readonly string[]): number[] {
  const indexOf = new Map(groups.map((group, index) => [group, index]));
  return observations.map(({ group }) => indexOf.get(group) ?? 0);
}
