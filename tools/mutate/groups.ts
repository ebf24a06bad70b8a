/** What `npm run mutate` puts faults into. */
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import path from "node:path";

import { packagePath } from "../../src/package-root.ts";
import type { Mutant } from "./mutants.ts";

/** Files that are judged together. Paths are below the package's folder, and given by how they begin. */
interface Group {
  readonly files: readonly string[];
  /** The tests that have to find the mutants; none for the tracker, which scenarios judge. */
  readonly tests: readonly string[];
}

/** What tests have to find, however little they found before. */
export const LEAST_PERCENT = 85;

export const GROUPS: Readonly<Record<string, Group>> = {
  rules: { files: ["src/rules/"], tests: ["test/rules/"] },
  format: { files: ["src/format/"], tests: ["test/format/", "test/parsers/"] },
  parsers: { files: ["src/parsers/"], tests: ["test/parsers/"] },
  import: { files: ["src/import/decide", "src/import/refusal", "src/import/tar"], tests: ["test/import/"] },
  deploy: {
    files: [
      "src/deploy/cfg-",
      "src/deploy/list-edits",
      "src/deploy/mask-secrets",
      "src/deploy/overrides",
      "src/deploy/plan-",
      "src/deploy/text-lines",
      "src/server/module-list",
    ],
    tests: ["test/deploy/", "test/server/"],
  },
  pull: { files: ["src/pull/round-names", "src/pull/select"], tests: ["test/pull/"] },
  statistics: { files: ["src/reports/statistics"], tests: ["test/reports/statistics"] },
  // Scenarios are not its only tests: see test/lua.
  tracker: { files: ["src/lua/"], tests: [] },
};
/** A fault that changes nothing that anyone could see. Such faults are not tried. */
interface Equivalent {
  readonly file: string;
  readonly lineText: string;
  readonly replacement: string;
  readonly reason: string;
}

const EQUIVALENTS: readonly Equivalent[] = [
  {
    file: "src/lua/lives.ts",
    lineText: "let hasDownedChanged = false;",
    replacement: "true",
    reason: "the first frame looks for downed players once, and finds none",
  },
  {
    file: "src/lua/objectives/explosives.ts",
    lineText: "let explosives: Explosive[] = [];",
    replacement: '["Stryker was here"]',
    reason: "a round begins with a list of its own, and nothing looks at this one before",
  },
  {
    file: "src/lua/objectives/objectives.ts",
    lineText: "else if (loadedForMs >= SCAN_MS) scanSome();",
    replacement: "loadedForMs > SCAN_MS",
    reason: "the search begins a frame later, and what it has no time for is looked at with the rest",
  },
  {
    file: "src/lua/round.ts",
    lineText: "hasTried = false;",
    replacement: "true",
    reason: "the engine starts a new VM before play begins again",
  },
];

/** Whether a mutant is in the list of those that change nothing. */
export const isEquivalent = (mutant: Mutant): boolean =>
  EQUIVALENTS.some(
    ({ file, lineText, replacement }) =>
      file === mutant.file && lineText === mutant.lineText && replacement === mutant.replacement,
  );

/** Settings are data, and Node reads them too. */
const NOT_JUDGED = "src/lua/settings.ts";

/** Of the tracker's mutants, which take long, one in so many is tried, or all where the variable says `all`. */
const SAMPLE_STEP = 60;
export const IS_SAMPLE = process.env["PROX_TRACKER_MUTANTS"] !== "all";

/** The files below the package's folder whose paths begin so. */
export function filesBeginning(folder: string, beginnings: readonly string[], end: string): string[] {
  return readdirSync(packagePath(folder), { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.replaceAll(path.sep, "/")}`)
    .filter((file) => file.endsWith(end) && beginnings.some((beginning) => file.startsWith(beginning)))
    .sort();
}

/** The source files of a group that are judged. */
export const filesOf = ({ files }: Group): string[] =>
  filesBeginning("src", files, ".ts").filter((file) => !file.endsWith(".d.ts") && file !== NOT_JUDGED);

/** The same of the tracker's mutants each time, and the same after a change elsewhere. */
export function sample(mutants: readonly Mutant[]): Mutant[] {
  if (!IS_SAMPLE) return [...mutants];
  const alike = new Map<string, number>();
  return mutants.filter(({ file, original, replacement }) => {
    const what = `${file}\n${original}\n${replacement}`;
    const before = alike.get(what) ?? 0;
    alike.set(what, before + 1);
    const hash = createHash("sha256").update(`${what}\n${before}`).digest();
    return hash.readUInt32BE(0) % SAMPLE_STEP === 0;
  });
}
