/**
 * A stand-in for Discord, on loopback: its HTTP and its gateway, as far as slash commands need them and as Discord's documents say. Discord
 * itself cannot be reached by tests. Shapes are those of `discord-api-types`, which the compiler checks.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type {
  APIApplicationCommandInteractionDataStringOption,
  APIChatInputApplicationCommandInteraction,
  APIInteraction,
  GatewayHelloData,
  GatewayReadyDispatchData,
  RESTGetAPIGatewayBotResult,
} from "discord-api-types/v10";
import { Locale } from "discord-api-types/v10";
import { type WebSocket, WebSocketServer } from "ws";

export const APPLICATION_ID = "900000000000000001";
const GUILD_ID = "900000000000000002";
const CHANNEL_ID = "900000000000000004";

/** A request as it came in. */
export interface DiscordRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What the gateway was sent, by its number: 1 heartbeat, 2 identify, 6 resume. */
export interface GatewayMessage {
  readonly op: number;
  readonly d: unknown;
}

export interface DiscordServer {
  /** What `PROX_DISCORD_API` names. */
  readonly api: string;
  /** Heartbeats are not among them. */
  readonly gateway: GatewayMessage[];
  readonly requests: DiscordRequest[];
  /** Given instead of what Discord would, to requests whose method and path fit. */
  readonly answers: { readonly to: RegExp; readonly answer: Answer }[];
  /** The commands that were put. */
  commands: unknown[];
  /** Closes a connection that identifies itself with this number. */
  refuseWith: number | undefined;
  /** Whether somebody is signed in. */
  isOnline: () => boolean;
  /** A command as somebody types it; its token is new. */
  command: (name: string, values?: Readonly<Record<string, string>>) => string;
  /** The names that are offered while somebody types a value. */
  complete: (name: string, values: Readonly<Record<string, string>>, focused: string) => string;
  /** Sends any event. */
  dispatch: (event: string, data: unknown) => void;
  /** Ends all connections to the gateway with this number. */
  drop: (code: number) => void;
  /** Requests to an interaction, by its token. */
  of: (token: string) => DiscordRequest[];
  close: () => Promise<void>;
}

const USER = {
  id: "900000000000000003",
  username: "somebody",
  discriminator: "0",
  global_name: null,
  avatar: null,
};

/** The part of an interaction that does not depend on what is asked. */
function interaction(token: string, type: number, data: unknown): APIInteraction {
  const base: Omit<
    APIChatInputApplicationCommandInteraction,
    "data" | "channel_id" | "type" | "context" | "channel" | "entitlements" | "guild" | "member"
  > = {
    id: `91${token.replace(/\D/gu, "").padStart(16, "0")}`,
    application_id: APPLICATION_ID,
    token,
    version: 1,
    app_permissions: "0",
    locale: Locale.EnglishUS,
    guild_id: GUILD_ID,
    attachment_size_limit: 10_485_760,
    authorizing_integration_owners: {},
  };
  const member = {
    user: USER,
    roles: [],
    joined_at: null,
    deaf: false,
    mute: false,
    flags: 0,
    permissions: "0",
  };
  const channel = { id: CHANNEL_ID, type: 0 };
  return { ...base, type, data, member, channel, context: 0, entitlements: [] } as unknown as APIInteraction;
}

/** An answer of Discord to a request that it takes. */
function usual(server: DiscordServer, { body, method, path }: DiscordRequest, url: string): Answer {
  if (path.endsWith("/gateway/bot")) {
    const gateway: RESTGetAPIGatewayBotResult = {
      url: url.replace("http", "ws"),
      shards: 1,
      session_start_limit: { total: 1000, remaining: 1000, reset_after: 0, max_concurrency: 1 },
    };
    return { status: 200, body: gateway };
  }
  if (path.endsWith("/applications/@me")) return { status: 200, body: { id: APPLICATION_ID, name: "prox" } };
  if (/\/applications\/\d+\/(?:guilds\/\d+\/)?commands$/u.test(path)) {
    if (method === "PUT") {
      // Discord adds numbers of its own, and leaves out what is false or empty.
      server.commands = (JSON.parse(body) as Record<string, unknown>[]).map((command, at) => ({
        ...(JSON.parse(JSON.stringify(command).replaceAll(',"required":false', "")) as object),
        ...{ id: String(at), version: "1", application_id: APPLICATION_ID, default_member_permissions: null },
        ...{ nsfw: false, name_localizations: null, description_localizations: null },
      }));
    }
    return { status: 200, body: server.commands };
  }
  if (path.includes("/callback") || method === "DELETE") return { status: 204 };
  const message = {
    ...{ id: "900000000000000009", channel_id: CHANNEL_ID, type: 20, content: "", author: USER },
    ...{ timestamp: new Date(0).toISOString(), edited_timestamp: null, tts: false, mention_everyone: false },
    ...{
      mentions: [],
      mention_roles: [],
      attachments: [],
      embeds: [],
      pinned: false,
      flags: 0,
      components: [],
    },
  };
  return { status: 200, body: message };
}

