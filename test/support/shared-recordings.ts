/** The recordings that ship, each played once a run for all test files that only read what the tracker wrote. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";

import { inject } from "vitest";

import type { Simulation } from "../../src/simulate/simulate.ts";
import { playRecording } from "./simulations.ts";

/** A recording that was played with the default settings. */
export interface SharedRecording {
  /** What the tracker wrote; to be read only. */
  readonly folder: string;
  readonly simulation: Simulation;
}

/** Plays a recording, by name or file, unless another test file of the run did. */
export async function sharedRecording(asked: string): Promise<SharedRecording> {
  const all = path.join(path.dirname(inject("clusterFolder")), "recordings");
  const own = path.join(all, path.basename(asked));
  const report = path.join(own, "simulation.json");
  if (!existsSync(own)) {
    mkdirSync(all, { recursive: true });
    const making = mkdtempSync(path.join(all, "playing-"));
    const { folder, simulation } = await playRecording(asked);
    // Copied, not moved: the folder of the run may lie on another disk.
    cpSync(folder, path.join(making, "server"), { recursive: true });
    rmSync(folder, { recursive: true });
    writeFileSync(path.join(making, "simulation.json"), JSON.stringify(simulation));
    try {
      renameSync(making, own);
    } catch {
      // Another worker was faster, with the same files.
      rmSync(making, { recursive: true });
    }
  }
  const simulation = JSON.parse(readFileSync(report, "utf8")) as Simulation;
  return { folder: path.join(own, "server"), simulation };
}
