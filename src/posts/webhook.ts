/** Messages for any program that takes JSON over HTTP: bridges to Matrix and Telegram, bots, sites. */
import { createHash } from "node:crypto";

import { ProxError } from "../errors.ts";
import { packageVersion } from "../package-root.ts";
import type { Channel } from "./channel.ts";
import { deliver } from "./deliver.ts";
import type { Message } from "./message.ts";

/** The version of {@link webhookBody}: it changes only where a reader of the version before would misread. */
const BODY_VERSION = 1;

/** What is posted, as JSON: times are UTC, lengths ms. */
function webhookBody(message: Message): object {
  const { link, ...rest } = message;
  return { version: BODY_VERSION, ...rest, link: link ?? null };
}

/**
 * The channel of an address. Each message has the header `Idempotency-Key`.
 * @param address http or https. It may hold a secret. Throws `E_POST_ADDRESS` for another one.
 */
export function webhookChannel(address: string): Channel {
  const url = URL.canParse(address.trim()) ? new URL(address.trim()) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    throw new ProxError("E_POST_ADDRESS", "this is not an address that begins with https:// or http://", {
      suggestions: ["write it like https://bridge.example.org/hooks/prox"],
    });
  }
  const headers: Record<string, string> = { "User-Agent": `prox/${packageVersion()}` };
  if (url.username !== "" || url.password !== "") {
    const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers["Authorization"] = `Basic ${Buffer.from(user).toString("base64")}`;
    url.username = "";
    url.password = "";
  }
  const hash = createHash("sha256").update(url.href).digest("hex").slice(0, 12);
  return {
    name: `webhook ${url.host} ${hash}`,
    post: async (message, key, signal) => {
      const body = JSON.stringify(webhookBody(message));
      await deliver(
        { url, headers: { ...headers, "Idempotency-Key": key }, body, place: `the webhook at ${url.host}` },
        signal,
      );
      return null;
    },
  };
}
