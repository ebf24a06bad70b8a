import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { ServerSettings } from "../../src/config/settings.ts";
import { type RemoteConnection, connect } from "../../src/remote/connect.ts";
import { refusal } from "../support/refusal.ts";
import { serverSettings } from "../support/server-settings.ts";
import { startSftpServer } from "../support/sftp-server.ts";
import { canSetPassword, startSshd } from "../support/sshd.ts";
import { useSshd } from "../support/use-sshd.ts";

const sshd = useSshd();
let home: string;
const connections: RemoteConnection[] = [];

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

  test("stands in known_hosts by its alias, without a port, or by the host's name alone, as ssh has it", async () => {
    const key = sshd.knownHostsLine.split(" ").slice(1).join(" ");
    const known = path.join(home, ".ssh/known_hosts");
    const settings = serverSettings({
      host: "league",
      port: sshd.port,
      user: sshd.user,
      key: sshd.keyFile,
    });
    const config = path.join(home, ".ssh/config");
    writeFileSync(config, "Host league\n  HostName 127.0.0.1\n  HostKeyAlias et-main\n");
    writeFileSync(known, `et-main ${key}\n`);
    connections.push(await connect(settings, { home }));
    writeFileSync(config, "Host league\n  HostName 127.0.0.1\n");
    const unknown = await refusal(connect(settings, { home }));
    expect(unknown.code).toBe("E_HOST_KEY_UNKNOWN");
    // By the name that its block in ~/.ssh/config has.
    expect(unknown.suggestions.join("\n")).toContain(`ssh -p ${sshd.port} ${sshd.user}@league`);
    writeFileSync(config, "Host league\n  HostName 127.0.0.1\n  UserKnownHostsFile /dev/null\n");
    const forgotten = await refusal(connect(settings, { home }));
    expect(forgotten.suggestions.join("\n")).not.toContain("connect once");
    writeFileSync(config, "Host league\n  HostName 127.0.0.1\n");
    writeFileSync(known, `127.0.0.1 ${key}\n`);
    connections.push(await connect(settings, { home }));
  });

  test("that is revoked is refused, whatever else is known of it", async () => {
    const file = path.join(home, ".ssh/known_hosts");
    writeFileSync(file, `${sshd.knownHostsLine}\n@revoked ${sshd.knownHostsLine}\n`);
    const error = await refusal(
      connect(serverSettings({ port: sshd.port, user: sshd.user, key: sshd.keyFile }), { home }),
    );
    expect(error.code).toBe("E_HOST_KEY_REVOKED");
    expect(error.message).toContain(`${file}:2`);
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

test("a server without SFTP is told from one that does not let us in", async () => {
  const bare = await startSshd({ hasSftp: false });
  try {
    const { port, user, keyFile, fingerprint } = bare;
    const error = await refusal(open({ port, user, key: keyFile, hostKey: fingerprint }));
    expect(error.code).toBe("E_SFTP");
    expect(error.suggestions.join()).toContain("Subsystem sftp internal-sftp");
  } finally {
    await bare.stop();
  }
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
      const started = spawn("ssh-agent", ["-D", "-a", socket()], { stdio: ["ignore", "pipe", "ignore"] });
      agent = started;
      // It tells its address once it listens there.
      await once(started.stdout, "data");
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

    test("that holds more keys than the server lets one try: IdentitiesOnly, a public key and the settings' key help", async () => {
      const environment = { ...process.env, SSH_AUTH_SOCK: socket() };
      for (let index = 0; index < 7; index += 1) {
        const other = path.join(home, `other-${index}`);
        execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", other]);
        execFileSync("ssh-add", ["-q", other], { env: environment, stdio: "ignore" });
      }
      const settings = serverSettings({ port: sshd.port, user: sshd.user, hostKey: sshd.fingerprint });
      // The key itself, before what the agent holds.
      connections.push(await connect({ ...settings, key: sshd.keyFile }, { home, agent: socket() }));
      const config = path.join(home, ".ssh/config");
      writeFileSync(config, `IdentitiesOnly yes\nIdentityFile ${sshd.keyFile}\n`);
      connections.push(await connect(settings, { home, agent: socket() }));
      // Its public half only, and the private one in the agent behind seven others.
      execFileSync("ssh-add", ["-q", sshd.keyFile], { env: environment, stdio: "ignore" });
      const stub = path.join(home, "et.pub");
      writeFileSync(stub, readFileSync(`${sshd.keyFile}.pub`));
      writeFileSync(config, `IdentitiesOnly yes\nIdentityFile ${stub}\n`);
      connections.push(await connect(settings, { home, agent: socket() }));
      writeFileSync(config, `IdentitiesOnly yes\nIdentityFile ${home}/other-0\n`);
      const error = await refusal(connect(settings, { home, agent: socket() }));
      expect(error).toMatchObject({ code: "E_SSH_AUTH" });
      expect(error.message).toContain("IdentitiesOnly");
    });
  });

  const isPossible = canSetPassword();
  if (!isPossible) {
    process.stderr.write(
      "only root can give sshd a password of its own: the test of passwords runs against a server in this process\n",
    );
  }
  test("with a password of the environment, right and wrong", async () => {
    const server = isPossible
      ? await startSshd({ password: "right one" })
      : { user: "et", ...(await startSftpServer({ password: "right one" })) };
    const { port, user, fingerprint } = server;
    const settings = { port, user, hostKey: fingerprint, key: sshd.otherKeyFile };
    await open(settings, { environment: { PROX_TEST_PASSWORD: "right one" } });
    const wrong = await refusal(open(settings, { environment: { PROX_TEST_PASSWORD: "wrong" } }));
    expect(wrong.code).toBe("E_SSH_AUTH");
    expect(wrong.message).toContain("the password from the environment");
    expect(wrong.message).not.toContain("wrong");
    expect((await refusal(open(settings, { environment: {} }))).code).toBe("E_SSH_AUTH");
    await server.stop();
  });
});

