/** What happens on several servers at once: on a terminal a line a server, written again as it changes. */
import { safeText } from "../names.ts";
import { showsProgress } from "./output.ts";
import { createLines } from "./progress-bar.ts";

/** The lines of a run. The caller must stop them, after an error too. */
export interface FleetBoard {
  /** What is being done on a server now. */
  step(server: string, text: string): void;
  /** Writes something else: at once, or, where there are lines on a terminal, as soon as they are gone. */
  write(write: () => void): void;
  /** Removes the lines. */
  stop(): void;
}

const NO_BOARD: FleetBoard = {
  step: () => undefined,
  write: (write) => {
    write();
  },
  stop: () => undefined,
};

/** A line of {@link startBoard}. */
interface BoardLine {
  readonly name: string;
  readonly text: string;
}

/** Starts a line for each server, where the stream is a terminal that has room for them all. */
export function startBoard(
  servers: readonly string[],
  stream: NodeJS.WriteStream = process.stderr,
): FleetBoard {
  if (!showsProgress(stream) || servers.length === 0 || servers.length >= stream.rows) return NO_BOARD;
  const width = Math.max(...servers.map((name) => name.length));
  const lines = createLines((_options, _parameters, payload) => {
    const { name, text } = payload as BoardLine;
    return `${name.padEnd(width)}  ${text}`.slice(0, stream.columns - 1);
  }, stream);
  const byServer = new Map(
    servers.map((name) => [name, lines.create(1, 0, { name, text: "waits" } satisfies BoardLine)]),
  );
  const waiting: (() => void)[] = [];
  return {
    step: (server, text) => {
      byServer.get(server)?.update({ name: server, text: safeText(text) } satisfies BoardLine);
    },
    write: (write) => {
      waiting.push(write);
    },
    stop: () => {
      lines.stop();
      for (const write of waiting.splice(0)) write();
    },
  };
}
