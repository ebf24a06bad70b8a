/**
 * The engine's remote console. A request is one UDP packet, `\xff\xff\xff\xffrcon PASSWORD COMMAND`; the answer comes
 * in packets `\xff\xff\xff\xffprint\n…` of at most 239 bytes without an end mark, so that it is over when nothing more
 * comes for a while. Servers with flood protection answer one request a second; packets can get lost: silence says
 * nothing about whether the command was run.
 */
import { type Socket, createSocket } from "node:dgram";
import { setTimeout as sleep } from "node:timers/promises";

import { messageOf, ProxError } from "../errors.ts";

/** Address of a game server: `host:port`. */
export interface RconAddress {
  readonly host: string;
  readonly port: number;
}

/** How patient {@link Rcon} is, in milliseconds; by default fit for servers that answer one request a second. */
export interface RconTimes {
  /** Shortest time between two requests. */
  readonly spacingMs: number;
  /** How long to wait for the first packet of an answer. */
  readonly answerMs: number;
  /** How long nothing must come for an answer to be over. */
  readonly silenceMs: number;
}

const DEFAULT_TIMES: RconTimes = { spacingMs: 1100, answerMs: 3000, silenceMs: 500 };
/** Longest request that the engine reads. */
const MAXIMUM_REQUEST_BYTES = 1023;
const PREFIX = Buffer.from([0xff, 0xff, 0xff, 0xff]);

/** Takes `host:port` apart; an IPv6 address stands in brackets. */
export function parseRconAddress(text: string): RconAddress {
  const colon = text.lastIndexOf(":");
  return { host: text.slice(0, colon).replaceAll(/[[\]]/g, ""), port: Number(text.slice(colon + 1)) };
}

/** Text without the engine's colour codes. */
function stripColours(text: string): string {
  return text.replaceAll(/\^[^\n]/g, "");
}

/** What the server says of itself to everybody (`getinfo`). */
export interface ServerInfo {
  readonly map: string;
  /** People and bots together; bots alone where the server tells them apart. */
  readonly players: number;
  readonly humans: number;
}

/** A module that the server has loaded, as `lua_status` lists it. */
export interface LoadedModule {
  readonly file: string;
  /** 40 lower-case hex digits. */
  readonly sha1: string;
}

/** Asks one game server, one request at a time, never faster than it answers. */
export class Rcon {
  readonly #address: RconAddress;
  readonly #password: string;
  readonly #times: RconTimes;
  #nextRequestAt = 0;

  /** Throws E_RCON_PASSWORD for a password that the engine cannot take. */
  constructor(address: RconAddress, password: string, times: RconTimes = DEFAULT_TIMES) {
    // It reads `%` as a full stop.
    if (/[\s";%]/.test(password)) {
      throw new ProxError(
        "E_RCON_PASSWORD",
        "cannot use the rcon password: it has a space, quote, semicolon or per cent sign",
        {
          suggestions: ["the engine cannot take such a password: choose another rconPassword on the server"],
        },
      );
    }
    this.#address = address;
    this.#password = password;
    this.#times = times;
  }

  /**
   * Runs one console command and returns what it prints, without colours; an unknown command prints nothing.
   * Throws E_RCON_SILENT when no answer comes (the command may have been run all the same), E_RCON_PASSWORD, and
   * E_RCON_COMMAND for a command that is too long.
   */
  async command(command: string): Promise<string> {
    const request = `rcon ${this.#password} ${command}`;
    if (Buffer.byteLength(request, "latin1") > MAXIMUM_REQUEST_BYTES) {
      throw new ProxError("E_RCON_COMMAND", `the command is too long for rcon: ${command}`, {
        suggestions: [
          "remove modules that are not needed from the server's lists, or shorten its rconPassword",
        ],
      });
    }
    const text = stripColours(await this.#ask(request, "print\n"));
    if (/^(?:Bad rconpassword|No rconpassword set)/m.test(text)) {
      throw new ProxError("E_RCON_PASSWORD", `the server refuses the rcon password: ${text.trim()}`, {
        suggestions: ["set PROX_<SERVER>_RCON_PASSWORD to the server's rconPassword"],
      });
    }
    return text;
  }

  /** Map and number of players; needs no password. Throws E_RCON_SILENT. */
  async info(): Promise<ServerInfo> {
    const text = await this.#ask("getinfo prox", "infoResponse\n");
    const fields = text.trim().split("\\").slice(1);
    const values = new Map<string, string>();
    for (let index = 0; index + 1 < fields.length; index += 2) {
      values.set(fields[index] ?? "", fields[index + 1] ?? "");
    }
    const players = Number(values.get("clients") ?? 0);
    return { map: values.get("mapname") ?? "", players, humans: Number(values.get("humans") ?? players) };
  }

  /** The value of a cvar, undefined where there is none of that name. */
  async cvar(name: string): Promise<string | undefined> {
    return /^"[^"]*" is:\s*"([^"]*)"/m.exec(await this.command(name))?.[1];
  }

  /** The Lua modules that are loaded now. */
  async modules(): Promise<LoadedModule[]> {
    const text = await this.command("lua_status");
    return [...text.matchAll(/^\s*\d+\s.*?([0-9A-Fa-f]{40})\s+(\S.*?)\s*$/gm)].map(
      ([, sha1 = "", file = ""]) => ({
        file,
        sha1: sha1.toLowerCase(),
      }),
    );
  }

  /** Sends one packet and gathers the answer's text: what follows `head` in each packet. */
  async #ask(request: string, head: string): Promise<string> {
    await sleep(Math.max(0, this.#nextRequestAt - performance.now()));
    const { host, port } = this.#address;
    const { answerMs, silenceMs, spacingMs } = this.#times;
    const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
    try {
      await connectSocket(socket, this.#address);
      const texts = await new Promise<string[]>((resolve, reject) => {
        const received: string[] = [];
        // Where this process stood still for so long, packets lie there unread: it looks for them before it judges.
        const finish = (): void => {
          const count = received.length;
          setImmediate(() => {
            if (received.length === count) resolve(received);
          });
        };
        let timer = setTimeout(finish, answerMs);
        socket.on("error", (error) => {
          clearTimeout(timer);
          reject(error);
        });
        socket.on("message", (packet) => {
          if (!packet.subarray(0, 4).equals(PREFIX)) return;
          const text = packet.toString("latin1", 4);
          if (!text.startsWith(head)) return;
          received.push(text.slice(head.length));
          clearTimeout(timer);
          timer = setTimeout(finish, silenceMs);
        });
        socket.send(Buffer.concat([PREFIX, Buffer.from(request, "latin1")]));
      });
      if (texts.length > 0) return texts.join("");
    } catch (cause) {
      throw silent(`cannot send to ${host}:${port}: ${messageOf(cause)}`, cause);
    } finally {
      this.#nextRequestAt = performance.now() + spacingMs;
      socket.close();
    }
    throw silent(`the game at ${host}:${port} does not answer`, undefined);
  }
}

function connectSocket(socket: Socket, { host, port }: RconAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.connect(port, host, () => {
      socket.off("error", reject);
      resolve();
    });
  });
}

function silent(message: string, cause: unknown): ProxError {
  return new ProxError("E_RCON_SILENT", message, {
    suggestions: [
      'check "rcon" of the server in prox.config.json, that the game runs, and the firewall (UDP)',
      "silence does not say whether the game ran a command: check with `prox status`",
    ],
    cause,
  });
}
