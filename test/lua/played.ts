/** Small matches played through the tracker on a disk in memory, and their files as tests look at them. */
import { expect } from "vitest";

import type { ScriptedServer, ServerOptions } from "../../src/simulate/script/server.ts";
import type { LuaModule } from "../../src/simulate/simulate.ts";
import { checksumOf } from "../support/round-text.ts";
import { createMemoryServer, type MemoryServer } from "./memory-server.ts";
import { createMatch } from "./small-match.ts";

export const KINDS = ["positions", "combat", "engagements", "heatmap", "objectives"] as const;
export type Kind = (typeof KINDS)[number];

/** A file as a test looks at it. */
export interface Text {
  name: string;
  isPart: boolean;
  lines: string[];
  rows: string[][];
  /** Value of the last line `#key`. */
  value: (key: string) => string | undefined;
  isSound: boolean;
}

function readText(name: string, text: string): Text {
  const lines = text.split("\n");
  const at = text.lastIndexOf("#checksum\t");
  const sum = at < 0 ? undefined : text.slice(at).trim();
  return {
    name,
    isPart: name.endsWith(".part"),
    lines,
    rows: lines.filter((line) => line !== "" && !line.startsWith("#")).map((line) => line.split("\t")),
    value: (key) => lines.findLast((line) => line.startsWith(`#${key}\t`))?.slice(key.length + 2),
    isSound:
      at >= 0 && sum === `#checksum\t${checksumOf(Buffer.from(text.slice(0, at)), 2)}` && text.endsWith("\n"),
  };
}

/** The files of each round, in the order in which the rounds began. */
export function roundsOf(server: MemoryServer): Record<Kind, Text>[] {
  const rounds = new Map<string, Record<Kind, Text>>();
  for (const [name, text] of server.files()) {
    const [, key = "", kind = ""] = /^gamestats\/(.*)_([a-z]+)\.txt(\.part)?$/.exec(name) ?? [];
    expect(KINDS, name).toContain(kind);
    const round = rounds.get(key) ?? ({} as Record<Kind, Text>);
    round[kind as Kind] = readText(name, text);
    rounds.set(key, round);
  }
  return [...rounds.values()];
}

/** No error, nothing left open, nothing left behind in the globals. */
export function expectHarmless(server: MemoryServer): void {
  for (const kind of ["error", "leak", "drop", "global"] as const) expect(server.reports(kind)).toEqual([]);
}

export interface Played {
  rounds: Record<Kind, Text>[];
  console: string[];
}

/** Ends a play, which must have done no harm, and reads the files. */
export function finishPlay(server: MemoryServer): Played {
  server.finish();
  expectHarmless(server);
  const rounds = roundsOf(server);
  const console = server.reports("console");
  server.close();
  return { rounds, console };
}

/** Plays a script through the modules, which must do no harm, and reads the files. */
export async function play(
  modules: LuaModule[],
  script: (match: ScriptedServer) => void,
  options: { match?: Partial<ServerOptions>; cvars?: Record<string, string> } = {},
): Promise<Played> {
  const match = createMatch(options.match);
  script(match);
  const server = await createMemoryServer(modules, options.cvars);
  server.play(match.take());
  return finishPlay(server);
}

export const eventsOf = (round: Record<Kind, Text> | undefined, event: string): string[][] =>
  round?.combat.rows.filter((row) => row[1] === event) ?? [];
