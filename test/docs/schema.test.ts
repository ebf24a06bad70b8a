import { format, resolveConfig } from "prettier";
import { beforeAll, expect, test } from "vitest";

import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { schemaReference } from "./schema-reference.ts";
import { schemaTypes } from "./schema-types.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});

test("docs/schema.md says what the database's catalog says (`npm run docs` updates it)", async () => {
  const options = await resolveConfig(import.meta.filename);
  const text = await format(await schemaReference(database.sql), { ...options, parser: "markdown" });
  await expect(text).toMatchFileSnapshot("../../docs/schema.md");
});

test("src/db/schema.ts has the types of the database's catalog (`npm run docs` updates it)", async () => {
  const options = await resolveConfig(import.meta.filename);
  const text = await format(await schemaTypes(database.sql), { ...options, parser: "typescript" });
  await expect(text).toMatchFileSnapshot("../../src/db/schema.ts");
});
