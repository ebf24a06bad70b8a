/** What `bin/run.js` runs: prox from the one file that the build makes of it, where that is there. */
import { asksVersion, main } from "./main.ts";

/** Runs the command that the arguments name. `dir` is the address of the file that was started. */
export async function start(dir: string): Promise<void> {
  if (asksVersion()) {
    await main(dir);
    return;
  }
  const { loadProgram } = await import("./program-file.ts");
  await (loadProgram()?.main ?? main)(dir);
}
