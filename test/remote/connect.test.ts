import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
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
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { ServerSettings } from "../../src/config/settings.ts";
import { ProxError } from "../../src/errors.ts";
import { type RemoteConnection, connect } from "../../src/remote/connect.ts";
import { serverSettings } from "../support/server-settings.ts";
import { startSftpServer } from "../support/sftp-server.ts";
import { type Sshd, startSshd } from "../support/sshd.ts";

let sshd: Sshd;
let home: string;
const connections: RemoteConnection[] = [];

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(async () => {
  await sshd.stop();
});
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "prox-home-"));
  mkdirSync(path.join(home, ".ssh"));
});
afterEach(() => {
  for (const connection of connections.splice(0)) connection.close();
  rmSync(home, { recursive: true });
});

async function open(
  settings: Partial<ServerSettings> = {},
  options: { agent?: string; environment?: NodeJS.ProcessEnv } = {},
): Promise<RemoteConnection> {
  const { port, user, keyFile, fingerprint } = sshd;
  const connection = await connect(
    serverSettings({ port, user, key: keyFile, hostKey: fingerprint, ...settings }),
    { home, ...options },
  );
  connections.push(connection);
  return connection;
}

async function refusal(promise: Promise<unknown>): Promise<ProxError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProxError);
  return error as ProxError;
}

describe("the host key", () => {
  test("that is pinned lets us in, any other stops everything", async () => {
    const { address } = await open();
    expect(address).toBe(`${sshd.user}@127.0.0.1:${sshd.port}`);
    const error = await refusal(open({ hostKey: `SHA256:${"A".repeat(43)}` }));
    expect(error.code).toBe("E_HOST_KEY_CHANGED");
    expect(error.message).toContain(sshd.fingerprint);
  });

  test("that nobody vouched for is shown with what to do; known_hosts then lets us in", async () => {
    const unpinned = serverSettings({
      port: sshd.port,
      user: sshd.user,
      key: sshd.keyFile,
    });
    const unknown = await refusal(connect(unpinned, { home }));
    expect(unknown.code).toBe("E_HOST_KEY_UNKNOWN");
    expect(unknown.message).toContain(`ssh-ed25519 ${sshd.fingerprint}`);
    expect(unknown.suggestions.join("\n")).toContain(`"hostKey": "${sshd.fingerprint}"`);
    expect(existsSync(path.join(home, ".ssh/known_hosts"))).toBe(false);

    const file = path.join(home, ".ssh/known_hosts");
    writeFileSync(file, `${sshd.knownHostsLine}\n`);
    execFileSync("ssh-keygen", ["-q", "-H", "-f", file], { stdio: "ignore" });
    connections.push(await connect(unpinned, { home }));
  });

  test("that changed is refused with the line that says so", async () => {
    const other = readFileSync(`${sshd.otherKeyFile}.pub`, "utf8").split(" ").slice(0, 2).join(" ");
    const file = path.join(home, ".ssh/known_hosts");
    writeFileSync(file, `# keys\n[127.0.0.1]:${sshd.port} ${other}\n`);
    const error = await refusal(
      connect(serverSettings({ port: sshd.port, user: sshd.user, key: sshd.keyFile }), { home }),
    );
    expect(error.code).toBe("E_HOST_KEY_CHANGED");
    expect(error.message).toContain(`${file}:2`);
  });
});

