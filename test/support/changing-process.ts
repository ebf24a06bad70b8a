/** Does one action on a game server and ends. Usage: node changing-process.mjs ACTION SETTINGS_FILE */
import { readFileSync } from "node:fs";

import type { ServerSettings } from "../../src/config/settings.ts";
import { connect } from "../../src/remote/connect.ts";
import { type Action, change } from "./server-actions.ts";

const [action, file = ""] = process.argv.slice(2);
const settings = JSON.parse(readFileSync(file, "utf8")) as ServerSettings;
const connection = await connect(settings);
await change(connection.files, settings, action as Action);
connection.close();
