/** Set-up of each test file: what its databases and programs need, and its environment, is gone when it is through. */
import { afterAll } from "vitest";

import { cleanUp } from "./clean-ups.ts";

const environment = { ...process.env };

afterAll(async () => {
  await cleanUp();
  for (const name of Object.keys(process.env))
    if (!(name in environment)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, environment);
});
