/**
 * `docs/reports.md` is written by hand, but for what commands print in it. A mark names the command, and where only some of
 * its lines are shown, the words that begin the first of them and the words that begin the one after the last:
 *
 *     <!-- example: prox report round latest --bots | moments … biggest fights -->
 */
const BEGIN = /<!-- example: (?<command>prox [^|]+?)(?: \| (?<first>.+?) … (?<after>.+?))? -->/gu;
const END = "<!-- end of example -->";

/** The lines from the first that begins with some words, up to the one that begins with others. */
function cut(lines: readonly string[], first: string | undefined, after: string | undefined): string[] {
  if (first === undefined || after === undefined) return [...lines];
  const from = lines.findIndex((line) => line.startsWith(first));
  const to = lines.findIndex((line, index) => index > from && line.startsWith(after));
  if (from < 0 || to < 0) throw new Error(`the output has no lines from "${first}" to "${after}"`);
  return lines.slice(from, to);
}

/**
 * The page with all its examples brought up to date.
 * @param run gives what a command prints; the words of the command without `prox`.
 */
export async function withExamples(
  page: string,
  run: (words: readonly string[]) => Promise<string>,
): Promise<string> {
  let result = "";
  let rest = 0;
  for (const { 0: mark, groups, index } of page.matchAll(BEGIN)) {
    const end = page.indexOf(END, index);
    if (end < 0) throw new Error(`the example has no end: ${mark}`);
    const command = groups?.["command"] ?? "";
    const words = (command.match(/"[^"]*"|\S+/gu) ?? []).map((word) => word.replaceAll('"', ""));
    const lines = (await run(words.slice(1))).trimEnd().split("\n");
    const shown = cut(lines, groups?.["first"], groups?.["after"]);
    const text = shown
      .map((line) => line.trimEnd())
      .join("\n")
      .trim();
    result += `${page.slice(rest, index)}${mark}\n\n\`\`\`text\n$ ${command}\n${text}\n\`\`\`\n\n`;
    rest = end;
  }
  return result + page.slice(rest);
}
