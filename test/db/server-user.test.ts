/** Whom the embedded server runs as. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { serverUser } from "../../src/db/embedded/server-user.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-users-"));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** Asks on a system with these users, as the user of this number. */
function askAs(uid: number, users: string): ReturnType<typeof serverUser> {
  vi.spyOn(process as { getuid: () => number }, "getuid").mockReturnValue(uid);
  const file = path.join(folder, "passwd");
  writeFileSync(file, users);
  return serverUser(file);
}

const ROOT = "root:x:0:0:root:/root:/bin/sh\n";
const NOBODY = "nobody:x:65534:65533:nobody:/:/bin/false\n";
const POSTGRES = "postgres:x:70:71::/var/lib/postgresql:/bin/sh\n";

test("an ordinary user runs it; root runs it as postgres, or else as nobody", async () => {
  expect(await askAs(1000, ROOT)).toBeUndefined();
  expect(await askAs(0, ROOT + NOBODY + POSTGRES)).toEqual({ name: "postgres", uid: 70, gid: 71 });
  expect(await askAs(0, ROOT + NOBODY)).toEqual({ name: "nobody", uid: 65534, gid: 65533 });
});

test("root on a system without these users is refused", async () => {
  await expect(askAs(0, ROOT)).rejects.toMatchObject({ code: "E_EMBEDDED_ROOT", exit: "database" });
});
