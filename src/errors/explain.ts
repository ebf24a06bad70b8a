/** The catalogue of error codes in words, for `prox errors` and `prox help E_…`. */
import { ERROR_GROUPS } from "./catalogue.ts";
import { EXIT_CODES, EXIT_CODE_DESCRIPTIONS, type ErrorEntry } from "./exit-codes.ts";

/** What the catalogue says of one code. */
export interface ErrorFacts extends ErrorEntry {
  readonly code: string;
  /** Title of the code's group. */
  readonly group: string;
  /** Number of the exit code. */
  readonly exitCode: number;
}

/** Every code, in the order of the catalogue. */
export const ERROR_LIST: readonly ErrorFacts[] = ERROR_GROUPS.flatMap(({ title, errors }) =>
  Object.entries(errors).map(([code, entry]) => ({
    code,
    group: title,
    exitCode: EXIT_CODES[entry.exit],
    ...entry,
  })),
);

/** The entry of a code, written in capitals or not; undefined for a word that is no code. */
export function findError(word: string): ErrorFacts | undefined {
  return ERROR_LIST.find(({ code }) => code === word.toUpperCase());
}

/** What to do about a code that prox does not have. */
export const UNKNOWN_CODE = "`prox errors` lists all codes";

/** One code in full: meaning, exit code, what to do. */
export function explainError({ advice, code, exit, exitCode, meaning }: ErrorFacts): string {
  return [
    `${code}: ${meaning}`,
    `exit code:  ${exitCode}, ${EXIT_CODE_DESCRIPTIONS[exit]}`,
    `what to do: ${advice}`,
  ].join("\n");
}

const WIDTH = 78;
const INDENT = "      ";

/** Words in lines of at most {@link WIDTH} characters, all indented. */
function wrap(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WIDTH) lines.splice(-1, 1, `${last} ${word}`);
    else lines.push(INDENT + word);
  }
  return lines.join("\n");
}

/** All codes with their exit codes and meanings, group by group, for a terminal of 80 columns. */
export function errorTable(): string {
  return ERROR_GROUPS.map(({ title }) => {
    const entries = ERROR_LIST.filter(({ group }) => group === title);
    const lines = entries.map(
      ({ code, exitCode, meaning }) => `  ${code} (exit code ${exitCode})\n${wrap(meaning)}`,
    );
    return `${title}\n${lines.join("\n")}`;
  }).join("\n\n");
}
