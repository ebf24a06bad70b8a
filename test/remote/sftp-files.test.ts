import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import type { ServerSettings } from "../../src/config/settings.ts";
import { type RemoteConnection, connect } from "../../src/remote/connect.ts";
import { refusal } from "../support/refusal.ts";
import { serverSettings } from "../support/server-settings.ts";
import { startSftpServer } from "../support/sftp-server.ts";
import { type Sshd, startSshd } from "../support/sshd.ts";

let sshd: Sshd;
const connections: RemoteConnection[] = [];

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(async () => {
  await sshd.stop();
});
afterEach(() => {
  for (const connection of connections.splice(0)) connection.close();
});

async function open(
  settings: Partial<ServerSettings> = {},
  environment: NodeJS.ProcessEnv = {},
): Promise<RemoteConnection> {
  const { port, user, keyFile, fingerprint } = sshd;
  const connection = await connect(
    serverSettings({ port, user, key: keyFile, hostKey: fingerprint, ...settings }),
    { environment },
  );
  connections.push(connection);
  return connection;
}

describe("files", () => {
  const file = (name: string): string => path.join(sshd.folder, name);

  test("are written, read, listed, replaced and removed", async () => {
    const { files } = await open();
    const bytes = Buffer.from(Array.from({ length: 600_000 }, (_, index) => index % 251));
    await files.write(file("a"), bytes, { mode: 0o640 });
    expect(readFileSync(file("a")).equals(bytes)).toBe(true);
    expect(statSync(file("a")).mode & 0o777).toBe(0o640);
    expect((await files.read(file("a")))?.equals(bytes)).toBe(true);
    expect(await files.read(file("none"))).toBeUndefined();
    expect(await files.stat(file("none"))).toBeUndefined();
    expect(await files.list(file("none"))).toBeUndefined();
    await files.append(file("log"), Buffer.from("one\n"));
    await files.append(file("log"), Buffer.from("two\n"));
    expect(readFileSync(file("log"), "utf8")).toBe("one\ntwo\n");
    await files.write(file("b"), Buffer.from("new"), { mode: 0o644 });
    await files.replace(file("b"), file("a"), file("a.aside"));
    expect(readFileSync(file("a"), "utf8")).toBe("new");
    expect(await files.makeFolder(file("d"))).toBe(true);
    expect(await files.makeFolder(file("d"))).toBe(false);
    expect((await files.list(sshd.folder))?.map(({ name, kind }) => `${kind} ${name}`).sort()).toEqual([
      "file a",
      "file log",
      "folder d",
    ]);
    expect(await files.removeFolder(file("d"))).toBe(true);
    expect(await files.removeFolder(file("d"))).toBe(false);
    expect(await files.remove(file("a"))).toBe(true);
    expect(await files.remove(file("a"))).toBe(false);
    await expect(
      files.write(file("log"), Buffer.from("x"), { mode: 0o644, exclusive: true }),
    ).rejects.toThrow("log");
  });

  test("are read from any offset, in order, and stop where the file does", async () => {
    const { files } = await open();
    const bytes = Buffer.from(Array.from({ length: 1_000_000 }, (_, index) => (index * 7) % 253));
    writeFileSync(file("long"), bytes);
    for (const [start, end] of [
      [0, 1_000_000],
      [999_999, 1_000_000],
      [123_456, 900_001],
      [500_000, 5_000_000],
    ] as const) {
      const parts: Buffer[] = [];
      const reached = await files.readRange(file("long"), start, end, (part) => {
        parts.push(Buffer.from(part));
      });
      expect(reached).toBe(Math.min(end, bytes.length));
      expect(Buffer.concat(parts).equals(bytes.subarray(start, end))).toBe(true);
    }
  });

  test("are listed each once, however many there are", async () => {
    const { files } = await open();
    const names = Array.from({ length: 1500 }, (_, index) => `file-${index}`).sort();
    mkdirSync(file("many"));
    for (const name of names) writeFileSync(file(`many/${name}`), name);
    const entries = await files.list(file("many"));
    expect(entries?.map(({ name }) => name).sort()).toEqual(names);
    expect(entries?.every(({ name, size }) => size === name.length)).toBe(true);
  });

  test("without permission say so, with the path", async () => {
    const { files } = await open();
    mkdirSync(file("closed"));
    chmodSync(file("closed"), 0o555);
    const error = await refusal(files.write(file("closed/x"), Buffer.from("x"), { mode: 0o644 }));
    expect(error.code).toBe("E_REMOTE_DENIED");
    expect(error.message).toContain(file("closed/x"));
  });

  test("on a server that does not answer time out", async () => {
    const server = await startSftpServer({ delayMs: 60_000 });
    const settings = { port: server.port, hostKey: server.fingerprint, timeoutS: 2 };
    const { files } = await open(settings, { PROX_TEST_PASSWORD: "secret" });
    const error = await refusal(files.stat("/"));
    expect(error.code).toBe("E_REMOTE_TIMEOUT");
    await server.stop();
  });

  test("are replaced on a server without posix-rename too", async () => {
    const server = await startSftpServer();
    const settings = { port: server.port, hostKey: server.fingerprint };
    const { files } = await open(settings, { PROX_TEST_PASSWORD: "secret" });
    const folder = mkdtempSync(path.join(tmpdir(), "prox-replace-"));
    const [live, next] = [path.join(folder, "live"), path.join(folder, "next")];
    writeFileSync(live, "old");
    writeFileSync(next, "new");
    await files.replace(next, live, `${live}.aside`);
    expect(readFileSync(live, "utf8")).toBe("new");
    expect(existsSync(`${live}.aside`)).toBe(false);
    expect(existsSync(next)).toBe(false);
    rmSync(folder, { recursive: true });
    await server.stop();
  });

  test("fail at once when the connection is closed under them", async () => {
    const connection = await open();
    const reading = refusal(connection.files.list(sshd.folder));
    connection.close();
    expect((await reading).code).toBe("E_REMOTE_LOST");
    expect((await refusal(connection.files.stat("/"))).code).toBe("E_REMOTE_LOST");
  });
});
