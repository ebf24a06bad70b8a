/** Which servers a command line means: names, groups, or all. */
import { ProxError } from "../errors.ts";
import type { ServerSettings, Settings } from "./settings.ts";

/** The servers of one command. */
export interface ServerSelection {
  /** Each once, in the order in which they were named. */
  readonly servers: readonly ServerSettings[];
  /** Whether several could be meant: a group, several names, or all. */
  readonly isFleet: boolean;
}

/** How servers are asked for. */
export interface ServerRequest {
  /** Names of servers and groups; none for the default or only server. */
  readonly names: readonly string[];
  readonly isAll?: boolean;
}

/** Finds the servers. Throws E_CONFIG for names that are not configured, E_USAGE for names beside `--all`. */
export function selectServers(settings: Settings, { names, isAll = false }: ServerRequest): ServerSelection {
  if (isAll && names.length > 0) {
    throw new ProxError("E_USAGE", `--all means every server, and ${names.join(", ")} is named besides`, {
      suggestions: ["leave out --all or the names"],
    });
  }
  if (isAll && settings.serverNames.length > 0) {
    return { servers: settings.serverNames.map((name) => settings.server(name)), isFleet: true };
  }
  const [first, ...others] = names;
  if (first === undefined) return { servers: [settings.server()], isFleet: false };
  const meant = names.flatMap((name) => settings.groups.get(name) ?? [name]);
  return {
    servers: [...new Set(meant)].map((name) => settings.server(name)),
    isFleet: others.length > 0 || settings.groups.has(first),
  };
}
