/** Where messages go: one interface for every kind of chat. */
import type { MessageCard } from "./message-card.ts";
import type { Message } from "./message.ts";

/** A place that takes messages. */
export interface Channel {
  /** Names the place in the ledger and in messages of prox; holds no secret. */
  readonly name: string;
  /**
   * Posts a message. Returns the id that the place gave it, null where it gives none. Throws `E_POST_UNREACHED` or `E_POST_REFUSED`
   * where the place certainly did not take it, `E_POST_UNSURE` where it may have.
   * @param key the same for each attempt at the same message, for places that look at it.
   * @param signal ends the waiting between attempts; an attempt under way is finished.
   * @param card for places that show pictures.
   */
  readonly post: (
    message: Message,
    key: string,
    signal: AbortSignal,
    card?: MessageCard,
  ) => Promise<string | null>;
}
