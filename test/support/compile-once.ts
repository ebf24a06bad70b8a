/** Set-up of a project: what tests run in a Lua VM is compiled before them, once for all workers. */
import { TRACKER_PROJECT } from "../../src/build/build-tracker.ts";
import { HOST_PROJECT } from "../../src/build/host-project.ts";
import { luaBundle } from "../../src/build/lua-bundle.ts";
import { RULES_PROJECT } from "../rules/rules-project.ts";

export default async function setup(): Promise<void> {
  for (const project of [TRACKER_PROJECT, HOST_PROJECT, RULES_PROJECT]) await luaBundle(project);
}
