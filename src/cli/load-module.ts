/** The module that commands deploy or compare with: a file that was built before, or the tracker of this prox. */
import { readFile } from "node:fs/promises";

import { trackerModule } from "../build/build-tracker.ts";
import { parseSettings } from "../build/settings.ts";
import { type Module, sha1Of } from "../deploy/server-plan.ts";
import { messageOf, ProxError } from "../errors.ts";

/** The tracker with these settings (`NAME=VALUE`), or the file where one is named. */
export async function loadModule(
  file: string | undefined,
  settings: readonly string[] = [],
): Promise<Module> {
  if (file === undefined) {
    const { lua, sha1, version } = await trackerModule(parseSettings(settings));
    return { bytes: Buffer.from(lua), sha1, version };
  }
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new ProxError("E_READ", `cannot read ${file}: ${messageOf(cause)}`, {
      exit: "input",
      suggestions: ["name a module that `prox build` wrote, or leave --file out to build one"],
      cause,
    });
  });
  const version = /^local PROX_BUILD = \{ version = "([^"]*)"/m.exec(bytes.toString("utf8"))?.[1] ?? null;
  return { bytes, sha1: sha1Of(bytes), version };
}
