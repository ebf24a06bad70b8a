/** Ages on a command line: `2h` for all that has one, `pull=15m` for one of them. */
import { Flags } from "@oclif/core";

import { ProxError } from "../errors.ts";
import { AGED, type Aged, type MaximumAges } from "../status/lateness.ts";

const UNITS_MS: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3 };

function isAged(text: string): text is Aged {
  return (AGED as readonly string[]).includes(text);
}

/** `pull=15m` as the age in milliseconds that a pull may have; without a name, everything may have it. Throws E_USAGE. */
export function parseAge(text: string): MaximumAges {
  const [, , what, digits = "", unit = ""] = /^((\w+)=)?(\d{1,6})([smhd])$/.exec(text.trim()) ?? [];
  const ms = Number(digits) * (UNITS_MS[unit] ?? NaN);
  if (digits === "" || (what !== undefined && !isAged(what))) {
    throw new ProxError("E_USAGE", `${JSON.stringify(text)} is no age`, {
      suggestions: [`write it like 2h or pull=15m; units s, m, h, d; names ${AGED.join(", ")}`],
    });
  }
  return what === undefined ? Object.fromEntries(AGED.map((name) => [name, ms])) : { [what]: ms };
}

/** `--max-age`, which may be given several times. */
export const MAX_AGE_FLAG = Flags.custom<MaximumAges>({
  summary: "exit with 7 when the last pull, import or round is older; given again, the later one counts",
  helpValue: "2h|pull=15m",
  multiple: true,
  multipleNonGreedy: true,
  parse: (text) => Promise.resolve(parseAge(text)),
})();
