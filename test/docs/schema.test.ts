import { format, resolveConfig } from "prettier";
import { beforeAll, expect, test } from "vitest";

import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { schemaReference } from "./schema-reference.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});

test("docs/schema.md says what the database's catalog says (`npm run docs` writes it anew)", async () => {
  const options = await resolveConfig(import.meta.filename);
  const text = await format(await schemaReference(database.sql), { ...options, parser: "markdown" });
  await expect(text).toMatchFileSnapshot("../../docs/schema.md");
});
