import { format, resolveConfig } from "prettier";
import { expect, test } from "vitest";

import { errorsReference } from "./errors-reference.ts";

test("docs/errors.md says what src/errors says (`npm run docs` updates it)", async () => {
  const options = await resolveConfig(import.meta.filename);
  const text = await format(errorsReference(), { ...options, parser: "markdown" });
  await expect(text).toMatchFileSnapshot("../../docs/errors.md");
});
