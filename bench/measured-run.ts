/** Runs a program to its end; its CPU and memory are those that the system counted for it. */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

export interface MeasuredRun {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMb: number;
}

/** Runs a program; throws when it fails. */
export async function measuredRun(command: string, parameters: readonly string[]): Promise<MeasuredRun> {
  const folder = await mkdtemp(path.join(tmpdir(), "prox-bench-"));
  const counts = path.join(folder, "counts");
  const startedMs = performance.now();
  try {
    await new Promise<void>((resolve, reject) => {
      const child = spawn("/usr/bin/time", ["-f", "%U %S %M", "-o", counts, command, ...parameters], {
        stdio: ["ignore", "ignore", "inherit"],
      });
      child.on("error", reject);
      child.on("exit", (code) => {
        if (code === 0) resolve();
        else reject(new Error(`${command} ended with ${code}`));
      });
    });
    const seconds = (performance.now() - startedMs) / 1000;
    const [user = 0, system = 0, kb = 0] = (await readFile(counts, "utf8")).trim().split(/\s+/).map(Number);
    return { seconds, cpuSeconds: user + system, peakMb: kb / 1024 };
  } finally {
    await rm(folder, { recursive: true });
  }
}
