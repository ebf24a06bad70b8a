import { Config } from "@oclif/core";
import { expect, test } from "vitest";

import { packagePath } from "../../src/package-root.ts";
import { manPage } from "./man-page.ts";

test("docs/prox.1 says what the help of the commands says (`npm run docs` updates it)", async () => {
  const { commands, name, pjson } = await Config.load(packagePath("."));
  const own = commands
    .filter(({ hidden, pluginName }) => pluginName === name && !hidden)
    .toSorted((one, other) => one.id.localeCompare(other.id, "en"));
  const page = manPage(own, pjson["description"] as string);
  for (const { id } of own)
    expect(page).toContain(`.SS prox ${id.replaceAll(":", " ").replaceAll("-", "\\-")}\n`);
  await expect(page).toMatchFileSnapshot("../../docs/prox.1");
});

test("a text cannot become a request or an escape of the page", () => {
  const command = {
    id: "odd",
    summary: ".so /etc/passwd",
    description: "a \\fBbackslash\\fR\n.PP",
    args: {},
    flags: {},
    examples: ["'tis -x …"],
  } as unknown as Config["commands"][number];
  const page = manPage([command], "odd");
  expect(page).toContain("\n\\&.so /etc/passwd\n.PP\na \\efBbackslash\\efR\n\\&.PP\n");
  expect(page).toContain("\n\\(aqtis \\-x \\[u2026]\n");
});
