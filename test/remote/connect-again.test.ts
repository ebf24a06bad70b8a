import { once } from "node:events";
import { connect as connectTcp, createServer, type Server, type Socket } from "node:net";

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { withRemote } from "../../src/remote/connect-again.ts";
import { refusal } from "../support/refusal.ts";
import { serverSettings } from "../support/server-settings.ts";
import { type Sshd, startSshd } from "../support/sshd.ts";

let sshd: Sshd;
let door: Server | undefined;
beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(async () => {
  await sshd.stop();
});
afterEach(() => {
  door?.close();
});

/** A door to sshd that shuts in the face of the first so many; counts who came. */
async function startDoor(shutFor: number): Promise<{ port: number; came: () => number; sockets: Socket[] }> {
  let came = 0;
  const sockets: Socket[] = [];
  door = createServer((near) => {
    came += 1;
    near.on("error", () => undefined);
    if (came <= shutFor) {
      near.resetAndDestroy();
      return;
    }
    const far = connectTcp({ host: "127.0.0.1", port: sshd.port });
    far.on("error", () => undefined);
    sockets.push(near, far);
    near.pipe(far).pipe(near);
  });
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  return { port: (door.address() as { port: number }).port, came: () => came, sockets };
}

function settings(port: number, connectAttempts: number): ReturnType<typeof serverSettings> {
  const { user, keyFile, fingerprint } = sshd;
  return serverSettings({ port, user, key: keyFile, hostKey: fingerprint, connectAttempts });
}

test("a connection that is reset twice is made at the third attempt", async () => {
  const { port, came } = await startDoor(2);
  const start = performance.now();
  const names = await withRemote(settings(port, 3), {}, ({ files }) => files.list(sshd.folder));
  expect(names).toEqual([]);
  expect(came()).toBe(3);
  expect(performance.now() - start).toBeGreaterThan(3000);
});

test("after the last attempt the failure is told", async () => {
  const { port, came } = await startDoor(99);
  const error = await refusal(withRemote(settings(port, 2), {}, () => Promise.resolve(1)));
  expect(error).toMatchObject({ code: "E_SSH_CONNECT", exit: "remote" });
  expect(came()).toBe(2);
});

test("what does not pass is not tried again", async () => {
  const { port, came } = await startDoor(0);
  const wrong = { ...settings(port, 3), key: sshd.otherKeyFile };
  expect((await refusal(withRemote(wrong, {}, () => Promise.resolve(1)))).code).toBe("E_SSH_AUTH");
  expect(came()).toBe(1);
});

test.each([
  [true, 2],
  [false, 1],
])("work whose line breaks is done again only where it may be: %s", async (isRepeatable, times) => {
  const { port, sockets } = await startDoor(0);
  let tries = 0;
  const work = withRemote(settings(port, 3), { isRepeatable }, async ({ files }) => {
    tries += 1;
    if (tries === 1) for (const socket of sockets.splice(0)) socket.destroy();
    return files.list(sshd.folder);
  });
  if (isRepeatable) expect(await work).toEqual([]);
  else expect((await refusal(work)).code).toBe("E_REMOTE_LOST");
  expect(tries).toBe(times);
});

test("a pause ends with Ctrl-C", async () => {
  const { port } = await startDoor(99);
  const abort = new AbortController();
  const work = withRemote(settings(port, 9), { signal: abort.signal }, () => Promise.resolve(1));
  setTimeout(() => {
    abort.abort(new Error("Ctrl-C"));
  }, 1500);
  await expect(work).rejects.toThrow("Ctrl-C");
});
