/** The library's progress bar on standard error, loaded only where there is a bar to show. */
import { createRequire } from "node:module";

import type * as CliProgress from "cli-progress";

import { drawingStream } from "./output.ts";

/** A bar that disappears when it is stopped. `options` say what it shows, see cli-progress. */
export function createBar(options: CliProgress.Options): CliProgress.SingleBar {
  const { Presets, SingleBar } = createRequire(import.meta.url)("cli-progress") as typeof CliProgress;
  return new SingleBar(
    { stream: drawingStream(process.stderr), clearOnComplete: true, hideCursor: true, ...options },
    Presets.shades_classic,
  );
}
