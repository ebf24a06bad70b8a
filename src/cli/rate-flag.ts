/** Bytes per second on a command line. */
import { Flags } from "@oclif/core";

import { ProxError } from "../errors.ts";

const UNITS: Readonly<Record<string, number>> = { "": 1, K: 1e3, M: 1e6, G: 1e9 };
/** With less, a pull of many servers would look to each as if it stood still. */
const LEAST_BYTES_PER_S = 64_000;

/** `2M` or `500K` as bytes per second. Throws E_USAGE. */
export function parseRate(text: string): number {
  const [, digits = "", unit = ""] = /^(\d+(?:\.\d+)?)([KMG]?)B?(?:\/s)?$/i.exec(text.trim()) ?? [];
  const bytesPerS = digits === "" ? NaN : Number(digits) * (UNITS[unit.toUpperCase()] ?? NaN);
  if (bytesPerS >= LEAST_BYTES_PER_S) return Math.floor(bytesPerS);
  throw new ProxError("E_USAGE", `${JSON.stringify(text)} is no rate from ${LEAST_BYTES_PER_S / 1e3}K`, {
    suggestions: ["write bytes per second, such as 500K or 2M (1 M = 1,000,000 bytes)"],
  });
}

/** `--limit-rate`: bytes per second. */
export const LIMIT_RATE_FLAG = Flags.custom<number>({
  summary: "fetch at most so many bytes per second, from all servers together",
  helpValue: "500K|2M",
  parse: (text) => Promise.resolve(parseRate(text)),
})();
