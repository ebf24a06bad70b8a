/** Runs another program that gets nothing of prox: no secrets from its environment, no descriptors that it has open. */
import { spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";

/** What a program needs to be found and to find its libraries. */
const NEEDED_VARIABLES = ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"];
/** Flag of a descriptor that a child does not get, as `/proc` writes it (octal). */
const CLOSE_ON_EXEC = 0o2000000;

/** The longest that a program may run: initdb takes seconds, and pg_ctl has limits of its own that are shorter. */
const LIMIT_MS = 300_000;

/** Whom a program runs as; undefined for the user who runs prox. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

/** A program that ended otherwise than with 0, or could not be started. */
export class ProgramError extends Error {}

function cleanEnvironment(): Record<string, string> {
  const kept = NEEDED_VARIABLES.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), LC_ALL: "C" };
}

/** Descriptors that this process was started with and would hand on; none where the system has no `/proc`. */
function inheritedDescriptors(): number[] {
  try {
    return readdirSync("/proc/self/fd")
      .map(Number)
      .filter((descriptor) => {
        if (descriptor <= 2) return false;
        try {
          const flags = /^flags:\s*([0-7]+)/m.exec(
            readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8"),
          )?.[1];
          return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
        } catch {
          // The one that the list itself was read with.
          return false;
        }
      });
  } catch {
    return [];
  }
}

/**
 * Runs a program in `/` until it ends, and returns what it printed. One that takes longer than `limitMs` is killed. Throws
 * {@link ProgramError} with what it said.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  runAs?: RunAs,
  limitMs = LIMIT_MS,
): Promise<string> {
  const nothing = openSync("/dev/null", "r+");
  try {
    // libuv closes none of a child's descriptors, but puts others in their place.
    const replaced = Array.from({ length: Math.max(2, ...inheritedDescriptors()) - 2 }, () => nothing);
    const child = spawn(program, args, {
      cwd: "/",
      env: cleanEnvironment(),
      timeout: limitMs,
      killSignal: "SIGKILL",
      stdio: [nothing, "pipe", "pipe", ...replaced],
      ...(runAs === undefined ? {} : { uid: runAs.uid, gid: runAs.gid }),
    });
    return await new Promise<string>((resolve, reject) => {
      let said = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on("data", (bytes: Buffer) => {
          said += bytes.toString("utf8");
        });
      }
      child.on("error", (error) => {
        reject(new ProgramError(error.message, { cause: error }));
      });
      child.on("close", (code, signal) => {
        if (code === 0) {
          resolve(said);
          return;
        }
        const how = child.killed
          ? `did not end within ${limitMs / 1000} s`
          : `ended with ${signal ?? code ?? "nothing"}`;
        const words = said.trim();
        reject(new ProgramError(child.killed || words === "" ? `${program} ${how}` : words));
      });
    });
  } finally {
    closeSync(nothing);
  }
}
