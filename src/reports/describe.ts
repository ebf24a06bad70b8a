/** What a report is drawn from, in words. */

/** Whether bots count. */
export function describeBots(isCounted: boolean): string {
  return isCounted ? "bots included" : "bots left out";
}
