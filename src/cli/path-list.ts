/** Paths as commands take them. */
import { createInterface } from "node:readline";

/** The paths, with `-` replaced by those on standard input, one a line. */
export async function readPathList(paths: readonly string[]): Promise<string[]> {
  const expanded: string[] = [];
  for (const path of paths) {
    if (path !== "-") expanded.push(path);
    else
      for await (const line of createInterface({ input: process.stdin }))
        if (line !== "") expanded.push(line);
  }
  return expanded;
}
