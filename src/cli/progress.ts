/** A progress bar on standard error, for work of a known size; silent where that is no terminal. */
import { safeText } from "../names.ts";
import { showsProgress } from "./output.ts";
import { createBar } from "./progress-bar.ts";

/** A running bar, or none without a terminal. The caller must stop it, after an error too. */
export interface Progress {
  /** How much of the total is done. */
  update(done: number): void;
  /** Removes the bar. */
  stop(): void;
}

const SILENT: Progress = { update: () => undefined, stop: () => undefined };

/** Starts a bar with a label, for example `simulate`; `total` is in any unit, as only the share is shown. */
export function startProgress(label: string, total: number): Progress {
  if (!showsProgress() || total <= 0) return SILENT;
  const bar = createBar({ format: `${safeText(label)} {bar} {percentage}% {eta_formatted}` });
  bar.start(total, 0);
  return {
    update: (done) => {
      bar.update(done);
    },
    stop: () => {
      bar.stop();
    },
  };
}
