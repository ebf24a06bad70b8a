/** The folders of a game server, as a fresh installation has them, and means to look at what became of them. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import type { ServerSettings } from "../../src/config/settings.ts";
import { asidePath, temporaryPath } from "../../src/deploy/game-files.ts";
import type { Module } from "../../src/deploy/server-plan.ts";
import type { RemoteConnection } from "../../src/remote/connect.ts";
import type { RemoteFiles } from "../../src/remote/remote-files.ts";

export interface GameServer {
  readonly basepath: string;
  readonly homepath: string;
  /** fs_homepath/fs_game. */
  readonly game: string;
  /** Writes a file below the server's folder, by its path there (`base/etmain/x.cfg`). */
  write(file: string, text: string): void;
  read(file: string): string;
  has(file: string): boolean;
  /** Everything that prox must not leave behind: temporary and exchanged files, and the lock. */
  leftOvers(): string[];
}

/** Makes a server below a folder; `own` gives each file to the user that signs in. */
export function makeGameServer(
  folder: string,
  own: (file: string) => void,
  files: Record<string, string> = {},
): GameServer {
  const root = mkdtempSync(path.join(folder, "game-"));
  own(root);
  const makeFolder = (name: string): void => {
    let at = root;
    for (const part of name.split("/")) {
      at = path.join(at, part);
      if (existsSync(at)) continue;
      mkdirSync(at);
      own(at);
    }
  };
  const server: GameServer = {
    basepath: path.join(root, "base"),
    homepath: path.join(root, "home"),
    game: path.join(root, "home/legacy"),
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
  for (const name of ["base/legacy", "base/etmain", "home/legacy"]) makeFolder(name);
  const stock = { "base/etmain/etl_server.cfg": 'set sv_hostname "ET"\nset lua_modules "c0rnp0rn.lua"\n' };
  for (const [file, text] of Object.entries({ ...stock, ...files })) server.write(file, text);
  return server;
}

/** The settings that fit such a server. */
export function gameSettings(server: GameServer): Pick<ServerSettings, "basepath" | "homepath"> {
  return { basepath: server.basepath, homepath: server.homepath };
}

/** A module that stands for a build. */
export function makeModule(text: string): Module {
  const bytes = Buffer.from(
    `-- proximity_tracker.lua ${text}\nlocal PROX_BUILD = { version = "${text}" }\nreturn 1\n`,
  );
  return { bytes, sha1: createHash("sha1").update(bytes).digest("hex"), version: text };
}

/** Names of the operations of {@link RemoteFiles} that change something. */
const CHANGING = new Set(["write", "append", "makeFolder", "removeFolder", "remove", "rename", "replace"]);

/**
 * The same files, but once the operation of a number (from 1) has been carried out, `cut` is called. With
 * `onlyChanging` only operations count that change something. `count` tells how many there were.
 */
export function cuttingFiles(
  connection: RemoteConnection,
  options: { at: number; onlyChanging?: boolean; cut: () => void },
): { files: RemoteFiles; count: () => number } {
  let count = 0;
  const files = new Proxy(connection.files, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return async (...args: unknown[]): Promise<unknown> => {
        const answer: unknown = await Reflect.apply(value, target, args);
        if (options.onlyChanging !== true || CHANGING.has(String(name))) {
          count += 1;
          if (count === options.at) options.cut();
        }
        return answer;
      };
    },
  });
  return { files, count: () => count };
}

/** Paths that a deploy uses besides the files themselves. */
export function besides(file: string): string[] {
  return [temporaryPath(file), asidePath(file)];
}
