/** A headless Chromium, driven through its debugging pipe: messages of JSON that end in a zero byte. */
import { spawn, type ChildProcess } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable, Writable } from "node:stream";

/** What to say where a test cannot run. */
const HOW_TO_GET_CHROMIUM =
  "the tests of the replay page need Chromium and were NOT run: apt-get install chromium, or set CHROMIUM to its path";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--remote-debugging-pipe",
];

/** The path of a program: what a variable of the environment says, or the first of the names in PATH. */
export function findProgram(variable: string, names: readonly string[]): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  const candidates = names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return [process.env[variable], ...candidates].find((file) => {
    try {
      accessSync(file ?? "", constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Chromium's path; where there is none, says how to get it and returns undefined. */
export function findChromium(): string | undefined {
  const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
  const found = findProgram("CHROMIUM", names);
  if (found === undefined) process.stderr.write(`${HOW_TO_GET_CHROMIUM}\n`);
  return found;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

interface Pending {
  readonly resolve: (result: Record<string, unknown>) => void;
  readonly reject: (error: Error) => void;
}

/** One page. */
export class Page {
  readonly #problems: string[] = [];
  readonly #browser: Browser;
  readonly #session: string;

  constructor(browser: Browser, session: string) {
    this.#browser = browser;
    this.#session = session;
  }

  send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    return this.#browser.send(method, params, this.#session);
  }

  note(method: string, params: Record<string, unknown>): void {
    if (method === "Runtime.exceptionThrown") this.#problems.push(JSON.stringify(params["exceptionDetails"]));
    if (method === "Runtime.consoleAPICalled") this.#problems.push(JSON.stringify(params["args"]));
    if (method === "Log.entryAdded") this.#problems.push(JSON.stringify(params["entry"]));
    if (method === "Network.requestWillBeSent") {
      const { url } = params["request"] as { url: string };
      if (!url.startsWith("file:") && !url.startsWith("data:")) this.#problems.push(`request of ${url}`);
    }
  }

  /** Errors, what stands on the console, warnings of the policy, and every request but the page itself. */
  problems(): Promise<readonly string[]> {
    return Promise.resolve(this.#problems);
  }

  /** Opens a file or URL and waits until it is loaded. */
  async open(url: string): Promise<void> {
    await this.send("Page.navigate", { url });
    await this.until("document.readyState === 'complete'");
  }

  /** The value of an expression in the page, promises awaited. */
  async evaluate<Value>(expression: string): Promise<Value> {
    const parameters = { expression, returnByValue: true, awaitPromise: true };
    const { exceptionDetails, result } = await this.send("Runtime.evaluate", parameters);
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { value: Value }).value;
  }

  /** Waits until an expression is true in the page. */
  async until(expression: string): Promise<void> {
    while (!(await this.evaluate<boolean>(`Boolean(${expression})`))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Presses a key by the value of `KeyboardEvent.key`. */
  async press(key: string, modifiers = 0): Promise<void> {
    const code = key === " " ? "Space" : key;
    // Without the number of the key, buttons and boxes take no notice.
    const text =
      key.length === 1 ? { text: key, windowsVirtualKeyCode: key.toUpperCase().charCodeAt(0) } : {};
    await this.send("Input.dispatchKeyEvent", { type: "keyDown", key, code, modifiers, ...text });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", key, code, modifiers });
  }

  async click(x: number, y: number): Promise<void> {
    const common = { x, y, button: "left", clickCount: 1 };
    await this.send("Input.dispatchMouseEvent", { type: "mouseMoved", x, y });
    await this.send("Input.dispatchMouseEvent", { type: "mousePressed", ...common });
    await this.send("Input.dispatchMouseEvent", { type: "mouseReleased", ...common });
  }

  /** Drags with the mouse from one point of the window to others. */
  async drag(
    first: readonly [number, number],
    ...others: readonly (readonly [number, number])[]
  ): Promise<void> {
    let at = first;
    const send = (type: string, buttons: number): Promise<unknown> =>
      this.send("Input.dispatchMouseEvent", {
        type,
        x: at[0],
        y: at[1],
        button: "left",
        buttons,
        clickCount: 1,
      });
    await send("mouseMoved", 0);
    await send("mousePressed", 1);
    for (at of others) await send("mouseMoved", 1);
    await send("mouseReleased", 0);
  }

  async resize(width: number, height: number, isMobile = false): Promise<void> {
    const metrics = { width, height, deviceScaleFactor: 1, mobile: isMobile };
    await this.send("Emulation.setDeviceMetricsOverride", metrics);
    await this.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  }

  /** What the page looks like, as PNG. */
  async screenshot(): Promise<Buffer> {
    const { data } = await this.send("Page.captureScreenshot", { format: "png" });
    return Buffer.from(String(data), "base64");
  }
}

export class Browser {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #input: Writable;
  readonly #pending = new Map<number, Pending>();
  readonly #pages = new Map<string, Page>();
  #sent = 0;

  private constructor(child: ChildProcess, profile: string) {
    this.#process = child;
    this.#profile = profile;
    this.#input = child.stdio[3] as Writable;
    const output = child.stdio[4] as Readable;
    output.setEncoding("utf8");
    let rest = "";
    output.on("data", (chunk: string) => {
      const messages = `${rest}${chunk}`.split("\0");
      rest = messages.pop() ?? "";
      for (const message of messages) this.#receive(JSON.parse(message) as Message & { sessionId?: string });
    });
    child.once("exit", () => {
      for (const { reject } of this.#pending.values()) reject(new Error("Chromium ended"));
    });
  }

  /** The process that all others of the browser descend from. */
  get pid(): number {
    return this.#process.pid ?? 0;
  }

  static async start(executable: string): Promise<Browser> {
    const profile = await mkdtemp(path.join(tmpdir(), "prox-chromium-"));
    const child = spawn(executable, [...FLAGS, `--user-data-dir=${profile}`], {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    });
    return new Browser(child, profile);
  }

  send(method: string, params: object, sessionId?: string): Promise<Record<string, unknown>> {
    const id = (this.#sent += 1);
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  async newPage(width = 1440, height = 900): Promise<Page> {
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this, String(sessionId));
    this.#pages.set(String(sessionId), page);
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await page.send(`${domain}.enable`);
    await page.resize(width, height);
    return page;
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    await this.send("Browser.close", {}).catch(() => undefined);
    await ended;
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #receive(message: Message & { readonly sessionId?: string }): void {
    const { error, id, method, params, result, sessionId } = message;
    const pending = id === undefined ? undefined : this.#pending.get(id);
    if (id !== undefined && pending !== undefined) {
      this.#pending.delete(id);
      if (error === undefined) pending.resolve(result ?? {});
      else pending.reject(new Error(error.message));
    } else if (method !== undefined) this.#pages.get(sessionId ?? "")?.note(method, params ?? {});
  }
}
