/** The scenarios of objectives as one recording. */
import { bundledScenarios, loadScenario } from "../../src/simulate/scenario/catalog.ts";
import { scenarioRecording } from "../../src/simulate/scenario/play.ts";

/** All scenarios of objectives, one after the other: each is on a map of its own name. */
export function scenariosOfObjectives(): Buffer {
  const names = bundledScenarios().filter((name) => name.startsWith("objectives-"));
  return Buffer.concat(
    names.flatMap((name) => {
      const { file, scenario } = loadScenario(name);
      return [...scenarioRecording(scenario, file)];
    }),
  );
}
