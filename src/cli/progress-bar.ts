/** The library's progress bars on standard error, loaded only where there is one to show. */
import { createRequire } from "node:module";

import type * as CliProgress from "cli-progress";

import { drawingStream } from "./output.ts";

function library(): typeof CliProgress {
  return createRequire(import.meta.url)("cli-progress") as typeof CliProgress;
}

/** A bar that disappears when it is stopped. `options` say what it shows, see cli-progress. */
export function createBar(options: CliProgress.Options): CliProgress.SingleBar {
  const { Presets, SingleBar } = library();
  return new SingleBar(
    { stream: drawingStream(process.stderr), clearOnComplete: true, hideCursor: true, ...options },
    Presets.shades_classic,
  );
}

/** Lines below each other that are written again as they change, and disappear when they are stopped. */
export function createLines(
  format: CliProgress.GenericFormatter,
  stream: NodeJS.WriteStream,
): CliProgress.MultiBar {
  const { MultiBar } = library();
  // An interruption ends the work in order, and that stops the lines.
  return new MultiBar({ stream: drawingStream(stream), clearOnComplete: true, gracefulExit: false, format });
}
