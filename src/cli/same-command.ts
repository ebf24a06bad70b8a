/** A command line again, for other servers. */

/** A word of a command line as the parser took it: an argument, or a flag with its value. */
type Word = { readonly input: string } & (
  { readonly type: "arg" } | { readonly type: "flag"; readonly flag: string }
);

/** A word as a shell takes it. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** `prox deploy b c --yes`: the command with the flags that it was given, and these servers. */
export function sameCommand(
  command: string,
  words: readonly Word[],
  flags: Readonly<Record<string, { readonly type: string }>>,
  servers: readonly string[],
): string {
  const given = words.flatMap((word) => {
    if (word.type === "arg" || word.flag === "all") return [];
    const hasValue = flags[word.flag]?.type === "option";
    return hasValue ? [`--${word.flag}`, shellWord(word.input)] : [`--${word.flag}`];
  });
  return ["prox", command, ...servers, ...given].join(" ");
}