export async function startDiscordServer(): Promise<DiscordServer> {
  const sockets = new Set<WebSocket>();
  const ready = new Set<WebSocket>();
  let sequence = 0;
  let tokens = 0;
  const respond = (request: IncomingMessage, response: ServerResponse, bytes: Buffer): void => {
    const { headers, method = "", url: path = "" } = request;
    // A picture is not text.
    const sent = { method, path, authorization: headers.authorization, body: bytes.toString("latin1") };
    server.requests.push(sent);
    const at = server.answers.findIndex(({ to }) => to.test(`${method} ${path}`));
    const [made] = at < 0 ? [] : server.answers.splice(at, 1);
    const { body, headers: more, status } = made?.answer ?? usual(server, sent, url);
    response.writeHead(status, {
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...more,
    });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  };
  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      respond(request, response, Buffer.concat(chunks));
    });
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;

  const send = (socket: WebSocket, op: number, d: unknown, t?: string): void => {
    socket.send(JSON.stringify({ op, d, ...(t === undefined ? {} : { t, s: (sequence += 1) }) }));
  };
  const signIn = (socket: WebSocket): void => {
    const data = {
      ...{ v: 10, user: { ...USER, username: "prox", bot: true }, guilds: [], session_id: "a session" },
      ...{
        resume_gateway_url: url.replace("http", "ws"),
        shard: [0, 1],
        application: { id: APPLICATION_ID, flags: 0 },
      },
    } as unknown as GatewayReadyDispatchData;
    send(socket, 0, data, "READY");
    ready.add(socket);
  };
  const gateway = new WebSocketServer({ server: http });
  gateway.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => {
      sockets.delete(socket);
      ready.delete(socket);
    });
    const hello: GatewayHelloData = { heartbeat_interval: 41_250 };
    send(socket, 10, hello);
    socket.on("message", (data: Buffer) => {
      const message = JSON.parse(data.toString()) as GatewayMessage;
      if (message.op === 1) {
        send(socket, 11, null);
        return;
      }
      server.gateway.push(message);
      if (message.op === 2 && server.refuseWith !== undefined) socket.close(server.refuseWith);
      else if (message.op === 2) signIn(socket);
      else if (message.op === 6) {
        send(socket, 0, {}, "RESUMED");
        ready.add(socket);
      }
    });
  });

  const optionsOf = (
    values: Readonly<Record<string, string>>,
    focused?: string,
  ): APIApplicationCommandInteractionDataStringOption[] =>
    Object.entries(values).map(([name, value]) => ({
      ...{ name, type: 3 as never, value },
      ...(name === focused ? { focused: true } : {}),
    }));
  const ask = (type: number, name: string, options: unknown): string => {
    const token = `interaction-token-${(tokens += 1)}`;
    server.dispatch(
      "INTERACTION_CREATE",
      interaction(token, type, { id: "900000000000000005", name, type: 1, options }),
    );
    return token;
  };
  const server: DiscordServer = {
    api: `${url}/api`,
    ...{ gateway: [], requests: [], answers: [], commands: [], refuseWith: undefined },
    isOnline: () => ready.size > 0,
    command: (name, values = {}) => ask(2, name, optionsOf(values)),
    complete: (name, values, focused) => ask(4, name, optionsOf(values, focused)),
    dispatch: (event, data) => {
      for (const socket of ready) send(socket, 0, data, event);
    },
    drop: (code) => {
      for (const socket of sockets) socket.close(code);
    },
    of: (token) => server.requests.filter(({ path }) => path.split(/[/?]/u).includes(token)),
    close: async () => {
      for (const socket of sockets) socket.terminate();
      gateway.close();
      http.closeAllConnections();
      http.close();
      await once(http, "close");
    },
  };
  return server;
}
