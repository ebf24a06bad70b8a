/** `docs/errors.md`, made from the catalogue of error codes. */
import { ERROR_GROUPS } from "../../src/errors/catalogue.ts";
import {
  EXIT_CODES,
  EXIT_CODE_DESCRIPTIONS,
  type ErrorEntry,
  type ExitName,
} from "../../src/errors/exit-codes.ts";

function errorTable(errors: Readonly<Record<string, ErrorEntry>>): string {
  const lines = Object.entries(errors).map(
    ([code, { advice, exit, meaning }]) => `| \`${code}\` | ${EXIT_CODES[exit]} | ${meaning} | ${advice} |`,
  );
  return ["| code | exit code | meaning | what to do |", "|---|---|---|---|", ...lines].join("\n");
}

function exitTable(): string {
  const names = Object.keys(EXIT_CODES) as ExitName[];
  const lines = names.map((name) => `| ${EXIT_CODES[name]} | ${name} | ${EXIT_CODE_DESCRIPTIONS[name]} |`);
  return ["| exit code | name | meaning |", "|---|---|---|", ...lines].join("\n");
}

/** The whole document, in Markdown that is not formatted yet. */
export function errorsReference(): string {
  return `# Errors

Generated from \`src/errors\` by \`npm run docs\`.

An error ends with its code in brackets, and steps that help follow it, one a line. \`prox help E_LOCKED\` explains one code
on the terminal, \`prox help errors\` all. With \`--json\`, the code is \`error.code\` and the exit code \`error.exitCode\`;
\`error.suggestions\` has the steps, and \`error.details\` has facts for programs. Codes stay the same from version to version; messages may change.

## Exit codes

${exitTable()}

${ERROR_GROUPS.map(({ errors, title }) => `## ${title}\n\n${errorTable(errors)}`).join("\n\n")}

The last two tables are of single files: \`prox import\` and \`prox validate\` name each such file with its code, go on with the others, and end
with \`E_FILES_REJECTED\` or \`E_FILES_INVALID\`.
`;
}
