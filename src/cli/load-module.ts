/** The module that commands deploy or compare with: a file that was built before, or the tracker of this prox. */
import { readFile } from "node:fs/promises";

import { trackerModule } from "../build/build-tracker.ts";
import { parseSettings } from "../build/settings.ts";
import { type Module, sha1Of } from "../deploy/server-plan.ts";
import { messageOf, ProxError } from "../errors.ts";

/**
 * The tracker with these settings (`NAME=VALUE`), or the file where one is named. Throws E_MODULE_FILE where that cannot be
 * read, E_BUILD_VERIFY where it is no tracker or the engine would not load it.
 */
export async function loadModule(
  file: string | undefined,
  settings: readonly string[] = [],
): Promise<Module> {
  if (file === undefined) {
    const { lua, sha1, version } = await trackerModule(parseSettings(settings));
    return { bytes: Buffer.from(lua), sha1, version };
  }
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new ProxError("E_MODULE_FILE", `cannot read ${file}: ${messageOf(cause)}`, {
      suggestions: ["name a module that `prox build` wrote, or leave --file out to build one"],
      cause,
    });
  });
  const lua = bytes.toString("utf8");
  const version = /^local PROX_BUILD = \{ version = "([^"]*)"/m.exec(lua)?.[1];
  if (version === undefined) {
    throw new ProxError("E_BUILD_VERIFY", `${file} is no tracker that \`prox build\` wrote`, {
      suggestions: ["name such a file, or leave --file out to deploy the tracker of this prox"],
    });
  }
  const { verifyModule } = await import("../build/verify-module.ts");
  await verifyModule(lua, file);
  return { bytes, sha1: sha1Of(bytes), version };
}