describe("signing in", () => {
  test("with a key that the server does not know is refused, and says what was tried", async () => {
    const error = await refusal(open({ key: sshd.otherKeyFile }));
    expect(error.code).toBe("E_SSH_AUTH");
    expect(error.message).toContain(sshd.otherKeyFile);
  });

  test("with a key that is locked says so", async () => {
    const key = path.join(home, "locked");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "passphrase", "-f", key]);
    const error = await refusal(open({ key }));
    expect(error.message).toContain("locked by a passphrase: add it to the agent");
  });

  describe("with an agent", () => {
    let agent: ChildProcess;
    const socket = (): string => path.join(home, "agent");
    beforeEach(async () => {
      agent = spawn("ssh-agent", ["-D", "-a", socket()], { stdio: "ignore" });
      for (let attempt = 0; attempt < 100 && !existsSync(socket()); attempt += 1) await sleep(20);
    });
    afterEach(async () => {
      agent.kill();
      await once(agent, "exit");
    });

    test("uses its keys", async () => {
      const environment = { ...process.env, SSH_AUTH_SOCK: socket() };
      execFileSync("ssh-add", ["-q", sshd.keyFile], { env: environment, stdio: "ignore" });
      const settings = serverSettings({ port: sshd.port, user: sshd.user, hostKey: sshd.fingerprint });
      connections.push(await connect(settings, { home, agent: socket() }));
    });
  });

  test("with a password of the environment, right and wrong", async () => {
    const server = await startSftpServer({ password: "right one" });
    const settings = { port: server.port, user: "et", hostKey: server.fingerprint, key: sshd.otherKeyFile };
    await open(settings, { environment: { PROX_TEST_PASSWORD: "right one" } });
    const wrong = await refusal(open(settings, { environment: { PROX_TEST_PASSWORD: "wrong" } }));
    expect(wrong.code).toBe("E_SSH_AUTH");
    expect(wrong.message).toContain("the password of the environment");
    expect(wrong.message).not.toContain("wrong");
    await server.stop();
  });
});

test("a jump host of ~/.ssh/config is gone through, and its key is checked too", async () => {
  const { port, user, keyFile } = sshd;
  writeFileSync(
    path.join(home, ".ssh/config"),
    `Host game\n  HostName 127.0.0.1\n  Port ${port}\n  ProxyJump gate\nHost gate\n  HostName 127.0.0.1\n  Port ${port}\nHost *\n  User ${user}\n  IdentityFile ${keyFile}\n`,
  );
  const settings = serverSettings({ host: "game" });
  const refused = await refusal(connect(settings, { home }));
  expect(refused.code).toBe("E_HOST_KEY_UNKNOWN");
  writeFileSync(path.join(home, ".ssh/known_hosts"), `${sshd.knownHostsLine}\n`);
  const connection = await connect(settings, { home });
  connections.push(connection);
  expect(await connection.files.list(sshd.folder)).toEqual([]);
});

describe("a server that cannot be reached", () => {
  test("because nothing listens", async () => {
    const error = await refusal(open({ port: 1 }));
    expect(error.code).toBe("E_SSH_CONNECT");
    expect(error.exit).toBe("remote");
  });

  test("because it says nothing at all", async () => {
    const silent = createServer();
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    const error = await refusal(open({ port: (silent.address() as { port: number }).port, timeoutS: 1 }));
    expect(error.code).toBe("E_SSH_TIMEOUT");
    silent.close();
  });
});

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
    const settings = { port: server.port, hostKey: server.fingerprint, timeoutS: 1 };
    const { files } = await open(settings, { environment: { PROX_TEST_PASSWORD: "secret" } });
    const error = await refusal(files.stat("/"));
    expect(error.code).toBe("E_REMOTE_TIMEOUT");
    await server.stop();
  });

  test("on a full disk say what the server says", async () => {
    const server = await startSftpServer({ spaceBytes: 10 });
    const settings = { port: server.port, hostKey: server.fingerprint };
    const { files } = await open(settings, { environment: { PROX_TEST_PASSWORD: "secret" } });
    const error = await refusal(files.write(path.join(home, "x"), Buffer.alloc(100), { mode: 0o644 }));
    expect(error.code).toBe("E_REMOTE_FAILED");
    expect(error.message).toContain("No space left on device");
    await server.stop();
  });

  test("are replaced on a server without posix-rename too", async () => {
    const server = await startSftpServer();
    const settings = { port: server.port, hostKey: server.fingerprint };
    const { files } = await open(settings, { environment: { PROX_TEST_PASSWORD: "secret" } });
    const [live, next] = [path.join(home, "live"), path.join(home, "next")];
    writeFileSync(live, "old");
    writeFileSync(next, "new");
    await files.replace(next, live, `${live}.aside`);
    expect(readFileSync(live, "utf8")).toBe("new");
    expect(existsSync(`${live}.aside`)).toBe(false);
    expect(existsSync(next)).toBe(false);
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
