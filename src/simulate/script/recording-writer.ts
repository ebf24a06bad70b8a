/** Writes a recording as `recordings/README.md` defines it: state when it changes, then the callbacks. */

/** A value as it stands in a record; a text has one character a byte ({@link bytesOf}). */
export type Scalar = number | string;

/** What stands for each special character inside a field. */
const ESCAPED: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

function escape(text: string): string {
  return text.replace(/[\\\t\n\r]/g, (character) => ESCAPED[character] ?? character);
}

/** The text's UTF-8 bytes as a string with one character a byte, the form in which the writer takes texts. */
export function bytesOf(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** Coordinates and angles keep three decimals: less than any rule or file tells apart. */
function decimal(value: number): number {
  const rounded = Math.round(value * 1000) / 1000;
  return rounded === 0 ? 0 : rounded;
}

/**
 * Collects records. Texts are strings with one character a byte ({@link bytesOf}), because what a server says need
 * not be valid UTF-8.
 */
export class RecordingWriter {
  #text = "";
  readonly #cvars = new Map<string, string>();
  readonly #configstrings = new Map<number, string>();
  readonly #userinfos = new Map<number, string>();
  #fields: Map<string, Scalar>[] = [];

  /** A new VM starts: what was written of the state before no longer holds. */
  startVm(unixTime: number): void {
    this.#cvars.clear();
    this.#configstrings.clear();
    this.#userinfos.clear();
    this.#fields = [];
    this.#text += `# et-recording 1\tLua 5.4\t${unixTime}\n`;
  }

  constant(name: string, value: Scalar): void {
    this.#text += `K\t${name}\t${value}\n`;
  }

  functions(names: readonly string[]): void {
    this.#text += `N\t${names.join("\t")}\n`;
  }

  cvar(name: string, value: string): void {
    if (this.#cvars.get(name) === value) return;
    this.#cvars.set(name, value);
    this.#text += `V\t${name}\t${escape(value)}\n`;
  }

  configstring(index: number, value: string): void {
    if (this.#configstrings.get(index) === value) return;
    this.#configstrings.set(index, value);
    this.#text += `G\t${index}\t${escape(value)}\n`;
  }

  userinfo(slot: number, value: string): void {
    if (this.#userinfos.get(slot) === value) return;
    this.#userinfos.set(slot, value);
    this.#text += `U\t${slot}\t${escape(value)}\n`;
  }

  /** A field of an entity, with its index where it has one: `ps.stats[0]`. */
  field(entity: number, name: string, value: Scalar): void {
    const known = (this.#fields[entity] ??= new Map());
    if (known.get(name) === value) return;
    known.set(name, value);
    this.#text += `S\t${entity}\t${name}\t${typeof value === "string" ? escape(value) : value}\n`;
  }

  vector(entity: number, name: string, x: number, y: number, z: number): void {
    const value = `${decimal(x)},${decimal(y)},${decimal(z)}`;
    const known = (this.#fields[entity] ??= new Map());
    if (known.get(name) === value) return;
    known.set(name, value);
    this.#text += `S\t${entity}\t${name}\t${value}\n`;
  }

  /** A field that this engine does not have. */
  missingField(name: string): void {
    this.#text += `!\t${name}\tnil\ttried to get invalid gentity field "${name}"\n`;
  }

  /** The time of day at et_InitGame. */
  time(unixTime: number): void {
    this.#text += `T\t${unixTime}\n`;
  }

  /** The engine calls a callback; `clockMs` is et.trap_Milliseconds(). */
  call(callback: string, clockMs: number, ...args: readonly Scalar[]): void {
    const fields = args.map((value) => (typeof value === "string" ? escape(value) : value));
    this.#text += `C\t${[callback, clockMs, ...fields].join("\t")}\n`;
  }

  /** Bytes that were written since the last {@link take}. */
  get size(): number {
    return this.#text.length;
  }

  /** What was written since the last call: whole lines. */
  take(): Uint8Array {
    const bytes = Buffer.from(this.#text, "latin1");
    this.#text = "";
    return bytes;
  }
}
