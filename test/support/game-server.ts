/** The folders of a game server, as a fresh installation has them, and means to look at what became of them. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import type { ServerSettings } from "../../src/config/settings.ts";
import type { Module } from "../../src/deploy/server-plan.ts";
import type { RemoteConnection } from "../../src/remote/connect.ts";
import type { RemoteFiles } from "../../src/remote/remote-files.ts";

export interface GameServer {
  /** The folder that holds it all. */
  readonly root: string;
  readonly basepath: string;
  readonly homepath: string;
  /** fs_homepath/fs_game. */
  readonly game: string;
  makeFolder(name: string): void;
  /** Writes a file below the server's folder, by its path there (`base/etmain/x.cfg`). */
  write(file: string, text: string): void;
  read(file: string): string;
  has(file: string): boolean;
  /** Everything that prox must not leave behind: temporary and exchanged files, and the lock. */
  leftOvers(): string[];
}

/** The server in a folder that holds one already; `own` gives each file to the user that signs in. */
export function gameServerAt(root: string, own: (file: string) => void): GameServer {
  const makeFolder = (name: string): void => {
    let at = root;
    for (const part of name.split("/")) {
      at = path.join(at, part);
      if (existsSync(at)) continue;
      mkdirSync(at);
      own(at);
    }
  };
  return {
    root,
    basepath: path.join(root, "base"),
    homepath: path.join(root, "home"),
    game: path.join(root, "home/legacy"),
    makeFolder,
    write: (file, text) => {
      makeFolder(path.dirname(file));
      writeFileSync(path.join(root, file), text, "latin1");
      own(path.join(root, file));
    },
    read: (file) => readFileSync(path.join(root, file), "latin1"),
    has: (file) => existsSync(path.join(root, file)),
    leftOvers: () => {
      const all = readdirSync(root, { recursive: true, encoding: "utf8" });
      return all.filter((file) => /\.prox-(?:new|old)$/.test(file) || /(?:^|\/)lock(?:\/|$)/.test(file));
    },
  };
}

/** Makes a server below a folder, as a fresh installation has it, and with these files. */
export function makeGameServer(
  folder: string,
  own: (file: string) => void,
  files: Record<string, string> = {},
): GameServer {
  const root = mkdtempSync(path.join(folder, "game-"));
  own(root);
  const server = gameServerAt(root, own);
  for (const name of ["base/legacy", "base/etmain", "home/legacy"]) server.makeFolder(name);
  const stock = { "base/etmain/etl_server.cfg": 'set sv_hostname "ET"\nset lua_modules "c0rnp0rn.lua"\n' };
  for (const [file, text] of Object.entries({ ...stock, ...files })) server.write(file, text);
  return server;
}

/** The settings that fit such a server. */
export function gameSettings(server: GameServer): Pick<ServerSettings, "basepath" | "homepath"> {
  return { basepath: server.basepath, homepath: server.homepath };
}

/** A module that stands for a build. */
export function makeModule(text: string, body = ""): Module {
  const bytes = Buffer.from(
    `-- proximity_tracker.lua ${text}\nlocal PROX_BUILD = { version = "${text}" }\n${body}function et_Quit() end\n`,
  );
  return { bytes, sha1: createHash("sha1").update(bytes).digest("hex"), version: text };
}

/** The same files, but once the operation of a number (from 1) has been carried out, `cut` is called. */
export function cuttingFiles(
  connection: RemoteConnection,
  options: { at: number; cut: () => void },
): { files: RemoteFiles; count: () => number } {
  let count = 0;
  const files = new Proxy(connection.files, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return async (...args: unknown[]): Promise<unknown> => {
        const answer: unknown = await Reflect.apply(value, target, args);
        count += 1;
        if (count === options.at) options.cut();
        return answer;
      };
    },
  });
  return { files, count: () => count };
}
