/** In which order `prox deploy` does its work. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { captureOutput } from "@oclif/test";
import { expect, test, vi } from "vitest";

import { loadModule } from "../../src/cli/load-module.ts";
import Deploy from "../../src/commands/deploy.ts";

vi.mock("../../src/cli/load-module.ts", async (original) => {
  const { loadModule: real } = await original<{ loadModule: typeof loadModule }>();
  return { loadModule: vi.fn(real) };
});

const root = path.resolve(import.meta.dirname, "../..");

/** A port of this machine on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("a server that cannot be reached is told before anything is compiled, a wrong setting before that", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "prox-order-"));
  const config = path.join(folder, "prox.config.json");
  const port = await closedPort();
  const server = { host: "127.0.0.1", port, basepath: "/base", connectAttempts: 1 };
  writeFileSync(config, JSON.stringify({ servers: { test: server } }));
  const failure = async (...flags: string[]): Promise<unknown> => {
    const argv = ["test", "--yes", "--config", config, "--json", ...flags];
    const { stdout } = await captureOutput(async () => Deploy.run(argv, { root }));
    return (JSON.parse(stdout) as { error: { code: string } }).error.code;
  };
  try {
    expect(await failure()).toBe("E_SSH_CONNECT");
    expect(await failure("--set", "nothing=1")).toBe("E_SETTING");
    expect(loadModule).not.toHaveBeenCalled();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
