/** Errors of discord.js as those of prox. They carry addresses with tokens in them: only status, number and text are taken over. */
import { errorCodeOf, messageOf, ProxError } from "../errors.ts";

/** In short for a log: what Discord said, with its numbers. */
export function describeFailure(error: unknown): string {
  const { code, status } = error as { readonly code?: unknown; readonly status?: unknown };
  const numbers = [status, code].filter((part) => typeof part === "number" || typeof part === "string");
  const about = error instanceof ProxError || numbers.length === 0 ? "" : ` (${numbers.join(", ")})`;
  return `${messageOf(error)}${about}`;
}

/** The error that ends a command. */
export function explainDiscordError(error: unknown): ProxError {
  if (error instanceof ProxError) return error;
  const { status } = error as { readonly status?: unknown };
  if (status === 401 || errorCodeOf(error) === "TokenInvalid") {
    return new ProxError("E_DISCORD_TOKEN", "Discord does not know this token", {
      suggestions: ["reset it in the developer portal, page Bot, and give the new one"],
    });
  }
  const isRefused = typeof status === "number" && status >= 400 && status < 500 && status !== 429;
  return new ProxError(
    isRefused ? "E_DISCORD_REFUSED" : "E_DISCORD_UNREACHED",
    `Discord ${isRefused ? "refuses it" : "cannot be reached"}: ${describeFailure(error)}`,
    typeof status === "number" ? { details: { status } } : {},
  );
}
