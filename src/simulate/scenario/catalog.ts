/** Scenarios as files: the ones that ship with prox, and anybody's own. */
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";

import { packagePath } from "../../package-root.ts";
import { ProxError } from "../../errors.ts";
import { type Scenario, decodeScenario } from "./definition.ts";
import { parseJson } from "./json.ts";

const FOLDER = "scenarios";
const SUFFIX = ".json";

/** Names of the scenarios that ship with prox. */
export function bundledScenarios(): string[] {
  const names = readdirSync(packagePath(FOLDER)).filter((name) => name.endsWith(SUFFIX));
  return names.map((name) => name.slice(0, -SUFFIX.length)).sort();
}

/** The file of a scenario that was asked for by a path or by a bundled one's name. */
function findScenario(asked: string): string {
  if (existsSync(asked) && statSync(asked).isFile()) return asked;
  const file = packagePath(path.join(FOLDER, asked + SUFFIX));
  if (/^[\w-]+$/.test(asked) && existsSync(file)) return file;
  throw new ProxError("E_SCENARIO_NOT_FOUND", `unknown scenario: ${asked}`, {
    suggestions: [`name a JSON file, or one of ${bundledScenarios().join(", ")}`],
  });
}

/** A scenario and the file that it comes from. Throws E_SCENARIO with the place of a mistake. */
export function loadScenario(asked: string): { file: string; scenario: Scenario } {
  const file = findScenario(asked);
  return { file, scenario: decodeScenario(parseJson(file, readFileSync(file, "utf8"))) };
}
