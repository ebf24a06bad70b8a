/** Pulls from a game server's folder on a real sshd: a new folder on both sides before each test. */
import { mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeAll, beforeEach } from "vitest";

import type { ServerSettings } from "../../src/config/settings.ts";
import { KINDS, type Kind } from "../../src/format/columns.ts";
import { roundFileName } from "../../src/format/file.ts";
import { type PullOptions, type PullResult, pullPaths, pullServer } from "../../src/pull/pull.ts";
import { type RemoteConnection, connect } from "../../src/remote/connect.ts";
import type { RemoteFiles } from "../../src/remote/remote-files.ts";
import { type GameServer, gameSettings, makeGameServer } from "./game-server.ts";
import { roundFile, SOME_ROWS } from "./round-files.ts";
import { serverSettings } from "./server-settings.ts";
import type { Sshd } from "./sshd.ts";
import { useSshd } from "./use-sshd.ts";

/** Key of a round that began in a minute of one evening. */
export function keyOf(minute: number): string {
  return `2026-01-31-19${String(minute).padStart(2, "0")}00-supply-round-1-0123abcd`;
}

/** A small file of a round; with `cutBytes` without its last ones. */
export function bytesOf(kind: Kind, key: string, cutBytes?: number): Buffer {
  const values = { header: { round_key: key }, rows: SOME_ROWS[kind] };
  return roundFile(kind, cutBytes === undefined ? values : { ...values, cutBytes });
}

export interface Pulls {
  readonly connection: RemoteConnection;
  readonly game: GameServer;
  readonly server: ServerSettings;
  /** The data folder here. */
  readonly data: string;
  readonly pull: (options?: Partial<PullOptions>, files?: RemoteFiles) => Promise<PullResult>;
  /** Puts a file of a round on the server; `agoS` is how long ago it was written. */
  readonly put: (name: string, bytes: Buffer | string, agoS?: number) => void;
  /** Puts a whole round on the server; its key. */
  readonly putRound: (minute: number, agoS?: number) => string;
  /** Path of a round's file on the server, and here. */
  readonly remote: (name: string) => string;
  readonly local: (name: string) => string;
  /** Names of the fetched files, and of those on their way. */
  readonly here: () => string[];
  readonly incoming: () => string[];
}

/** Folders of their own for one test, on both sides; `sshd` runs, and `connection` leads to it. */
export function makePulls(sshd: Sshd, connection: RemoteConnection): Pulls & { readonly remove: () => void } {
  const game = makeGameServer(sshd.folder, sshd.own);
  const { port, user, keyFile, fingerprint } = sshd;
  const server = serverSettings({ port, user, key: keyFile, hostKey: fingerprint, ...gameSettings(game) });
  const data = mkdtempSync(path.join(tmpdir(), "prox-pull-"));
  const remote = (name: string): string => path.join(game.game, "gamestats", name);
  const put = (name: string, bytes: Buffer | string, agoS = 60): void => {
    const text = typeof bytes === "string" ? bytes : bytes.toString("latin1");
    game.write(`home/legacy/gamestats/${name}`, text);
    const time = Math.floor(Date.now() / 1000) - agoS;
    utimesSync(remote(name), time, time);
  };
  return {
    connection,
    game,
    server,
    data,
    pull: (options = {}, files = connection.files) =>
      pullServer(files, server, data, {
        afterwards: "keep",
        abandonedS: 6 * 3600,
        signal: new AbortController().signal,
        ...options,
      }),
    put,
    putRound: (minute, agoS) => {
      const key = keyOf(minute);
      for (const kind of KINDS) put(roundFileName(key, kind), bytesOf(kind, key), agoS);
      return key;
    },
    remote,
    local: (name) => path.join(pullPaths(data, server.name).rounds, name),
    here: () => readdirSync(pullPaths(data, server.name).rounds).sort(),
    incoming: () => readdirSync(pullPaths(data, server.name).incoming),
    remove: () => {
      rmSync(data, { recursive: true });
    },
  };
}

/** Connects to the file's sshd before its tests; the connection can be read in hooks and tests only. */
export function useConnection(sshd: Sshd): () => RemoteConnection {
  let connection: RemoteConnection | undefined;
  beforeAll(async () => {
    const { port, user, keyFile, fingerprint } = sshd;
    connection = await connect(serverSettings({ port, user, key: keyFile, hostKey: fingerprint }));
    return () => {
      connection?.close();
    };
  });
  return () => {
    if (connection === undefined) throw new Error("the connection is made before the tests, and not earlier");
    return connection;
  };
}

/** To be called once at the top of a test file: starts the server before its tests, and stops it afterwards. */
export function setUpPulls(): Pulls {
  const sshd = useSshd();
  const connection = useConnection(sshd);
  let now: (Pulls & { readonly remove: () => void }) | undefined;
  beforeEach(() => {
    now = makePulls(sshd, connection());
  });
  afterEach(() => {
    now?.remove();
  });
  const own = (): Pulls => {
    if (now === undefined) throw new Error("the folders are made before each test, and not earlier");
    return now;
  };
  return {
    get connection() {
      return own().connection;
    },
    get game() {
      return own().game;
    },
    get server() {
      return own().server;
    },
    get data() {
      return own().data;
    },
    pull: (...args) => own().pull(...args),
    put: (...args) => {
      own().put(...args);
    },
    putRound: (...args) => own().putRound(...args),
    remote: (name) => own().remote(name),
    local: (name) => own().local(name),
    here: () => own().here(),
    incoming: () => own().incoming(),
  };
}
