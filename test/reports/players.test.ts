import { beforeAll, describe, expect, it } from "vitest";

import { resolvePlayer } from "../../src/reports/players.ts";
import type { TestDatabase } from "../support/database.ts";
import { createEvenings } from "../support/evenings.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createEvenings();
});

describe("resolvePlayer", () => {
  it("finds by GUID, by its beginning, by any name without colours, by part of a name", async () => {
    for (const who of ["AAAA1111", "aaaa1111", "amy", "^3Am^1y", "my"]) {
      expect(await resolvePlayer(database.sql, who), who).toMatchObject({ guid: "AAAA1111", rounds: 2 });
    }
  });

  it("takes seven characters for no GUID, and a whole name before a part of one", async () => {
    await expect(resolvePlayer(database.sql, "AAAA111")).rejects.toMatchObject({ code: "E_NOT_FOUND" });
    expect(await resolvePlayer(database.sql, "bo")).toMatchObject({ guid: "BBBB0000" });
  });

  it("asks back with the candidates, and names some who played", async () => {
    await expect(resolvePlayer(database.sql, "al")).rejects.toMatchObject({
      code: "E_AMBIGUOUS",
      suggestions: [
        "name one by GUID:",
        expect.stringMatching(/^Al \(AAAA0000; 2 rounds/u) as unknown,
        expect.stringContaining("CCCC") as unknown,
      ],
    });
    await expect(resolvePlayer(database.sql, "nobody")).rejects.toMatchObject({
      code: "E_NOT_FOUND",
      suggestions: [expect.stringContaining("Amy") as unknown],
    });
  });
});
