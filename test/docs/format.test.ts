import { format, resolveConfig } from "prettier";
import { expect, test } from "vitest";

import { formatReference } from "./format-reference.ts";

test("docs/format.md says what src/format says (`npm run docs` updates it)", async () => {
  const options = await resolveConfig(import.meta.filename);
  const text = await format(formatReference(), { ...options, parser: "markdown" });
  await expect(text).toMatchFileSnapshot("../../docs/format.md");
});
