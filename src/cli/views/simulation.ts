/** What a simulated match came to, as lines. */
import path from "node:path";

import type { Verdict } from "../../simulate/scenario/check.ts";
import type { Simulation } from "../../simulate/simulate.ts";

/** A file that the tracker wrote; `folder` stands for the server's game folder. */
export function writtenFile(folder: string, { name, bytes }: Simulation["files"][number]): string {
  return `${path.join(folder, name)}  ${bytes} bytes`;
}

/** What is wrong with the modules, one line each; empty when all is well. */
export function moduleFaults(simulation: Simulation): string[] {
  const { drop, moduleErrors, leakedFiles, strangeGlobals } = simulation;
  return [
    ...(drop === undefined ? [] : [`the engine would have ended the map: ${drop}`]),
    ...moduleErrors.map((error) => `${error.callback}: ${error.message} (${error.count} times)`),
    ...leakedFiles.map((name) => `${name} was never closed`),
    ...strangeGlobals.map((name) => `a global that is not a callback: ${name}`),
  ];
}

/** Expectations of a scenario that were not met, with what was found instead. */
export function unmetExpectations(source: string, verdicts: readonly Verdict[]): string[] {
  return verdicts
    .filter(({ isMet }) => !isMet)
    .flatMap(({ that, line, differences }) => [
      `${source}${line === 0 ? "" : `:${line}`}: ${that}`,
      ...differences.map((difference) => `    ${difference}`),
    ]);
}
