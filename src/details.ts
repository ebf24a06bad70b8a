/**
 * What `--verbose` prints: which configuration, database and servers are used, and how long they took. Any room tells of it;
 * only the command line listens, and without a listener a detail costs a look at a flag.
 */
import { channel, subscribe, unsubscribe } from "node:diagnostics_channel";

const NAME = "prox:detail";
const details = channel(NAME);

/** Tells a detail; `describe` is called only when it is printed. */
export function detail(describe: () => string): void {
  if (details.hasSubscribers) details.publish(describe());
}

/** Calls `print` with each detail that is told from now on; gives the function that ends it. */
export function onDetail(print: (line: string) => void): () => void {
  const listener = (line: unknown): void => {
    print(String(line));
  };
  subscribe(NAME, listener);
  return () => {
    unsubscribe(NAME, listener);
  };
}
