/** The CPU that each thread of a program and its children has used, as Linux counts it. */
import { readdirSync, readFileSync } from "node:fs";

const NANOSECONDS_A_MS = 1e6;
/** Linux counts in hundredths of a second. */
const TICK_MS = 10;

/** What a process or thread says of itself; empty when it has ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function list(folder: string): number[] {
  try {
    return readdirSync(folder).map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** A process and all that descend from it. */
function family(root: number): Set<number> {
  const found = new Set([root]);
  const parents = list("/proc").map((id) => {
    const stat = read(`/proc/${id}/stat`);
    // The name, in parentheses, may hold anything.
    return [id, Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1])] as const;
  });
  for (let size = 0; size !== found.size;) {
    size = found.size;
    for (const [id, parent] of parents) if (found.has(parent)) found.add(id);
  }
  return found;
}

/** Milliseconds of CPU by thread. */
function threadTimes(root: number): Map<number, number> {
  const times = new Map<number, number>();
  for (const process of family(root)) {
    for (const thread of list(`/proc/${process}/task`)) {
      const [ns] = read(`/proc/${process}/task/${thread}/schedstat`).split(" ");
      times.set(thread, Number(ns) / NANOSECONDS_A_MS);
    }
  }
  return times;
}

/** CPU that the whole machine has used. */
function machineMs(): number {
  const [, ...ticks] = read("/proc/stat").split(/\s+/, 4);
  return ticks.reduce((sum, count) => sum + Number(count) * TICK_MS, 0);
}

export interface ThreadCost {
  /** Of the thread that used most. */
  readonly busiestMs: number;
  readonly allMs: number;
  /** Of everything else on the machine. */
  readonly othersMs: number;
}

/** What the threads of a program cost while something goes on. */
export async function threadCost(root: number, work: () => Promise<unknown>): Promise<ThreadCost> {
  const before = threadTimes(root);
  const machineBefore = machineMs();
  await work();
  const machine = machineMs() - machineBefore;
  const costs = Array.from(threadTimes(root), ([thread, ms]) => ms - (before.get(thread) ?? 0));
  const allMs = costs.reduce((sum, ms) => sum + ms, 0);
  return { busiestMs: Math.max(...costs), allMs, othersMs: machine - allMs };
}
