/** What `prox db rederive` did, as a table and lines. */
import { counted } from "../../counts.ts";
import type { RederiveReport, RuleSummary } from "../../rederive/rederive.ts";
import { table, text, type Block } from "../render/blocks.ts";
import type { TableColumn } from "../render/table.ts";

const COLUMNS: readonly TableColumn<RuleSummary>[] = [
  { key: "rule", title: "Rule", value: ({ rule }) => rule, isKey: true },
  { key: "version", title: "Version", value: ({ version }) => version },
  { key: "rounds", title: "Rounds", value: ({ rounds }) => rounds },
  { key: "before", title: "Rows before", value: ({ before }) => before },
  { key: "after", title: "Rows after", value: ({ after }) => after },
  { key: "different", title: "That differ", value: ({ different }) => different },
  { key: "changed_rounds", title: "In rounds", value: ({ changedRounds }) => changedRounds },
];

/** The table of what changed, and where rules could not be applied, or saw less than on a server. */
export function rederiveBlocks({ rules }: RederiveReport): Block[] {
  const between = rules.filter(({ betweenPositions }) => betweenPositions > 0);
  const stuck = new Map<string, string[]>();
  for (const { cannot, rule } of rules) {
    for (const [reason, rounds] of Object.entries(cannot)) {
      const words = `cannot be applied to ${counted(rounds, "round")}: ${reason}; what is stored stays`;
      stuck.set(words, [...(stuck.get(words) ?? []), rule]);
    }
  }
  const lines = [...stuck].map(([words, names]) => `${names.join(", ")} ${words}`);
  for (const { betweenPositions, rule } of between) {
    lines.push(
      `${rule} looks at positions more often than they were sampled in ${counted(betweenPositions, "round")}: between samples players are taken to move straight on`,
    );
  }
  return [
    table(
      COLUMNS,
      rules.filter(({ rounds }) => rounds > 0),
      "Rules",
    ),
    text(lines),
  ];
}

/** All of it in one line. */
export function rederiveSummary({ done, isDryRun, rounds, rules }: RederiveReport): string {
  if (rounds === 0) return "nothing to do: every rule was applied to every round in this prox's version";
  const left = rounds > done ? ` of ${rounds}` : "";
  const applied = rules.reduce((most, rule) => Math.max(most, rule.rounds), 0);
  const changed = rules.reduce((sum, { different }) => sum + different, 0);
  const verb = isDryRun ? "would be applied" : "applied";
  return `${counted(done, "round")}${left} looked at, rules ${verb} to ${applied}, ${counted(changed, "row")} ${isDryRun ? "would differ" : "differ"}`;
}
