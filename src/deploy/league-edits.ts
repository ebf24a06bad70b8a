/** Edits of the lists in a league config, where the assignments stand that count; they keep every other byte. Pure. */
import { MAXIMUM_VALUE_LENGTH, endsInSeparator } from "../server/module-list.ts";
import { type LeagueAssignment, winnersOf } from "./league-config.ts";
import { EditRefusal } from "./list-edits.ts";
import { splice } from "./text-lines.ts";

/** Why a value cannot become another one; undefined where it can. */
function editFault({ value, word }: LeagueAssignment, wanted: string): string | undefined {
  if (!word.isPlainText) {
    return `holds a value that prox cannot edit: write ${JSON.stringify(value)} as one text in double quotes`;
  }
  if (endsInSeparator(value)) {
    return `ends in a separator (${JSON.stringify(value)}), which stops the engine when a map starts: remove it first`;
  }
  return wanted.length > MAXIMUM_VALUE_LENGTH
    ? `would hold ${wanted.length} characters, and the engine stops at more than ${MAXIMUM_VALUE_LENGTH}`
    : undefined;
}

/**
 * Changes the values of a variable that count in the end, each where it stands; a value that `change` leaves as it is stays.
 * Throws {@link EditRefusal} with the line in front.
 */
export function editLeagueConfig(text: string, name: string, change: (value: string) => string): string {
  const assignments = winnersOf(text, name)
    .map(({ assignment }) => assignment)
    .filter(({ value }) => change(value) !== value)
    // From the end, so that the places of the others stay right.
    .sort((a, b) => b.word.start - a.word.start);
  let edited = text;
  for (const assignment of assignments) {
    const { line, value, word } = assignment;
    const wanted = change(value);
    const fault = editFault(assignment, wanted);
    if (fault !== undefined) throw new EditRefusal(`${line} ${fault}`);
    edited = splice(edited, word.start + 1, word.end - 1, wanted);
  }
  return edited;
}
