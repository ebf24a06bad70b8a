/**
 * What is told to others when a command is through: a monitor that waits for pings, and commands of the user's own. They
 * come from the command line alone: prox runs nothing that a configuration names.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";

import { Flags } from "@oclif/core";

import { messageOf, ProxError } from "../errors.ts";

/** A monitor has so long to answer. */
const PING_LIMIT_MS = 10_000;
/** A command of the user's has so long to end. */
const HOOK_LIMIT_MS = 60_000;

/** Flags of commands that run unattended. */
export const AFTER_RUN_FLAGS = {
  ping: Flags.custom({
    summary: "address to call when the command is through: URL after success, URL/fail after a failure",
    helpValue: "URL",
    helpGroup: "AFTERWARDS",
    parse: (text) => Promise.resolve(parsePingUrl(text)),
  })(),
  "on-failed": Flags.string({
    summary: "command for the shell to run after a failure that is told; it gets what --json prints",
    helpValue: "COMMAND",
    helpGroup: "AFTERWARDS",
  }),
} as const;

/** Flag of `prox import`. */
export const ON_IMPORTED_FLAG = {
  "on-imported": Flags.string({
    summary: "command for the shell to run when rounds were imported; it gets what --json prints",
    helpValue: "COMMAND",
    helpGroup: "AFTERWARDS",
  }),
} as const;

/** Whom to tell; each undefined where it was not asked for. */
export interface AfterRun {
  readonly ping?: string | undefined;
  readonly onFailed?: string | undefined;
  readonly onImported?: string | undefined;
}

/** What {@link AFTER_RUN_FLAGS} and {@link ON_IMPORTED_FLAG} say. */
export function afterRunOf(flags: Readonly<Record<string, unknown>>): AfterRun {
  const textOf = (name: string): string | undefined => {
    const value = flags[name];
    return typeof value === "string" ? value : undefined;
  };
  return { ping: textOf("ping"), onFailed: textOf("on-failed"), onImported: textOf("on-imported") };
}

function parsePingUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" || url?.protocol === "http:") return text;
  throw new ProxError("E_USAGE", `${JSON.stringify(text)} is no address of a monitor`, {
    suggestions: ["write it like https://monitor.example.org/ping/ID"],
  });
}

/** Calls the monitor; what went wrong comes as its text. Throws an error whose message says why it was not reached. */
export async function pingMonitor(url: string, failure: string | undefined): Promise<void> {
  const address = new URL(url);
  if (failure !== undefined) address.pathname = `${address.pathname.replace(/\/$/, "")}/fail`;
  const response = await fetch(address, {
    method: "POST",
    body: failure ?? "",
    signal: AbortSignal.timeout(PING_LIMIT_MS),
  }).catch((error: unknown) => {
    // The reason stands in the cause: "fetch failed" says nothing.
    const { cause } = error as { cause?: unknown };
    throw new Error(messageOf(cause ?? error), { cause: error });
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`it answers ${response.status}`);
}

/**
 * Runs a command of the user's with a value as JSON on its standard input; what it prints goes to standard error. Throws an
 * error whose message says how it failed; one that takes too long is killed with all that it started.
 */
export async function runHook(command: string, value: unknown, limitMs = HOOK_LIMIT_MS): Promise<void> {
  const child = spawn("/bin/sh", ["-c", command], { stdio: ["pipe", 2, 2], detached: true });
  const late = AbortSignal.timeout(limitMs);
  late.onabort = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
  };
  // It need not read what it gets.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(`${JSON.stringify(value)}\n`);
  try {
    const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
    if (late.aborted) throw new Error(`it did not end within ${limitMs / 1000} s`);
    if (code !== 0) throw new Error(`it ended with ${signal ?? code ?? "nothing"}`);
  } finally {
    late.onabort = null;
  }
}
