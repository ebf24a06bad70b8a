/** Recordings as tests look at them: the calls of each VM, with what a module would read at each of them. */

export interface RecordedCall {
  readonly callback: string;
  readonly args: readonly string[];
  /** The latest value of a field at this call. */
  readonly read: (entity: number, field: string) => string | undefined;
  readonly configstring: (index: number) => string | undefined;
  readonly cvar: (name: string) => string | undefined;
}

export function linesOf(recording: Iterable<Uint8Array>): string[] {
  return Buffer.concat([...recording])
    .toString("latin1")
    .split("\n")
    .slice(0, -1);
}

/** All values that something had, each with the number of the line that says so. */
type History = Map<string, { line: number; value: string }[]>;

export function callsByVm(lines: readonly string[]): RecordedCall[][] {
  const vms: RecordedCall[][] = [];
  let history: History = new Map();
  for (const [line, text] of lines.entries()) {
    const [kind = "", first = "", second = "", ...rest] = text.split("\t");
    if (kind.startsWith("#")) {
      vms.push([]);
      history = new Map();
    } else if (kind === "S" || kind === "G" || kind === "V") {
      const key = kind === "S" ? `S ${first} ${second}` : `${kind} ${first}`;
      const values = history.get(key) ?? [];
      values.push({ line, value: (kind === "S" ? rest[0] : second) ?? "" });
      history.set(key, values);
    } else if (kind === "C") {
      const known = history;
      const latest = (key: string): string | undefined =>
        known.get(key)?.findLast((value) => value.line < line)?.value;
      vms.at(-1)?.push({
        callback: first,
        args: rest,
        read: (entity, field) => latest(`S ${entity} ${field}`),
        configstring: (index) => latest(`G ${index}`),
        cvar: (name) => latest(`V ${name}`),
      });
    }
  }
  return vms;
}
