/** What html-validate finds at fault in pages. */
import { HtmlValidate, StaticConfigLoader } from "html-validate";

const checker = new HtmlValidate(
  new StaticConfigLoader({
    root: true,
    extends: ["html-validate:recommended"],
    rules: {
      // Spelling that no browser tells apart: what prettier writes in templates, and lines that begin with an empty part.
      "void-style": "off",
      "doctype-style": "off",
      "no-trailing-whitespace": "off",
      // How much of a title search engines show; a player's name may be longer.
      "long-title": "off",
    },
  }),
);

/** The faults of a page, each in one line: file, place, rule and words. */
export async function htmlFaults(name: string, markup: string): Promise<string[]> {
  const { results } = await checker.validateString(markup, name);
  return results.flatMap(({ messages }) =>
    messages.map(({ column, line, message, ruleId }) => `${name}:${line}:${column} ${ruleId}: ${message}`),
  );
}
