/** The same work on several servers, some at a time: what fails on one of them costs the others nothing. */
import type { ServerSettings } from "../config/settings.ts";
import { ProxError } from "../errors.ts";
import { forEachAtOnce } from "../work-pool.ts";

/** A server on which the work failed. */
export interface FleetFailure {
  readonly server: string;
  readonly error: ProxError;
}

/** What became of the work, each list in the order of the servers. */
export interface FleetResult<T> {
  readonly done: readonly { readonly server: string; readonly result: T }[];
  readonly failed: readonly FleetFailure[];
  /** Names of the servers on which the work was not begun, because it failed on another one or was interrupted. */
  readonly left: readonly string[];
}

/** How to go through the servers. */
export interface FleetOptions {
  /** On how many servers the work goes on at once. */
  readonly parallel: number;
  /** Whether a failure ends the run: what is under way is finished, and nothing more is begun. */
  readonly isStoppedByFailure: boolean;
}

/** Does the work on each server. An interruption counts as a failure that ends the run; a bug is thrown. */
export async function runFleet<T>(
  servers: readonly ServerSettings[],
  { parallel, isStoppedByFailure }: FleetOptions,
  work: (server: ServerSettings) => Promise<T>,
): Promise<FleetResult<T>> {
  const outcomes = new Map<string, { readonly result: T } | { readonly error: ProxError }>();
  let isStopped = false;
  await forEachAtOnce(servers, parallel, async (server) => {
    if (isStopped) return;
    try {
      outcomes.set(server.name, { result: await work(server) });
    } catch (error) {
      if (!(error instanceof ProxError)) throw error;
      isStopped ||= isStoppedByFailure || error.exit === "interrupted";
      outcomes.set(server.name, { error });
    }
  });
  const names = servers.map(({ name }) => name);
  return {
    done: names.flatMap((server) => {
      const outcome = outcomes.get(server);
      return outcome !== undefined && "result" in outcome ? [{ server, result: outcome.result }] : [];
    }),
    failed: names.flatMap((server) => {
      const outcome = outcomes.get(server);
      return outcome !== undefined && "error" in outcome ? [{ server, error: outcome.error }] : [];
    }),
    left: names.filter((server) => !outcomes.has(server)),
  };
}
