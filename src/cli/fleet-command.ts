/** What the commands share that work on one server or on several: names, groups and `--all`, side by side or in turn. */
import { Args, Flags } from "@oclif/core";

import { type ServerSelection, selectServers } from "../config/select-servers.ts";
import type { ServerSettings, Settings } from "../config/settings.ts";
import { counted } from "../counts.ts";
import { messageOf, ProxError } from "../errors.ts";
import { type FleetFailure, type FleetOptions, type FleetResult, runFleet } from "../server/fleet.ts";
import { type FleetBoard, startBoard } from "./fleet-board.ts";
import { ServerCommand } from "./server-command.ts";

/** Argument `SERVER…`; where it is left out, the default or only server is meant. */
export const SERVERS_ARGUMENT = Args.string({
  name: "SERVER",
  multiple: true,
  description:
    "servers or groups of prox.config.json; not needed where there is only one server. Of several, each gets one line of " +
    "output; exit code 3 when some of them failed",
});

const ALL_FLAG = Flags.boolean({
  summary: "every server of the configuration",
  helpGroup: "SERVERS",
});

function parallelFlag(standard: number) {
  return Flags.integer({
    summary: "on how many servers to work at once",
    min: 1,
    max: 100,
    default: standard,
    helpValue: "N",
    helpGroup: "SERVERS",
  });
}

/** Flags of commands that may work on all servers at once. */
export const FLEET_FLAGS = { all: ALL_FLAG, parallel: parallelFlag(10) } as const;

/** Flags of commands that change what a game runs: one server after another unless told otherwise. */
export const ROLLING_FLAGS = {
  all: ALL_FLAG,
  parallel: parallelFlag(1),
  "keep-going": Flags.boolean({
    summary: "go on with the other servers when one has failed",
    helpGroup: "SERVERS",
  }),
} as const;

/** What the work on a server tells while it goes on. */
export interface Voice {
  /** A line of what was asked for. Of several servers only the summary of each is shown. */
  readonly answer: (line: string) => void;
  /** A line of what was done; shown like an answer, unless prox is to be quiet. */
  readonly log: (line: string) => void;
  /** Lines whose colours are prox's own: a plan. */
  readonly show: (lines: readonly string[]) => void;
  readonly warn: (message: string) => void;
  /** What is being done now. */
  readonly step: (text: string) => void;
}

/** What the work on a server came to. */
export interface ServerOutcome<T> {
  readonly result: T;
  /** In one line, for a run over several servers. */
  readonly summary: string;
}

/** How {@link FleetCommand.onServers} goes through the servers. */
interface RunOptions extends FleetOptions {
  /** Whether the command may ask or show plans on the way: then no lines move on the terminal. */
  readonly isTalking?: boolean;
  /** The command line that does the work on these servers. */
  readonly again: (servers: readonly string[]) => string;
}

/** A failure as programs get it. */
export function fleetFailureJson({ server, error: { code, message } }: FleetFailure): object {
  return { server, code, message };
}

/** Base of the commands for one server or several. */
export abstract class FleetCommand extends ServerCommand {
  /** The servers that the command line names. Throws E_CONFIG and E_USAGE. */
  protected select(
    settings: Settings,
    names: readonly string[] | undefined,
    flags: { readonly all: boolean; readonly host?: string | undefined },
  ): ServerSelection {
    const selection = selectServers(settings, { names: names ?? [], isAll: flags.all });
    if (flags.host !== undefined && selection.servers.length > 1) {
      throw new ProxError("E_USAGE", "--host is one server's, and several are named", {
        suggestions: ["name one server, or leave out --host"],
      });
    }
    return selection;
  }

  /**
   * Does the work on the servers. Of one server the result is the answer as it is; of several, `{servers, failed, left}`.
   * Throws E_SERVERS where it failed on some, and what the first one failed with where it was done on none.
   */
  protected async onServers<T>(
    { isFleet, servers }: ServerSelection,
    options: RunOptions,
    work: (server: ServerSettings, voice: Voice) => Promise<ServerOutcome<T>>,
  ): Promise<{ readonly answer: object; readonly results: readonly T[] }> {
    const [server] = servers;
    if (!isFleet && server !== undefined) {
      const { result } = await work(server, this.#ownVoice());
      return { answer: result as object, results: [result] };
    }
    const board = this.startBoard(options.isTalking === true ? [] : servers);
    let outcome: FleetResult<T>;
    try {
      outcome = await runFleet(servers, options, async (each) => {
        board.step(each.name, "connects");
        try {
          const { result, summary } = await work(each, this.#voiceOf(each.name, board));
          board.step(each.name, summary);
          board.write(() => {
            this.logDone(`${each.name}: ${summary}`);
          });
          return result;
        } catch (error) {
          board.step(each.name, messageOf(error));
          throw error;
        }
      });
    } finally {
      board.stop();
    }
    this.logDone(fleetSummary(servers.length, outcome));
    const { done, failed, left } = outcome;
    const results = done.map(({ result }) => result);
    const answer = { servers: results, failed: failed.map(fleetFailureJson), left };
    failWhereFailed(outcome, answer, options.again);
    return { answer, results };
  }

  /** The lines of a run over several servers; none of one alone, or where a program reads. */
  protected startBoard(servers: readonly ServerSettings[]): FleetBoard {
    const isShown = servers.length > 1 && !this.jsonEnabled();
    return startBoard(isShown ? servers.map(({ name }) => name) : []);
  }

  #ownVoice(): Voice {
    return {
      answer: (line) => {
        this.log(line);
      },
      log: (line) => {
        this.tell(line);
      },
      show: (lines) => {
        this.say(lines);
      },
      warn: (message) => {
        this.warn(message);
      },
      step: (text) => {
        this.progress(text);
      },
    };
  }

  #voiceOf(name: string, board: FleetBoard): Voice {
    return {
      answer: () => undefined,
      log: () => undefined,
      show: (lines) => {
        this.say([`${name}:`, ...lines.map((line) => `  ${line}`)]);
      },
      warn: (message) => {
        board.write(() => {
          this.warn(`${name}: ${message}`);
        });
      },
      step: (text) => {
        board.step(name, text);
      },
    };
  }
}

/** `10 servers: 8 done, 1 failed, 1 not begun`. */
function fleetSummary(all: number, { done, failed, left }: FleetResult<unknown>): string {
  const parts = [
    `${done.length} done`,
    ...(failed.length > 0 ? [`${failed.length} failed`] : []),
    ...(left.length > 0 ? [`${left.length} not begun`] : []),
  ];
  return `${counted(all, "server")}: ${parts.join(", ")}`;
}

/** Ends a run over several servers with an error where one of them failed. */
function failWhereFailed(
  { done, failed, left }: FleetResult<unknown>,
  result: object,
  again: (servers: readonly string[]) => string,
): void {
  const interruption = failed.find(({ error }) => error.exit === "interrupted");
  if (interruption !== undefined) throw interruption.error.withResult(result);
  const [first] = failed;
  if (first === undefined) return;
  const open = [...failed.map(({ server }) => server), ...left];
  const suggestions = [...first.error.suggestions, `to go on, run: ${again(open)}`];
  const details = { failures: failed.map(fleetFailureJson), left };
  const code = done.length === 0 ? first.error.code : "E_SERVERS";
  const lines = failed.map(({ server, error }, index) => {
    // The last line ends in the code of the whole.
    const isSaid = index === failed.length - 1 && error.code === code;
    return `${server}: ${messageOf(error)}${isSaid ? "" : ` [${error.code}]`}`;
  });
  throw new ProxError(code, lines, { suggestions, details, result, cause: first.error });
}
