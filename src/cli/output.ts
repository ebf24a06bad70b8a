/**
 * The one place where text leaves prox. Once the streams are guarded, whatever is written to them (by prox, by oclif, by a
 * library that was told to debug) has no character that a terminal would obey, and no secret. What prox itself draws on
 * terminals goes around the guard, by {@link writeStyledLine} and {@link drawingStream}.
 */
import { safeText, UNSAFE_CHARACTERS } from "../names.ts";
import { maskSecrets, rememberSecretsOf } from "../secrets.ts";

type Write = (...args: unknown[]) => boolean;

/** The stream's own `write`, behind a guarded one. */
const OWN_WRITE = Symbol("own write");

/** A sequence that selects a colour or a style, or a character that is not safe. Ends of lines and tabs are. */
const ACTING = new RegExp(`(\\u001B\\[[\\d;]*m)|(?!\\r\\n|[\\n\\t])${UNSAFE_CHARACTERS}`, "gu");

let isMasking = true;
let isHushed = false;

function ownWrite(stream: NodeJS.WriteStream): Write {
  const write = Reflect.get(stream, "write") as Write & { [OWN_WRITE]?: Write };
  return write[OWN_WRITE] ?? write;
}

/** A text of any number of lines that no terminal acts on, without secrets. */
function safeOutput(text: string, styles: "keep" | "drop"): string {
  const safe = text.replace(ACTING, (_all, style: string | undefined) =>
    style === undefined ? "\uFFFD" : styles === "keep" ? style : "",
  );
  return isMasking ? maskSecrets(safe) : safe;
}

/** Guards standard output and standard error; once is enough. Bytes that are no text pass: a picture, for example. */
export function guardOutput(): void {
  isMasking = true;
  isHushed = false;
  rememberSecretsOf(process.env);
  for (const stream of [process.stdout, process.stderr]) {
    const own = ownWrite(stream);
    if (own !== Reflect.get(stream, "write")) continue;
    const guarded: Write = (chunk, ...rest) =>
      own.call(stream, typeof chunk === "string" ? safeOutput(chunk, "drop") : chunk, ...rest);
    Object.assign(stream, { write: Object.assign(guarded, { [OWN_WRITE]: own }) });
  }
}

/** Shows secrets from now on: what the command at work was asked for is one. */
export function showSecrets(): void {
  isMasking = false;
}

/** Shows no progress from now on. */
export function hushProgress(): void {
  isHushed = true;
}

/** Whether progress is shown on a stream: on a terminal, unless it was asked to be quiet. */
export function showsProgress(stream: NodeJS.WriteStream = process.stderr): boolean {
  return stream.isTTY && !isHushed;
}

/** Writes a line whose colours and styles are prox's own. */
export function writeStyledLine(stream: NodeJS.WriteStream, line: string): void {
  ownWrite(stream).call(stream, `${safeOutput(line, "keep")}\n`);
}

/** The stream for what moves the cursor: progress bars and questions. Texts in them must be safe already. */
export function drawingStream(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  const write: Write = (...args) => ownWrite(stream).apply(stream, args);
  return Object.create(stream, { write: { value: write } }) as NodeJS.WriteStream;
}

/** Lines for standard error that begin with a word of prox's own: no text in them can begin another line. */
export function writeMessage(label: string, lines: readonly string[]): void {
  const [first = "", ...others] = lines.map(safeText);
  process.stderr.write([`${label}${first}`, ...others.map((line) => `    ${line}`), ""].join("\n"));
}
