/** What CHANGELOG.md must say before a version is released. */

/** The lines below a heading `## …` that begins with the words, without blank ones; undefined where there is no such heading. */
function linesBelow(changelog: string, heading: RegExp): string[] | undefined {
  const lines = changelog.split("\n");
  const start = lines.findIndex((line) => heading.test(line));
  if (start === -1) return undefined;
  const end = lines.findIndex((line, index) => index > start && line.startsWith("## "));
  return lines.slice(start + 1, end === -1 ? lines.length : end).filter((line) => line.trim() !== "");
}

/** What stands in the way of releasing the version, one sentence each; none when all is well. */
export function changelogProblems(changelog: string, version: string): string[] {
  const problems: string[] = [];
  const escaped = version.replaceAll(/[.+]/g, "\\$&");
  const released = linesBelow(changelog, new RegExp(`^## ${escaped} - \\d{4}-\\d\\d-\\d\\d$`));
  if (released === undefined)
    problems.push(`CHANGELOG.md has no heading "## ${version} - YEAR-MONTH-DAY": write one`);
  else if (released.length === 0)
    problems.push(`CHANGELOG.md says nothing about ${version}: say what changed`);
  const waiting = linesBelow(changelog, /^## Unreleased$/);
  if (waiting === undefined) problems.push('CHANGELOG.md has no heading "## Unreleased": keep it, empty');
  else if (waiting.some((line) => line.startsWith("- ")))
    problems.push(`CHANGELOG.md has lines under "Unreleased": move them below the heading of ${version}`);
  return problems;
}
