/** Notes that several reports make. */
import { counted } from "../../counts.ts";

/** What a limit leaves out, none where it leaves out nothing. */
export function describeMore(left: number, what: string): string[] {
  return left > 0 ? [`${counted(left, what)} more, --limit shows them`] : [];
}
