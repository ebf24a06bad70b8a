/** Notes that several reports make. */
import { whole } from "../../counts.ts";

/** What a limit leaves out, none where it leaves out nothing. */
export function describeMore(left: number, what: string): string[] {
  return left > 0 ? [`${whole(left)} more ${left === 1 ? what : `${what}s`}; use --limit to list them`] : [];
}
