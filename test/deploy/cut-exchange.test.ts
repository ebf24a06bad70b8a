/**
 * A server without posix-rename, where two files cannot be exchanged at once. OpenSSH cannot be told to be one, so this
 * one runs in this process. It dies right after each request that changes something.
 */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect, test } from "vitest";

import type { ServerSettings } from "../../src/config/settings.ts";
import { planDeploy } from "../../src/deploy/plan-deploy.ts";
import type { Module } from "../../src/deploy/server-plan.ts";
import { connect } from "../../src/remote/connect.ts";
import type { RemoteFiles } from "../../src/remote/remote-files.ts";
import { carryOut } from "../support/carry-out.ts";
import { gameServerAt, gameSettings, makeGameServer, makeModule } from "../support/game-server.ts";
import { serverSettings } from "../support/server-settings.ts";
import { startSftpServer } from "../support/sftp-server.ts";

const ONE = makeModule("1.0.0");
const TWO = makeModule("2.0.0");
const CFG = "base/etmain/etl_server.cfg";
const MODULE = "home/legacy/proximity_tracker.lua";
// The allow-list makes an upgrade change the cfg too.
const ORIGINAL = `set lua_allowedModules "${"C".repeat(40)}"\nset lua_modules "c0rnp0rn.lua"\n`;
const ENVIRONMENT = { environment: { PROX_TEST_PASSWORD: "secret" } };

async function deploy(files: RemoteFiles, server: ServerSettings, module: Module): Promise<void> {
  await carryOut(files, server, (own) => planDeploy(own, server, module));
}

test(
  "is left whole by a cut at every request but between the two renames, and fixed by the next deploy",
  { timeout: 300_000 },
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "prox-exchange-"));
    const game = makeGameServer(folder, () => undefined, { [CFG]: ORIGINAL });
    const copy = path.join(folder, "copy");
    const good = await startSftpServer();
    const settings = serverSettings({ port: good.port, hostKey: good.fingerprint, ...gameSettings(game) });
    const steady = await connect(settings, ENVIRONMENT);
    await deploy(steady.files, settings, ONE);
    cpSync(game.root, copy, { recursive: true, preserveTimestamps: true });
    const already = good.requests.length;
    await deploy(steady.files, settings, TWO);
    const changing = good.requests
      .slice(already)
      .flatMap((request, index) =>
        /^(?:create|write|fsetstat|rename|remove|mkdir|rmdir)/.test(request) ? [index + 1] : [],
      );
    expect(changing.length).toBeGreaterThan(15);
    const gaps: string[] = [];
    const attempt = async (cutAt: number): Promise<void> => {
      const root = path.join(folder, `cut-at-${cutAt}`);
      cpSync(copy, root, { recursive: true, preserveTimestamps: true });
      const own = gameServerAt(root, () => undefined);
      const fragile = await startSftpServer({ cutAt });
      const server = { ...settings, ...gameSettings(own), port: fragile.port, hostKey: fragile.fingerprint };
      const connection = await connect(server, ENVIRONMENT);
      await deploy(connection.files, server, TWO).catch(() => undefined);
      connection.close();
      if ([CFG, MODULE].every((file) => own.has(file))) {
        expect([ONE, TWO].map(({ bytes }) => bytes.toString("latin1"))).toContain(own.read(MODULE));
        expect(own.read(CFG)).toContain("proximity_tracker.lua c0rnp0rn.lua");
      } else {
        // Then the server itself died between the two renames, which the client sends together.
        gaps.push(fragile.requests[cutAt - 1] ?? "");
      }
      await fragile.stop();
      await deploy(steady.files, { ...settings, ...gameSettings(own) }, TWO);
      expect(own.read(MODULE)).toBe(TWO.bytes.toString("latin1"));
      expect(own.leftOvers()).toEqual([]);
    };
    // Most of the time is waiting.
    await Promise.all(changing.map(attempt));
    steady.close();
    await good.stop();
    rmSync(folder, { recursive: true });
    // One for the cfg file, one for the module.
    expect(gaps).toHaveLength(2);
    for (const gap of gaps) expect(gap).toMatch(/^rename \S+ \S+\.prox-old$/);
  },
);
