/** Set-up of each test file: what its databases and programs need is gone when it is through. */
import { afterAll } from "vitest";

import { cleanUp } from "./clean-ups.ts";

afterAll(cleanUp);
