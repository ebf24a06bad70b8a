import { homedir } from "node:os";
import path from "node:path";

import { expect, test } from "vitest";

import { userFolder } from "../src/user-folders.ts";

test.each([
  ["/data", "/data/prox"],
  [undefined, path.join(homedir(), ".local/share/prox")],
  ["", path.join(homedir(), ".local/share/prox")],
  ["relative", path.join(homedir(), ".local/share/prox")],
])("with XDG_DATA_HOME=%s data lies in %s", (folder, expected) => {
  expect(userFolder("XDG_DATA_HOME", { XDG_DATA_HOME: folder })).toBe(expected);
});
