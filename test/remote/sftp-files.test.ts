import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import SftpClient from "ssh2-sftp-client";
import { afterEach, describe, expect, test } from "vitest";

import type { ServerSettings } from "../../src/config/settings.ts";
import { type RemoteConnection, connect } from "../../src/remote/connect.ts";
import { ProxError } from "../../src/errors.ts";
import type { RemoteFiles } from "../../src/remote/remote-files.ts";
import { refusal } from "../support/refusal.ts";
import { serverSettings } from "../support/server-settings.ts";
import { startSftpServer } from "../support/sftp-server.ts";
import { useSshd } from "../support/use-sshd.ts";

const sshd = useSshd();
const connections: RemoteConnection[] = [];

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
    const intoNothing = await refusal(files.write(file("none/a"), bytes, { mode: 0o640 }));
    expect(intoNothing.code).toBe("E_REMOTE_MISSING");
    expect(intoNothing.message).toContain(file("none/a"));
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

  test("are written in full or not at all well: a full disk is told, where put of the library says that all went well", async () => {
    const server = await startSftpServer({ spaceBytes: 50_000 });
    const settings = { port: server.port, hostKey: server.fingerprint };
    const { files } = await open(settings, { PROX_TEST_PASSWORD: "secret" });
    const folder = mkdtempSync(path.join(tmpdir(), "prox-full-"));
    const bytes = Buffer.alloc(100_000, "a");
    const written = await refusal(files.write(path.join(folder, "a"), bytes, { mode: 0o644 }));
    expect(written).toMatchObject({ code: "E_REMOTE_FAILED", exit: "remote" });
    expect(written.message).toContain('the server says "No space left on device"');
    writeFileSync(path.join(folder, "log"), "one\n");
    const added = await refusal(files.append(path.join(folder, "log"), bytes));
    expect(added.message).toContain('the server says "No space left on device"');
    // Why prox does not use the library's own put: the day this fails, it can.
    const ignore = (): void => undefined;
    const library = new SftpClient("test", { error: ignore, end: ignore, close: ignore });
    const { port } = server;
    await library.connect({ host: "127.0.0.1", port, username: "et", password: "secret" });
    const { put } = library as unknown as { put: (bytes: Buffer, path: string) => Promise<string> };
    expect(await put.call(library, bytes, path.join(folder, "b"))).toContain("Uploaded");
    expect(statSync(path.join(folder, "b")).size).toBeLessThan(bytes.length);
    library.client.destroy();
    rmSync(folder, { recursive: true });
    await server.stop();
  });

  test("keep their permissions when something is added to them", async () => {
    const { files } = await open();
    await files.write(file("private"), Buffer.from("one\n"), { mode: 0o600 });
    await files.append(file("private"), Buffer.from("two\n"));
    expect(statSync(file("private")).mode & 0o777).toBe(0o600);
    expect(readFileSync(file("private"), "utf8")).toBe("one\ntwo\n");
  });

  test("that are empty, or too large to be read whole, are told apart", async () => {
    const { files } = await open();
    writeFileSync(file("nothing"), "");
    expect(await files.read(file("nothing"))).toEqual(Buffer.alloc(0));
    writeFileSync(file("huge"), "");
    truncateSync(file("huge"), 16 * 1024 * 1024 + 1);
    expect((await refusal(files.read(file("huge")))).code).toBe("E_REMOTE_SIZE");
    rmSync(file("huge"));
  });

  test("may be asked for by many calls at once, without a warning of too many listeners", async () => {
    const { files } = await open();
    const warnings: Error[] = [];
    const note = (warning: Error): void => {
      warnings.push(warning);
    };
    process.on("warning", note);
    const stats = await Promise.all(Array.from({ length: 200 }, () => files.stat(sshd.folder)));
    expect(stats.every((stat) => stat?.kind === "folder")).toBe(true);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    process.off("warning", note);
    expect(warnings).toEqual([]);
  });

  test("fail at once when the connection is closed under them, however many calls wait", async () => {
    const connection = await open();
    const { files } = connection;
    const calls = [
      files.list(sshd.folder),
      files.read(file("log")),
      files.write(file("w"), Buffer.alloc(100_000), { mode: 0o644 }),
      files.append(file("w2"), Buffer.from("x")),
      files.makeFolder(file("m")),
      files.removeFolder(file("m2")),
      files.remove(file("m3")),
      files.rename(file("m4"), file("m5")),
      files.replace(file("m6"), file("m7"), file("m8")),
      files.realPath(sshd.folder),
      ...Array.from({ length: 20 }, () => files.stat(sshd.folder)),
    ].map((call) => refusal(call));
    connection.close();
    for (const error of await Promise.all(calls)) expect(error.code).toBe("E_REMOTE_LOST");
  });

  test("fail when the connection is closed under them, and later calls too", async () => {
    const connection = await open();
    const reading = refusal(connection.files.list(sshd.folder));
    connection.close();
    expect((await reading).code).toBe("E_REMOTE_LOST");
    expect((await refusal(connection.files.stat("/"))).code).toBe("E_REMOTE_LOST");
  });

  describe("that cannot be had", () => {
    const STATUS_FAILURE = "says";
    test.each<[string, (files: RemoteFiles) => Promise<unknown>, string, string]>([
      ["realPath", (files) => files.realPath(file("none/x")), "E_REMOTE_MISSING", "no such file or folder"],
      [
        "readRange",
        (files) => files.readRange(file("none"), 0, 9, () => undefined),
        "E_REMOTE_MISSING",
        "no such file or folder",
      ],
      [
        "write",
        (files) => files.write(file("none/x"), Buffer.from("x"), { mode: 0o644 }),
        "E_REMOTE_MISSING",
        "no such file or folder",
      ],
      ["append", (files) => files.append(file("none/x"), Buffer.from("x")), "E_REMOTE_MISSING", "none/x"],
      ["makeFolder", (files) => files.makeFolder(file("none/d")), "E_REMOTE_MISSING", "none/d"],
      ["rename", (files) => files.rename(file("none"), file("other")), "E_REMOTE_MISSING", "other"],
      [
        "replace",
        (files) => files.replace(file("none"), file("other"), file("z")),
        "E_REMOTE_MISSING",
        "other",
      ],
      [
        "rename onto one",
        (files) => files.rename(file("one"), file("two")),
        "E_REMOTE_FAILED",
        STATUS_FAILURE,
      ],
      ["remove a folder", (files) => files.remove(sshd.folder), "E_REMOTE_", "remove"],
      ["removeFolder", (files) => files.removeFolder(file("one")), "E_REMOTE_FAILED", 'says "Failure"'],
      [
        "a folder that is full",
        (files) => files.removeFolder(file("full")),
        "E_REMOTE_FAILED",
        'says "Failure"',
      ],
      [
        "list a file",
        (files) => files.list(file("one")).then((list) => list ?? missing()),
        "E_REMOTE_",
        "one",
      ],
      [
        "read in a closed folder",
        (files) => files.read(file("shut/x")),
        "E_REMOTE_DENIED",
        "permission denied",
      ],
      [
        "stat in a closed folder",
        (files) => files.stat(file("shut/x")),
        "E_REMOTE_DENIED",
        "permission denied",
      ],
      ["list a closed folder", (files) => files.list(file("shut")), "E_REMOTE_DENIED", "permission denied"],
      ["make one there", (files) => files.makeFolder(file("shut/d")), "E_REMOTE_DENIED", "permission denied"],
      ["remove there", (files) => files.remove(file("shut/x")), "E_REMOTE_DENIED", "permission denied"],
    ])("say so as ever: %s", async (_what, act, code, words) => {
      const { files } = await open();
      await files.write(file("one"), Buffer.from("1"), { mode: 0o644 });
      await files.write(file("two"), Buffer.from("2"), { mode: 0o644 });
      if (!existsSync(file("shut"))) mkdirSync(file("shut"), { mode: 0o000 });
      await files.makeFolder(file("full"));
      await files.makeFolder(file("full/d"));
      const error = await refusal(act(files));
      expect(error.code).toContain(code);
      expect(error.exit).toBe("remote");
      expect(error.message).toContain(words);
      // Nothing of how the library names its calls.
      expect(error.message).not.toMatch(/_\w+:|Bad path|Write stream/i);
    });
  });
});

/** As a listing of a missing folder is an answer, not an error. */
function missing(): never {
  throw new ProxError("E_REMOTE_MISSING", "one");
}
