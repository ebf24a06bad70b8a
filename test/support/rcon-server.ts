/**
 * A UDP endpoint that speaks the engine's rcon protocol. No game runs behind it: it imitates what the engine does on
 * `lua_status`, `lua_restart`, `lua_init`, `map_restart`, cvars and `getinfo`, its packet size, its way with wrong
 * passwords and with too many requests, and that a changed list counts from the next frame on, over the Lua files of a
 * folder.
 */
import { createHash } from "node:crypto";
import { type RemoteInfo, createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

const PREFIX = Buffer.from([0xff, 0xff, 0xff, 0xff]);
/** The engine's print buffer: 240 bytes with the final zero. */
const PACKET_TEXT_BYTES = 239;
/** The game takes notice of changed cvars once a frame. */
const FRAME_MS = 50;
/** As many requests the engine's flood protection lets through at once. */
const BURST = 10;

export interface RconServer {
  readonly port: number;
  /** Commands in the order in which they came, with the time of each. */
  readonly commands: readonly { readonly text: string; readonly atMs: number }[];
  readonly cvars: Map<string, string>;
  /** How many of the next packets get lost on their way to the server. */
  loseNext: number;
  /** Flood protection as `sv_protect 1` has it: after a burst of ten, one request in this time, all others unanswered. */
  refillMs: number | undefined;
  /** Requests that flood protection dropped. */
  readonly dropped: number;
  humans: number;
  /** While true the game's frames come by {@link RconServer.runFrame} only. */
  isFrozen: boolean;
  /** Runs a frame of the game, which takes notice of changed cvars: a changed list of modules unloads everything. */
  runFrame(): void;
  /** Loads the modules of the cvars from the folder, as a new map does. */
  loadModules(): void;
  stop(): Promise<void>;
}

export async function startRconServer(gameFolder: string, password: string): Promise<RconServer> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const commands: { text: string; atMs: number }[] = [];
  const cvars = new Map([
    ["lua_modules", ""],
    ["lua_allowedmodules", ""],
    ["g_luamodulelist", ""],
    ["gamestate", "2"],
  ]);
  let loaded: { file: string; sha1: string }[] = [];
  /** The list as the game last saw it. */
  let seenModules = "";
  /** Whether a list was changed since the last frame. */
  let isChanged = false;
  let frame: NodeJS.Timeout | undefined;

  const listed = (): string[] => {
    const listFile = cvars.get("g_luamodulelist") ?? "";
    const text = listFile === "" ? seenModules : readFileSync(path.join(gameFolder, listFile), "latin1");
    return text.split(/[\s,;]+/).filter((name) => name !== "");
  };
  const runFrame = (): void => {
    if (!isChanged) return;
    isChanged = false;
    seenModules = cvars.get("lua_modules") ?? "";
    loaded = [];
  };
  const loadModules = (): void => {
    seenModules = cvars.get("lua_modules") ?? "";
    loadSeen();
  };
  const loadSeen = (): void => {
    const allowed = (cvars.get("lua_allowedmodules") ?? "").toUpperCase();
    loaded = listed().flatMap((name) => {
      const file = path.join(gameFolder, name);
      if (!existsSync(file)) return [];
      const sha1 = createHash("sha1").update(readFileSync(file)).digest("hex").toUpperCase();
      return allowed === "" || allowed.includes(sha1) ? [{ file: name, sha1 }] : [];
    });
  };
  const status = (): string => {
    if (loaded.length === 0) return "Lua 5.4 API: ^$no scripts loaded.\n";
    const rule = `-- ${"-".repeat(24)} ${"-".repeat(40)} ${"-".repeat(24)}`;
    const count = loaded.length === 1 ? "1 module" : `${loaded.length} modules`;
    return [
      `Lua 5.4 API: ^$showing lua information ( ${count} loaded )`,
      `VM ${"Modname".padEnd(24)} ${"Signature".padEnd(40)} ${"Filename".padEnd(24)}`,
      rule,
      ...loaded.map(
        ({ file, sha1 }, index) => `${String(index).padStart(2)} ${"".padEnd(24)} ${sha1} ${file.padEnd(24)}`,
      ),
      rule,
      "",
    ].join("\n");
  };
  const run = (command: string): string => {
    const words = [...command.matchAll(/"([^"]*)"|\S+/g)].map((match) => match[1] ?? match[0]);
    const verb = (words[0] ?? "").toLowerCase();
    if (verb === "lua_status") return status();
    if (verb === "map_restart") {
      loadModules();
      return Array.from({ length: 400 }, (_, line) => `spawning entity ${line} of the map\n`).join("");
    }
    if (verb === "lua_restart" || verb === "lua_init") {
      loadSeen();
      return loaded.map(({ file }) => `Lua 5.4 API: ^$file '${file}' loaded into Lua VM\n`).join("");
    }
    if (verb === "set" && words.length >= 3) {
      const name = (words[1] ?? "").toLowerCase();
      const value = words.slice(2).join(" ");
      const isModules = name === "lua_modules" || name === "lua_allowedmodules";
      if (isModules && cvars.get(name) !== value) {
        isChanged = true;
        clearTimeout(frame);
        if (!server.isFrozen) frame = setTimeout(runFrame, FRAME_MS);
      }
      cvars.set(name, value);
      return "";
    }
    const value = cvars.get(verb);
    return value === undefined ? "" : `"${verb}" is:"${value}^7" default:"^7"\n`;
  };

  let dropped = 0;
  const server: RconServer = {
    commands,
    cvars,
    loseNext: 0,
    refillMs: undefined,
    get dropped() {
      return dropped;
    },
    humans: 0,
    isFrozen: false,
    runFrame,
    loadModules,
    port: socket.address().port,
    stop: async () => {
      clearTimeout(frame);
      socket.close();
      await once(socket, "close");
    },
  };
  let bucket = 0;
  let leakedAt = performance.now();
  const reply = (to: RemoteInfo, head: string, text: string): void => {
    const bytes = Buffer.from(text, "latin1");
    for (let at = 0; at === 0 || at < bytes.length; at += PACKET_TEXT_BYTES) {
      const part = bytes.subarray(at, at + PACKET_TEXT_BYTES);
      socket.send(Buffer.concat([PREFIX, Buffer.from(head), part]), to.port, to.address);
    }
  };
  socket.on("message", (packet, from) => {
    if (server.loseNext > 0) {
      server.loseNext -= 1;
      return;
    }
    // It leaks one request in each of these times.
    if (server.refillMs !== undefined) {
      const now = performance.now();
      bucket = Math.max(0, bucket - (now - leakedAt) / server.refillMs);
      leakedAt = now;
      if (bucket > BURST - 1) {
        dropped += 1;
        return;
      }
      bucket += 1;
    }
    const text = packet.toString("latin1", 4).replaceAll("%", ".");
    if (text.startsWith("getinfo")) {
      reply(
        from,
        "infoResponse\n",
        `\\mapname\\oasis\\clients\\${server.humans}\\humans\\${server.humans}\\game\\legacy`,
      );
      return;
    }
    if (password === "") {
      reply(from, "print\n", "No rconpassword set on the server.\n");
      return;
    }
    const match = /^rcon (\S+) (.*)$/s.exec(text);
    if (match?.[1] !== password) {
      reply(from, "print\n", "Bad rconpassword.\n");
      return;
    }
    const command = match[2] ?? "";
    commands.push({ text: command, atMs: performance.now() });
    reply(from, "print\n", run(command));
  });
  return server;
}
