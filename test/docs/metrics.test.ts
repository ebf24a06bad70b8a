import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { packagePath } from "../../src/package-root.ts";
import { withSettings } from "./metrics-reference.ts";

const file = packagePath("docs/metrics.md");

test("the page lists the settings as they are", async () => {
  await expect(withSettings(readFileSync(file, "utf8"))).toMatchFileSnapshot(file);
});
