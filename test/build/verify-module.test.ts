import { expect, test } from "vitest";

import { verifyModule } from "../../src/build/verify-module.ts";

test("a module's callbacks are found by running it", async () => {
  const callbacks = await verifyModule(
    "local n = et.trap_Milliseconds() function et_RunFrame() end function et_Quit() end",
    "m.lua",
  );
  expect(callbacks).toEqual(["et_Quit", "et_RunFrame"]);
});

test.each([
  ["a syntax error", "local x = = 1", /m\.lua:1:/],
  ["an error at load", "function et_Quit() end error('no')", /no/],
  ["a load that never ends", "function et_Quit() end while true do end", /does not end/],
  ["a leaked global", "function et_Quit() end counter = 1", /globals that are not callbacks: counter number/],
  ["a callback that is no function", "et_Quit = 1", /et_Quit number/],
  ["an unknown callback", "function et_Quit() end function et_Frame() end", /et_Frame function/],
  ["no callback", "local x = 1", /defines no callback/],
  [
    "more than a megabyte",
    `function et_Quit() end --${"x".repeat(1024 * 1024)}`,
    /ignores modules of more than 1 MiB/,
  ],
])("%s is refused", async (_name, lua, message) => {
  await expect(verifyModule(lua, "m.lua")).rejects.toMatchObject({
    code: "E_BUILD_VERIFY",
    message: expect.stringMatching(message) as unknown,
  });
});
