/** Work on many files at the same time. */

/** Files on their way at once. */
const CONCURRENCY = 24;

/** Runs `work` over all items, several at once; the first error stops the rest. */
export async function forEachAtOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  let hasFailed = false;
  const run = async (): Promise<void> => {
    for (const item of queue) {
      if (hasFailed) return;
      try {
        await work(item);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: Math.min(CONCURRENCY, items.length) }, run));
  for (const result of results) if (result.status === "rejected") throw result.reason;
}
