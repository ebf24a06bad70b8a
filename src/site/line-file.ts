/**
 * A file of lines, each a key and what is known under it, both as JSON, with a tab between: only what is asked for is parsed, and what
 * stays is written as it stands. A line that is damaged is as good as none.
 */
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

/** The lines of a file by their key. */
export class LineFile<Value> {
  readonly #file: string;
  /** The JSON of each value, as the file has it. */
  readonly #before = new Map<string, string>();
  readonly #now = new Map<string, string>();
  /** Whether the file ends with a whole line. */
  #isWhole = true;

  /** @param isFull whether nothing of what is there is used. */
  constructor(file: string, isFull: boolean) {
    this.#file = file;
    if (isFull || !existsSync(file)) return;
    const lines = readFileSync(file, "utf8").split("\n");
    this.#isWhole = lines.pop() === "";
    for (const line of lines) {
      const tab = line.indexOf("\t");
      try {
        this.#before.set(JSON.parse(line.slice(0, tab)) as string, line.slice(tab + 1));
      } catch {
        this.#isWhole = false;
      }
    }
  }

  /** The keys that the file has. */
  get keys(): Iterable<string> {
    return this.#before.keys();
  }

  /** What is known under a key, which keeps it; undefined where nothing is. */
  get(key: string): Value | undefined {
    const text = this.#before.get(key);
    if (text === undefined) return undefined;
    try {
      const value = JSON.parse(text) as Value;
      this.#now.set(key, text);
      return value;
    } catch {
      return undefined;
    }
  }

  /** Keeps what is known under a key without looking at it. */
  keep(key: string): void {
    const text = this.#before.get(key);
    if (text !== undefined && !this.#now.has(key)) this.#now.set(key, text);
  }

  /** Remembers a value under a key. */
  set(key: string, value: Value): void {
    this.#now.set(key, JSON.stringify(value));
  }

  /** Forgets what is known under a key. */
  drop(key: string): void {
    this.#now.delete(key);
  }

  /** Writes the file, where something has changed; nothing else stays in it but what was kept or set. */
  save(): void {
    const lineOf = ([key, text]: readonly [string, string]): string => `${JSON.stringify(key)}\t${text}\n`;
    const changed = [...this.#now].filter(([key, text]) => this.#before.get(key) !== text);
    const isGrown =
      this.#isWhole &&
      [...this.#before.keys()].every((key) => this.#now.has(key)) &&
      changed.every(([key]) => !this.#before.has(key));
    if (isGrown && existsSync(this.#file)) {
      if (changed.length > 0) appendFileSync(this.#file, changed.map(lineOf).join(""));
      return;
    }
    writeFileSync(`${this.#file}.part`, [...this.#now].map(lineOf).join(""), { mode: 0o600 });
    renameSync(`${this.#file}.part`, this.#file);
  }
}
