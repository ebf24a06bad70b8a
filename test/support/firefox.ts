/**
 * A headless Firefox with the same face as the Chromium of `browser.ts`, driven through Marionette: a TCP connection of
 * messages `length:[type, id, …]`. Its one tab is opened again for each page.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { findProgram } from "./browser.ts";

/** What to say where a test cannot run. */
const HOW_TO_GET_FIREFOX =
  "the tests of the replay page in Firefox were NOT run: apt-get install firefox-esr, or set FIREFOX to its path";

const PREFERENCES = {
  "marionette.port": 0,
  "app.update.disabledForTesting": true,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
};

/** WebDriver's characters for the keys that write nothing. */
const KEYS: Readonly<Record<string, string>> = {
  Shift: "\uE008",
  Backspace: "\uE003",
  Enter: "\uE007",
  Escape: "\uE00C",
  End: "\uE010",
  Home: "\uE011",
  ArrowLeft: "\uE012",
  ArrowUp: "\uE013",
  ArrowRight: "\uE014",
  ArrowDown: "\uE015",
};

/** Firefox's path; where there is none, says how to get it and returns undefined. */
export function findFirefox(): string | undefined {
  const found = findProgram("FIREFOX", ["firefox-esr", "firefox"]);
  if (found === undefined) process.stderr.write(`${HOW_TO_GET_FIREFOX}\n`);
  return found;
}

type Answer = [type: 1, id: number, error: { message: string } | null, result: Record<string, unknown>];

/** The page that is open. */
class FirefoxPage {
  readonly #browser: Firefox;

  constructor(browser: Firefox) {
    this.#browser = browser;
  }

  /** Opens a file or URL and waits until it is loaded. */
  async open(url: string): Promise<void> {
    await this.#browser.inChrome("Services.console.reset()");
    await this.#browser.send("WebDriver:Navigate", { url });
  }

  /** Errors and warnings on the console, and every request but the page itself. */
  async problems(): Promise<string[]> {
    const messages = await this.#browser.inChrome<string[]>(
      `return Services.console.getMessageArray().filter((it) => it instanceof Ci.nsIScriptError && it.sourceName.startsWith("file:")).map(String)`,
    );
    const requests = await this.evaluate<string[]>(
      `performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => !/^(file|data):/.test(name))`,
    );
    return [...messages, ...requests.map((url) => `request of ${url}`)];
  }

  /** The value of an expression (or of a block, which has none) in the page, promises awaited. */
  async evaluate<Value>(expression: string): Promise<Value> {
    const isBlock = expression.startsWith("{");
    const script = isBlock
      ? `const done = arguments[0]; ${expression}; done({})`
      : `const done = arguments[0]; Promise.resolve(${expression}).then((value) => done({ value }), (error) => done({ error: String(error) }))`;
    const answer = await this.#browser.send("WebDriver:ExecuteAsyncScript", { script, args: [] });
    const { error, value } = answer["value"] as { error?: string; value: Value };
    if (error !== undefined) throw new Error(error);
    return value;
  }

  /** Waits until an expression is true in the page. */
  async until(expression: string): Promise<void> {
    while (!(await this.evaluate<boolean>(`Boolean(${expression})`))) await sleep(20);
  }

  /** Presses a key by the value of `KeyboardEvent.key`; 8 is with shift. */
  async press(key: string, modifiers = 0): Promise<void> {
    const stroke = (value: string): { type: string; value: string }[] => [
      { type: "keyDown", value },
      { type: "keyUp", value },
    ];
    const [down, up] = stroke(KEYS["Shift"] ?? "");
    const pressed = stroke(KEYS[key] ?? key);
    const actions =
      modifiers === 0 || down === undefined || up === undefined ? pressed : [down, ...pressed, up];
    await this.#browser.send("WebDriver:PerformActions", {
      actions: [{ type: "key", id: "keyboard", actions }],
    });
  }

  /** Drags with the mouse from one point of the window to others. */
  async drag(
    first: readonly [number, number],
    ...others: readonly (readonly [number, number])[]
  ): Promise<void> {
    const move = ([x, y]: readonly [number, number]) => ({
      type: "pointerMove",
      x: Math.round(x),
      y: Math.round(y),
      duration: 0,
    });
    const actions = [
      move(first),
      { type: "pointerDown", button: 0 },
      ...others.map(move),
      { type: "pointerUp", button: 0 },
    ];
    await this.#browser.send("WebDriver:PerformActions", {
      actions: [{ type: "pointer", id: "mouse", actions }],
    });
  }

  async click(x: number, y: number): Promise<void> {
    const actions = [
      { type: "pointerMove", x: Math.round(x), y: Math.round(y), duration: 0 },
      { type: "pointerDown", button: 0 },
      { type: "pointerUp", button: 0 },
    ];
    await this.#browser.send("WebDriver:PerformActions", {
      actions: [{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions }],
    });
  }

  /** Gives the page a size, whatever the window's is: Firefox's own is never narrower than 450 pixels. */
  async resize(width: number, height: number): Promise<void> {
    await this.#browser.inChrome(
      `gBrowser.selectedBrowser.style.cssText = "flex: none; width: ${width}px; height: ${height}px; min-width: 0"`,
    );
    await this.until(`innerWidth === ${width} && innerHeight === ${height}`);
    await this.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  }

  /** What the page looks like, as PNG. */
  async screenshot(): Promise<Buffer> {
    const { value } = await this.#browser.send("WebDriver:TakeScreenshot", { full: false });
    return Buffer.from(String(value), "base64");
  }
}

