/**
 * What was fetched from a server: a file of JSON lines that is only added to. It outlives the rounds themselves, which
 * may be moved away once they are imported.
 */
import { existsSync, readFileSync } from "node:fs";
import { open } from "node:fs/promises";

/**
 * What became of a file: `whole` fits its own checksum, `incomplete` has no end (`.part`), `damaged` does not fit,
 * fetched twice.
 */
export type LedgerState = "whole" | "incomplete" | "damaged";

/** A file as it was on the server when it was fetched. Of several entries for one name the last counts. */
export interface LedgerEntry {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Seconds since 1970, the server's. */
  readonly modifiedS: number;
  readonly state: LedgerState;
  /** When it was fetched, UTC. */
  readonly at: string;
}

function isEntry(value: unknown): value is LedgerEntry {
  return (
    typeof value === "object" && value !== null && "name" in value && "size" in value && "modifiedS" in value
  );
}

/** The ledger of one server, read whole into memory. Only who holds the lock of its pulls may save. */
export class PullLedger {
  readonly #file: string;
  readonly #entries = new Map<string, LedgerEntry>();
  #unsaved: LedgerEntry[] = [];

  /** Reads a ledger; where there is none it is empty. A line that was cut while it was written is passed over. */
  constructor(file: string) {
    this.#file = file;
    if (!existsSync(file)) return;
    for (const line of readFileSync(file, "utf8").split("\n")) {
      try {
        const value: unknown = JSON.parse(line);
        if (isEntry(value)) this.#entries.set(value.name, value);
      } catch {
        // A torn line: its file is here, or it is fetched again.
      }
    }
  }

  get(name: string): LedgerEntry | undefined {
    return this.#entries.get(name);
  }

  entries(): Iterable<LedgerEntry> {
    return this.#entries.values();
  }

  /** Remembers a file; {@link save} makes it last. */
  add(entry: LedgerEntry): void {
    this.#entries.set(entry.name, entry);
    this.#unsaved.push(entry);
  }

  /** Writes what is new to the disk. */
  async save(): Promise<void> {
    const entries = this.#unsaved;
    if (entries.length === 0) return;
    this.#unsaved = [];
    const handle = await open(this.#file, "a");
    try {
      // The line end in front ends a line that was cut before.
      await handle.writeFile(`\n${entries.map((entry) => JSON.stringify(entry)).join("\n")}\n`);
      await handle.datasync();
    } finally {
      await handle.close();
    }
  }
}
