/** Every link from one document to another leads to a file, and to a heading where it names one. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { expect, test } from "vitest";

import { packagePath } from "../../src/package-root.ts";

const DOCUMENTS = [
  "README.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "recordings/README.md",
  ...readdirSync(packagePath("docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** The names that the headings of a document have as targets of links. */
function anchorsOf(file: string): Set<string> {
  const headings = readFileSync(file, "utf8").matchAll(/^#{1,6} (.+)$/gm);
  return new Set(
    [...headings].map(([, title = ""]) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\- _]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

test.each(DOCUMENTS)("%s", (name) => {
  const file = packagePath(name);
  const links = [...readFileSync(file, "utf8").matchAll(/\]\((?![a-z]+:)([^)\s]+)\)/g)].map(
    ([, link = ""]) => link,
  );
  const broken = links.filter((link) => {
    const [target = "", anchor] = link.split("#");
    const place = target === "" ? file : path.resolve(path.dirname(file), target);
    return !existsSync(place) || (anchor !== undefined && !anchorsOf(place).has(anchor));
  });
  expect(broken).toEqual([]);
});
