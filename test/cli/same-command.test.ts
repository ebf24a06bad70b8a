import { expect, test } from "vitest";

import { sameCommand } from "../../src/cli/same-command.ts";

const flags = { yes: { type: "boolean" }, set: { type: "option" }, all: { type: "boolean" } };
const flag = (name: string, input: string) => ({ type: "flag", flag: name, input }) as const;

test("a command line again has its flags, and other servers; a shell takes every value as it was", () => {
  const words = [
    { type: "arg", input: "old" } as const,
    flag("set", "prox_debug=1"),
    flag("set", "it's $HOME"),
    flag("yes", "-y"),
    flag("all", "--all"),
    flag("json", "--json"),
  ];
  expect(sameCommand("deploy", words, flags, ["a", "b"])).toBe(
    String.raw`prox deploy a b --set prox_debug=1 --set 'it'\''s $HOME' --yes --json`,
  );
});
