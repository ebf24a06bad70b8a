import { expect, test } from "vitest";

import { readMigrations } from "../../src/db/migrations.ts";
import { splitStatements } from "../../src/db/statements.ts";

const texts = (text: string): string[] => splitStatements(text).map((statement) => statement.text);

test.each([
  ["", []],
  ["-- nothing; really\n/* ; */\n", []],
  ["select 1", ["select 1"]],
  ["select 1; select 2;\n", ["select 1;", " select 2;"]],
  ["select 'a;''b;' as \"c;\"; select 2", ["select 'a;''b;' as \"c;\";", " select 2"]],
  ["-- it's one;\nselect 1 - 2 / 3; -- end", ["-- it's one;\nselect 1 - 2 / 3;"]],
  ["do $$ begin; end $$; do $a$ $$;$$ $a$;", ["do $$ begin; end $$;", " do $a$ $$;$$ $a$;"]],
])("%j", (text, statements) => {
  expect(texts(text)).toEqual(statements);
});

test("each knows where it stands", () => {
  const text = "select 1;\nselect 2;";
  expect(splitStatements(text).map(({ offset }) => offset)).toEqual([0, 9]);
});

test("the migrations that ship lose nothing but what stands after their last statement", async () => {
  for (const { name, text } of await readMigrations()) {
    expect(texts(text).length, name).toBeGreaterThan(0);
    expect(text.trimEnd(), name).toBe(texts(text).join(""));
  }
});
