/** One HTTP request to a chat, exactly once as far as HTTP allows: waits that it asks for, attempts, and what is certain. */
import { setTimeout as sleep } from "node:timers/promises";

import { errorCodeOf, messageOf, ProxError } from "../errors.ts";

/** An answer must come within this time. */
const ANSWER_LIMIT_MS = 15_000;
/** Waits between attempts after an answer that may pass. */
const RETRY_MS = [1000, 2000, 4000] as const;
/** So long prox waits in all because a chat says that it gets too many messages. */
const RATE_LIMIT_MS = 120_000;
/** An answer is read so far. */
const ANSWER_BYTES = 64 * 1024;

/** Failures before a request was sent. */
const UNSENT: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "CERT_HAS_EXPIRED",
]);

/** What is posted. */
export interface Request {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, or a form with files. */
  readonly body: string | FormData;
  /** Names the place in errors; holds no secret. */
  readonly place: string;
}

async function readAnswer(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk as Uint8Array);
    length += (chunk as Uint8Array).length;
    if (length > ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** How long an answer asks to wait: `retry_after` of its body in seconds, else its header. */
function askedWaitMs(response: Response, answer: Readonly<Record<string, unknown>>): number {
  const seconds = [answer["retry_after"], response.headers.get("retry-after")]
    .map(Number)
    .find((value) => Number.isFinite(value) && value > 0);
  return Math.ceil((seconds ?? 1) * 1000);
}

/** Sends it once: the answer. Throws `E_POST_UNREACHED` where nothing was sent, else `E_POST_UNSURE`. */
async function attempt({
  body,
  headers,
  place,
  url,
}: Request): Promise<{ response: Response; text: string }> {
  try {
    const response = await fetch(url, {
      method: "POST",
      // The type of a form has a boundary, which fetch makes.
      headers: { ...(typeof body === "string" ? { "Content-Type": "application/json" } : {}), ...headers },
      body,
      // Whoever answers in the place of the chat would get the message, and the next one the secret.
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    });
    return { response, text: await readAnswer(response) };
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    const reason = messageOf(cause ?? error);
    if (UNSENT.has(errorCodeOf(cause) ?? "")) {
      throw new ProxError("E_POST_UNREACHED", `${place} cannot be reached: ${reason}`, { cause: error });
    }
    throw new ProxError(
      "E_POST_UNSURE",
      `${place} may have taken the message, the answer did not come: ${reason}`,
      {
        cause: error,
      },
    );
  }
}

interface Verdict {
  readonly answer: Readonly<Record<string, unknown>>;
  readonly failure?: ProxError;
  /** How long the place asks to wait, ms. */
  readonly busyMs?: number;
}

/** What an answer means: its JSON object where the place took the message, else the failure, and how long to wait before the next attempt. */
function judge({ place }: Request, response: Response, text: string): Verdict {
  const answer = parseObject(text);
  if (response.ok) return { answer };
  const said = typeof answer["message"] === "string" ? `: ${answer["message"]}` : "";
  const isBusy = response.status === 429;
  const failure = new ProxError(
    isBusy || response.status >= 500 ? "E_POST_UNREACHED" : "E_POST_REFUSED",
    `${place} answers ${response.status}${said}`,
    { details: { status: response.status } },
  );
  return { answer, failure, ...(isBusy ? { busyMs: askedWaitMs(response, answer) } : {}) };
}

/**
 * Posts JSON or a form. Answers of 429 are waited for as long as they say, at most two minutes in all; answers of 5xx and places that cannot be
 * reached are tried three times more. Returns the answer's JSON object, empty where it is none. Throws `E_POST_UNREACHED`,
 * `E_POST_REFUSED` or `E_POST_UNSURE`, and the reason of the signal where it ends a wait.
 * @param retryMs waits before further attempts.
 */
export async function deliver(
  request: Request,
  signal: AbortSignal,
  retryMs: readonly number[] = RETRY_MS,
): Promise<Readonly<Record<string, unknown>>> {
  const retries = [...retryMs];
  let waitedMs = 0;
  for (;;) {
    const { answer, busyMs, failure } = await attempt(request).then(
      ({ response, text }) => judge(request, response, text),
      (error: unknown): Verdict => {
        if (error instanceof ProxError && error.code === "E_POST_UNREACHED")
          return { answer: {}, failure: error };
        throw error;
      },
    );
    if (failure === undefined) return answer;
    waitedMs += busyMs ?? 0;
    const waitMs = failure.code === "E_POST_UNREACHED" ? (busyMs ?? retries.shift()) : undefined;
    if (waitMs === undefined || waitedMs > RATE_LIMIT_MS) throw failure;
    await sleep(waitMs, undefined, { signal }).catch(() => {
      throw signal.reason;
    });
  }
}
