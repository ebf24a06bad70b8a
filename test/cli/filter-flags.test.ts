import { describe, expect, test } from "vitest";

import { filterFlags, filterFlagsFor, parseFilterText, readFilterFlags } from "../../src/cli/filter-flags.ts";
import { ProxError } from "../../src/errors.ts";

function fileFaultOf(work: () => unknown): ProxError {
  try {
    work();
  } catch (error) {
    if (error instanceof ProxError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("filters as one text", () => {
  test.each([
    ["team=allies", { team: "allies" }],
    ["team=allies,class=medic,bots", { team: "allies", class: ["medic"], bots: true }],
    [" class = medic , class=engineer", { class: ["medic", "engineer"] }],
    ["player=a=b", { player: ["a=b"] }],
    ["engagement=2v1", { engagement: "2v1" }],
    ["map=", { map: "" }],
  ])("%j is %j", (text, request) => {
    expect(parseFilterText("versus", text)).toEqual(request);
  });

  test.each(["", "team", "bots=1", "colour=red", "toString=1", "team=axis,", "team axis"])(
    "%j is refused",
    (text) => {
      expect(fileFaultOf(() => parseFilterText("versus", text))).toMatchObject({
        code: "E_FILTER",
        exit: "usage",
      });
    },
  );

  test("hostile text is refused as text", () => {
    const { message } = fileFaultOf(() => parseFilterText("versus", "\u001B]0;x\u0007"));
    expect(message).not.toMatch(/[\u0000-\u001F]/u);
  });
});

describe("a filter that a report refuses", () => {
  const refused = { player: { reason: "one player", instead: "leave it out" } };

  test("is said with the reason where it is given, and not where it is not", () => {
    const error = fileFaultOf(() => readFilterFlags({ player: ["x"] }, refused));
    expect([error.message, error.suggestions]).toEqual(["--player: one player", ["leave it out"]]);
    expect(readFilterFlags({ map: "supply", bots: false }, refused)).toEqual({ map: "supply", bots: false });
  });

  test("is hidden from help, and it alone", () => {
    const hidden = Object.entries(filterFlagsFor(refused)).filter(([, flag]) => flag.hidden === true);
    expect(hidden.map(([name]) => name)).toEqual(["player"]);
  });
});

test("each filter is read: none of the flags is forgotten", () => {
  const given = Object.fromEntries(Object.keys(filterFlags).map((name) => [name, name]));
  expect(readFilterFlags(given)).toEqual(given);
});
