/**
 * The order of a whole run: the projects whose files take longest come first, so that no single long file is left over
 * for the end, when the other workers have nothing to do. Vitest's own order is by name, which puts `ssh` last.
 */
import { BaseSequencer, type TestSpecification } from "vitest/node";

import type { ProjectName } from "./projects.ts";

const ORDER: readonly ProjectName[] = ["ssh", "lua", "database", "browser", "alone", "fast"];

const placeOf = ({ project }: TestSpecification): number => ORDER.indexOf(project.name as ProjectName);

export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((one, other) => placeOf(one) - placeOf(other));
  }
}
