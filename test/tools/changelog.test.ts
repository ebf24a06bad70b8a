import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { packagePath } from "../../src/package-root.ts";
import { changelogProblems } from "../../tools/changelog.ts";

const empty = "# Changelog\n\n## Unreleased\n";
const version = "\n## 1.2.0 - 2026-01-31\n\n- something\n";

test.each([
  ["ready", `${empty}${version}`, []],
  ["ready, with an older version below", `${empty}${version}\n## 1.1.0 - 2026-01-01\n\n- older\n`, []],
  ["another version", `${empty}${version.replace("1.2.0", "1.2.10")}`, [/no heading "## 1\.2\.0/]],
  ["a dot is a dot", `${empty}${version.replace("1.2.0", "1x2.0")}`, [/no heading "## 1\.2\.0/]],
  ["no date", `${empty}${version.replace(" - 2026-01-31", "")}`, [/no heading "## 1\.2\.0/]],
  ["nothing said", `${empty}\n## 1.2.0 - 2026-01-31\n\n## 1.1.0 - 2026-01-01\n\n- older\n`, [/says nothing/]],
  ["lines that wait", `${empty}\n### Added\n\n- new\n${version}`, [/lines under "Unreleased"/]],
  ["no place for what comes next", version, [/no heading "## Unreleased"/]],
])("%s", (_name, changelog, expected) => {
  expect(changelogProblems(changelog, "1.2.0")).toEqual(
    expected.map((pattern) => expect.stringMatching(pattern) as string),
  );
});

test("the changelog has an Unreleased heading, and every version below it has a date", () => {
  const headings = readFileSync(packagePath("CHANGELOG.md"), "utf8").match(/^## .*$/gm);
  expect(headings?.[0]).toBe("## Unreleased");
  for (const heading of headings?.slice(1) ?? [])
    expect(heading).toMatch(/^## \d+\.\d+\.\d+ - \d{4}-\d\d-\d\d$/);
});

test("the workflow runs on every Node that package.json names", () => {
  const { engines } = JSON.parse(readFileSync(packagePath("package.json"), "utf8")) as {
    engines: { node: string };
  };
  const majors = [...engines.node.matchAll(/(\d+)\.\d+\.\d+/g)].map(([, major]) => major);
  const workflow = readFileSync(packagePath(".github/workflows/ci.yml"), "utf8");
  expect(/node: \[([^\]]+)\]/.exec(workflow)?.[1]?.split(", ")).toEqual(majors);
});
