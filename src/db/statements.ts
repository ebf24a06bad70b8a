/** The statements of a text in SQL, one by one. */

/** A string, a quoted name, a body between dollars, a comment, an end, or what stands between them. */
const TOKEN = /'[^']*'|"[^"]*"|\$(\w*)\$[^]*?\$\1\$|--[^\n]*|\/\*[^]*?\*\/|;|[^'"$\-/;]+|[^]/g;

/** A statement as it stands in its text. */
export interface Statement {
  readonly text: string;
  /** Characters of the text before it. */
  readonly offset: number;
}

/**
 * The statements of a text, each with the comments before it. It knows what prox's own files use: no strings with backslashes
 * (`E''`), no comments in comments, no function bodies without quotes.
 */
export function splitStatements(text: string): Statement[] {
  const statements: Statement[] = [];
  let offset = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token !== ";") continue;
    statements.push({ text: text.slice(offset, index + 1), offset });
    offset = index + 1;
  }
  const rest = text.slice(offset);
  // Comments alone are no statement.
  if (rest.replaceAll(/--[^\n]*|\/\*[^]*?\*\//g, "").trim() !== "") statements.push({ text: rest, offset });
  return statements;
}
