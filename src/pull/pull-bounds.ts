/** Bounds of a whole pull: however small each step of it is, a server can neither make it last nor make it crawl. */
import type { ServerSettings } from "../config/settings.ts";
import { ProxError } from "../errors.ts";

const LOOK_MS = 250;
/** Data is looked for over so many time limits of the server. */
const LIMITS_PER_WINDOW = 10;
/** A server that gives less than this on average does not mean to end. */
const LEAST_BYTES_PER_S = 512;
/** A file that is done counts for as much, however small it is. */
const BYTES_PER_FILE = 4096;

/** Watches over one pull, from {@link fetching} on also over how much arrives. */
export class PullBounds {
  readonly #server: ServerSettings;
  readonly #giveUp: (error: ProxError) => void;
  readonly #startedMs = performance.now();
  readonly #timer: NodeJS.Timeout;
  /** When the present window began, and what has arrived in it; undefined while nothing need arrive. */
  #window: { startedMs: number; bytes: number; isHeldBack: boolean } | undefined;
  #reached: ProxError | undefined;

  /** `giveUp` is called once, when a bound is reached; it must end the pull. */
  constructor(server: ServerSettings, giveUp: (error: ProxError) => void) {
    this.#server = server;
    this.#giveUp = giveUp;
    this.#timer = setInterval(() => {
      this.#look();
    }, LOOK_MS);
  }

  /** The bound that was reached, as an error. */
  get reached(): ProxError | undefined {
    return this.#reached;
  }

  /** From here on something must arrive, until {@link fetched}. */
  fetching(): void {
    this.#window = { startedMs: performance.now(), bytes: 0, isHeldBack: false };
  }

  /** Nothing more need arrive. */
  fetched(): void {
    this.#window = undefined;
  }

  /** Bytes of a file have arrived. */
  arrived(bytes: number): void {
    if (this.#window !== undefined) this.#window.bytes += bytes;
  }

  /** Nothing was asked of the server for a while, so that it sent nothing. */
  heldBack(): void {
    if (this.#window !== undefined) this.#window.isHeldBack = true;
  }

  /** A file is done. */
  done(): void {
    this.arrived(BYTES_PER_FILE);
  }

  /** Ends the watch. */
  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { pullMinutes, timeoutS } = this.#server;
    const now = performance.now();
    if (now - this.#startedMs >= pullMinutes * 60_000) {
      this.#reach(`the pull was stopped after ${pullMinutes} min`, "raise pullMinutes of this server");
      return;
    }
    const windowS = LIMITS_PER_WINDOW * timeoutS;
    const window = this.#window;
    if (window === undefined || now - window.startedMs < windowS * 1000) return;
    if (!window.isHeldBack && window.bytes < LEAST_BYTES_PER_S * windowS) {
      this.#reach(
        `the server has sent only ${window.bytes} bytes of files in ${windowS} s`,
        "raise timeoutS of this server if its line is that slow",
      );
      return;
    }
    this.fetching();
  }

  #reach(reason: string, advice: string): void {
    this.stop();
    this.#reached = new ProxError("E_REMOTE_TIMEOUT", reason, {
      suggestions: ["pull again: it goes on where this pull stopped", advice],
    });
    this.#giveUp(this.#reached);
  }
}
