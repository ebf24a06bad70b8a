/**
 * Run as a process of its own: deploys a module, and kills itself (SIGKILL) right after the changing operation of a
 * number. Arguments: settings as JSON, version of the module, number. Exits with 0 when it got to its end alive.
 */
import { changeServer } from "../../src/deploy/change-server.ts";
import { planDeploy } from "../../src/deploy/plan-deploy.ts";
import { connect } from "../../src/remote/connect.ts";
import type { ServerSettings } from "../../src/config/settings.ts";
import { cuttingFiles, makeModule } from "./game-server.ts";

const [settings = "", version = "", at = ""] = process.argv.slice(2);
const server = JSON.parse(settings) as ServerSettings;
const connection = await connect(server);
const { files } = cuttingFiles(connection, {
  at: Number(at),
  onlyChanging: true,
  cut: () => process.kill(process.pid, "SIGKILL"),
});
await changeServer(files, {
  server,
  what: "killed deploy",
  plan: (own) => planDeploy(own, server, makeModule(version)),
  rcon: undefined,
  isDryRun: false,
  approve: () => Promise.resolve(),
});
connection.close();