export class Firefox {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #socket: Socket;
  readonly #pending = new Map<number, (answer: Answer) => void>();
  #sent = 0;

  private constructor(child: ChildProcess, profile: string, socket: Socket) {
    this.#process = child;
    this.#profile = profile;
    this.#socket = socket;
    let rest = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (;;) {
        const colon = rest.indexOf(":");
        const end = colon + 1 + Number(rest.subarray(0, Math.max(0, colon)).toString());
        if (colon < 0 || rest.length < end) return;
        const message = JSON.parse(rest.subarray(colon + 1, end).toString()) as Answer;
        rest = rest.subarray(end);
        // The first message only greets.
        if (Array.isArray(message)) this.#pending.get(message[1])?.(message);
      }
    });
  }

  static async start(executable: string): Promise<Firefox> {
    const profile = await mkdtemp(path.join(tmpdir(), "prox-firefox-"));
    const preferences = Object.entries(PREFERENCES).map(
      ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
    );
    await writeFile(path.join(profile, "user.js"), preferences.join(""));
    const flags = ["--headless", "--marionette", "--remote-allow-system-access", "--profile", profile];
    const child = spawn(executable, [...flags, "--width", "1600", "--height", "1200"], {
      stdio: "ignore",
      env: { ...process.env, HOME: profile },
    });
    // Firefox chooses a port and writes it down.
    let port = "";
    while (port === "") {
      if (child.exitCode !== null) throw new Error(`Firefox ended with ${child.exitCode}`);
      await sleep(50);
      port = await readFile(path.join(profile, "MarionetteActivePort"), "utf8").catch(() => "");
    }
    const socket = connect(Number(port), "127.0.0.1");
    const firefox = new Firefox(child, profile, socket);
    await firefox.send("WebDriver:NewSession", {});
    return firefox;
  }

  async send(command: string, parameters: object): Promise<Record<string, unknown>> {
    const id = (this.#sent += 1);
    const message = Buffer.from(JSON.stringify([0, id, command, parameters]));
    const answered = new Promise<Answer>((resolve) => this.#pending.set(id, resolve));
    this.#socket.write(Buffer.concat([Buffer.from(`${message.length}:`), message]));
    const [, , error, result] = await answered;
    this.#pending.delete(id);
    if (error !== null) throw new Error(`${command}: ${error.message}`);
    return result;
  }

  /** Runs the body of a function in the browser itself. */
  async inChrome<Value>(script: string): Promise<Value> {
    await this.send("Marionette:SetContext", { value: "chrome" });
    try {
      const { value } = await this.send("WebDriver:ExecuteScript", { script, args: [] });
      return value as Value;
    } finally {
      await this.send("Marionette:SetContext", { value: "content" });
    }
  }

  async newPage(width = 1440, height = 900): Promise<FirefoxPage> {
    const page = new FirefoxPage(this);
    await page.open("about:blank");
    await page.resize(width, height);
    return page;
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    await this.send("Marionette:Quit", {}).catch(() => undefined);
    await ended;
    this.#socket.destroy();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