test("a jump host of ~/.ssh/config is gone through, with its own key and its own host key", async () => {
  const gate = await startSshd();
  writeFileSync(
    path.join(home, ".ssh/config"),
    `Host game
  HostName 127.0.0.1
  Port ${sshd.port}
  User ${sshd.user}
  IdentityFile ${sshd.keyFile}
  ProxyJump gate
Host gate
  HostName 127.0.0.1
  Port ${gate.port}
  User ${gate.user}
  IdentityFile ${gate.keyFile}
`,
  );
  const knownHosts = path.join(home, ".ssh/known_hosts");
  const settings = serverSettings({ host: "game" });
  const atGate = await refusal(connect(settings, { home }));
  expect(atGate).toMatchObject({ code: "E_HOST_KEY_UNKNOWN" });
  expect(atGate.message).toContain(gate.fingerprint);
  writeFileSync(knownHosts, `${gate.knownHostsLine}\n`);
  const atGame = await refusal(connect(settings, { home }));
  expect(atGame).toMatchObject({ code: "E_HOST_KEY_UNKNOWN" });
  expect(atGame.message).toContain(sshd.fingerprint);
  writeFileSync(knownHosts, `${gate.knownHostsLine}\n${sshd.knownHostsLine}\n`);
  const connection = await connect(settings, { home });
  connections.push(connection);
  expect(await connection.files.list(sshd.folder)).toEqual([]);
  await gate.stop();
  expect((await refusal(connect(settings, { home }))).code).toBe("E_SSH_CONNECT");
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

  test("or is not waited for any longer", async () => {
    const silent = createServer();
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    const abort = new AbortController();
    const { port } = silent.address() as { port: number };
    const connecting = connect(serverSettings({ port }), { home, signal: abort.signal });
    setTimeout(() => {
      abort.abort(new Error("Ctrl-C"));
    }, 50);
    await expect(connecting).rejects.toThrow("Ctrl-C");
    silent.close();
  });
});
