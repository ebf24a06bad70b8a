/** Changes of a game server that tests cut off in the middle, with two modules that stand for builds. */
import type { ServerSettings } from "../../src/config/settings.ts";
import { planDeploy } from "../../src/deploy/plan-deploy.ts";
import { planRollback } from "../../src/deploy/plan-rollback.ts";
import { planUndeploy } from "../../src/deploy/plan-undeploy.ts";
import type { ServerPlan } from "../../src/deploy/server-plan.ts";
import type { RemoteFiles } from "../../src/remote/remote-files.ts";
import { carryOut } from "./carry-out.ts";
import { makeModule } from "./game-server.ts";

/** With `PROX_CUTS=large` the modules take several requests to write. */
const FILLING = "-- filling\n".repeat(process.env["PROX_CUTS"] === "large" ? 28_000 : 100);
export const ONE = makeModule("1.0.0", FILLING);
export const TWO = makeModule("2.0.0", FILLING);

type Plan = (files: RemoteFiles, server: ServerSettings) => Promise<ServerPlan>;

const PLANS = {
  "deploy 1.0.0": (files, server) => planDeploy(files, server, ONE),
  "deploy 2.0.0": (files, server) => planDeploy(files, server, TWO),
  "rollback to 1.0.0": (files, server) => planRollback(files, server, 1),
  undeploy: (files, server) => planUndeploy(files, server),
} as const satisfies Record<string, Plan>;
export type Action = keyof typeof PLANS;

/** Carries an action out, or, with `isDryRun`, only looks; returns whether there is or was something to do. */
export async function change(
  files: RemoteFiles,
  server: ServerSettings,
  action: Action,
  isDryRun = false,
): Promise<boolean> {
  const { plan } = await carryOut(files, server, (own) => PLANS[action](own, server), { isDryRun });
  return plan.hasWork;
}
